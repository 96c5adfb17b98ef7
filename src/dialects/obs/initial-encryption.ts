import type { HttpHeaders } from '../../http/index.ts'
import type { EncryptionRule } from '../../operations/index.ts'
import {
  cipherOf,
  DATA_CIPHER,
  keyReference,
  namesCustomerKey,
  refuseProject,
  SSE,
  SSE_KEY_ID,
} from './encryption-headers.ts'
import { refuseArgument } from '../refuse-argument.ts'

/**
 * The default encryption that a bucket is created with (OBS API reference, "Creating a bucket"): `kms`, or `obs`, which is
 * the service's own keys and is spelled `AES256` everywhere else. Nothing asked for is nothing.
 */
export function initialEncryption(headers: HttpHeaders): NonNullable<EncryptionRule['rule']> {
  if (namesCustomerKey(headers))
    refuseArgument(SSE, undefined, 'A key of the customer cannot be the default of a bucket.')
  const method = headers.get(SSE)
  const key = headers.get(SSE_KEY_ID)
  const cipher = headers.get(DATA_CIPHER)
  refuseProject(headers)
  if (method === 'kms') {
    const sealed = { mode: 'sse-kms', cipher: cipherOf(cipher).cipher ?? 'aes-256', bucketKey: false } as const
    return key === undefined ? sealed : { ...sealed, key: keyReference(key, SSE_KEY_ID) }
  }
  if (method !== undefined && method !== 'obs' && method !== 'AES256') {
    refuseArgument(SSE, method, 'The encryption method specified is not supported: kms or obs.')
  }
  if (key !== undefined) refuseArgument(SSE_KEY_ID, key, 'A KMS key is only used with kms.')
  if (cipher !== undefined && (cipher !== 'AES256' || method === undefined)) {
    refuseArgument(DATA_CIPHER, cipher, 'This data cipher does not go with this method.')
  }
  return { mode: method === undefined ? 'none' : 'sse-s3', cipher: 'aes-256', bucketKey: false }
}
