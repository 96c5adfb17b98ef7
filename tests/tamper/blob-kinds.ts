import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { changeFile, flipped, type StoredVersion } from './stopped-data.ts'
import type { TamperKind } from './tamper-kind.ts'

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

/** The one blob of an object, or one of its parts. */
function first(version: StoredVersion): string {
  return version.blobs[0] ?? assert.fail()
}

/** Those for which the size of segments matters are tried with the large ones too. */
const LARGE: readonly string[] = [
  'a flipped byte of a later segment',
  'a flipped tag at the end',
  'the last segment cut off',
  'segments exchanged',
  'a segment of another object',
  'a segment behind its end',
]

type Change = (blob: Buffer, donor: () => Buffer) => Buffer | undefined

function blobKind(name: string, change: Change, more: Pick<TamperKind, 'outcome'> = {}): TamperKind {
  return {
    name,
    of: 'blob',
    shapes: LARGE.includes(name) ? ['small', 'large', 'multipart'] : ['small', 'multipart'],
    ...more,
    change: (_, target, { other }) =>
      changeFile(first(target), (blob) => {
        const changed = change(blob, () => readFileSync(first(other)))
        assert.ok(changed === undefined || !changed.equals(blob), `${name} changes nothing`)
        return changed
      }),
  }
}

function withSegments(blob: Buffer, ...segments: readonly Buffer[]): Buffer {
  const rest = HEADER_BYTES + segments.length * segmentBytes(blob)
  return Buffer.concat([blob.subarray(0, HEADER_BYTES), ...segments, blob.subarray(rest)])
}

function inserted(blob: Buffer, at: number, ...pieces: readonly Buffer[]): Buffer {
  return Buffer.concat([blob.subarray(0, at), ...pieces, blob.subarray(at)])
}

/** A read asks for the bytes that the record names: what lies behind them is never looked at. */
const UNREAD = { outcome: 'unread' } as const

export const BLOB_KINDS: readonly TamperKind[] = [
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
  blobKind('a byte put in', (blob) => inserted(blob, HEADER_BYTES + 9, Buffer.of(0))),
  blobKind('a byte put before it', (blob) => inserted(blob, 0, Buffer.of(0))),
  blobKind('a segment put in', (blob) => inserted(blob, HEADER_BYTES, segment(blob, 1))),
  blobKind('segments exchanged', (blob) => withSegments(blob, segment(blob, 1), segment(blob, 0))),
  blobKind('a segment repeated', (blob) => withSegments(blob, segment(blob, 0), segment(blob, 0))),
  blobKind('zeros', (blob) => Buffer.alloc(blob.length)),
  blobKind('the blob of another object', (_, donor) => donor()),
  blobKind('a segment of another object', (blob, donor) => withSegments(blob, segment(donor(), 0))),
  blobKind('the header of another object', (blob, donor) =>
    Buffer.concat([donor().subarray(0, HEADER_BYTES), blob.subarray(HEADER_BYTES)]),
  ),
  blobKind('no blob', () => undefined),
  blobKind('a byte behind its end', (blob) => Buffer.concat([blob, Buffer.of(0)]), UNREAD),
  blobKind('a segment behind its end', (blob) => Buffer.concat([blob, segment(blob, 0)]), UNREAD),
]
