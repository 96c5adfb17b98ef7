/** GetBucketRequestPayment, PutBucketRequestPayment, and the two of transfer acceleration. */
import { refuse, type BucketName } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element } from '../../xml-writer.ts'
import { expectOnly, readXml, requireOne, settingOf } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

const MAX_SETTING_BYTES = 4 * 1024

/** The one setting of a document that has no other. */
function settingIn<Value>(bytes: Uint8Array, root: string, name: string, values: ReadonlyMap<string, Value>): Value {
  const document = readXml(bytes, { root, namespace: S3_NAMESPACE })
  expectOnly(document, [name])
  const found = values.get(settingOf(requireOne(document, name)))
  return found ?? refuse({ kind: 'malformed-xml', detail: `${name} is one of ${[...values.keys()].join(', ')}` })
}

const PAYMENT = 'RequestPaymentConfiguration'
const PAYERS = new Map([
  ['BucketOwner', 'bucket-owner'],
  ['Requester', 'requester'],
] as const)

export function decodeGetBucketRequestPayment(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-request-payment'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketRequestPayment: Encoder<'get-bucket-request-payment'> = ({ result }, context) =>
  respondXml(context, PAYMENT, [element('Payer', result.payer === 'requester' ? 'Requester' : 'BucketOwner')])

export function decodePutBucketRequestPayment(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-request-payment'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_SETTING_BYTES, required: true })
  const build: Decoded['build'] = (bytes) => ({ kind, bucket, payer: settingIn(bytes, PAYMENT, 'Payer', PAYERS) })
  return decoded(request, { kind, bucket }, build, { document })
}

export const encodePutBucketRequestPayment: Encoder<'put-bucket-request-payment'> = (_answer, context) =>
  respond(context, 200)

const ACCELERATE = 'AccelerateConfiguration'
const STATUSES = new Map([
  ['Enabled', 'enabled'],
  ['Suspended', 'suspended'],
] as const)

export function decodeGetBucketAccelerate(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'get-bucket-accelerate'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketAccelerate: Encoder<'get-bucket-accelerate'> = ({ result }, context) => {
  const { accelerate } = result
  const status = accelerate === undefined ? undefined : accelerate === 'enabled' ? 'Enabled' : 'Suspended'
  return respondXml(context, ACCELERATE, [element('Status', status)])
}

export function decodePutBucketAccelerate(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'put-bucket-accelerate'
  const document = configurationDocument(request.view.headers, { maxBytes: MAX_SETTING_BYTES, required: true })
  const build: Decoded['build'] = (bytes) => {
    const accelerate = settingIn(bytes, ACCELERATE, 'Status', STATUSES)
    if (bucket.includes('.')) {
      const detail = 'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names'
      refuse({ kind: 'invalid-request', detail })
    }
    return { kind, bucket, accelerate }
  }
  return decoded(request, { kind, bucket }, build, { document })
}

export const encodePutBucketAccelerate: Encoder<'put-bucket-accelerate'> = (_answer, context) => respond(context, 200)
