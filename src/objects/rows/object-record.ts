import type { SealedStream, StoredChecksum, StoredEncryption } from '../../encryption/index.ts'
import {
  isStorageClass,
  parseVersionId,
  refuse,
  STORAGE_CLASSES,
  type AccountId,
  type ChecksumAlgorithm,
  type EncryptionMode,
  type ObjectKey,
  type ObjectLock,
  type ListedType,
  type SystemHeaders,
  type Tags,
  type UserMetadata,
  type VersionId,
} from '../../operations/index.ts'
import type { StoredAcl } from './bucket-record.ts'
import type { PeekedRecord, RecordSealer } from '../../records/index.ts'
import { MAX_VALUE_BYTES, type BlobId, type Key } from '../../storage/index.ts'
import type { ExtentTable } from './extents.ts'
import type { PageTable } from './manifest.ts'
import { parseStoredJson } from './stored-json.ts'

/** The clear part of a version's row: what listings read. Bytes: docs/object-format.md, "Records of objects". */
export interface VersionHeader {
  readonly deleteMarker: boolean
  /** The null version: written while the bucket was not, or no longer, versioned. */
  readonly isNull: boolean
  readonly inline: boolean
  readonly mode: EncryptionMode
  readonly storageClass: string
  readonly checksumAlgorithm?: ChecksumAlgorithm
  /** Absent: an object as every other. */
  readonly type?: ListedType
  /** 0: not a multipart object. */
  readonly parts: number
  readonly size: number
  readonly modifiedMs: number
  /** Microseconds; larger than that of every older version of the name. */
  readonly order: number
  /** 8 bytes: the second half of the public version id. */
  readonly random: Uint8Array
  /** 16 bytes. */
  readonly sealId: Uint8Array
}

export interface ListedHeader extends Pick<VersionHeader, 'mode' | 'storageClass' | 'parts' | 'size' | 'modifiedMs'> {
  readonly checksumAlgorithm?: ChecksumAlgorithm | undefined
  readonly type?: ListedType | undefined
}

/** Where the sealed bytes of a version are. */
export type Manifest =
  | { readonly kind: 'inline' }
  | { readonly kind: 'stream'; readonly blob: BlobId; readonly stream: SealedStream }
  | { readonly kind: 'pages'; readonly table: PageTable }
  | ExtentTable

export interface VersionDetail {
  readonly v: 1
  readonly system: SystemHeaders
  readonly metadata: UserMetadata
  readonly tags: Tags
  readonly encryption: StoredEncryption
  readonly checksums: readonly StoredChecksum[]
  readonly manifest: Manifest
  /** Of a link: the name, in the same bucket, that it stands for. */
  readonly symlink?: { readonly target: ObjectKey }
  /** What a restore said: the class is a label, and so is this. */
  readonly restoredUntilMs?: number
  readonly lock?: ObjectLock
  /** Absent: the bucket's account. Counts only where writers own what they write. */
  readonly owner?: AccountId
  /** Its own list; absent: it has none, and what the bucket's list delivers counts. */
  readonly acl?: StoredAcl
}

export interface ObjectVersion {
  readonly kind: 'object'
  readonly header: VersionHeader
  /** 16 bytes: what stands before the count of parts. */
  readonly etag: Uint8Array
  readonly detail: VersionDetail
  /** The sealed body, when it lies in the row. */
  readonly inline?: Uint8Array
}

export interface DeleteMarker {
  readonly kind: 'marker'
  readonly header: VersionHeader
}

export type VersionRecord = ObjectVersion | DeleteMarker

const HEADER_BYTES = 56
const HEADER_VERSION = 1
/** A scan that asks for this much of each value gets every clear part whole, with what the sealer puts around it. */
export const LISTED_VALUE_BYTES = 128

