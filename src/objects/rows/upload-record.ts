import type { StoredEncryption } from '../../encryption/index.ts'
import {
  parseUploadId,
  refuse,
  type ChecksumAlgorithm,
  type ChecksumType,
  type EncryptionMode,
  type ObjectKey,
  type ObjectLock,
  type ObjectProperties,
  type UploadId,
} from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import type { Key, Row } from '../../storage/index.ts'
import type { OwnedByWrite } from '../buckets/access-lists.ts'
import type { BucketRecord } from './bucket-record.ts'
import { storageClassName, storageClassNumber } from './object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { uploadKey } from './row-keys.ts'
import { parseStoredJson } from './stored-json.ts'

/** `completing`: somebody holds the token and may be writing pages; parts and aborting wait until it is done or stale. */
export type UploadState =
  { readonly kind: 'open' } | { readonly kind: 'completing'; readonly token: string; readonly sinceMs: number }

export interface UploadRecord {
  readonly startedMs: number
  readonly storageClass: string
  readonly mode: EncryptionMode
  /** 16 bytes: that of the version it becomes. */
  readonly sealId: Uint8Array
  readonly properties: ObjectProperties
  readonly encryption: StoredEncryption
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType }
  readonly state: UploadState
  /** What its request said of the lock of the version it becomes. */
  readonly lock?: ObjectLock
  /** Owner and list of the version that it becomes, where they are its own. */
  readonly owned?: OwnedByWrite
}

interface StoredUpload {
  readonly v: 1
  readonly mode: EncryptionMode
  readonly sealId: string
  readonly properties: ObjectProperties
  readonly encryption: StoredEncryption
  readonly checksum?: UploadRecord['checksum']
  readonly state: UploadState
  readonly lock?: ObjectLock
  /** Owner and list of the version that it becomes, where they are its own. */
  readonly owned?: OwnedByWrite
}

const HEADER_VERSION = 1
const HEADER_BYTES = 16
/** A scan that asks for this much of each value gets every clear part whole. */
export const LISTED_UPLOAD_BYTES = 128

/** What a listing of uploads reads. */
export function readUploadHeader(clear: Uint8Array): { readonly startedMs: number; readonly storageClass: string } {
  const bytes = Buffer.from(clear.buffer, clear.byteOffset, clear.byteLength)
  if (bytes.length !== HEADER_BYTES || bytes.readUInt8(0) !== HEADER_VERSION) {
    return refuse({ kind: 'integrity', what: 'upload header' })
  }
  return { startedMs: Number(bytes.readBigUInt64BE(8)), storageClass: storageClassName(bytes.readUInt8(1)) }
}

export function sealUpload(records: RecordSealer, rowKey: Key, upload: UploadRecord): Buffer {
  const clear = Buffer.alloc(HEADER_BYTES)
  clear.writeUInt8(HEADER_VERSION, 0)
  clear.writeUInt8(storageClassNumber(upload.storageClass), 1)
  clear.writeBigUInt64BE(BigInt(upload.startedMs), 8)
  const { mode, properties, encryption, checksum, state, lock, owned } = upload
  const stored: StoredUpload = {
    v: 1,
    mode,
    sealId: Buffer.from(upload.sealId).toString('hex'),
    properties,
    encryption,
    state,
    ...(checksum === undefined ? {} : { checksum }),
    ...(lock === undefined ? {} : { lock }),
    ...(owned === undefined ? {} : { owned }),
  }
  return records.seal({ rowKey, clear, secret: Buffer.from(JSON.stringify(stored), 'utf8') })
}

function isStoredUpload(value: unknown): value is StoredUpload {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === 1
}

export function openUpload(records: RecordSealer, row: Row): UploadRecord {
  const { clear, secret } = records.open(row.key, row.value)
  const stored: unknown = parseStoredJson(secret, 'upload record')
  if (!isStoredUpload(stored)) return refuse({ kind: 'integrity', what: 'upload record' })
  const { mode, properties, encryption, checksum, state, lock, owned } = stored
  return {
    ...readUploadHeader(clear),
    mode,
    sealId: Buffer.from(stored.sealId, 'hex'),
    properties,
    encryption,
    state,
    ...(checksum === undefined ? {} : { checksum }),
    ...(lock === undefined ? {} : { lock }),
    ...(owned === undefined ? {} : { owned }),
  }
}

export function uploadIdBytes(uploadId: UploadId): Buffer {
  return Buffer.from(uploadId, 'hex')
}

export function uploadIdText(bytes: Uint8Array): UploadId {
  return parseUploadId(Buffer.from(bytes).toString('hex')) ?? refuse({ kind: 'integrity', what: 'upload id' })
}

export interface StoredUploadRow {
  readonly row: Row
  readonly upload: UploadRecord
}

/** The upload of this id under exactly this bucket and name, or undefined. */
export async function findUpload(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  bucket: BucketRecord,
  target: { readonly key: ObjectKey; readonly uploadId: UploadId },
): Promise<StoredUploadRow | undefined> {
  const [row] = await rooms.store.getMany([uploadKey(bucket.uuid, target.key, uploadIdBytes(target.uploadId))])
  return row === undefined ? undefined : { row, upload: openUpload(rooms.records, row) }
}

export async function requireUpload(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  bucket: BucketRecord,
  target: { readonly key: ObjectKey; readonly uploadId: UploadId },
): Promise<StoredUploadRow> {
  const found = await findUpload(rooms, bucket, target)
  return found ?? refuse({ kind: 'no-such-upload', uploadId: target.uploadId })
}

/** A completion that nobody finished for this long is taken to be dead. Its own commits would fail then. */
export const COMPLETING_STALE_MS = 10 * 60_000

/** Whether parts may come and the upload may be ended: it is open, or its completion is stale. */
export function requireOpen(upload: UploadRecord, nowMs: number): void {
  if (upload.state.kind === 'open') return
  if (nowMs - upload.state.sinceMs > COMPLETING_STALE_MS) return
  refuse({ kind: 'contended', detail: 'the upload is being completed' })
}

/** How what an upload becomes is encrypted: decided when it was begun. Undefined: there is no such upload. */
export async function uploadEncryption(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  target: { readonly key: ObjectKey; readonly uploadId: UploadId },
): Promise<{ readonly mode: EncryptionMode; readonly keyArn?: string } | undefined> {
  const [row] = await rooms.store.getMany([uploadKey(bucket.uuid, target.key, uploadIdBytes(target.uploadId))])
  if (row === undefined) return undefined
  const { mode, encryption } = openUpload(rooms.records, row)
  return 'keyArn' in encryption ? { mode, keyArn: encryption.keyArn } : { mode }
}
