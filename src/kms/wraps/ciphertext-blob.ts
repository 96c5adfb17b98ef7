import { type KeyObject } from 'node:crypto'
import { SecretBytes } from '../../secrets/index.ts'
import {
  COMMITMENT_BYTES,
  openCommitted,
  overheadOf,
  SALT_BYTES,
  saltHeader,
  sealCommitted,
} from './committing-wrap.ts'

/** `CKB1`: magic, suite, three zeros, keyUid (16), version (4), salt (docs/object-format.md, "CKB1"). */
const FORMAT = { label: 'coffer/kms-blob/v1', headerBytes: 28 + SALT_BYTES }
const MAGIC = Buffer.from('CKB1')
const SUITE_AES_256 = 1
/** AES-256-GCM that a token does with a key it never gives out: nothing is derived, and nothing commits to the key. */
const SUITE_TOKEN = 3
const IV_BYTES = 12
/** Where a token's IV lies: at the beginning of the salt. The rest of it, and the commitment, are zeros. */
export const TOKEN_IV_AT = FORMAT.headerBytes - SALT_BYTES
/** Everything before the ciphertext: authenticated by a token, in front of the context. */
export const BLOB_HEAD_BYTES = FORMAT.headerBytes + COMMITMENT_BYTES

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
  if (!bytes.subarray(0, 4).equals(MAGIC) || suiteOf(bytes) === undefined) return undefined
  return { keyUid: bytes.toString('hex', 8, 24), version: bytes.readUInt32BE(24) }
}

/** Undefined for a suite that is not known, and for bytes that are not as the suite wants them. */
function suiteOf(bytes: Buffer): typeof SUITE_AES_256 | typeof SUITE_TOKEN | undefined {
  switch (bytes.readUInt32BE(4)) {
    case SUITE_AES_256 << 24:
      return SUITE_AES_256
    case SUITE_TOKEN << 24:
      return bytes.subarray(TOKEN_IV_AT + IV_BYTES, BLOB_HEAD_BYTES).every((byte) => byte === 0)
        ? SUITE_TOKEN
        : undefined
    default:
      return undefined
  }
}

/** Whether only a token opens this blob. */
export function isTokenBlob(blob: Uint8Array): boolean {
  return readBlob(blob) !== undefined && blob[4] === SUITE_TOKEN
}

/** The bytes in front of a token's ciphertext, without the IV, which the token draws. */
export function tokenBlobHead(facts: BlobFacts): Buffer {
  const head = Buffer.alloc(BLOB_HEAD_BYTES)
  MAGIC.copy(head)
  head.writeUInt8(SUITE_TOKEN, 4)
  head.write(facts.keyUid, 8, 'hex')
  head.writeUInt32BE(facts.version, 24)
  return head
}

/** The IV, ciphertext and tag that a token gave back, as a blob. */
export function tokenBlob(head: Buffer, sealed: Uint8Array): Buffer {
  const blob = Buffer.concat([head, sealed.subarray(IV_BYTES)])
  blob.set(sealed.subarray(0, IV_BYTES), TOKEN_IV_AT)
  return blob
}

/** What a token is given to open: IV, ciphertext and tag. */
export function sealedInTokenBlob(blob: Uint8Array): Buffer {
  return Buffer.concat([blob.subarray(TOKEN_IV_AT, TOKEN_IV_AT + IV_BYTES), blob.subarray(BLOB_HEAD_BYTES)])
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
  if (readBlob(blob) === undefined || isTokenBlob(blob)) return undefined
  const plaintext = openCommitted(FORMAT, material, blob, context)
  return plaintext === undefined ? undefined : new SecretBytes(plaintext)
}
