import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  changeFile,
  CLEAR_AT,
  EPOCH_AT,
  ETAG_AT,
  flipped,
  RECORD_AT,
  type StoppedData,
  type StoredVersion,
} from './stopped-data.ts'

/** One way to tamper with a version; `donor` is another one of the same mode, size and shape. */
export interface TamperKind {
  readonly name: string
  readonly of: 'blob' | 'record' | 'parts'
  readonly change: (data: StoppedData, target: StoredVersion, donor: StoredVersion) => void
}

const HEADER_BYTES = 56
const TAG_BYTES = 16
const LARGE_SEGMENTS_FROM_BYTES = 1_048_576

/** The bytes of one sealed segment: which size it is follows from the length alone. */
function segmentBytes(blob: Buffer): number {
  return (blob.length > LARGE_SEGMENTS_FROM_BYTES ? 65_536 : 16_384) + TAG_BYTES
}

function segment(blob: Buffer, index: number): Buffer {
  const bytes = segmentBytes(blob)
  return blob.subarray(HEADER_BYTES + index * bytes, HEADER_BYTES + (index + 1) * bytes)
}

function only(version: StoredVersion): string {
  assert.equal(version.blobs.length, 1)
  return version.blobs[0] ?? assert.fail()
}

function blobKind(name: string, change: (blob: Buffer, donor: () => Buffer) => Buffer | undefined): TamperKind {
  return {
    name,
    of: 'blob',
    change: (_, target, donor) =>
      changeFile(only(target), (blob) => {
        const changed = change(blob, () => readFileSync(only(donor)))
        assert.ok(changed === undefined || !changed.equals(blob), `${name} changes nothing`)
        return changed
      }),
  }
}

function withSegments(blob: Buffer, ...segments: readonly Buffer[]): Buffer {
  const rest = HEADER_BYTES + segments.length * segmentBytes(blob)
  return Buffer.concat([blob.subarray(0, HEADER_BYTES), ...segments, blob.subarray(rest)])
}

const BLOB_KINDS: readonly TamperKind[] = [
  blobKind('a flipped salt', (blob) => flipped(blob, 0)),
  blobKind('a flipped commitment', (blob) => flipped(blob, 30)),
  blobKind('a flipped byte of the first segment', (blob) => flipped(blob, HEADER_BYTES + 100)),
  blobKind('a flipped byte of a later segment', (blob) => flipped(blob, HEADER_BYTES + segmentBytes(blob) + 100)),
  blobKind('a flipped tag at the end', (blob) => flipped(blob, -1)),
  blobKind('a byte cut off', (blob) => blob.subarray(0, -1)),
  blobKind('the last segment cut off', (blob) => {
    const body = blob.length - HEADER_BYTES
    return blob.subarray(0, blob.length - (body % segmentBytes(blob)))
  }),
  blobKind('everything cut off', () => Buffer.alloc(0)),
  blobKind('a byte put in', (blob) =>
    Buffer.concat([blob.subarray(0, HEADER_BYTES + 9), Buffer.of(0), blob.subarray(HEADER_BYTES + 9)]),
  ),
  blobKind('segments exchanged', (blob) => withSegments(blob, segment(blob, 1), segment(blob, 0))),
  blobKind('a segment repeated', (blob) => withSegments(blob, segment(blob, 0), segment(blob, 0))),
  blobKind('zeros', (blob) => Buffer.alloc(blob.length)),
  blobKind('the blob of another object', (_, donor) => donor()),
  blobKind('a segment of another object', (blob, donor) => withSegments(blob, segment(donor(), 0))),
  blobKind('no blob', () => undefined),
]

function recordKind(name: string, change: (row: Buffer, donor: Buffer) => Buffer): TamperKind {
  return {
    name,
    of: 'record',
    change: (data, target, donor) => {
      const changed = change(target.row, donor.row)
      assert.ok(!changed.equals(target.row), `${name} changes nothing`)
      data.putRow(target.rowKey, changed)
    },
  }
}

