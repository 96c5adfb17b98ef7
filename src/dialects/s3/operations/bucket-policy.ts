/** GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy, GetBucketPolicyStatus. */
import { isUtf8 } from 'node:buffer'
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

/** S3 User Guide, "Policies and permissions": bucket policies are limited to 20 KB. */
const MAX_POLICY_BYTES = 20 * 1024
const JSON_TYPE = ['Content-Type', 'application/json'] as const

export function decodeGetBucketPolicy(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-policy'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** The text itself, byte for byte. */
export const encodeGetBucketPolicy: Encoder<'get-bucket-policy'> = ({ result }, context) =>
  respond(context, 200, [JSON_TYPE], Buffer.from(result.policy.text, 'utf8'))

/** Whoever confirms that they may shut themselves out needs no more than the right itself: nobody is refused for it here. */
export function decodePutBucketPolicy(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-policy'
  // A byte more than is allowed is read, so that what is too long is told as that.
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_POLICY_BYTES + 1, required: true })
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, policy: { grammar: 'aws', text: textOf(bytes) } })
  return decoded(request, { kind, bucket }, build, { document })
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > MAX_POLICY_BYTES) refuse({ kind: 'policy-too-large', limitBytes: MAX_POLICY_BYTES })
  if (!isUtf8(bytes)) refuse({ kind: 'malformed-policy', detail: 'The policy is not UTF-8.' })
  return Buffer.from(bytes).toString('utf8')
}

export const encodePutBucketPolicy: Encoder<'put-bucket-policy'> = (_answer, context) => respond(context, 204)

export function decodeDeleteBucketPolicy(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-policy'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketPolicy: Encoder<'delete-bucket-policy'> = (_answer, context) => respond(context, 204)

export function decodeGetBucketPolicyStatus(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-policy-status'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketPolicyStatus: Encoder<'get-bucket-policy-status'> = ({ result }, context) =>
  respondXml(context, 'PolicyStatus', [element('IsPublic', String(result.isPublic))])
