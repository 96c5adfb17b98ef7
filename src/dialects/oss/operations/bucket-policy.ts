/** GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy, GetBucketPolicyStatus. */
import { isUtf8 } from 'node:buffer'
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'

/** OSS, PutBucketPolicy: 16 KB. */
const MAX_POLICY_BYTES = 16 * 1024
const JSON_TYPE = ['Content-Type', 'application/json'] as const

export function decodeGetBucketPolicy(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-policy'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** The text itself, byte for byte. */
export const encodeGetBucketPolicy: Encoder<'get-bucket-policy'> = ({ result }, context) =>
  respond(context, 200, [JSON_TYPE], Buffer.from(result.policy.text, 'utf8'))

export function decodePutBucketPolicy(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-policy'
  // A byte more than is allowed is read, so that what is too long is told as that.
  const document = documentOf(request.view.headers, { maxBytes: MAX_POLICY_BYTES + 1 })
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, policy: { grammar: 'oss-bucket', text: textOf(bytes) } })
  return decoded(request, { kind, bucket }, build, document)
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > MAX_POLICY_BYTES) refuse({ kind: 'policy-too-large', limitBytes: MAX_POLICY_BYTES })
  if (!isUtf8(bytes)) refuse({ kind: 'malformed-policy', detail: 'The policy is not UTF-8.' })
  return Buffer.from(bytes).toString('utf8')
}

export const encodePutBucketPolicy: Encoder<'put-bucket-policy'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketPolicy(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-policy'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketPolicy: Encoder<'delete-bucket-policy'> = (_answer, context) => respond(context, 204)

export function decodeGetBucketPolicyStatus(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-policy-status'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketPolicyStatus: Encoder<'get-bucket-policy-status'> = ({ result }, context) =>
  respondXml(context, 'PolicyStatus', [element('IsPublic', result.isPublic)])
