/**
 * Encryption: objects at rest. Decides how a write is protected, gets or makes its keys, seals and opens its bytes.
 *
 * Promises: whatever is stored is sealed; a byte is handed out only after its segment was authenticated; a key, a
 * permission or a key service that is missing is a refusal, never less protection; key bytes do not leave this room.
 * Bytes: docs/object-format.md. May import `kms`, `storage`, `records`, `operations`, `secrets`.
 */
export { BUCKET_KEY_FAULT_POINTS } from './bucket-key.ts'
export { bucketKeyRange } from './encryption-rows.ts'
export { createObjectEncryption } from './create-object-encryption.ts'
export { heldDefaultKey } from './default-key.ts'
export { MAX_INLINE_BYTES } from './inline.ts'
export type {
  ObjectEncryption,
  ReadKeys,
  SealedStream,
  SealId,
  SealScope,
  StoredChecksum,
  StoredEncryption,
  StreamSealer,
  WriteKeys,
} from './object-encryption.ts'
export { sealedLength } from './sizes.ts'
export { sm4Available } from './segment-cipher.ts'
