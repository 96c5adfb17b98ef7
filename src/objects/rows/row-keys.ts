import { refuse, zoneOf, type AccountId, type BucketName, type ObjectKey } from '../../operations/index.ts'
import type { Key } from '../../storage/index.ts'

/**
 * Every row that this room owns, and the ranges over them. Keys are bytes; integers are big-endian, so that memcmp
 * is their order. A name is followed by 00, which no name contains: the versions of `a` never mix with those of `ab`.
 */

const SEPARATOR = Buffer.of(0)
const LIVE = Buffer.from('live/')

export interface KeyRange {
  readonly start: Key
  readonly end: Key
}

/** An upload's id as bytes: microseconds of its creation (8) and 16 random bytes. */
export const UPLOAD_ID_BYTES = 24

/** The least key above every key that begins with `prefix`: the last byte below FF goes up, what follows it goes. */
export function afterPrefix(prefix: Key): Key {
  let length = prefix.length
  while (length > 0 && prefix[length - 1] === 0xff) length--
  if (length === 0) return refuse({ kind: 'internal' })
  const end = Buffer.from(prefix.subarray(0, length))
  end.writeUInt8(end.readUInt8(length - 1) + 1, length - 1)
  return end
}

export function rangeOf(prefix: Key): KeyRange {
  return { start: prefix, end: afterPrefix(prefix) }
}

