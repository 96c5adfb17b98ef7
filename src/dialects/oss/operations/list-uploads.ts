/** ListMultipartUploads. */
import { parseUploadId, type BucketName, type ListUploads } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { isoTime } from '../../iso-time.ts'
import { nameWriter } from '../../listed-names.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element, parent } from '../../xml-writer.ts'
import { respondXml } from '../answers.ts'
import { decoded, encodesNames, queryText, type Encoder, type OssRequest } from '../oss-request.ts'
import { shownStorageClass } from '../storage-classes.ts'
import { maxKeys } from './list-buckets.ts'
import { commonPrefixes } from './list-objects.ts'

const MAX_UPLOADS_LISTED = 1_000

type SpelledUploads = ListUploads & { readonly encodesNames: boolean }

export function decodeListUploads(request: OssRequest, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-uploads', bucket }, (): SpelledUploads => {
    const keyMarker = queryText(request, 'key-marker') ?? ''
    const marker = queryText(request, 'upload-id-marker')
    // The second marker counts only with the first.
    const uploadIdMarker = marker === undefined || keyMarker === '' ? undefined : parseUploadId(marker.toLowerCase())
    if (marker !== undefined && keyMarker !== '' && uploadIdMarker === undefined) {
      refuseArgument('upload-id-marker', marker, 'Invalid upload-id-marker.')
    }
    return {
      kind: 'list-uploads',
      bucket,
      prefix: queryText(request, 'prefix') ?? '',
      delimiter: queryText(request, 'delimiter') ?? '',
      keyMarker,
      maxUploads: maxKeys(request, MAX_UPLOADS_LISTED, MAX_UPLOADS_LISTED, 'max-uploads'),
      encodesNames: encodesNames(request),
      ...(uploadIdMarker === undefined ? {} : { uploadIdMarker }),
    }
  })
}

export const encodeListUploads: Encoder<'list-uploads'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  const show = nameWriter(encodes)
  return respondXml(context, 'ListMultipartUploadsResult', [
    encodes ? element('EncodingType', 'url') : '',
    element('Bucket', operation.bucket),
    element('KeyMarker', show(operation.keyMarker)),
    element('UploadIdMarker', operation.uploadIdMarker ?? ''),
    element('NextKeyMarker', show(result.nextKeyMarker ?? '')),
    element('NextUploadIdMarker', result.nextUploadIdMarker ?? ''),
    element('Delimiter', show(operation.delimiter)),
    element('Prefix', show(operation.prefix)),
    element('MaxUploads', operation.maxUploads),
    element('IsTruncated', result.truncated),
    ...result.uploads.map(({ key, uploadId, startedMs, storageClass }) =>
      parent(
        'Upload',
        element('Key', show(key)),
        element('UploadId', uploadId),
        element('StorageClass', shownStorageClass(storageClass)),
        element('Initiated', isoTime(startedMs)),
      ),
    ),
    ...commonPrefixes(result.groups, show),
  ])
}
