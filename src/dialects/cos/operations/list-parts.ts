import { MAX_PART_NUMBER, type ListParts, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { nameWriter } from '../../listed-names.ts'
import { element, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { decoded, encodesNames, pageSize, queryNumber, type CosRequest, type Encoder } from '../cos-request.ts'
import { shownStorageClass } from '../storage-classes.ts'
import { uploadTarget } from './upload-part.ts'

const MAX_PARTS_LISTED = 1_000

type SpelledParts = ListParts & { readonly encodesNames: boolean }

/** List Parts. */
export function decodeListParts(request: CosRequest, at: ObjectTarget): Decoded {
  const kind = 'list-parts'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...at }, (): SpelledParts => ({
    kind,
    ...upload,
    partNumberMarker: queryNumber(request, 'part-number-marker', { min: 0, max: MAX_PART_NUMBER }) ?? 0,
    maxParts: pageSize(request, 'max-parts', MAX_PARTS_LISTED),
    encodesNames: encodesNames(request),
  }))
}

/** `Encoding-type` is the service's own spelling. */
export const encodeListParts: Encoder<'list-parts'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  const show = nameWriter(encodes)
  return respondXml(context, 'ListPartsResult', [
    element('Bucket', operation.bucket),
    encodes ? element('Encoding-type', 'url') : '',
    element('Key', show(operation.key)),
    element('UploadId', operation.uploadId),
    ownerElement('Owner', context),
    ownerElement('Initiator', context),
    element('PartNumberMarker', operation.partNumberMarker),
    element('NextPartNumberMarker', result.next ?? result.parts.at(-1)?.partNumber ?? operation.partNumberMarker),
    element('StorageClass', shownStorageClass(result.storageClass)),
    element('MaxParts', operation.maxParts),
    element('IsTruncated', result.truncated),
    ...result.parts.map((part) =>
      parent(
        'Part',
        element('PartNumber', part.partNumber),
        element('LastModified', isoTime(part.lastModifiedMs)),
        element('ETag', `"${part.etag}"`),
        element('Size', part.size),
      ),
    ),
  ])
}