const MODES: readonly EncryptionMode[] = ['none', 'sse-s3', 'sse-kms', 'dsse-kms', 'sse-c']
const ALGORITHMS: readonly (ChecksumAlgorithm | undefined)[] = [
  undefined,
  'crc32',
  'crc32c',
  'crc64nvme',
  'sha1',
  'sha256',
]
const TYPES: readonly (ListedType | undefined)[] = [undefined, 'appendable', 'symlink']

const FLAG_MARKER = 1
const FLAG_NULL = 2
const FLAG_INLINE = 4
const KNOWN_FLAGS = FLAG_MARKER | FLAG_NULL | FLAG_INLINE

/** Its place in the list: names are never taken out of that, and new ones go to the end. */
export function storageClassNumber(name: string): number {
  return isStorageClass(name) ? STORAGE_CLASSES.indexOf(name) : refuse({ kind: 'invalid-storage-class', value: name })
}

export function storageClassName(number: number): string {
  return STORAGE_CLASSES[number] ?? refuse({ kind: 'integrity', what: 'storage class' })
}

export function writeHeader(header: VersionHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES)
  bytes.writeUInt8(HEADER_VERSION, 0)
  const marker = header.deleteMarker ? FLAG_MARKER : 0
  bytes.writeUInt8(marker | (header.isNull ? FLAG_NULL : 0) | (header.inline ? FLAG_INLINE : 0), 1)
  bytes.writeUInt8(MODES.indexOf(header.mode), 2)
  bytes.writeUInt8(storageClassNumber(header.storageClass), 3)
  bytes.writeUInt8(ALGORITHMS.indexOf(header.checksumAlgorithm), 4)
  bytes.writeUInt8(TYPES.indexOf(header.type), 5)
  bytes.writeUInt16BE(header.parts, 6)
  bytes.writeBigUInt64BE(BigInt(header.size), 8)
  bytes.writeBigUInt64BE(BigInt(header.modifiedMs), 16)
  bytes.writeBigUInt64BE(BigInt(header.order), 24)
  bytes.set(header.random, 32)
  bytes.set(header.sealId, 40)
  return bytes
}

export function readHeader(clear: Uint8Array): VersionHeader {
  const bytes = Buffer.isBuffer(clear) ? clear : Buffer.from(clear.buffer, clear.byteOffset, clear.byteLength)
  checkHeader(bytes, 0, bytes.length)
  const flags = bytes.readUInt8(1)
  if (flags > KNOWN_FLAGS) refuse({ kind: 'integrity', what: 'version header' })
  const checksumAlgorithm = ALGORITHMS[bytes.readUInt8(4)]
  const type = TYPES[bytes.readUInt8(5)]
  const header: VersionHeader = {
    deleteMarker: (flags & FLAG_MARKER) !== 0,
    isNull: (flags & FLAG_NULL) !== 0,
    inline: (flags & FLAG_INLINE) !== 0,
    mode: MODES[bytes.readUInt8(2)] ?? refuse({ kind: 'integrity', what: 'version header' }),
    storageClass: storageClassName(bytes.readUInt8(3)),
    parts: bytes.readUInt16BE(6),
    size: readSafe(bytes, 8),
    modifiedMs: readSafe(bytes, 16),
    order: readSafe(bytes, 24),
    random: bytes.subarray(32, 40),
    sealId: bytes.subarray(40, 56),
  }
  if (checksumAlgorithm === undefined && type === undefined) return header
  return {
    ...header,
    ...(checksumAlgorithm === undefined ? {} : { checksumAlgorithm }),
    ...(type === undefined ? {} : { type }),
  }
}

/** A u64 as a number: without a detour by BigInt. */
function readSafe(bytes: Buffer, offset: number): number {
  return bytes.readUInt32BE(offset) * 0x1_0000_0000 + bytes.readUInt32BE(offset + 4)
}

