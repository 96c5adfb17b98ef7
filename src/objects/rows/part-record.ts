import type { SealedStream, StoredChecksum } from '../../encryption/index.ts'
import { refuse } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import type { BlobId, Key, Row } from '../../storage/index.ts'
import { parseStoredJson } from './stored-json.ts'

/** An uploaded part. */
export interface PartRecord {
  readonly size: number
  readonly modifiedMs: number
  /** 16 bytes. */
  readonly etag: Uint8Array
  readonly blob: BlobId
  readonly stream: SealedStream
  /** As they are stored: masked in modes that mask. */
  readonly checksums: readonly StoredChecksum[]
}

interface StoredPart {
  readonly v: 1
  readonly blob: BlobId
  readonly stream: SealedStream
  readonly checksums: readonly StoredChecksum[]
}

const HEADER_VERSION = 1
const HEADER_BYTES = 24

export function sealPart(records: RecordSealer, rowKey: Key, part: PartRecord): Buffer {
  const clear = Buffer.alloc(HEADER_BYTES)
  clear.writeUInt8(HEADER_VERSION, 0)
  clear.writeBigUInt64BE(BigInt(part.size), 8)
  clear.writeBigUInt64BE(BigInt(part.modifiedMs), 16)
  const { blob, stream, checksums } = part
  const secret = Buffer.from(JSON.stringify({ v: 1, blob, stream, checksums } satisfies StoredPart), 'utf8')
  return records.seal({ rowKey, clear, secret, masked: part.etag })
}

function isStoredPart(value: unknown): value is StoredPart {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === 1
}

export function openPart(records: RecordSealer, row: Row): PartRecord {
  const opened = records.open(row.key, row.value)
  const clear = Buffer.from(opened.clear.buffer, opened.clear.byteOffset, opened.clear.byteLength)
  const stored: unknown = parseStoredJson(opened.secret, 'part record')
  const sound = clear.length === HEADER_BYTES && clear.readUInt8(0) === HEADER_VERSION
  if (!sound || !isStoredPart(stored) || opened.masked?.length !== 16) {
    return refuse({ kind: 'integrity', what: 'part record' })
  }
  const { blob, stream, checksums } = stored
  return {
    size: Number(clear.readBigUInt64BE(8)),
    modifiedMs: Number(clear.readBigUInt64BE(16)),
    etag: opened.masked,
    blob,
    stream,
    checksums,
  }
}

/** The part's number: the last two bytes of its key. */
export function partNumberOf(row: Row): number {
  return Buffer.from(row.key).readUInt16BE(row.key.length - 2)
}