/** The least key above `key` itself. */
export function justAfter(key: Key): Key {
  return Buffer.concat([key, SEPARATOR])
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

const MAX_U64 = 0xffff_ffff_ffff_ffffn

function inverted(order: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(MAX_U64 - BigInt(order))
  return bytes
}

/** A row of this room by its table's name and the parts behind it. */
function row(table: string, ...parts: readonly (Uint8Array | string)[]): Buffer {
  let length = table.length
  for (const part of parts) length += typeof part === 'string' ? Buffer.byteLength(part) : part.length
  const key = Buffer.allocUnsafe(length)
  let at = key.write(table, 'latin1')
  for (const part of parts) {
    if (typeof part === 'string') {
      at += key.write(part, at)
    } else {
      key.set(part, at)
      at += part.length
    }
  }
  return key
}

export const BUCKETS: KeyRange = rangeOf(row('bucket/'))
export const UPLOADS: KeyRange = rangeOf(row('upload/'))
export const GARBAGE: KeyRange = rangeOf(row('garbage/'))
export const READ_LEASES: KeyRange = rangeOf(row('reads/'))
export const BLOB_OWNERS: KeyRange = rangeOf(row('blob/'))

export function bucketKey(name: BucketName): Key {
  return Buffer.from(`bucket/${name}`)
}

/** The index of an account's buckets, in the order of their names; directory buckets have one of their own. */
export function ownedKey(account: AccountId, name: BucketName): Key {
  return ownedPrefix(account, name, zoneOf(name) === undefined ? 'general' : 'directory')
}

export function ownedPrefix(account: AccountId, namePrefix: string, kind: 'general' | 'directory' = 'general'): Key {
  return row(kind === 'general' ? 'owned/' : 'owned-directory/', account, '/', namePrefix)
}

/** A page of a document of a bucket. `id`: 32 hexadecimal digits. */
export function documentKey(bucketUuid: Uint8Array, id: string, page: number): Key {
  return row('document/', bucketUuid, Buffer.from(id, 'hex'), u16(page))
}

/** A configuration that lies beside a bucket's own row: `cors`, `inventory/<id>`. */
export function configurationKey(bucketUuid: Uint8Array, name: string): Key {
  return row('config/', bucketUuid, '/', name)
}

/** Of a bucket: all of them whose names begin so. */
export function configurationRange(bucketUuid: Uint8Array, namePrefix = ''): KeyRange {
  return rangeOf(row('config/', bucketUuid, '/', namePrefix))
}

/** An event that waits for its time. `id`: 16 bytes. */
export function eventKey(dueMs: number, id: Uint8Array): Key {
  return row('event/', u64(dueMs), id)
}

/** Events that are due at this time. */
export function eventsUntil(nowMs: number): KeyRange {
  return { start: row('event/'), end: row('event/', u64(nowMs + 1)) }
}

/** Lines of access logs that wait for delivery. */
export function accessLogKey(atMs: number, id: Uint8Array): Key {
  return row('access-log/', u64(atMs), id)
}

export const ACCESS_LOGS: KeyRange = rangeOf(row('access-log/'))

/** When the lines of a row were written. */
export function accessLogTime(key: Key): number {
  return Number(Buffer.from(key).readBigUInt64BE(ACCESS_LOGS.start.length))
}

export function guardKey(account: AccountId): Key {
  return Buffer.from(`gen/${account}`)
}

/** Of a bucket's tables: what stands before the name in each key. */
export function livePrefix(bucketUuid: Uint8Array): Key {
  return row('live/', bucketUuid)
}

export function oldPrefix(bucketUuid: Uint8Array): Key {
  return row('old/', bucketUuid)
}

export function uploadPrefix(bucketUuid: Uint8Array): Key {
  return row('upload/', bucketUuid)
}

export function liveKey(bucketUuid: Uint8Array, name: ObjectKey): Key {
  const prefix = LIVE.length + bucketUuid.length
  const key = Buffer.allocUnsafe(prefix + Buffer.byteLength(name))
  key.set(LIVE)
  key.set(bucketUuid, LIVE.length)
  key.write(name, prefix)
  return key
}

/** All old rows of exactly this name, newest first. */
export function oldRange(bucketUuid: Uint8Array, name: ObjectKey): KeyRange {
  return rangeOf(row('old/', bucketUuid, name, SEPARATOR))
}

export function oldKey(bucketUuid: Uint8Array, name: ObjectKey, order: number): Key {
  return row('old/', bucketUuid, name, SEPARATOR, inverted(order))
}

/** Where the null version of a name is, while it is not the live one: its order. */
export function nullKey(bucketUuid: Uint8Array, name: ObjectKey): Key {
  return row('null/', bucketUuid, name)
}

export function manifestKey(sealId: Uint8Array, page: number): Key {
  return row('m/', sealId, u32(page))
}

export function manifestRange(sealId: Uint8Array): KeyRange {
  return rangeOf(row('m/', sealId))
}

export function uploadKey(bucketUuid: Uint8Array, name: ObjectKey, uploadId: Uint8Array): Key {
  return row('upload/', bucketUuid, name, SEPARATOR, uploadId)
}

export function uploadRange(bucketUuid: Uint8Array, name: ObjectKey): KeyRange {
  return rangeOf(row('upload/', bucketUuid, name, SEPARATOR))
}

export function partKey(uploadId: Uint8Array, partNumber: number): Key {
  return row('part/', uploadId, u16(partNumber))
}

export function partRange(uploadId: Uint8Array): KeyRange {
  return rangeOf(row('part/', uploadId))
}

/** The remembered result of a finished upload. */
export function doneKey(bucketUuid: Uint8Array, name: ObjectKey, uploadId: Uint8Array): Key {
  return row('done/', bucketUuid, name, SEPARATOR, uploadId)
}

/** The remembered rename of a client's token. `tokenId`: as long as an upload's id. Empty names are nobody's. */
export function renamedKey(bucketUuid: Uint8Array, tokenId: Uint8Array): Key {
  return row('done/', bucketUuid, SEPARATOR, tokenId)
}

/** Finished uploads and remembered renames in the order in which they finished; the value is the key of the `done/` row. */
export function doneAtKey(atMs: number, uploadId: Uint8Array): Key {
  return row('done-at/', u64(atMs), uploadId)
}

export function doneBefore(atMs: number): KeyRange {
  return { start: row('done-at/'), end: row('done-at/', u64(atMs)) }
}

/** Which sealed thing a blob belongs to. `blobId`: its 48 hexadecimal digits. */
export function blobKey(blobId: string): Key {
  return row('blob/', Buffer.from(blobId, 'hex'))
}

/** Rows that grow with time begin with the writer's epoch. */
export function garbageKey(epoch: string, atMs: number, what: Uint8Array): Key {
  return row('garbage/', Buffer.from(epoch, 'hex'), u64(atMs), what)
}

export const GARBAGE_TIME_AT = row('garbage/').length + 8

export function readLeaseKey(epoch: string): Key {
  return row('reads/', Buffer.from(epoch, 'hex'))
}

export type BucketCounter = 'bytes' | 'versions' | 'uploads'
export type AccountCounter = BucketCounter | 'buckets'

export function bucketCounter(bucketUuid: Uint8Array, what: BucketCounter): Key {
  return row('count/bucket/', bucketUuid, '/', what)
}

export function accountCounter(account: AccountId, what: AccountCounter): Key {
  return row('count/account/', account, '/', what)
}
