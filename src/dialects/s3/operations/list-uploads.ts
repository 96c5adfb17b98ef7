import { parseUploadId, type BucketName, type ListUploads } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element, parent } from '../../xml-writer.ts'
import { isoTime } from '../../iso-time.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { nameWriter } from '../../listed-names.ts'
import { shownStorageClass } from '../headers.ts'
import { decoded, encodesNames, pageSize, queryText, type Encoder, type S3Request } from '../s3-request.ts'
import { commonPrefixes } from './list-objects.ts'

const MAX_UPLOADS_LISTED = 1_000

type SpelledUploads = ListUploads & { readonly encodesNames: boolean }

/** ListMultipartUploads. */
export function decodeListUploads(request: S3Request, bucket: BucketName): Decoded {
  return decoded(request, { kind: 'list-uploads', bucket }, (): SpelledUploads => {
    const keyMarker = queryText(request, 'key-marker') ?? ''
    const marker = queryText(request, 'upload-id-marker')
    // S3 ignores the second marker without the first.
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
        element('StorageClass', shownStorageClass(storageClass)),
        element('Initiated', isoTime(startedMs)),
      ),
    ),
    ...commonPrefixes(result.groups, show),
  ])
}
