import { parseUploadId, type BucketName, type ListUploads } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { nameWriter } from '../../listed-names.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element, parent } from '../../xml-writer.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { decoded, encodesNames, pageSize, queryText, type CosRequest, type Encoder } from '../cos-request.ts'
import { shownStorageClass } from '../storage-classes.ts'
import { commonPrefixes } from './list-objects.ts'

const MAX_UPLOADS_LISTED = 1_000

type SpelledUploads = ListUploads & { readonly encodesNames: boolean }

/** List Multipart Uploads. */
export function decodeListUploads(request: CosRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-uploads', bucket }, (): SpelledUploads => {
    const keyMarker = queryText(request, 'key-marker') ?? ''
    const marker = queryText(request, 'upload-id-marker')
    // The second marker does not count without the first.
    const uploadIdMarker = marker === undefined || keyMarker === '' ? undefined : parseUploadId(marker)
    if (marker !== undefined && keyMarker !== '' && uploadIdMarker === undefined) {
      refuseArgument('upload-id-marker', marker, 'Invalid uploadId marker')
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

/** `Encoding-Type`, `delimiter` and `CommonPrefixs` are the service's own spellings. */
export const encodeListUploads: Encoder<'list-uploads'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  const show = nameWriter(encodes)
  const people = ownerElement('Initiator', context) + ownerElement('Owner', context)
  const { nextKeyMarker } = result
  return respondXml(context, 'ListMultipartUploadsResult', [
    element('Bucket', operation.bucket),
    encodes ? element('Encoding-Type', 'url') : '',
    element('KeyMarker', show(operation.keyMarker)),
    element('UploadIdMarker', operation.uploadIdMarker ?? ''),
    nextKeyMarker === undefined ? '' : element('NextKeyMarker', show(nextKeyMarker)),
    element('NextUploadIdMarker', result.nextUploadIdMarker),
    element('MaxUploads', operation.maxUploads),
    element('IsTruncated', result.truncated),
    element('Prefix', show(operation.prefix)),
    operation.delimiter === '' ? '' : element('delimiter', show(operation.delimiter)),
    ...result.uploads.map(({ key, uploadId, startedMs, storageClass }) =>
      parent(
        'Upload',
        element('Key', show(key)),
        element('UploadId', uploadId),
        element('StorageClass', shownStorageClass(storageClass)),
        people,
        element('Initiated', isoTime(startedMs)),
      ),
    ),
    ...commonPrefixes(result.groups, show, 'CommonPrefixs'),
  ])
}
