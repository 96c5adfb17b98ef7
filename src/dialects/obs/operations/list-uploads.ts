/** Listing uploads and the parts of one. */
import { MAX_PART_NUMBER, type BucketName, type ListParts, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { nameWriter } from '../../listed-names.ts'
import {
  MAX_UPLOADS_LISTED,
  uploadMarker,
  UPLOADS_ROOT,
  writeUploads,
  type SpelledUploads,
} from '../../uploads-document.ts'
import { element, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { classOutward } from '../face.ts'
import {
  decoded,
  encodesNames,
  pageSize,
  queryNumber,
  queryText,
  type Encoder,
  type ObsRequest,
} from '../obs-request.ts'
import { shownClass } from '../storage-class.ts'
import { uploadTarget } from './upload-part.ts'

const MAX_PARTS_LISTED = 1_000

type SpelledParts = ListParts & { readonly encodesNames: boolean }

export function decodeListUploads(request: ObsRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-uploads', bucket }, (): SpelledUploads => {
    const keyMarker = queryText(request, 'key-marker') ?? ''
    const marker = uploadMarker(keyMarker, queryText(request, 'upload-id-marker'))
    return {
      kind: 'list-uploads',
      bucket,
      prefix: queryText(request, 'prefix') ?? '',
      delimiter: queryText(request, 'delimiter') ?? '',
      keyMarker,
      maxUploads: pageSize(request, 'max-uploads', MAX_UPLOADS_LISTED),
      encodesNames: encodesNames(request),
      ...marker,
    }
  })
}

export const encodeListUploads: Encoder<'list-uploads'> = (answer, context) => {
  const people = ownerElement('Initiator', context) + ownerElement('Owner', context)
  return respondXml(
    context,
    UPLOADS_ROOT,
    writeUploads(answer, { people, shownClass: (inside) => classOutward(context.face, shownClass(inside)) }),
  )
}

export function decodeListParts(request: ObsRequest, at: ObjectTarget): Decoded {
  const kind = 'list-parts'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...at }, (): SpelledParts => ({
    ...{ kind, ...upload },
    partNumberMarker: queryNumber(request, 'part-number-marker', { min: 0, max: MAX_PART_NUMBER }) ?? 0,
    maxParts: pageSize(request, 'max-parts', MAX_PARTS_LISTED),
    encodesNames: encodesNames(request),
  }))
}

export const encodeListParts: Encoder<'list-parts'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  return respondXml(context, 'ListPartsResult', [
    element('Bucket', operation.bucket),
    element('Key', nameWriter(encodes)(operation.key)),
    element('UploadId', operation.uploadId),
    ownerElement('Initiator', context),
    ownerElement('Owner', context),
    element('StorageClass', classOutward(context.face, shownClass(result.storageClass))),
    element('PartNumberMarker', operation.partNumberMarker),
    element('NextPartNumberMarker', result.next ?? result.parts.at(-1)?.partNumber ?? operation.partNumberMarker),
    element('MaxParts', operation.maxParts),
    encodes ? element('EncodingType', 'url') : '',
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
