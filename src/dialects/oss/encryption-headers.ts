/** The encryption headers of object requests: everything that can be judged without the bucket or the object. */
import type { HttpHeaders } from '../../http/index.ts'
import { refuse, type EncryptionContext, type EncryptionRequest, type ShownEncryption } from '../../operations/index.ts'
import { parseEncryptionContext } from '../encryption-context.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { refuseEncryption } from './encryption-faults.ts'
import {
  CUSTOMER_PREFIX,
  DATA_ENCRYPTION,
  isMethod,
  KEY_ID,
  MAX_KEY_REFERENCE_CHARACTERS,
  SSE,
  SSE_CONTEXT,
} from './encryption-names.ts'

const FOREIGN = /^x-(?:amz|obs|cos)-.*(?:encryption|sse)/
const KNOWN: ReadonlySet<string> = new Set([SSE, KEY_ID, SSE_CONTEXT])

/**
 * A wish for protection that this dialect would not understand is refused, not ignored (T-099): encryption headers in
 * another vendor's spelling, customer keys, and names under our own prefix that do not exist.
 */
export function refuseForeignEncryption(headers: HttpHeaders): void {
  for (const name of headers.names) {
    if (!name.startsWith('x-')) continue
    if (name.startsWith(CUSTOMER_PREFIX)) {
      refuse({ kind: 'not-implemented', detail: 'OSS has no customer keys.', header: name })
    }
    if (FOREIGN.test(name) || (name.startsWith(SSE) && !KNOWN.has(name))) {
      refuseArgument(name, undefined, 'This encryption header does not exist in this API.')
    }
  }
}

/** What a write asked for. The method decides: without one, the other headers mean nothing here (vendor page). */
export function encryptionRequest(headers: HttpHeaders): EncryptionRequest {
  const method = headers.get(SSE)
  if (method === undefined) return { kind: 'default' }
  if (!isMethod(method)) return refuse({ kind: 'invalid-encryption-algorithm', value: method.slice(0, 64) })
  const key = headers.get(KEY_ID)
  if (method !== 'KMS') {
    if (key !== undefined && key !== '') refuseEncryption('keyWithoutKms', key)
    return method === 'SM4' ? { kind: 'sse-s3', cipher: 'sm4' } : { kind: 'sse-s3' }
  }
  if (key === '') refuseEncryption('emptyKey')
  if (key !== undefined && key.length > MAX_KEY_REFERENCE_CHARACTERS) refuseEncryption('longKey')
  const context = contextOf(headers, key)
  return {
    kind: 'sse-kms',
    bucketKey: false,
    ...(key === undefined ? {} : { key }),
    ...(dataCipher(headers) === 'sm4' ? { cipher: 'sm4' } : {}),
    ...(context === undefined ? {} : { context }),
  }
}

/** Counts with KMS alone. */
function dataCipher(headers: HttpHeaders): 'sm4' | 'aes-256' {
  const text = headers.get(DATA_ENCRYPTION)
  if (text === undefined || text === '' || text === 'AES256') return 'aes-256'
  return text === 'SM4' ? 'sm4' : refuseEncryption('wrongDataCipher', text)
}

/** A JSON object of strings, as text. */
function contextOf(headers: HttpHeaders, key: string | undefined): EncryptionContext | undefined {
  const text = headers.get(SSE_CONTEXT)
  if (text === undefined) return undefined
  if (key === undefined) return refuseEncryption('contextWithoutKey')
  return parseEncryptionContext(Buffer.from(text, 'latin1').toString('base64')) ?? refuseEncryption('wrongContext')
}

/** Operations that take no encryption of their own: the method is refused; what a client leaks besides is ignored. */
export function refuseMethodHeader(headers: HttpHeaders): void {
  const method = headers.get(SSE)
  if (method !== undefined) refuseEncryption('headerHere', method)
}

/** The encryption headers of an answer: nothing for what is not encrypted, the real id of the key and never its alias. */
export function encryptionHeaders(shown: ShownEncryption): readonly (readonly [string, string])[] {
  switch (shown.mode) {
    case 'none':
      return []
    case 'sse-s3':
      return [[SSE, shown.cipher === 'sm4' ? 'SM4' : 'AES256']]
    case 'sse-c':
      // OSS has no word for a customer's key: it is encrypted, and with AES.
      return [[SSE, 'AES256']]
    case 'sse-kms':
    case 'dsse-kms':
      return [
        [SSE, 'KMS'],
        ...(shown.keyArn === undefined ? [] : [[KEY_ID, keyIdOf(shown.keyArn)] as const]),
        ...(shown.cipher === 'sm4' ? [[DATA_ENCRYPTION, 'SM4'] as const] : []),
      ]
  }
}

/** The id at the end of a key's ARN. */
function keyIdOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}
