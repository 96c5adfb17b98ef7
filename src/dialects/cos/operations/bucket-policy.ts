/** GET, PUT and DELETE Bucket policy. */
import { isUtf8 } from 'node:buffer'
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { respond } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { configurationDocument } from '../documents.ts'

/** Tencent COS, "PUT Bucket policy": at most 20 KB. */
const MAX_POLICY_BYTES = 20 * 1024
const JSON_TYPE = ['Content-Type', 'application/json'] as const

export function decodeGetBucketPolicy(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-policy'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

/** COS gives its policies back under `Statement`, with a capital, whatever was put; policies of other vendors as they are. */
export const encodeGetBucketPolicy: Encoder<'get-bucket-policy'> = ({ result: { policy } }, context) => {
  const text = policy.grammar === 'cos-bucket' ? shownPolicy(policy.text) : policy.text
  return respond(context, 200, [JSON_TYPE], Buffer.from(text, 'utf8'))
}

/** The members of the document by the names of the answer. The text was parsed, and found a policy, when it was put. */
function shownPolicy(text: string): string {
  const document: unknown = JSON.parse(text)
  if (typeof document !== 'object' || document === null) return text
  const shown: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(document)) {
    const folded = name.toLowerCase()
    shown[folded === 'statement' ? 'Statement' : folded] = value
  }
  return JSON.stringify({ ...shown, version: shown['version'] ?? '2.0' })
}

export function decodePutBucketPolicy(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-policy'
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, policy: { grammar: 'cos-bucket', text: textOf(bytes) } })
  // A byte more than is allowed is read, so that what is too long is told as that.
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_POLICY_BYTES + 1 })
  return decoded(request, { kind, bucket }, build, document)
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > MAX_POLICY_BYTES) refuse({ kind: 'policy-too-large', limitBytes: MAX_POLICY_BYTES })
  if (!isUtf8(bytes)) refuse({ kind: 'malformed-policy', detail: 'The policy is not UTF-8.' })
  return Buffer.from(bytes).toString('utf8')
}

export const encodePutBucketPolicy: Encoder<'put-bucket-policy'> = (_answer, context) => respond(context, 204)

export function decodeDeleteBucketPolicy(request: CosRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-policy'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketPolicy: Encoder<'delete-bucket-policy'> = (_answer, context) => respond(context, 204)
