/** GetBucketLifecycle, PutBucketLifecycle, DeleteBucketLifecycle. */
import type { BucketName, OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { readLifecycleRules, writeLifecycleRules } from '../lifecycle-configuration.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

const ROOT = 'LifecycleConfiguration'
/** A thousand rules with everything that a rule can say. */
const MAX_LIFECYCLE_BYTES = 2 * 1024 * 1024

export function decodeGetBucketLifecycle(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-lifecycle'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketLifecycle: Encoder<'get-bucket-lifecycle'> = ({ result }, context) =>
  respondXml(context, ROOT, writeLifecycleRules(result.lifecycle.rules))

export function decodePutBucketLifecycle(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-lifecycle'
  const build = async (bytes: Uint8Array): Promise<OperationOf<typeof kind>> => {
    const rules = readLifecycleRules(await readLongXml(bytes, { root: ROOT, namespace: OSS_NAMESPACE }))
    return { kind, bucket, lifecycle: { rules, transitionMinimum: 'varies_by_storage_class' } }
  }
  const document = documentOf(request.view.headers, { maxBytes: MAX_LIFECYCLE_BYTES })
  return decoded(request, { kind, bucket }, build, document)
}

export const encodePutBucketLifecycle: Encoder<'put-bucket-lifecycle'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketLifecycle(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-lifecycle'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketLifecycle: Encoder<'delete-bucket-lifecycle'> = (_answer, context) =>
  respond(context, 204)
