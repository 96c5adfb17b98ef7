/** What a result of PKCS#11 means for whoever called. Numbers: PKCS#11 2.40, section 3.6. */

const SESSION_GONE: readonly number[] = [
  0x32, // CKR_DEVICE_REMOVED
  0x60, // CKR_KEY_HANDLE_INVALID: the object is another one after the token was away
  0x82, // CKR_OBJECT_HANDLE_INVALID
  0xb0, // CKR_SESSION_CLOSED
  0xb3, // CKR_SESSION_HANDLE_INVALID
  0xe0, // CKR_TOKEN_NOT_PRESENT
  0x101, // CKR_USER_NOT_LOGGED_IN
  0x190, // CKR_CRYPTOKI_NOT_INITIALIZED
]
const AWAY: readonly number[] = [
  ...SESSION_GONE,
  0x02, // CKR_HOST_MEMORY
  0x03, // CKR_SLOT_ID_INVALID
  0x30, // CKR_DEVICE_ERROR
  0x31, // CKR_DEVICE_MEMORY
  0x50, // CKR_FUNCTION_CANCELED
  0xb1, // CKR_SESSION_COUNT
  0xe1, // CKR_TOKEN_NOT_RECOGNIZED
]
const UNCLEAR: readonly number[] = [
  0x05, // CKR_GENERAL_ERROR
  0x06, // CKR_FUNCTION_FAILED
]
const PIN_REFUSED: readonly number[] = [
  0xa0, // CKR_PIN_INCORRECT
  0xa1, // CKR_PIN_INVALID
  0xa2, // CKR_PIN_LEN_RANGE
  0xa3, // CKR_PIN_EXPIRED
  0xa4, // CKR_PIN_LOCKED
  0x102, // CKR_USER_PIN_NOT_INITIALIZED
]
export const ALREADY_INITIALIZED = 0x191
export const ALREADY_LOGGED_IN = 0x100

/** The number of a result, or undefined for an error that is none. */
export function resultOf(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined
}

/** The session, the login or the object is gone: worth one new beginning. */
export function isSessionGone(error: unknown): boolean {
  return isOneOf(SESSION_GONE, error)
}

/** The device is at fault, not what was asked of it. */
export function isAway(error: unknown): boolean {
  return isOneOf(AWAY, error)
}

/** The module says that something failed, and not what. */
export function isUnclear(error: unknown): boolean {
  return isOneOf(UNCLEAR, error)
}

/** The token refuses the PIN: trying on would lock it. */
export function isPinRefused(error: unknown): boolean {
  return isOneOf(PIN_REFUSED, error)
}

function isOneOf(results: readonly number[], error: unknown): boolean {
  const result = resultOf(error)
  return result !== undefined && results.includes(result)
}

/** The result's own name (`CKR_...`) for people; never what was asked. */
export function resultName(error: unknown): string {
  const name = error instanceof Error ? /CKR_[A-Z0-9_]+/.exec(error.message)?.[0] : undefined
  return name ?? `result ${resultOf(error) ?? 'unknown'}`
}
