/** The encryption headers of object requests: everything that can be judged without the bucket or the object (spec 4.3 to 4.6). */
import { decodeBase64Strict, type HttpHeaders } from '../../http/index.ts'
import { refuse, type CustomerKey, type EncryptionRequest } from '../../operations/index.ts'
import { md5, SecretBytes } from '../../secrets/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { parseEncryptionContext } from '../encryption-context.ts'
import { type S3Request } from './s3-request.ts'

export const SSE = 'x-amz-server-side-encryption'
export const SSE_KEY_ID = `${SSE}-aws-kms-key-id`
export const SSE_CONTEXT = `${SSE}-context`
export const SSE_BUCKET_KEY = `${SSE}-bucket-key-enabled`
export const CUSTOMER_ALGORITHM = `${SSE}-customer-algorithm`
export const CUSTOMER_KEY = `${SSE}-customer-key`
export const CUSTOMER_MD5 = `${SSE}-customer-key-md5`

const SERVER_HEADERS = [SSE, SSE_KEY_ID, SSE_CONTEXT, SSE_BUCKET_KEY] as const
const KNOWN: ReadonlySet<string> = new Set([...SERVER_HEADERS, CUSTOMER_ALGORITHM, CUSTOMER_KEY, CUSTOMER_MD5])
const CUSTOMER_KEY_BYTES = 32
const MAX_KEY_REFERENCE_CHARACTERS = 2_048

/** A customer's key headers, for the object itself or for the source of a copy. */
interface CustomerHeaders {
  readonly algorithm: string
  readonly key: string
  readonly md5: string
}

const OBJECT_KEY: CustomerHeaders = { algorithm: CUSTOMER_ALGORITHM, key: CUSTOMER_KEY, md5: CUSTOMER_MD5 }
const SOURCE_KEY: CustomerHeaders = {
  algorithm: 'x-amz-copy-source-server-side-encryption-customer-algorithm',
  key: 'x-amz-copy-source-server-side-encryption-customer-key',
  md5: 'x-amz-copy-source-server-side-encryption-customer-key-md5',
}

const FOREIGN = /^x-(?:oss|obs|cos)-.*(?:encryption|sse)/

/**
 * A wish for protection that this dialect would not understand is refused, not ignored (T-099): encryption headers in another
 * vendor's spelling, and names under our own prefix that do not exist. No client of S3 is known to leak any.
 */
export function refuseForeignEncryption(headers: HttpHeaders): void {
  for (const name of headers.names) {
    if (!name.startsWith('x-')) continue
    const unknown = name.startsWith(SSE) && !KNOWN.has(name)
    if (unknown || FOREIGN.test(name)) {
      refuseArgument(
        name,
        unknown ? undefined : headers.get(name),
        'This encryption header does not exist in this API.',
      )
    }
  }
}

/** The real service names this one argument for every one of these mistakes. */
function refuseSse(value: string | undefined, detail: string): never {
  return refuseArgument(SSE, value, detail)
}

export function namesCustomerKey(headers: HttpHeaders): boolean {
  return headers.has(CUSTOMER_ALGORITHM) || headers.has(CUSTOMER_KEY) || headers.has(CUSTOMER_MD5)
}

/** What a write asked for (spec 4.3 and 4.5, in this order). */
export function encryptionRequest(request: S3Request): EncryptionRequest {
  const { headers } = request.view
  if (namesCustomerKey(headers)) return { kind: 'sse-c', customer: customerKeyOfWrite(request) }
  const sse = headers.get(SSE)
  const key = headers.get(SSE_KEY_ID)
  const context = headers.get(SSE_CONTEXT)
  const bucketKey = bucketKeyFlag(headers)
  if (sse !== 'aws:kms' && sse !== 'aws:kms:dsse' && (sse === undefined || sse === 'AES256')) {
    if (key !== undefined || context !== undefined) {
      refuseSse(sse, 'A KMS key or an encryption context is only used with aws:kms or aws:kms:dsse.')
    }
    if (sse === 'AES256') return { kind: 'sse-s3' }
    return { kind: 'default', ...(bucketKey === undefined ? {} : { bucketKey }) }
  }
  if (sse !== 'aws:kms' && sse !== 'aws:kms:dsse') {
    return refuseSse(sse, 'The encryption method specified is not supported')
  }
  if (key !== undefined && (key === '' || key.length > MAX_KEY_REFERENCE_CHARACTERS)) {
    refuseArgument(SSE_KEY_ID, key, 'The KMS key is not named.')
  }
  return {
    kind: sse === 'aws:kms' ? 'sse-kms' : 'dsse-kms',
    ...(key === undefined ? {} : { key }),
    ...(bucketKey === undefined ? {} : { bucketKey }),
    ...(context === undefined ? {} : { context: contextOf(context) }),
  }
}

