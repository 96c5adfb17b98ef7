import { refuse, type EncryptionMode } from '../operations/index.ts'
import { usesKms } from './decide-mode.ts'
import type { SealScope } from './object-encryption.ts'

type Asked = Pick<SealScope, 'caller' | 'bucket' | 'road'>

const NEEDS_TLS = 'Encrypted objects of a bucket without default encryption have to be accessed over HTTPS.'
const SHARED = 'Objects encrypted on the server side cannot be shared.'

/**
 * OBS's rules about what is encrypted, for requests in its words; there, encrypted is every mode but `none`.
 * With a bucket's encryption switched off its encrypted objects need HTTPS (OBSA-42, OBSA-43); uploads under the
 * service's own keys alone are free of it.
 */
export function refuseOnRoad(scope: Asked, mode: EncryptionMode, on: 'read' | 'write'): void {
  const { road, bucket } = scope
  if (road?.vendor !== 'obs' || mode === 'none') return
  if (on === 'read') refuseSharing(scope, mode)
  if (road.secure || bucket.encryption.mode !== 'none') return
  if (usesKms(mode) || (on === 'read' && mode === 'sse-s3')) {
    refuse({ kind: 'access-denied', reason: 'no TLS, and the bucket has no default encryption', told: NEEDS_TLS })
  }
}

/**
 * Encrypted objects cannot be shared (OBSB-10 to OBSB-14): nobody reads them without a signature, whatever policies and
 * lists say, and people of other accounts only with a key that was given to them.
 */
export function refuseSharing({ caller, bucket, road }: Asked, mode: EncryptionMode): void {
  if (road?.vendor !== 'obs' || mode === 'none') return
  const stranger = caller.kind !== 'anonymous' && caller.account !== bucket.account
  if (caller.kind === 'anonymous' || (stranger && mode === 'sse-s3')) {
    refuse({ kind: 'access-denied', reason: 'an encrypted object is not shared', told: SHARED })
  }
}
