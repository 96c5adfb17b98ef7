import type { Awaitable, Principal, Scheme, SecretLike, Session } from '../operations/index.ts'
import type { RequestView } from '../http/index.ts'

/** What the signature promises about the body, as something that can be read. */
export interface PromisedBody {
  /** Length after aws-chunked decoding, where it is promised. */
  readonly length?: number
  /** Decodes aws-chunked, checks chunk signatures and the signed digest: a broken promise throws before the end. */
  read(signal: AbortSignal): AsyncIterable<Uint8Array>
  /** After the end: announced trailers (lower-case names), checked. */
  trailer(name: string): string | undefined
  /** Whether the body's bytes are bound by the signature (digest or chunk signatures). */
  readonly bound: boolean
  /** Announced trailer names, lower-case. */
  readonly announced: readonly string[]
}

/** Built by `authenticate` alone; the only way, besides `Anonymous`, into `authorize`. */
export interface Verified {
  readonly kind: 'verified'
  readonly accessKeyId: string
  /** Whose access key it is. */
  readonly principal: Principal
  /** Present for temporary credentials. */
  readonly session?: Session
  readonly scheme: Scheme
  readonly covered: RequestView
  readonly body: PromisedBody
  /** The scheme lists what it signs, and `Content-MD5` is in the list. */
  readonly signedMd5?: true
}

export interface Anonymous {
  readonly kind: 'anonymous'
  readonly covered: RequestView
  readonly body: PromisedBody
}

/**
 * How the credential of an access key is looked up; handed in by `main`. Undefined: unknown or disabled. A temporary
 * credential is found by its id and its token together, and by neither alone: `invalid-token`, `expired-token` (T-060).
 */
export type CredentialLookup = (accessKeyId: string, token?: string) => Awaitable<Credential | undefined>

export interface Credential {
  readonly accessKeyId: string
  readonly principal: Principal
  readonly session?: Session
  readonly secret: SecretLike
  /** Changes whenever the credential changes: cached signing keys are bound to it. */
  readonly generation: string
  /** Schemes this key may use. */
  readonly schemes: ReadonlySet<Scheme>
}

/** What a verified request says of its credential. */
export function shownBy({
  accessKeyId,
  principal,
  session,
}: Credential): Pick<Verified, 'accessKeyId' | 'principal' | 'session'> {
  return session === undefined ? { accessKeyId, principal } : { accessKeyId, principal, session }
}