function contextOf(header: string): NonNullable<ReturnType<typeof parseEncryptionContext>> {
  return (
    parseEncryptionContext(header) ??
    refuseArgument(SSE_CONTEXT, undefined, 'The encryption context is not base64 of a JSON object of strings.')
  )
}

function bucketKeyFlag(headers: HttpHeaders): boolean | undefined {
  const text = headers.get(SSE_BUCKET_KEY)
  if (text === undefined) return undefined
  const flag = text.toLowerCase()
  if (flag === 'true') return true
  return flag === 'false' ? false : refuseArgument(SSE_BUCKET_KEY, text, 'The value has to be true or false.')
}

/** Spec 4.5, rows 1 to 8. Row 0, the bucket's block, was asked at authorization. */
function customerKeyOfWrite(request: S3Request): CustomerKey {
  const { headers } = request.view
  for (const name of SERVER_HEADERS) {
    const value = headers.get(name)
    if (value !== undefined) {
      refuseSse(value, 'Server side encryption with a customer key cannot be combined with another encryption method.')
    }
  }
  const customer = coherentKey(request, OBJECT_KEY)
  if (customer.key.length !== CUSTOMER_KEY_BYTES) {
    customer.key.wipe()
    refuseSse(undefined, 'The secret key was invalid for the specified algorithm.')
  }
  return customer
}

/**
 * The customer key of a read, a part, or a completion; undefined when no header names one. A coherent key of another length is
 * handed on: it is nobody's, and the answer is that of a wrong key (spec 4.6).
 */
export function customerKeyOfRead(request: S3Request): CustomerKey | undefined {
  return namesCustomerKey(request.view.headers) ? coherentKey(request, OBJECT_KEY) : undefined
}

export function customerKeyOfSource(request: S3Request): CustomerKey | undefined {
  const { headers } = request.view
  const named = headers.has(SOURCE_KEY.algorithm) || headers.has(SOURCE_KEY.key) || headers.has(SOURCE_KEY.md5)
  return named ? coherentKey(request, SOURCE_KEY) : undefined
}

function coherentKey(request: S3Request, names: CustomerHeaders): CustomerKey {
  const { headers, secure } = request.view
  if (!secure && !request.options.allowInsecureSseC) {
    const detail =
      'Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.'
    refuse({ kind: 'invalid-request', detail })
  }
  const algorithm = headers.get(names.algorithm)
  const text = headers.get(names.key)
  if (algorithm === undefined) {
    refuseSse(
      undefined,
      'Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.',
    )
  }
  if (text === undefined) {
    refuseSse(
      undefined,
      'Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.',
    )
  }
  if (algorithm !== 'AES256') refuse({ kind: 'invalid-encryption-algorithm', value: algorithm.slice(0, 64) })
  const bytes = decodeBase64Strict(text)
  if (bytes === undefined || bytes.length === 0) {
    return refuseSse(undefined, 'The secret key was invalid for the specified algorithm.')
  }
  const key = new SecretBytes(bytes)
  const sent = headers.get(names.md5)
  if (sent !== undefined && sent === key.expose((raw) => md5(raw).toString('base64'))) return { key, md5: sent }
  key.wipe()
  return refuseSse(
    undefined,
    sent === undefined
      ? 'Requests specifying Server Side Encryption with Customer provided keys must provide the MD5 of the key.'
      : 'The calculated MD5 hash of the key did not match the hash that was provided.',
  )
}

/** Reads, parts, completions and listings take none of the server-side headers: 400 (spec 4.2). */
export function refuseServerSideHeaders(request: S3Request): void {
  for (const name of SERVER_HEADERS) {
    const value = request.view.headers.get(name)
    if (value !== undefined) refuseSse(value, `${SSE} header is not supported for this operation.`)
  }
}

/** As above, unless the compatibility switch says to ignore them. */
export function refuseServerSideHeadersOnPart(request: S3Request): void {
  if (request.options.switches?.ignoreSseOnParts !== true) refuseServerSideHeaders(request)
}
