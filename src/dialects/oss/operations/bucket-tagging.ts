/** GetBucketTags, PutBucketTags, DeleteBucketTags. A bucket without tags shows an empty set (`failures.ts`). */
import type { BucketName, OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, queryText, type Encoder, type OssRequest } from '../oss-request.ts'
import { MAX_BUCKET_TAGS, tagsOfDocument, writeTagSet } from '../tags.ts'

export function decodeGetBucketTagging(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-tagging'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketTagging: Encoder<'get-bucket-tagging'> = ({ result }, context) =>
  respondXml(context, 'Tagging', [writeTagSet(result.tags)])

export function decodePutBucketTagging(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-tagging'
  const build = async (bytes: Uint8Array): Promise<OperationOf<typeof kind>> => {
    const root = await readLongXml(bytes, { root: 'Tagging', namespace: OSS_NAMESPACE })
    return { kind, bucket, tags: tagsOfDocument(root, MAX_BUCKET_TAGS) }
  }
  return decoded(request, { kind, bucket }, build, documentOf(request.view.headers))
}

export const encodePutBucketTagging: Encoder<'put-bucket-tagging'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketTagging(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-tagging'
  return decoded(request, { kind, bucket }, () => {
    // `tagging=a,b` would take away these alone.
    if (queryText(request, 'tagging') !== undefined) {
      refuseArgument('tagging', undefined, 'All tags of a bucket are deleted at once here.')
    }
    return { kind, bucket }
  })
}

export const encodeDeleteBucketTagging: Encoder<'delete-bucket-tagging'> = (_answer, context) => respond(context, 204)
