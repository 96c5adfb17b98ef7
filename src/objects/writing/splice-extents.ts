import { MAX_EXTENTS, MAX_PART_NUMBER, refuse } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import type { BlobId, Write } from '../../storage/index.ts'
import {
  allExtents,
  garbageOfExtents,
  lengthOf,
  NO_EXTENTS,
  tableOf,
  type Extent,
  type ExtentTable,
} from '../rows/extents.ts'
import type { Garbage } from '../rows/garbage-rows.ts'
import { entriesAfter } from '../rows/manifest.ts'
import type { Manifest, ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { pageSource } from '../bodies/slices.ts'

/** What an object in streams is put together from, whatever its manifest is. */
export interface Pieces {
  readonly extents: readonly Extent[]
  /** Every blob that it uses, those of empty parts too. */
  readonly blobs: ReadonlySet<BlobId>
  /** Its own table; of another manifest an empty one, with the numbers that are taken. */
  readonly table: ExtentTable
}

/** The highest part number that a stream under this seal id can have been given. */
export function partsUsed(manifest: Manifest): number {
  switch (manifest.kind) {
    case 'inline':
      return 0
    case 'stream':
      return 1
    case 'pages':
      return MAX_PART_NUMBER
    case 'extents':
      return manifest.parts
  }
}

/** Reads the whole table. The caller holds a lease, so that the rows stay that this record names. */
export async function piecesOf(rooms: Pick<ObjectRooms, 'store' | 'records'>, version: ObjectVersion): Promise<Pieces> {
  const { manifest } = version.detail
  const parts = partsUsed(manifest)
  switch (manifest.kind) {
    case 'inline':
      return refuse({ kind: 'internal' })
    case 'stream': {
      const { blob, stream } = manifest
      return { ...held([{ part: 1, blob, stream, from: 0, bytes: stream.length }]), table: { ...NO_EXTENTS, parts } }
    }
    case 'pages': {
      const source = pageSource(rooms, version) ?? refuse({ kind: 'internal' })
      const found: Extent[] = []
      for await (const { part, blob, stream } of entriesAfter(source, 0)) {
        found.push({ part, blob, stream, from: 0, bytes: stream.length })
      }
      return { ...held(found), table: { ...NO_EXTENTS, parts, nextPage: manifest.table.pages.length } }
    }
    case 'extents': {
      const { store, records } = rooms
      const source = { store, records, sealId: version.header.sealId, table: manifest }
      return { ...held(await allExtents(source)), table: manifest }
    }
  }
}

/** An extent has a byte at least; streams of empty parts and bodies have none. */
function held(found: readonly Extent[]): Pick<Pieces, 'extents' | 'blobs'> {
  return { extents: found.filter(({ bytes }) => bytes > 0), blobs: blobsOf(found) }
}

function blobsOf(extents: readonly Extent[]): ReadonlySet<BlobId> {
  return new Set(extents.map(({ blob }) => blob))
}

/** Plaintext [first, end) gives way to `fresh`, or to nothing. */
export interface Splice {
  readonly first: number
  readonly end: number
  readonly fresh?: Extent
}

/**
 * The table after a splice: metadata alone, no stream is touched. Pages before the splice stay, all others are written
 * anew. Rows of replaced extent pages and blobs of which nothing is left go to the collector; the pages of an upload stay
 * until the version ends, because what is left of the upload still looks there for the blobs in use.
 */
export function splicePieces(
  records: RecordSealer,
  sealId: Uint8Array,
  { extents, blobs, table }: Pieces,
  { first, end, fresh }: Splice,
): { readonly table: ExtentTable; readonly writes: readonly Write[]; readonly garbage: readonly Garbage[] } {
  const after = [
    ...cut(extents, 0, first),
    ...(fresh === undefined ? [] : [fresh]),
    ...cut(extents, end, Number.MAX_SAFE_INTEGER),
  ]
  if (after.length > MAX_EXTENTS) {
    refuse({ kind: 'invalid-request', detail: `An object is put together from at most ${MAX_EXTENTS} pieces.` })
  }
  const { kept, count } = pagesBefore(table, first)
  const made = tableOf(records, sealId, kept, after.slice(count))
  const used = blobsOf(after)
  const gone = [...blobs].filter((blob) => !used.has(blob))
  const replaced = table.pages.slice(kept.pages.length).map(([page]) => page)
  return { ...made, garbage: garbageOfExtents(sealId, replaced, gone) }
}

/** What of the extents lies in plaintext [from, to). */
function cut(extents: readonly Extent[], from: number, to: number): readonly Extent[] {
  const pieces: Extent[] = []
  let at = 0
  for (const extent of extents) {
    const start = Math.max(from, at)
    const stop = Math.min(to, at + extent.bytes)
    if (start < stop) pieces.push({ ...extent, from: extent.from + (start - at), bytes: stop - start })
    at += extent.bytes
  }
  return pieces
}

/** The table up to the last page that ends before plaintext byte `first`, and how many extents that is. */
function pagesBefore(table: ExtentTable, first: number): { readonly kept: ExtentTable; readonly count: number } {
  const tailAt = table.bytes - lengthOf(table.tail)
  const ends = table.pages.map((_, index) => table.pages[index + 1]?.[1] ?? tailAt)
  const beyond = ends.findIndex((end) => end > first)
  const pages = beyond < 0 ? table.pages : table.pages.slice(0, beyond)
  const kept = { ...table, bytes: ends[pages.length - 1] ?? 0, pages, tail: [] }
  return { kept, count: pages.reduce((sum, [, , entries]) => sum + entries, 0) }
}
