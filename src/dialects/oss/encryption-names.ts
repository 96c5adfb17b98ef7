export const SSE = 'x-oss-server-side-encryption'
export const KEY_ID = `${SSE}-key-id`
export const SSE_CONTEXT = `${SSE}-context`
export const DATA_ENCRYPTION = 'x-oss-server-side-data-encryption'
/** Names of customer keys: constants of one client, and no feature of the service. */
export const CUSTOMER_PREFIX = `${SSE}-customer-`

/** OSS's words for methods. */
export const METHODS = ['AES256', 'KMS', 'SM4'] as const
export type Method = (typeof METHODS)[number]

export function isMethod(text: string): text is Method {
  return METHODS.some((method) => method === text)
}

/** Longer than any name of a key. */
export const MAX_KEY_REFERENCE_CHARACTERS = 2_048
