/** GET, PUT and DELETE ?lifecycle. */
import type { BucketName, OperationOf } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readLongXml } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { readLifecycleRules, writeLifecycleRules } from '../lifecycle-configuration.ts'
import { decoded, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'

const ROOT = 'LifecycleConfiguration'

export function decodeGetBucketLifecycle(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-lifecycle'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketLifecycle: Encoder<'get-bucket-lifecycle'> = ({ result }, context) =>
  respondXml(context, ROOT, writeLifecycleRules(result.lifecycle.rules, context.face))

/** OBS moves objects of every size. */
export function decodePutBucketLifecycle(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-lifecycle'
  const build = async (bytes: Uint8Array): Promise<OperationOf<typeof kind>> => {
    const root = await readLongXml(bytes, { root: ROOT, namespace: REQUEST_NAMESPACE })
    const rules = readLifecycleRules(root, request.face)
    return { kind, bucket, lifecycle: { rules, transitionMinimum: 'varies_by_storage_class' } }
  }
  return decoded(request, { kind, bucket }, build, wantedDocument(request.headers, { promised: true }))
}

export const encodePutBucketLifecycle: Encoder<'put-bucket-lifecycle'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketLifecycle(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-lifecycle'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketLifecycle: Encoder<'delete-bucket-lifecycle'> = (_answer, context) =>
  respond(context, 204)
