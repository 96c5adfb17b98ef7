import { SecretBytes } from '../../secrets/index.ts'
import { CryptokiMissing, loadCryptoki } from './cryptoki.ts'
import { checkToken, destroyTokenKey, listKeyIds, makeTokenKey, openInToken, sealInToken } from './token-operations.ts'
import {
  TOKEN_WAYS,
  TokenAway,
  TokenKeyMissing,
  TokenRefused,
  type SealHow,
  type TokenKey,
  type TokenWay,
} from './token.ts'
import { PinRefused, TokenSession, type OpenToken, type TokenName } from './token-session.ts'

/** Which token, by which module, with which PIN: what an agent is told first. */
export interface TokenSetting {
  readonly modulePath: string
  readonly token: TokenName
  readonly pin: SecretBytes
}

/** As it goes over a channel: bytes stay bytes. */
export interface TokenSetUp {
  readonly modulePath: string
  readonly token: TokenName
  readonly pin: Uint8Array
}

/** What one call to an agent asks for. */
export type TokenCall =
  | { readonly kind: 'check'; readonly only: TokenWay | undefined }
  | { readonly kind: 'key-ids'; readonly label: string }
  | { readonly kind: 'make-key' | 'destroy-key'; readonly key: TokenKey }
  | {
      readonly kind: 'seal'
      readonly key: TokenKey
      readonly plaintext: Uint8Array
      readonly bound: Uint8Array
      readonly how: SealHow
    }
  | {
      readonly kind: 'open'
      readonly key: TokenKey
      readonly way: TokenWay
      readonly sealed: Uint8Array
      readonly bound: Uint8Array
    }

/** What an agent answers. Failures are values: an error would lose its sentence on the way. */
export type TokenAnswer =
  | { readonly kind: 'key-ids'; readonly ids: readonly string[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'sealed'; readonly way: TokenWay; readonly bytes: Uint8Array }
  | { readonly kind: 'opened'; readonly bytes: Uint8Array | undefined }
  /** `pin-refused`: another try would count against the lock of the token. */
  | { readonly kind: 'away' | 'refused' | 'pin-refused' | 'missing'; readonly why: string }

/** The agent's side: one session, one call at a time, since a module's calls block. */
export function createTokenAgent(setUp: TokenSetUp): (call: TokenCall) => Promise<TokenAnswer> {
  const pin = new SecretBytes(Uint8Array.from(setUp.pin))
  const session = new TokenSession(() => loadCryptoki(setUp.modulePath), setUp.token, pin)
  return async (call) => {
    try {
      return await session.run((token) => answer(token, call))
    } catch (error) {
      return failure(error)
    } finally {
      if (call.kind === 'seal') call.plaintext.fill(0)
    }
  }
}

function answer(token: OpenToken, call: TokenCall): TokenAnswer {
  switch (call.kind) {
    case 'check':
      checkToken(token, call.only)
      return { kind: 'done' }
    case 'key-ids': {
      const ids = listKeyIds(token, call.label)
      // A token that was away looks empty to an old session: it is opened anew before that is believed.
      if (ids.length === 0) throw new TokenKeyMissing('no such key')
      return { kind: 'key-ids', ids }
    }
    case 'make-key':
      makeTokenKey(token, call.key)
      return { kind: 'done' }
    case 'destroy-key':
      destroyTokenKey(token, call.key)
      return { kind: 'done' }
    case 'seal': {
      const sealed = sealInToken(token, call.key, Buffer.from(call.plaintext), Buffer.from(call.bound), call.how)
      return { kind: 'sealed', ...sealed }
    }
    case 'open': {
      const sealed = { way: call.way, bytes: Buffer.from(call.sealed) }
      return { kind: 'opened', bytes: openInToken(token, call.key, sealed, Buffer.from(call.bound)) }
    }
  }
}

function failure(error: unknown): TokenAnswer {
  if (error instanceof TokenKeyMissing) return { kind: 'missing', why: error.message }
  if (error instanceof TokenAway) return { kind: 'away', why: error.message }
  if (error instanceof PinRefused) return { kind: 'pin-refused', why: error.message }
  if (error instanceof TokenRefused) return { kind: 'refused', why: error.message }
  if (error instanceof CryptokiMissing) return { kind: 'refused', why: error.message }
  // A module that cannot be loaded: the binding's own error, whose text names the path and nothing secret.
  return { kind: 'refused', why: error instanceof Error ? `the module cannot be used (${error.message})` : 'unknown' }
}

/** A call that came over a channel from the process that started this one; the shape is checked all the same. */
export function asTokenCall(value: unknown): TokenCall {
  if (typeof value !== 'object' || value === null || !('kind' in value)) throw new TypeError('no call of a token')
  return value as TokenCall
}

export function isTokenAnswer(value: unknown): value is TokenAnswer {
  return typeof value === 'object' && value !== null && 'kind' in value
}

export function wayOfCode(code: number): TokenWay | undefined {
  const ways: readonly TokenWay[] = ['gcm', 'key-wrap-kwp', 'key-wrap-pad']
  return ways.find((way) => TOKEN_WAYS[way] === code)
}
