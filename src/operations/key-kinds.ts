/** What a KMS key is made of and for, in the words of the AWS KMS API (`KeySpec`, `KeyUsage`, and the algorithms of each). */

export const HMAC_SPECS = ['HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512'] as const
export const RSA_SPECS = ['RSA_2048', 'RSA_3072', 'RSA_4096'] as const
export const ECC_SPECS = [
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'ECC_NIST_EDWARDS25519',
] as const

export type HmacSpec = (typeof HMAC_SPECS)[number]
/** A key pair's: also what GenerateDataKeyPair makes. */
export type PairSpec = (typeof RSA_SPECS)[number] | (typeof ECC_SPECS)[number]
export const PAIR_SPECS: readonly PairSpec[] = [...RSA_SPECS, ...ECC_SPECS]
export type KeySpec = 'SYMMETRIC_DEFAULT' | HmacSpec | PairSpec
export const KEY_SPECS: readonly KeySpec[] = ['SYMMETRIC_DEFAULT', ...HMAC_SPECS, ...PAIR_SPECS]

export const KEY_USAGES = ['ENCRYPT_DECRYPT', 'GENERATE_VERIFY_MAC', 'SIGN_VERIFY'] as const
export type KeyUsage = (typeof KEY_USAGES)[number]

export const MAC_ALGORITHMS = ['HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512'] as const
export type MacAlgorithm = (typeof MAC_ALGORITHMS)[number]

export const ENCRYPTION_ALGORITHMS = ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const
export type EncryptionAlgorithm = (typeof ENCRYPTION_ALGORITHMS)[number]

export const SIGNING_ALGORITHMS = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ECDSA_SHA_512',
  'ED25519_SHA_512',
] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]

/** How key material travels into ImportKeyMaterial. */
export const WRAPPING_ALGORITHMS = [
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'RSA_AES_KEY_WRAP_SHA_1',
  'RSA_AES_KEY_WRAP_SHA_256',
] as const
export type WrappingAlgorithm = (typeof WRAPPING_ALGORITHMS)[number]
export type WrappingSpec = (typeof RSA_SPECS)[number]

/** The one algorithm of an HMAC key. */
export const MAC_ALGORITHM_OF: Readonly<Record<HmacSpec, MacAlgorithm>> = {
  HMAC_224: 'HMAC_SHA_224',
  HMAC_256: 'HMAC_SHA_256',
  HMAC_384: 'HMAC_SHA_384',
  HMAC_512: 'HMAC_SHA_512',
}

const RSA_SIGNATURES = [
  ...(['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_384', 'RSASSA_PKCS1_V1_5_SHA_512'] as const),
  ...(['RSASSA_PSS_SHA_256', 'RSASSA_PSS_SHA_384', 'RSASSA_PSS_SHA_512'] as const),
]

/** The algorithms by which a key pair signs. */
export const SIGNING_ALGORITHMS_OF: Readonly<Record<PairSpec, readonly SigningAlgorithm[]>> = {
  RSA_2048: RSA_SIGNATURES,
  RSA_3072: RSA_SIGNATURES,
  RSA_4096: RSA_SIGNATURES,
  ECC_NIST_P256: ['ECDSA_SHA_256'],
  ECC_NIST_P384: ['ECDSA_SHA_384'],
  ECC_NIST_P521: ['ECDSA_SHA_512'],
  ECC_SECG_P256K1: ['ECDSA_SHA_256'],
  ECC_NIST_EDWARDS25519: ['ED25519_SHA_512'],
}

export function isHmacSpec(spec: KeySpec): spec is HmacSpec {
  return spec in MAC_ALGORITHM_OF
}

export function isPairSpec(spec: KeySpec): spec is PairSpec {
  return spec in SIGNING_ALGORITHMS_OF
}

/** What keys of a spec can be for. One that has several must be told which. */
export function usagesOf(spec: KeySpec): readonly KeyUsage[] {
  if (spec === 'SYMMETRIC_DEFAULT') return ['ENCRYPT_DECRYPT']
  return isHmacSpec(spec) ? ['GENERATE_VERIFY_MAC'] : ['SIGN_VERIFY']
}
