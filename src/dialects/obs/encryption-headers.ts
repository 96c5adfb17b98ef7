/** The encryption headers of object requests: everything that can be judged without the bucket or the object. */
import { decodeBase64Strict, type HttpHeaders } from '../../http/index.ts'
import { refuse, type CustomerKey, type EncryptionRequest } from '../../operations/index.ts'
import { md5, SecretBytes } from '../../secrets/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { refuseUndone, type ObsRequest } from './obs-request.ts'

export const SSE = 'x-obs-server-side-encryption'
export const SSE_KEY_ID = `${SSE}-kms-key-id`
export const DATA_CIPHER = 'x-obs-server-side-data-encryption'
export const PROJECT_ID = 'x-obs-sse-kms-key-project-id'
export const CUSTOMER_ALGORITHM = `${SSE}-customer-algorithm`
export const CUSTOMER_KEY = `${SSE}-customer-key`
export const CUSTOMER_MD5 = `${SSE}-customer-key-md5`

const SERVER_HEADERS = [SSE, SSE_KEY_ID, DATA_CIPHER, PROJECT_ID] as const
const KNOWN: ReadonlySet<string> = new Set([...SERVER_HEADERS, CUSTOMER_ALGORITHM, CUSTOMER_KEY, CUSTOMER_MD5])
const CUSTOMER_KEY_BYTES = 32
export const MAX_KEY_REFERENCE_CHARACTERS = 2_048

/** A customer's key headers, for the object itself or for the source of a copy. */
interface CustomerHeaders {
  readonly algorithm: string
  readonly key: string
  readonly md5: string
}

const OBJECT_KEY: CustomerHeaders = { algorithm: CUSTOMER_ALGORITHM, key: CUSTOMER_KEY, md5: CUSTOMER_MD5 }
const SOURCE_KEY: CustomerHeaders = {
  algorithm: 'x-obs-copy-source-server-side-encryption-customer-algorithm',
  key: 'x-obs-copy-source-server-side-encryption-customer-key',
  md5: 'x-obs-copy-source-server-side-encryption-customer-key-md5',
}

const ONE_METHOD = 'Only one server-side encryption method may be used per upload.'
const FOREIGN = /^x-(?:oss|amz|cos)-.*(?:encryption|sse)/

/**
 * A wish for protection that this dialect would not understand is refused, not ignored (T-099): encryption headers in
 * another vendor's spelling, and names under our own beginning that do not exist.
 */
export function refuseForeignEncryption(headers: HttpHeaders): void {
  for (const name of headers.names) {
    if (!name.startsWith('x-')) continue
    const unknown = (name.startsWith(SSE) || name.startsWith('x-obs-server-side-')) && !KNOWN.has(name)
    if (unknown || FOREIGN.test(name)) {
      refuseArgument(name, undefined, 'This encryption header does not exist in this API.')
    }
  }
}

export function namesCustomerKey(headers: HttpHeaders): boolean {
  return headers.has(CUSTOMER_ALGORITHM) || headers.has(CUSTOMER_KEY) || headers.has(CUSTOMER_MD5)
}

/** Tells the gateway that a write names a customer's key, before anything of the key is looked at. */
export function customerKeyMark({ headers }: ObsRequest): { readonly namesCustomerKey?: boolean } {
  return namesCustomerKey(headers) ? { namesCustomerKey: true } : {}
}

/** What a write asked for: one method, or none, and then the bucket's default decides (OBSA-18, OBSA-19). */
export function encryptionRequest(request: ObsRequest): EncryptionRequest {
  const { headers } = request
  if (namesCustomerKey(headers)) return { kind: 'sse-c', customer: customerKeyOfWrite(request) }
  const method = headers.get(SSE)
  const key = headers.get(SSE_KEY_ID)
  const cipher = headers.get(DATA_CIPHER)
  refuseProject(headers)
  if (method !== undefined && method !== 'kms' && method !== 'AES256') {
    refuseArgument(SSE, method, 'The encryption method specified is not supported: kms or AES256.')
  }
  if (method !== 'kms') {
    if (key !== undefined) refuseArgument(SSE_KEY_ID, key, 'A KMS key is only used with kms.')
    if (cipher !== undefined && !(cipher === 'AES256' && method === 'AES256')) {
      refuseArgument(DATA_CIPHER, cipher, 'A data cipher is only used with kms.')
    }
    return method === 'AES256' ? { kind: 'sse-s3' } : { kind: 'default' }
  }
  return { kind: 'sse-kms', ...cipherOf(cipher), ...(key === undefined ? {} : { key: keyReference(key, SSE_KEY_ID) }) }
}

