import type { KeyObject } from 'node:crypto'
import { refuse, SUM_BYTES, type BodySum } from '../operations/index.ts'
import { hkdfExpand, randomBytes, watchSeal } from '../secrets/index.ts'
import type { StoredChecksum } from './object-encryption.ts'
import { SEAL_ID_BYTES } from './stream-context.ts'

/** Drawn for each masked value: an input key serves many objects, a part can be sent again. */
export const MASK_SALT_BYTES = 16

const LABEL = Buffer.from('coffer/cksum/v1\0', 'ascii')

/**
 * The stored form of a checksum: 16 bytes of salt and the value XORed with HKDF-Expand-SHA-512(key, label, seal id,
 * part number, salt). docs/object-format.md, "Checksums".
 */
export function maskChecksum(
  key: KeyObject,
  sealId: Uint8Array,
  partNumber: number,
  checksum: BodySum,
): StoredChecksum {
  const salt = randomBytes(MASK_SALT_BYTES)
  const info = maskInfo(sealId, partNumber, salt)
  watchSeal(key, info)
  const masked = Buffer.concat([salt, xorMask(key, info, checksum.value)])
  return { ...plainForm(checksum), value: masked.toString('base64'), masked: true }
}

/** As it is, for modes whose answers may show it to everybody who may see the object. */
export function storePlainChecksum(checksum: BodySum): StoredChecksum {
  return { ...plainForm(checksum), value: Buffer.from(checksum.value).toString('base64') }
}

/** `key` undefined: the mode masks nothing. A masked value without a key, or of a wrong length, is `integrity`. */
export function readChecksum(
  key: KeyObject | undefined,
  sealId: Uint8Array,
  partNumber: number,
  stored: StoredChecksum,
): BodySum {
  const bytes = Buffer.from(stored.value, 'base64')
  const salt = stored.masked === true ? MASK_SALT_BYTES : 0
  if (bytes.length !== salt + SUM_BYTES[stored.algorithm] || (salt > 0 && key === undefined)) {
    return refuse({ kind: 'integrity', what: 'checksum' })
  }
  const value =
    salt === 0 || key === undefined
      ? bytes
      : xorMask(key, maskInfo(sealId, partNumber, bytes.subarray(0, salt)), bytes.subarray(salt))
  return {
    algorithm: stored.algorithm,
    type: stored.type,
    value,
    ...(stored.parts === undefined ? {} : { parts: stored.parts }),
  }
}

function plainForm(checksum: BodySum): Omit<StoredChecksum, 'value'> {
  return {
    algorithm: checksum.algorithm,
    type: checksum.type,
    ...(checksum.parts === undefined ? {} : { parts: checksum.parts }),
  }
}

/** Label, seal id, part number, salt. */
function maskInfo(sealId: Uint8Array, partNumber: number, salt: Uint8Array): Buffer {
  const info = Buffer.alloc(LABEL.length + SEAL_ID_BYTES + 4 + MASK_SALT_BYTES)
  info.set(LABEL)
  info.set(sealId, LABEL.length)
  info.writeUInt32BE(partNumber, LABEL.length + SEAL_ID_BYTES)
  info.set(salt, LABEL.length + SEAL_ID_BYTES + 4)
  return info
}

function xorMask(key: KeyObject, info: Uint8Array, value: Uint8Array): Buffer {
  const mask = hkdfExpand('sha512', key, info, value.length)
  for (const [index, byte] of value.entries()) mask[index] = (mask[index] ?? 0) ^ byte
  return mask
}
