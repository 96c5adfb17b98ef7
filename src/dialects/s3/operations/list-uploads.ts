import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import {
  MAX_UPLOADS_LISTED,
  uploadMarker,
  UPLOADS_ROOT,
  writeUploads,
  type SpelledUploads,
} from '../../uploads-document.ts'
import { ownerElement, respondXml } from '../answers.ts'
import { shownStorageClass } from '../headers.ts'
import { decoded, encodesNames, pageSize, queryText, type Encoder, type S3Request } from '../s3-request.ts'

/** ListMultipartUploads. */
export function decodeListUploads(request: S3Request, bucket: BucketName): Decoded {
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
  return respondXml(context, UPLOADS_ROOT, writeUploads(answer, { people, shownClass: shownStorageClass }))
}