/** Exchanges some bytes for those of the donor. */
function patched(row: Buffer, donor: Buffer, at: number, length: number): Buffer {
  return Buffer.concat([row.subarray(0, at), donor.subarray(at, at + length), row.subarray(at + length)])
}

const RECORD_KINDS: readonly TamperKind[] = [
  recordKind('a flipped format', (row) => flipped(row, RECORD_AT)),
  recordKind('a flipped epoch', (row) => flipped(row, EPOCH_AT)),
  recordKind('a flipped counter', (row) => flipped(row, EPOCH_AT + 15)),
  recordKind('a flipped ETag', (row) => flipped(row, ETAG_AT)),
  recordKind('another mode', (row) => {
    const copy = Buffer.from(row)
    copy.writeUInt8((row.readUInt8(CLEAR_AT + 2) + 1) % 5, CLEAR_AT + 2)
    return copy
  }),
  recordKind('the mark of a delete marker', (row) => flipped(row, CLEAR_AT + 1)),
  recordKind('another size', (row) => flipped(row, CLEAR_AT + 15)),
  recordKind('another time', (row) => flipped(row, CLEAR_AT + 23)),
  recordKind('the seal id of another object', (row, donor) => patched(row, donor, CLEAR_AT + 40, 16)),
  recordKind('a flipped byte of the sealed part', (row) => flipped(row, CLEAR_AT + 56 + 20)),
  recordKind('a flipped tag', (row) => flipped(row, -1)),
  recordKind('a byte cut off', (row) => row.subarray(0, -1)),
  recordKind('a byte added', (row) => Buffer.concat([row, Buffer.of(0)])),
  recordKind('nothing but the revision', (row) => row.subarray(0, RECORD_AT)),
  recordKind('the record of another object', (_, donor) => donor),
]

function pageOf(version: StoredVersion): Buffer {
  assert.equal(version.pageKeys.length, 1)
  return version.pageKeys[0] ?? assert.fail()
}

function partsKind(name: string, change: TamperKind['change']): TamperKind {
  return { name, of: 'parts', change }
}

/** Both parts are of one size, so that only what they are bound to tells them apart. */
const PARTS_KINDS: readonly TamperKind[] = [
  partsKind('parts exchanged', (_, target) => {
    const [first, second] = target.blobs.map((path) => [path, readFileSync(path)] as const)
    assert.ok(first !== undefined && second !== undefined)
    assert.equal(target.blobs.length, 2)
    changeFile(first[0], () => second[1])
    changeFile(second[0], () => first[1])
  }),
  partsKind('a part in place of the other', (_, target) => {
    changeFile(target.blobs[0] ?? assert.fail(), () => readFileSync(target.blobs[1] ?? assert.fail()))
  }),
  partsKind('parts of another upload', (_, target, donor) => {
    for (const [index, path] of target.blobs.entries()) {
      changeFile(path, () => readFileSync(donor.blobs[index] ?? assert.fail()))
    }
  }),
  partsKind('a flipped byte of a part', (_, target) => {
    changeFile(target.blobs[1] ?? assert.fail(), (blob) => flipped(blob, HEADER_BYTES + 7))
  }),
  partsKind('no blob of a part', (_, target) => changeFile(target.blobs[1] ?? assert.fail(), () => undefined)),
  partsKind('a flipped page', (data, target) => {
    const key = pageOf(target)
    data.putRow(key, flipped(data.row(key), -20))
  }),
  partsKind('the page of another upload', (data, target, donor) => {
    data.putRow(pageOf(target), data.row(pageOf(donor)))
  }),
  partsKind('the record of another upload', (data, target, donor) => data.putRow(target.rowKey, donor.row)),
]

export const TAMPER_KINDS: readonly TamperKind[] = [...BLOB_KINDS, ...RECORD_KINDS, ...PARTS_KINDS]
