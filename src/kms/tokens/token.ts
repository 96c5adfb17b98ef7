import type { SecretBytes } from '../../secrets/index.ts'

/** A key of a token: the two things by which it is found again after the token was away. */
export interface TokenKey {
  readonly label: string
  /** `CKA_ID`, in hexadecimal. */
  readonly id: string
}

/** How a token protects a secret, by the byte that stands for it in records. */
export const TOKEN_WAYS = { gcm: 1, 'key-wrap-kwp': 2, 'key-wrap-pad': 3 } as const
export type TokenWay = keyof typeof TOKEN_WAYS

/** What a token made of a secret. With `gcm`: IV (12), ciphertext, tag (16). */
export interface TokenSealed {
  readonly way: TokenWay
  readonly bytes: Buffer
}

export interface SealHow {
  /** Refused where the token cannot do this one. By default the first that it can of GCM, KWP, padded wrap. */
  readonly only?: TokenWay
  /** With GCM: where the IV goes into what is bound. By default it is not among it. */
  readonly ivAt?: number
}

/**
 * A PKCS#11 token as this room uses it. Keys are AES-256, made in the token and never extractable. Everything rejects
 * with `TokenAway`, `TokenRefused`, or, where a key is named, `TokenKeyMissing`.
 */
export interface Token {
  /** In words a person can follow. */
  readonly place: string
  /** Resolves when the token answers now, and can do `only`. */
  check(only?: TokenWay): Promise<void>
  /** Ids of the keys with a label, in ascending order. */
  keyIds(label: string): Promise<readonly string[]>
  /** Makes a key; one that is there already stays. Proves that it is sensitive, never extractable, and the token's own. */
  makeKey(key: TokenKey): Promise<void>
  /** Destroys a key; none that is there is no error. */
  destroyKey(key: TokenKey): Promise<void>
  seal(key: TokenKey, plaintext: SecretBytes, bound: Uint8Array, how?: SealHow): Promise<TokenSealed>
  /** Undefined: it does not open. */
  open(key: TokenKey, sealed: TokenSealed, bound: Uint8Array): Promise<SecretBytes | undefined>
}

/** The token does not answer; it may come back. */
export class TokenAway extends Error {
  override readonly name = 'TokenAway'
}

/** The token answers, and will not do it until a person changes something: PIN, label, module, mechanism. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
}

/** The token is there, and the key is not in it. */
export class TokenKeyMissing extends Error {
  override readonly name = 'TokenKeyMissing'
}
