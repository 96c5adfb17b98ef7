import { MAX_PART_NUMBER, type ListParts, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, parent } from '../../xml-writer.ts'
import { isoTime } from '../../iso-time.ts'
import { checksumElements, ownerElement, respondXml } from '../answers.ts'
import { abortHeaders } from '../expiry-header.ts'
import { shownAlgorithm, shownChecksumType } from '../checksum-headers.ts'
import { nameWriter } from '../../listed-names.ts'
import { shownStorageClass } from '../headers.ts'
import { decoded, encodesNames, pageSize, queryNumber, type Encoder, type S3Request } from '../s3-request.ts'
import { uploadTarget } from './upload-part.ts'

const MAX_PARTS_LISTED = 1_000

type SpelledParts = ListParts & { readonly encodesNames: boolean }

export function decodeListParts(request: S3Request, at: ObjectTarget): Decoded {
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

export const encodeListParts: Encoder<'list-parts'> = ({ operation, result }, context) => {
  const show = nameWriter('encodesNames' in operation && operation.encodesNames === true)
  const { checksum } = result
  const children = [
    element('Bucket', operation.bucket),
    element('Key', show(operation.key)),
    element('UploadId', operation.uploadId),
    ownerElement('Initiator', context),
    ownerElement('Owner', context),
    element('StorageClass', shownStorageClass(result.storageClass)),
    element('PartNumberMarker', operation.partNumberMarker),
    element('NextPartNumberMarker', result.next ?? result.parts.at(-1)?.partNumber ?? operation.partNumberMarker),
    element('MaxParts', operation.maxParts),
    element('IsTruncated', result.truncated),
    ...(checksum === undefined
      ? []
      : [
          element('ChecksumAlgorithm', shownAlgorithm(checksum.algorithm)),
          element('ChecksumType', shownChecksumType(checksum.type)),
        ]),
    ...result.parts.map((part) =>
      parent(
        'Part',
        element('PartNumber', part.partNumber),
        element('LastModified', isoTime(part.lastModifiedMs)),
        element('ETag', `"${part.etag}"`),
        element('Size', part.size),
        ...checksumElements(part.checksums, 'values-only'),
      ),
    ),
  ]
  return respondXml(context, 'ListPartsResult', children, abortHeaders(result.abort))
}
