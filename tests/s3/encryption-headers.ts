import { CUSTOMER_KEY } from './encryption-modes.ts'

export const SSE = 'x-amz-server-side-encryption'
export const KEY_ID = `${SSE}-aws-kms-key-id`
export const CONTEXT = `${SSE}-context`
export const BUCKET_KEY = `${SSE}-bucket-key-enabled`
export const C_ALGORITHM = `${SSE}-customer-algorithm`
export const C_KEY = `${SSE}-customer-key`
export const C_MD5 = `${SSE}-customer-key-md5`
export const SOURCE_ALGORITHM = 'x-amz-copy-source-server-side-encryption-customer-algorithm'
export const SOURCE_KEY = 'x-amz-copy-source-server-side-encryption-customer-key'
export const SOURCE_MD5 = 'x-amz-copy-source-server-side-encryption-customer-key-md5'

export type Headers = readonly (readonly [name: string, value: string])[]

/** The three headers of a customer's key, some of them changed; `undefined` leaves one out. */
export function customerHeaders(
  change: {
    readonly algorithm?: string | undefined
    readonly key?: string | undefined
    readonly md5?: string | undefined
  } = {},
  names: readonly [string, string, string] = [C_ALGORITHM, C_KEY, C_MD5],
): Headers {
  const values = { algorithm: 'AES256', ...CUSTOMER_KEY, ...change }
  const [algorithm, key, md5] = names
  return [[algorithm, values.algorithm] as const, [key, values.key] as const, [md5, values.md5] as const].flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, value] as const]),
  )
}

/** A header that no object request but a write takes, one for each of the four. */
export const SERVER_SIDE_HEADERS: Headers = [
  [SSE, 'AES256'],
  [SSE, 'aws:kms'],
  [KEY_ID, 'alias/any'],
  [CONTEXT, 'e30='],
  [BUCKET_KEY, 'true'],
]

/** Encryption headers that an answer may carry; a refusal carries none. */
export const ENCRYPTION_ANSWERS: readonly string[] = [SSE, KEY_ID, CONTEXT, BUCKET_KEY, C_ALGORITHM, C_KEY, C_MD5]
