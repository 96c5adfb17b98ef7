import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  sign,
  type KeyObject,
} from 'node:crypto'
import {
  isHmacSpec,
  type HmacSpec,
  type KeySpec,
  type MacAlgorithm,
  type PairSpec,
  type SigningAlgorithm,
} from '../../operations/index.ts'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'

/** An HMAC key is as long as its hash's output (SP 800-107r1, 5.3.4). */
const HMAC_BYTES: Readonly<Record<HmacSpec, number>> = { HMAC_224: 28, HMAC_256: 32, HMAC_384: 48, HMAC_512: 64 }

const CURVES: Readonly<Partial<Record<PairSpec, string>>> = {
  ECC_NIST_P256: 'P-256',
  ECC_NIST_P384: 'P-384',
  ECC_NIST_P521: 'P-521',
  ECC_SECG_P256K1: 'secp256k1',
}
const MODULUS_BITS: Readonly<Partial<Record<PairSpec, number>>> = { RSA_2048: 2_048, RSA_3072: 3_072, RSA_4096: 4_096 }
const PRIVATE_FORM = { type: 'pkcs8', format: 'der' } as const
const PUBLIC_FORM = { type: 'spki', format: 'der' } as const
const FORMS = { privateKeyEncoding: PRIVATE_FORM, publicKeyEncoding: PUBLIC_FORM }

/** Bytes of material that is a secret as it stands; undefined for a key pair. */
export function secretBytesOf(spec: KeySpec): number | undefined {
  if (spec === 'SYMMETRIC_DEFAULT') return KEY_BYTES
  return isHmacSpec(spec) ? HMAC_BYTES[spec] : undefined
}

/** Fresh material in the form in which it rests: secret bytes, or the private half of a pair as PKCS #8 in DER. */
export async function freshMaterial(spec: KeySpec): Promise<SecretBytes> {
  if (spec === 'SYMMETRIC_DEFAULT' || isHmacSpec(spec))
    return new SecretBytes(randomBytes(secretBytesOf(spec) ?? KEY_BYTES))
  return (await freshPair(spec)).privateKey
}

export interface FreshPair {
  /** PKCS #8 in DER. */
  readonly privateKey: SecretBytes
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer
}

/** A new key pair. The work is done in the thread pool: RSA takes up to seconds. */
export async function freshPair(spec: PairSpec): Promise<FreshPair> {
  return new Promise((resolve, reject) => {
    const made = (error: Error | null, publicKey: Buffer, privateKey: Buffer): void => {
      if (error === null) resolve({ publicKey, privateKey: new SecretBytes(privateKey) })
      else reject(error)
    }
    const namedCurve = CURVES[spec]
    const modulusLength = MODULUS_BITS[spec]
    if (modulusLength !== undefined) generateKeyPair('rsa', { modulusLength, ...FORMS }, made)
    else if (namedCurve !== undefined) generateKeyPair('ec', { namedCurve, ...FORMS }, made)
    else generateKeyPair('ed25519', FORMS, made)
  })
}

/** The key object of material at rest. */
export function materialKey(bytes: Uint8Array, form: 'secret' | 'private'): KeyObject {
  if (form === 'secret') return createSecretKey(bytes)
  return createPrivateKey({ key: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), ...PRIVATE_FORM })
}

export function publicHalf(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export(PUBLIC_FORM)
}

const HASHES: Readonly<Record<MacAlgorithm, string>> = {
  HMAC_SHA_224: 'sha224',
  HMAC_SHA_256: 'sha256',
  HMAC_SHA_384: 'sha384',
  HMAC_SHA_512: 'sha512',
}

export function macOf(key: KeyObject, algorithm: MacAlgorithm, message: Uint8Array): Buffer {
  return createHmac(HASHES[algorithm], key).update(message).digest()
}

interface Signing {
  /** Null: the algorithm has its own (Ed25519). */
  readonly hash: string | null
  readonly options: { readonly padding?: number; readonly saltLength?: number }
}

const PKCS1 = { padding: constants.RSA_PKCS1_PADDING }
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }

/** How `node:crypto` is asked for each algorithm, to sign and to verify. */
export const SIGNINGS: Readonly<Record<SigningAlgorithm, Signing>> = {
  RSASSA_PKCS1_V1_5_SHA_256: { hash: 'sha256', options: PKCS1 },
  RSASSA_PKCS1_V1_5_SHA_384: { hash: 'sha384', options: PKCS1 },
  RSASSA_PKCS1_V1_5_SHA_512: { hash: 'sha512', options: PKCS1 },
  RSASSA_PSS_SHA_256: { hash: 'sha256', options: PSS },
  RSASSA_PSS_SHA_384: { hash: 'sha384', options: PSS },
  RSASSA_PSS_SHA_512: { hash: 'sha512', options: PSS },
  ECDSA_SHA_256: { hash: 'sha256', options: {} },
  ECDSA_SHA_384: { hash: 'sha384', options: {} },
  ECDSA_SHA_512: { hash: 'sha512', options: {} },
  ED25519_SHA_512: { hash: null, options: {} },
}

/** In the thread pool, as `freshPair`. */
export async function signatureOf(key: KeyObject, algorithm: SigningAlgorithm, message: Uint8Array): Promise<Buffer> {
  const { hash, options } = SIGNINGS[algorithm]
  return new Promise((resolve, reject) => {
    sign(hash, message, { key, ...options }, (error, signature) => {
      if (error === null) resolve(signature)
      else reject(error)
    })
  })
}
