import { MAX_PART_NUMBER, type ListParts, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { nameWriter } from '../../listed-names.ts'
import { element, parent } from '../../xml-writer.ts'
import { respondXml, shownEtag } from '../answers.ts'
import { decoded, encodesNames, queryNumber, type Encoder, type OssRequest } from '../oss-request.ts'
import { shownStorageClass } from '../storage-classes.ts'
import { maxKeys } from './list-buckets.ts'
import { uploadTarget } from './upload-part.ts'

const MAX_PARTS_LISTED = 1_000

type SpelledParts = ListParts & { readonly encodesNames: boolean }

export function decodeListParts(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'list-parts'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...at }, (): SpelledParts => ({
    kind,
    ...upload,
    partNumberMarker: queryNumber(request, 'part-number-marker', { min: 0, max: MAX_PART_NUMBER }) ?? 0,
    maxParts: maxKeys(request, MAX_PARTS_LISTED, MAX_PARTS_LISTED, 'max-parts'),
    encodesNames: encodesNames(request),
  }))
}

export const encodeListParts: Encoder<'list-parts'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  return respondXml(context, 'ListPartsResult', [
    encodes ? element('EncodingType', 'url') : '',
    element('Bucket', operation.bucket),
    element('Key', nameWriter(encodes)(operation.key)),
    element('UploadId', operation.uploadId),
    element('StorageClass', shownStorageClass(result.storageClass)),
    element('PartNumberMarker', operation.partNumberMarker),
    element('NextPartNumberMarker', result.next ?? result.parts.at(-1)?.partNumber ?? operation.partNumberMarker),
    element('MaxParts', operation.maxParts),
    element('IsTruncated', result.truncated),
    ...result.parts.map((part) =>
      parent(
        'Part',
        element('PartNumber', part.partNumber),
        element('LastModified', isoTime(part.lastModifiedMs)),
        element('ETag', shownEtag(part.etag)),
        element('HashCrc64ecma', part.crc64?.toString()),
        element('Size', part.size),
      ),
    ),
  ])
}