/** What a listing of current objects shows of a header: a thousand of them are read for one answer. */
export function readListed({ value, start, end }: PeekedRecord): ListedHeader {
  checkHeader(value, start, end)
  return {
    mode: MODES[value.readUInt8(start + 2)] ?? 'none',
    storageClass: storageClassName(value.readUInt8(start + 3)),
    checksumAlgorithm: ALGORITHMS[value.readUInt8(start + 4)],
    type: TYPES[value.readUInt8(start + 5)],
    parts: value.readUInt16BE(start + 6),
    size: readSafe(value, start + 8),
    modifiedMs: readSafe(value, start + 16),
  }
}

function checkHeader(bytes: Buffer, start: number, end: number): void {
  const whole = end - start === HEADER_BYTES && bytes[start] === HEADER_VERSION
  const known = (at: number, count: number): boolean => bytes.readUInt8(start + at) < count
  if (!whole || !known(2, MODES.length) || !known(4, ALGORITHMS.length) || !known(5, TYPES.length)) {
    refuse({ kind: 'integrity', what: 'version header' })
  }
}

/** Where the length of the detail goes, before the detail itself. */
const LENGTH_PLACE = '\0\0\0\0'

export function sealVersion(records: RecordSealer, rowKey: Key, version: VersionRecord): Buffer {
  const clear = writeHeader(version.header)
  if (version.kind === 'marker') return records.seal({ rowKey, clear, secret: Buffer.alloc(0) })
  const secret = Buffer.from(LENGTH_PLACE + JSON.stringify(version.detail), 'utf8')
  secret.writeUInt32BE(secret.length - LENGTH_PLACE.length)
  const { etag: masked, inline: tail } = version
  const value = records.seal(
    tail === undefined ? { rowKey, clear, secret, masked } : { rowKey, clear, secret, tail, masked },
  )
  if (value.length > MAX_VALUE_BYTES) refuse({ kind: 'metadata-too-large', limitBytes: MAX_VALUE_BYTES })
  return value
}

function isDetail(value: unknown): value is VersionDetail {
  return isObject(value) && value['v'] === 1 && isObject(value['encryption']) && isObject(value['manifest'])
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** What listings show is what the sealed part says. */
function agree(header: VersionHeader, { encryption, manifest }: VersionDetail): boolean {
  return header.mode === encryption.mode && header.inline === (manifest.kind === 'inline')
}

/** Authenticates and opens a version's row; throws `integrity`. */
export function openVersion(records: RecordSealer, rowKey: Key, value: Uint8Array): VersionRecord {
  const opened = records.open(rowKey, value)
  const header = readHeader(opened.clear)
  if (header.deleteMarker) return { kind: 'marker', header }
  const secret = Buffer.from(opened.secret.buffer, opened.secret.byteOffset, opened.secret.byteLength)
  const jsonEnd = secret.length < 4 ? 0 : 4 + secret.readUInt32BE(0)
  if (jsonEnd === 0 || jsonEnd > secret.length || opened.masked?.length !== 16) {
    return refuse({ kind: 'integrity', what: 'version record' })
  }
  const detail: unknown = parseStoredJson(secret.subarray(4, jsonEnd), 'version record')
  if (!isDetail(detail) || !agree(header, detail)) return refuse({ kind: 'integrity', what: 'version record' })
  if (!header.inline) return { kind: 'object', header, etag: opened.masked, detail }
  return { kind: 'object', header, etag: opened.masked, detail, inline: secret.subarray(jsonEnd) }
}

/** The public id of a version: 16 digits of its order, 16 of its random half; `null` for the null version. */
export function versionIdOf(header: Pick<VersionHeader, 'isNull' | 'order' | 'random'>): VersionId {
  const text = header.isNull
    ? 'null'
    : header.order.toString(16).padStart(16, '0') + Buffer.from(header.random).toString('hex')
  return parseVersionId(text) ?? refuse({ kind: 'internal' })
}

/** As clients see it, without quotes: a multipart object's names the count of its parts. */
export function shownEtag(etag: Uint8Array, parts: number): string {
  return etagText(Buffer.from(etag).toString('hex'), parts)
}

export function etagText(digits: string, parts: number): string {
  return parts === 0 ? digits : `${digits}-${parts}`
}
