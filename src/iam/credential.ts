import { EVERY_SCHEME, type Principal, type Scheme, type Session } from '../operations/index.ts'
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

/** What every access key may be shown by. */
export const ALL_SCHEMES: ReadonlySet<Scheme> = new Set<Scheme>(EVERY_SCHEME)
