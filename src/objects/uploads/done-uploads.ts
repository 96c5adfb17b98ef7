import { createHash } from 'node:crypto'
import {
  CHECKSUM_BYTES,
  refuse,
  type Checksum,
  type CompleteUpload,
  type ShownEncryption,
  type StoredObject,
} from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import type { Row, Write } from '../../storage/index.ts'
import { decodeBase64 } from '../bodies/body-digests.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { doneAtKey, doneKey } from '../rows/row-keys.ts'
import { uploadIdBytes } from '../rows/upload-record.ts'

/** How long the result of a completed upload is repeated to who asks again with the same list: 24 hours. */
export const DONE_KEPT_MS = 24 * 60 * 60_000

interface RememberedResult {
  readonly v: 1
  readonly list: string
  readonly result: Omit<StoredObject, 'checksums' | 'crc64'> & {
    readonly checksums: readonly (Omit<Checksum, 'value'> & { readonly value: string })[]
    /** Decimal. */
    readonly crc64?: string
  }
}

function isRemembered(value: unknown): value is RememberedResult {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === 1
}

function listDigest(parts: CompleteUpload['parts']): string {
  const list = parts.map(({ partNumber, etag }) => [partNumber, etag])
  return createHash('sha256').update(JSON.stringify(list)).digest('base64')
}

/**
 * Remembers a result. Checksums of modes that mask them are left out: who asks again may have lost the right to open
 * the data. What the client gave as context is shown once only.
 */
export function doneWrites(
  rooms: Pick<ObjectRooms, 'records' | 'now'>,
  bucket: BucketRecord,
  operation: CompleteUpload,
  result: StoredObject,
  withChecksums: boolean,
): readonly Write[] {
  const uploadId = uploadIdBytes(operation.uploadId)
  const key = doneKey(bucket.uuid, operation.key, uploadId)
  const { mode, cipher, keyArn, bucketKey } = result.encryption
  const { crc64, ...told } = result
  const encryption: ShownEncryption = {
    mode,
    cipher,
    ...(keyArn === undefined ? {} : { keyArn }),
    ...(bucketKey === undefined ? {} : { bucketKey }),
  }
  const remembered: RememberedResult = {
    v: 1,
    list: listDigest(operation.parts),
    result: {
      ...told,
      ...(crc64 === undefined || !withChecksums ? {} : { crc64: crc64.toString() }),
      encryption,
      checksums: !withChecksums
        ? []
        : result.checksums.map((one) => ({ ...one, value: Buffer.from(one.value).toString('base64') })),
    },
  }
  const secret = Buffer.from(JSON.stringify(remembered), 'utf8')
  return [
    { kind: 'put', key, value: rooms.records.seal({ rowKey: key, clear: Buffer.alloc(0), secret }) },
    { kind: 'put', key: doneAtKey(rooms.now(), uploadId), value: Buffer.from(key) },
  ]
}

/** The remembered result for the same list; undefined: there is none, or for another list. */
export async function readDone(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  bucket: BucketRecord,
  operation: CompleteUpload,
): Promise<StoredObject | undefined> {
  const key = doneKey(bucket.uuid, operation.key, uploadIdBytes(operation.uploadId))
  const [row] = await rooms.store.getMany([key])
  if (row === undefined) return undefined
  const remembered = openRemembered(rooms.records, row)
  if (remembered.list !== listDigest(operation.parts)) return undefined
  const { crc64, ...told } = remembered.result
  return {
    ...told,
    ...(crc64 === undefined ? {} : { crc64: BigInt(crc64) }),
    checksums: remembered.result.checksums.map((one) => {
      const value = decodeBase64(one.value, CHECKSUM_BYTES[one.algorithm])
      return { ...one, value: value ?? refuse({ kind: 'integrity', what: 'remembered result' }) }
    }),
  }
}

function openRemembered(records: RecordSealer, row: Row): RememberedResult {
  const value: unknown = JSON.parse(Buffer.from(records.open(row.key, row.value).secret).toString('utf8'))
  return isRemembered(value) ? value : refuse({ kind: 'integrity', what: 'remembered result' })
}
