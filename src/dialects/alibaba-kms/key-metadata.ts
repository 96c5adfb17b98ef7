import type { KeyDescription, KeyState } from '../../operations/index.ts'
import { isoTime } from '../iso-time.ts'
import { arnOf } from '../key-arns.ts'
import { present } from '../present.ts'

/** Where the vendor's ARNs begin; ours, with the same region, account and id, do after `arn:aws:`. */
export const ACS = 'acs:'

/** Total. A key whose material is out of reach is none that can be used now. */
const STATES: Readonly<Record<KeyState, string>> = {
  enabled: 'Enabled',
  disabled: 'Disabled',
  'pending-import': 'PendingImport',
  'pending-deletion': 'PendingDeletion',
  unavailable: 'Disabled',
}

/** `2016-03-25T10:42:40Z` */
function seconds(timeMs: number): string {
  return `${isoTime(timeMs).slice(0, -'.000Z'.length)}Z`
}

/** `KeyMetadata`: members that do not apply are left out, dates that are not there are empty as the vendor has them. */
export function keyMetadata(key: KeyDescription): object {
  const { rotation } = key
  return {
    KeyId: key.keyId,
    Arn: arnOf(ACS, key.arn),
    KeyState: STATES[key.state],
    KeyUsage: key.usage === 'ENCRYPT_DECRYPT' ? 'ENCRYPT/DECRYPT' : 'SIGN/VERIFY',
    KeySpec: key.spec === 'SYMMETRIC_DEFAULT' ? 'Aliyun_AES_256' : key.spec,
    Origin: key.origin === 'external' ? 'EXTERNAL' : 'Aliyun_KMS',
    Creator: key.account,
    CreationDate: seconds(key.createdMs),
    Description: key.description,
    DeleteDate: key.deletionMs === undefined ? '' : seconds(key.deletionMs),
    MaterialExpireTime: key.expiryMs === undefined ? '' : seconds(key.expiryMs),
    ProtectionLevel: 'SOFTWARE',
    AutomaticRotation: rotation === undefined ? 'Disabled' : 'Enabled',
    DeletionProtection: 'Disabled',
    ...present({
      PrimaryKeyVersion: key.materialId,
      RotationInterval: rotation === undefined ? undefined : `${rotation.periodDays * SECONDS_A_DAY}s`,
      NextRotationDate: rotation === undefined ? undefined : seconds(rotation.nextMs),
    }),
  }
}

const SECONDS_A_DAY = 86_400