/** `x-obs-server-side-data-encryption`: AES-256 unless SM4 is asked for. */
export function cipherOf(text: string | undefined): { readonly cipher?: 'sm4' } {
  if (text === undefined || text === 'AES256') return {}
  return text === 'SM4' ? { cipher: 'sm4' } : refuseArgument(DATA_CIPHER, text, 'The data cipher is AES256 or SM4.')
}

export function keyReference(text: string, argument: string): string {
  if (text !== '' && text.length <= MAX_KEY_REFERENCE_CHARACTERS) return text
  return refuseArgument(argument, text, 'The KMS key is not named.')
}

/** There are no projects here: a key of another one would be another key. */
export function refuseProject(headers: HttpHeaders): void {
  if (headers.has(PROJECT_ID)) refuseUndone('The project of a KMS key', PROJECT_ID)
}

function customerKeyOfWrite(request: ObsRequest): CustomerKey {
  const { headers } = request
  for (const name of SERVER_HEADERS) {
    const value = headers.get(name)
    if (value !== undefined) refuseArgument(name, value, ONE_METHOD)
  }
  const customer = coherentKey(request, OBJECT_KEY)
  if (customer.key.length !== CUSTOMER_KEY_BYTES) {
    customer.key.wipe()
    refuseArgument(CUSTOMER_KEY, undefined, 'The secret key was invalid for the specified algorithm.')
  }
  return customer
}

/**
 * The customer key of a read or a part; undefined when no header names one. A coherent key of another length is handed
 * on: it is nobody's, and the answer is that of a wrong key.
 */
export function customerKeyOfRead(request: ObsRequest): CustomerKey | undefined {
  return namesCustomerKey(request.headers) ? coherentKey(request, OBJECT_KEY) : undefined
}

export function customerKeyOfSource(request: ObsRequest): CustomerKey | undefined {
  const { headers } = request
  const named = headers.has(SOURCE_KEY.algorithm) || headers.has(SOURCE_KEY.key) || headers.has(SOURCE_KEY.md5)
  return named ? coherentKey(request, SOURCE_KEY) : undefined
}

function coherentKey(request: ObsRequest, names: CustomerHeaders): CustomerKey {
  const { view, headers } = request
  if (!view.secure && !request.options.allowInsecureSseC) {
    refuse({ kind: 'invalid-request', detail: 'Requests with a key of the customer have to be made over HTTPS.' })
  }
  const algorithm = headers.get(names.algorithm)
  const text = headers.get(names.key)
  const sent = headers.get(names.md5)
  if (algorithm === undefined) refuseArgument(names.algorithm, undefined, `The header ${names.algorithm} is missing.`)
  if (text === undefined) refuseArgument(names.key, undefined, `The header ${names.key} is missing.`)
  if (sent === undefined) refuseArgument(names.md5, undefined, `The header ${names.md5} is missing.`)
  if (algorithm !== 'AES256') refuse({ kind: 'invalid-encryption-algorithm', value: algorithm.slice(0, 64) })
  const bytes = decodeBase64Strict(text)
  if (bytes === undefined || bytes.length === 0) {
    return refuseArgument(names.key, undefined, 'The secret key was invalid for the specified algorithm.')
  }
  const key = new SecretBytes(bytes)
  if (sent === key.expose((raw) => md5(raw).toString('base64'))) return { key, md5: sent }
  key.wipe()
  return refuseArgument(names.md5, undefined, 'The MD5 of the key does not match the key.')
}

/**
 * A part is encrypted as its upload is: the method may be said again, and has to be right, which only the upload's row
 * knows; so what is not certainly the same is refused.
 */
export function refuseMethodOfPart({ headers }: ObsRequest): void {
  for (const name of SERVER_HEADERS) {
    const value = headers.get(name)
    if (value !== undefined) refuseArgument(name, value, 'The encryption of an upload is said when it is begun.')
  }
}

/** The customer's key of an object whose bytes are changed; a wish for a method is refused: the status stays (OBSB-06). */
export function customerKeyOfChange(request: ObsRequest): { readonly customer?: CustomerKey } {
  if (SERVER_HEADERS.some((name) => request.headers.has(name))) refuseStatusChange()
  const customer = customerKeyOfRead(request)
  return customer === undefined ? {} : { customer }
}

/** Operations that cannot change how an object is encrypted: a wish for it is refused, not ignored (OBSB-06). */
export function refuseEncryptionHeaders({ headers }: ObsRequest): void {
  for (const name of headers.names) {
    if (KNOWN.has(name)) refuseStatusChange()
  }
}

function refuseStatusChange(): never {
  return refuse({ kind: 'invalid-request', detail: 'The encryption status of an object cannot be changed.' })
}
