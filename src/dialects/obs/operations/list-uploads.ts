/** Listing uploads and the parts of one. */
import {
  MAX_PART_NUMBER,
  parseUploadId,
  type BucketName,
  type ListParts,
  type ListUploads,
  type ObjectTarget,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { nameWriter } from '../../listed-names.ts'
import { refuseArgument } from '../../refuse-argument.ts'
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
import { commonPrefixes } from './list-objects.ts'
import { uploadTarget } from './upload-part.ts'

const MAX_UPLOADS_LISTED = 1_000
const MAX_PARTS_LISTED = 1_000

type SpelledUploads = ListUploads & { readonly encodesNames: boolean }
type SpelledParts = ListParts & { readonly encodesNames: boolean }

export function decodeListUploads(request: ObsRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-uploads', bucket }, (): SpelledUploads => {
    const keyMarker = queryText(request, 'key-marker') ?? ''
    const marker = queryText(request, 'upload-id-marker')
    const uploadIdMarker = marker === undefined || keyMarker === '' ? undefined : parseUploadId(marker)
    if (marker !== undefined && keyMarker !== '' && uploadIdMarker === undefined) {
      refuseArgument('upload-id-marker', marker, 'Invalid upload id marker')
    }
    return {
      kind: 'list-uploads',
      bucket,
      prefix: queryText(request, 'prefix') ?? '',
      delimiter: queryText(request, 'delimiter') ?? '',
      keyMarker,
      maxUploads: pageSize(request, 'max-uploads', MAX_UPLOADS_LISTED),
      encodesNames: encodesNames(request),
      ...(uploadIdMarker === undefined ? {} : { uploadIdMarker }),
    }
  })
}

export const encodeListUploads: Encoder<'list-uploads'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  const show = nameWriter(encodes)
  const people = ownerElement('Initiator', context) + ownerElement('Owner', context)
  const { nextKeyMarker } = result
  return respondXml(context, 'ListMultipartUploadsResult', [
    element('Bucket', operation.bucket),
    element('KeyMarker', show(operation.keyMarker)),
    element('UploadIdMarker', operation.uploadIdMarker ?? ''),
    nextKeyMarker === undefined ? '' : element('NextKeyMarker', show(nextKeyMarker)),
    element('NextUploadIdMarker', result.nextUploadIdMarker),
    operation.delimiter === '' ? '' : element('Delimiter', show(operation.delimiter)),
    element('Prefix', show(operation.prefix)),
    element('MaxUploads', operation.maxUploads),
    encodes ? element('EncodingType', 'url') : '',
    element('IsTruncated', result.truncated),
    ...result.uploads.map(({ key, uploadId, startedMs, storageClass }) =>
      parent(
        'Upload',
        element('Key', show(key)),
        element('UploadId', uploadId),
        people,
        element('StorageClass', classOutward(context.face, shownClass(storageClass))),
        element('Initiated', isoTime(startedMs)),
      ),
    ),
    ...commonPrefixes(result.groups, show),
  ])
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
