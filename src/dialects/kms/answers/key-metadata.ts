import {
  isHmacSpec,
  isPairSpec,
  MAC_ALGORITHM_OF,
  SIGNING_ALGORITHMS_OF,
  type KeyDescription,
  type KeySpec,
  type KeyState,
} from '../../../operations/index.ts'
import { present } from '../../present.ts'

/** KMS's words for our states. Total. */
export const KEY_STATES: Readonly<Record<KeyState, string>> = {
  enabled: 'Enabled',
  disabled: 'Disabled',
  'pending-import': 'PendingImport',
  'pending-deletion': 'PendingDeletion',
  unavailable: 'Unavailable',
}

/** `EncryptionAlgorithms`, `SigningAlgorithms` or `MacAlgorithms`: what a key of this spec can do. */
export function algorithmsOf(spec: KeySpec): object {
  if (isHmacSpec(spec)) return { MacAlgorithms: [MAC_ALGORITHM_OF[spec]] }
  return isPairSpec(spec) ? { SigningAlgorithms: SIGNING_ALGORITHMS_OF[spec] } : { EncryptionAlgorithms: [spec] }
}

export function epochSeconds(ms: number): number {
  return ms / 1000
}

/** `KeyMetadata`: members that do not apply are left out. */
export function keyMetadata(key: KeyDescription): object {
  const imported = key.origin === 'external' && key.version > 0 && key.state !== 'pending-import'
  return {
    AWSAccountId: key.account,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: epochSeconds(key.createdMs),
    Enabled: key.state === 'enabled',
    Description: key.description,
    KeyUsage: key.usage,
    KeyState: KEY_STATES[key.state],
    Origin: key.origin === 'external' ? 'EXTERNAL' : 'AWS_KMS',
    KeyManager: key.manager === 'coffer' ? 'AWS' : 'CUSTOMER',
    CustomerMasterKeySpec: key.spec,
    KeySpec: key.spec,
    ...algorithmsOf(key.spec),
    MultiRegion: false,
    ...present({
      DeletionDate: key.deletionMs === undefined ? undefined : epochSeconds(key.deletionMs),
      CurrentKeyMaterialId: key.materialId,
    }),
    ...(imported ? expirationOf(key.expiryMs) : {}),
  }
}

/** `ExpirationModel`, and `ValidTo` where there is an end. */
export function expirationOf(validToMs: number | undefined): object {
  if (validToMs === undefined) return { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
  return { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo: epochSeconds(validToMs) }
}
