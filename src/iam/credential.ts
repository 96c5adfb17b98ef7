import {
  EVERY_SCHEME,
  signatureOf,
  type Principal,
  type Scheme,
  type Session,
  type Signature,
} from '../operations/index.ts'
import type { SecretBytes } from '../secrets/index.ts'

/** A credential as signatures are checked with it. The secret stays this room's: nobody wipes it. */
export interface AccountCredential {
  readonly accessKeyId: string
  readonly secret: SecretBytes
  readonly generation: string
  readonly principal: Principal
  readonly session?: Session
  readonly schemes: ReadonlySet<Scheme>
}

/** What an access key may be shown by that nobody limited. */
export const ALL_SCHEMES: ReadonlySet<Scheme> = new Set<Scheme>(EVERY_SCHEME)

/** Every form of some signatures. */
export function schemesOf(signatures: readonly Signature[] | undefined): ReadonlySet<Scheme> {
  if (signatures === undefined) return ALL_SCHEMES
  return new Set(EVERY_SCHEME.filter((scheme) => signatures.includes(signatureOf(scheme))))
}
