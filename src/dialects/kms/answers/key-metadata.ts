import type { KeyDescription, KeySpec, KeyState, KeyUsage } from '../../../operations/index.ts'
import { present } from '../../present.ts'

/** KMS's words for our states. Total. */
export const KEY_STATES: Readonly<Record<KeyState, string>> = {
  enabled: 'Enabled',
  disabled: 'Disabled',
  'pending-import': 'PendingImport',
  'pending-deletion': 'PendingDeletion',
  unavailable: 'Unavailable',
}

const OAEP = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const
const RSA_SIGNING = [
  ...(['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_384', 'RSASSA_PKCS1_V1_5_SHA_512'] as const),
  ...(['RSASSA_PSS_SHA_256', 'RSASSA_PSS_SHA_384', 'RSASSA_PSS_SHA_512'] as const),
]
/** What each spec can do, by usage (KMS Developer Guide, "Key spec reference"). Total. */
const ALGORITHMS: Readonly<Record<KeySpec, Partial<Readonly<Record<KeyUsage, readonly string[]>>>>> = {
  SYMMETRIC_DEFAULT: { ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'] },
  HMAC_224: { GENERATE_VERIFY_MAC: ['HMAC_SHA_224'] },
  HMAC_256: { GENERATE_VERIFY_MAC: ['HMAC_SHA_256'] },
  HMAC_384: { GENERATE_VERIFY_MAC: ['HMAC_SHA_384'] },
  HMAC_512: { GENERATE_VERIFY_MAC: ['HMAC_SHA_512'] },
  RSA_2048: { ENCRYPT_DECRYPT: OAEP, SIGN_VERIFY: RSA_SIGNING },
  RSA_3072: { ENCRYPT_DECRYPT: OAEP, SIGN_VERIFY: RSA_SIGNING },
  RSA_4096: { ENCRYPT_DECRYPT: OAEP, SIGN_VERIFY: RSA_SIGNING },
  ECC_NIST_P256: { SIGN_VERIFY: ['ECDSA_SHA_256'] },
  ECC_NIST_P384: { SIGN_VERIFY: ['ECDSA_SHA_384'] },
  ECC_NIST_P521: { SIGN_VERIFY: ['ECDSA_SHA_512'] },
  ECC_SECG_P256K1: { SIGN_VERIFY: ['ECDSA_SHA_256'] },
  ECC_NIST_EDWARDS25519: { SIGN_VERIFY: ['ED25519_SHA_512'] },
}
const ALGORITHM_MEMBERS: Readonly<Record<KeyUsage, string>> = {
  ENCRYPT_DECRYPT: 'EncryptionAlgorithms',
  SIGN_VERIFY: 'SigningAlgorithms',
  GENERATE_VERIFY_MAC: 'MacAlgorithms',
}

/** `EncryptionAlgorithms`, `SigningAlgorithms` or `MacAlgorithms` of a key; nothing where it has none. */
export function algorithmsOf(spec: KeySpec, usage: KeyUsage): object {
  const algorithms = ALGORITHMS[spec][usage]
  return algorithms === undefined ? {} : { [ALGORITHM_MEMBERS[usage]]: algorithms }
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
    ...algorithmsOf(key.spec, key.usage),
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
