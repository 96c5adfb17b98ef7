import { refuse } from '../../operations/index.ts'
import type { BlobId, BlobStore, Row, Write } from '../../storage/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { GARBAGE_TIME_AT, garbageKey } from './row-keys.ts'

/** What a commit left behind. Rows of it are written in that commit, so that a crash forgets nothing. */
export type Garbage =
  | { readonly kind: 'blob'; readonly blob: BlobId }
  /** A multipart version: its pages, and the blobs that they name. */
  | { readonly kind: 'manifest'; readonly sealId: string; readonly pages: number }
  /** Of a version that goes on: rows of pages that no record names any more, and blobs of which nothing is used. */
  | {
      readonly kind: 'extents'
      readonly sealId: string
      readonly pages: readonly number[]
      readonly blobs: readonly BlobId[]
    }
  /** An ended upload: all its parts and whatever pages were begun. */
  | { readonly kind: 'aborted-upload'; readonly uploadId: string; readonly sealId: string }
  /** A finished upload: its part rows, and the blobs of parts that its pages do not name. */
  | { readonly kind: 'completed-upload'; readonly uploadId: string; readonly sealId: string; readonly pages: number }

export interface GarbageEntry {
  readonly row: Row
  readonly atMs: number
  readonly garbage: Garbage
}

export function garbageWrite(
  rooms: { readonly blobs: BlobStore; readonly now: () => number },
  garbage: Garbage,
): Write {
  return {
    kind: 'put',
    key: garbageKey(rooms.blobs.epoch, rooms.now(), randomBytes(16)),
    value: Buffer.from(JSON.stringify(garbage), 'utf8'),
  }
}

const KINDS = new Set(['blob', 'manifest', 'extents', 'aborted-upload', 'completed-upload'])

function isGarbage(value: unknown): value is Garbage {
  return typeof value === 'object' && value !== null && 'kind' in value && KINDS.has(String(value.kind))
}

export function readGarbage(row: Row): GarbageEntry {
  const value: unknown = JSON.parse(Buffer.from(row.value).toString('utf8'))
  if (!isGarbage(value)) return refuse({ kind: 'integrity', what: 'garbage row' })
  return { row, atMs: Number(Buffer.from(row.key).readBigUInt64BE(GARBAGE_TIME_AT)), garbage: value }
}
