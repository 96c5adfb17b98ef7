/** GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration, DeleteBucketLifecycle. */
import type { BucketName, OperationOf, TransitionMinimum } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { readLifecycleRules, writeLifecycleRules } from '../lifecycle-configuration.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const ROOT = 'LifecycleConfiguration'
const MINIMUM = 'x-amz-transition-default-minimum-object-size'
/** A thousand rules with everything that a rule can say. */
const MAX_LIFECYCLE_BYTES = 2 * 1024 * 1024

export function decodeGetBucketLifecycle(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-lifecycle'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketLifecycle: Encoder<'get-bucket-lifecycle'> = ({ result: { lifecycle } }, context) =>
  respondXml(context, ROOT, writeLifecycleRules(lifecycle.rules), [[MINIMUM, lifecycle.transitionMinimum]])

export function decodePutBucketLifecycle(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-lifecycle'
  const { headers } = request.view
  const build = async (bytes: Uint8Array): Promise<OperationOf<typeof kind>> => {
    const root = await readLongXml(bytes, { root: ROOT, namespace: S3_NAMESPACE })
    return { kind, bucket, lifecycle: { rules: readLifecycleRules(root), transitionMinimum: minimumOf(request) } }
  }
  const document = configurationDocument(headers, { maxBytes: MAX_LIFECYCLE_BYTES, required: true, promised: true })
  return decoded(request, { kind, bucket }, build, { document })
}

function minimumOf(request: S3Request): TransitionMinimum {
  const text = request.view.headers.get(MINIMUM)
  if (text === undefined || text === 'all_storage_classes_128K') return 'all_storage_classes_128K'
  return text === 'varies_by_storage_class' ? text : refuseArgument(MINIMUM, text, 'This is no minimum size.')
}

export const encodePutBucketLifecycle: Encoder<'put-bucket-lifecycle'> = ({ result }, context) =>
  respond(context, 200, [[MINIMUM, result.transitionMinimum]])

export function decodeDeleteBucketLifecycle(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-lifecycle'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketLifecycle: Encoder<'delete-bucket-lifecycle'> = (_answer, context) =>
  respond(context, 204)
