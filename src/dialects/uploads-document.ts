import { parseUploadId, type ListUploads, type UploadId, type UploadListing } from '../operations/index.ts'
import { isoTime } from './iso-time.ts'
import { nameWriter } from './listed-names.ts'
import { refuseArgument } from './refuse-argument.ts'
import { element, parent } from './xml-writer.ts'

/*
 * `ListMultipartUploadsResult`, which two vendors write alike: S3 ListMultipartUploads, OBS "Listing Initiated Multipart
 * Uploads in a Bucket".
 */

export const MAX_UPLOADS_LISTED = 1_000
export const UPLOADS_ROOT = 'ListMultipartUploadsResult'

/** As the request said it; names of the answer are escaped where that was asked for. */
export type SpelledUploads = ListUploads & { readonly encodesNames: boolean }

/** `upload-id-marker` counts only beside `key-marker`. */
export function uploadMarker(keyMarker: string, marker: string | undefined): { readonly uploadIdMarker?: UploadId } {
  if (marker === undefined || keyMarker === '') return {}
  const uploadIdMarker = parseUploadId(marker) ?? refuseArgument('upload-id-marker', marker, 'Invalid uploadId marker')
  return { uploadIdMarker }
}

/** What the root of the answer holds. `people`: the elements of owner and initiator; `shownClass`: the class in this dialect's words. */
export function writeUploads(
  { operation, result }: { readonly operation: ListUploads; readonly result: UploadListing },
  { people, shownClass }: { readonly people: string; readonly shownClass: (inside: string) => string },
): readonly string[] {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  const show = nameWriter(encodes)
  const { nextKeyMarker } = result
  return [
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
        element('StorageClass', shownClass(storageClass)),
        element('Initiated', isoTime(startedMs)),
      ),
    ),
    ...result.groups.map((group) => parent('CommonPrefixes', element('Prefix', show(group)))),
  ]
}
