/** The encryption headers of object requests: everything that can be judged without the bucket or the object (spec 4.2, 4.4). */
import { decodeBase64Strict, type HttpHeaders } from '../../http/index.ts'
import { refuse, type CustomerKey, type EncryptionRequest } from '../../operations/index.ts'
import { md5, SecretBytes } from '../../secrets/index.ts'
import { parseEncryptionContext } from '../encryption-context.ts'
import { refuseArgument } from '../refuse-argument.ts'
import type { CosRequest } from './cos-request.ts'

export const SSE = 'x-cos-server-side-encryption'
export const SSE_KEY_ID = `${SSE}-cos-kms-key-id`
/** What old clients for Android send. */
const SSE_KEY_ID_OLD = `${SSE}-qcloud-kms-key-id`
export const SSE_CONTEXT = `${SSE}-context`
export const CUSTOMER_ALGORITHM = `${SSE}-customer-algorithm`
export const CUSTOMER_KEY = `${SSE}-customer-key`
export const CUSTOMER_MD5 = `${SSE}-customer-key-md5`

const SERVER_HEADERS = [SSE, SSE_KEY_ID, SSE_KEY_ID_OLD, SSE_CONTEXT] as const
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
const SOURCE = 'x-cos-copy-source-server-side-encryption-customer'
const SOURCE_KEY: CustomerHeaders = {
  algorithm: `${SOURCE}-algorithm`,
  key: `${SOURCE}-key`,
  md5: `${SOURCE}-key-md5`,
}
const FOREIGN = /^x-(?:amz|oss|obs)-.*(?:encryption|sse)/

/** A wish for protection that this dialect would not understand is refused, not ignored (T-099). */
export function refuseForeignEncryption(headers: HttpHeaders): void {
  for (const name of headers.names) {
    if (!name.startsWith('x-')) continue
    const unknown = name.startsWith(SSE) && !KNOWN.has(name)
    if (unknown || FOREIGN.test(name)) {
      refuseArgument(name, undefined, 'This encryption header does not exist in this API.')
    }
  }
}

export function namesCustomerKey({ view: { headers } }: CosRequest): boolean {
  return headers.has(CUSTOMER_ALGORITHM) || headers.has(CUSTOMER_KEY) || headers.has(CUSTOMER_MD5)
}

/** What a write asked for. */
export function encryptionRequest(request: CosRequest): EncryptionRequest {
  const { headers } = request.view
  if (namesCustomerKey(request)) return { kind: 'sse-c', customer: customerKeyOfWrite(request) }
  const sse = headers.get(SSE)
  const key = keyNamed(headers)
  const context = headers.get(SSE_CONTEXT)
  if (sse === 'cos/kms') {
    return {
      kind: 'sse-kms',
      // A client that names a key, or none, means data keys of this object alone: COS has no keys of buckets.
      bucketKey: false,
      ...(key === undefined ? {} : { key }),
      ...(context === undefined ? {} : { context: contextOf(context) }),
    }
  }
  if (key !== undefined) refuseArgument(SSE_KEY_ID, undefined, 'A KMS key is only used with cos/kms.')
  if (context !== undefined) refuseArgument(SSE_CONTEXT, undefined, 'An encryption context is only used with cos/kms.')
  switch (sse) {
    case undefined:
      return { kind: 'default' }
    case 'AES256':
      return { kind: 'sse-s3' }
    case 'SM4':
      return { kind: 'sse-s3', cipher: 'sm4' }
    default:
      return refuseArgument(SSE, sse, 'The encryption method specified is not supported.')
  }
}

function keyNamed(headers: HttpHeaders): string | undefined {
  const key = headers.get(SSE_KEY_ID)
  const old = headers.get(SSE_KEY_ID_OLD)
  if (key !== undefined && old !== undefined) refuseArgument(SSE_KEY_ID, undefined, 'The KMS key is named twice.')
  const text = key ?? old
  if (text !== undefined && (text === '' || text.length > MAX_KEY_REFERENCE_CHARACTERS)) {
    refuseArgument(SSE_KEY_ID, text, 'The KMS key is not named.')
  }
  return text
}

function contextOf(header: string): NonNullable<ReturnType<typeof parseEncryptionContext>> {
  return (
    parseEncryptionContext(header) ??
    refuseArgument(SSE_CONTEXT, undefined, 'The encryption context is not base64 of a JSON object of strings.')
  )
}

function customerKeyOfWrite(request: CosRequest): CustomerKey {
  const { headers } = request.view
  for (const name of SERVER_HEADERS) {
    if (headers.has(name)) {
      refuseArgument(name, headers.get(name), 'A customer key cannot be combined with another encryption method.')
    }
  }
  const customer = coherentKey(request, OBJECT_KEY)
  if (customer.key.length === CUSTOMER_KEY_BYTES) return customer
  customer.key.wipe()
  return refuseArgument(CUSTOMER_KEY, undefined, 'The key has to be 32 bytes.')
}

/**
 * The customer key of a read or of a part; undefined when no header names one. A coherent key of another length is
 * handed on: it is nobody's, and the answer is that of a wrong key.
 */
export function customerKeyOfRead(request: CosRequest): CustomerKey | undefined {
  return namesCustomerKey(request) ? coherentKey(request, OBJECT_KEY) : undefined
}

export function customerKeyOfSource(request: CosRequest): CustomerKey | undefined {
  const { headers } = request.view
  const named = headers.has(SOURCE_KEY.algorithm) || headers.has(SOURCE_KEY.key) || headers.has(SOURCE_KEY.md5)
  return named ? coherentKey(request, SOURCE_KEY) : undefined
}

function coherentKey(request: CosRequest, names: CustomerHeaders): CustomerKey {
  const { headers, secure } = request.view
  if (!secure && !request.options.allowInsecureSseC) {
    refuse({ kind: 'invalid-request', detail: 'Requests with a customer key must be made by HTTPS.' })
  }
  const algorithm = headers.get(names.algorithm)
  if (algorithm !== 'AES256') refuseArgument(names.algorithm, algorithm, 'The algorithm of a customer key is AES256.')
  const bytes = decodeBase64Strict(headers.get(names.key) ?? '')
  if (bytes === undefined || bytes.length === 0) {
    return refuseArgument(names.key, undefined, 'The key has to be 32 bytes in base64.')
  }
  const key = new SecretBytes(bytes)
  const sent = headers.get(names.md5)
  if (sent !== undefined && sent === key.expose((raw) => md5(raw).toString('base64'))) return { key, md5: sent }
  key.wipe()
  return refuseArgument(names.md5, undefined, 'The MD5 is not the MD5 of the key.')
}

/** Reads, parts, completions and listings take none of the server-side headers: 400 `SSEHeaderNotAllowed`. */
export function refuseServerSideHeaders(request: CosRequest): void {
  for (const name of SERVER_HEADERS) {
    if (request.view.headers.has(name)) refuse({ kind: 'encryption-header-not-allowed', header: name })
  }
}
