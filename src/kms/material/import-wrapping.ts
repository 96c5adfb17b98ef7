import { constants, createDecipheriv, privateDecrypt, type KeyObject } from 'node:crypto'
import type { WrappingAlgorithm } from '../../operations/index.ts'
import { hkdfExtract, SecretBytes } from '../../secrets/index.ts'

type OaepHash = 'sha1' | 'sha256'

const ALGORITHMS: Readonly<Record<WrappingAlgorithm, { readonly hash: OaepHash; readonly aes: boolean }>> = {
  RSAES_OAEP_SHA_1: { hash: 'sha1', aes: false },
  RSAES_OAEP_SHA_256: { hash: 'sha256', aes: false },
  RSA_AES_KEY_WRAP_SHA_1: { hash: 'sha1', aes: true },
  RSA_AES_KEY_WRAP_SHA_256: { hash: 'sha256', aes: true },
}

/** The alternative initial value of the padded key wrap (RFC 5649, 3). */
const KEY_WRAP_IV = Buffer.from('a65959a6', 'hex')
const AES_KEY_BYTES = 32
/** The shortest of all padded wraps: of 1 to 8 bytes. */
const MIN_PADDED_BYTES = 16

/** Longest wrapped material: an RSA_4096 block, and a small secret under AES behind it. */
export const MAX_WRAPPED_BYTES = 6_144

/**
 * The material that was wrapped under a public key: RSAES-OAEP (RFC 8017, 7.1; the same hash for label and mask), or a
 * fresh AES-256 key wrapped so, and the material under that key behind it (AES-KWP, RFC 5649). Undefined: it does not
 * open, and nobody is told why.
 */
export function unwrapMaterial(
  privateKey: KeyObject,
  algorithm: WrappingAlgorithm,
  wrapped: Uint8Array,
): SecretBytes | undefined {
  const { hash, aes } = ALGORITHMS[algorithm]
  const blockBytes = Math.ceil((privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
  if (wrapped.length > MAX_WRAPPED_BYTES || wrapped.length < blockBytes) return undefined
  if (!aes) return openBlock(privateKey, hash, wrapped)
  const key = openBlock(privateKey, hash, wrapped.subarray(0, blockBytes))
  if (key === undefined) return undefined
  const material = key.length === AES_KEY_BYTES ? unwrapPadded(key, wrapped.subarray(blockBytes)) : undefined
  key.wipe()
  return material
}

function openBlock(key: KeyObject, oaepHash: OaepHash, block: Uint8Array): SecretBytes | undefined {
  try {
    return new SecretBytes(privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, block))
  } catch {
    return undefined
  }
}

function unwrapPadded(key: SecretBytes, wrapped: Uint8Array): SecretBytes | undefined {
  if (wrapped.length < MIN_PADDED_BYTES) return undefined
  try {
    const cipher = key.expose((bytes) => createDecipheriv('id-aes256-wrap-pad', bytes, KEY_WRAP_IV))
    const material = cipher.update(wrapped)
    cipher.final()
    return new SecretBytes(material)
  } catch {
    return undefined
  }
}

const FINGERPRINT_LABEL = Buffer.from('coffer/key-material-fingerprint/v1\0')
const FINGERPRINT_BYTES = 32

/** By which the same bytes are known when they come again under the same key; it rests in the key's sealed record only. */
export function fingerprintOf(keyUid: string, material: SecretBytes): string {
  const salt = Buffer.concat([FINGERPRINT_LABEL, Buffer.from(keyUid, 'hex')])
  const extracted = material.expose((bytes) => hkdfExtract('sha512', salt, bytes))
  return extracted.toString('hex', 0, FINGERPRINT_BYTES)
}
