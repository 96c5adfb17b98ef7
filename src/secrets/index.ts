/**
 * Secrets: bytes that cannot be printed by accident, random bytes, comparison in constant time, and the
 * one key derivation that every room uses.
 *
 * Promises: `SecretBytes` never reaches a log, a string or JSON; randomness comes from the system only.
 * Imports no other room.
 */
export { equalInConstantTime } from './constant-time.ts'
export { hkdfExpand, hkdfExtract, type HkdfHash } from './hkdf.ts'
export { md5 } from './md5.ts'
export { randomBytes } from './random-bytes.ts'
export { setSealWatch, watchSeal, type SealWatch } from './seal-watch.ts'
export { SecretBytes } from './secret-bytes.ts'
export { sha256 } from './sha256.ts'
