import { type KeyObject } from 'node:crypto'
import { SecretBytes } from '../secrets/index.ts'
import { openCommitted, overheadOf, SALT_BYTES, saltHeader, sealCommitted } from './committing-wrap.ts'

/** `CKB1`: magic, suite, three zeros, keyUid (16), version (4), salt (docs/object-format.md, "CKB1"). */
const FORMAT = { label: 'coffer/kms-blob/v1', headerBytes: 28 + SALT_BYTES }
const MAGIC = Buffer.from('CKB1')
const SUITE_AES_256 = 1

/** Most that can be wrapped by one call. */
export const MAX_PLAINTEXT_BYTES = 4_096
export const MIN_BLOB_BYTES = overheadOf(FORMAT) + 1
export const MAX_BLOB_BYTES = overheadOf(FORMAT) + MAX_PLAINTEXT_BYTES

/** Which material a blob says it is under; unauthenticated until it is opened. */
export interface BlobFacts {
  /** 32 hexadecimal digits. */
  readonly keyUid: string
  readonly version: number
}

/** Undefined for everything that is no blob of ours: length, magic, suite, reserved bytes. */
export function readBlob(blob: Uint8Array): BlobFacts | undefined {
  if (blob.length < MIN_BLOB_BYTES || blob.length > MAX_BLOB_BYTES) return undefined
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength)
  if (!bytes.subarray(0, 4).equals(MAGIC) || bytes.readUInt32BE(4) !== SUITE_AES_256 << 24) return undefined
  return { keyUid: bytes.toString('hex', 8, 24), version: bytes.readUInt32BE(24) }
}

/** `context`: canonical bytes. */
export function sealBlob(material: KeyObject, facts: BlobFacts, plaintext: SecretBytes, context: Uint8Array): Buffer {
  const header = Buffer.alloc(FORMAT.headerBytes)
  MAGIC.copy(header)
  header.writeUInt8(SUITE_AES_256, 4)
  header.write(facts.keyUid, 8, 'hex')
  header.writeUInt32BE(facts.version, 24)
  return plaintext.expose((bytes) => sealCommitted(FORMAT, material, saltHeader(header), bytes, context))
}

/** Undefined: other material, other context, or a changed byte; which of them is not told. */
export function openBlob(material: KeyObject, blob: Uint8Array, context: Uint8Array): SecretBytes | undefined {
  if (readBlob(blob) === undefined) return undefined
  const plaintext = openCommitted(FORMAT, material, blob, context)
  return plaintext === undefined ? undefined : new SecretBytes(plaintext)
}
