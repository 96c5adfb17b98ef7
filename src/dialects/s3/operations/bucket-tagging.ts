/** GetBucketTagging, PutBucketTagging, DeleteBucketTagging. */
import type { BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'
import { MAX_BUCKET_TAGS, tagsOfDocument, writeTagSet } from '../tags.ts'

const MAX_TAGGING_BYTES = 64 * 1024

export function decodeGetBucketTagging(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-tagging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketTagging: Encoder<'get-bucket-tagging'> = ({ result }, context) =>
  respondXml(context, 'Tagging', [writeTagSet(result.tags)])

export function decodePutBucketTagging(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-tagging'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_TAGGING_BYTES, required: true })
  const build: Decoded['build'] = async (bytes) => {
    const root = await readLongXml(bytes, { root: 'Tagging', namespace: S3_NAMESPACE })
    return { kind, bucket, tags: tagsOfDocument(root, MAX_BUCKET_TAGS) }
  }
  return decoded(request, { kind, bucket }, build, { document })
}

export const encodePutBucketTagging: Encoder<'put-bucket-tagging'> = (_answer, context) => respond(context, 204)

export function decodeDeleteBucketTagging(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-tagging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketTagging: Encoder<'delete-bucket-tagging'> = (_answer, context) => respond(context, 204)
