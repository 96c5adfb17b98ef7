/** GET, PUT and DELETE Bucket tagging. */
import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'
import { MAX_BUCKET_TAGS, tagsOfDocument, writeTagSet } from '../tags.ts'

export function decodeGetBucketTagging(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-tagging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketTagging: Encoder<'get-bucket-tagging'> = ({ result }, context) =>
  respondXml(context, 'Tagging', [writeTagSet(result.tags)])

export function decodePutBucketTagging(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-tagging'
  const build: Decoded['build'] = (bytes) => {
    const tags = tagsOfDocument(readXml(bytes, { root: 'Tagging', namespace: '' }), MAX_BUCKET_TAGS)
    return { kind, bucket, tags }
  }
  return decoded(request, { kind, bucket }, build, configurationDocument(request.view.headers))
}

export const encodePutBucketTagging: Encoder<'put-bucket-tagging'> = (_answer, context) => respond(context, 204)

export function decodeDeleteBucketTagging(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-tagging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketTagging: Encoder<'delete-bucket-tagging'> = (_answer, context) => respond(context, 204)
