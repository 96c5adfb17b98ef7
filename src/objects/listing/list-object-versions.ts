import {
  parseObjectKey,
  type ListedVersion,
  type ObjectKey,
  type OperationOf,
  type Results,
  type VersionId,
} from '../../operations/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { keyOf, listedObject, MAX_LISTED, peekPage } from './list-objects.ts'
import { LISTED_VALUE_BYTES, readHeader, versionIdOf } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { justAfter, liveKey, livePrefix, oldKey, oldPrefix, oldRange, type KeyRange } from '../rows/row-keys.ts'
import {
  compareNames,
  from,
  liesInGroup,
  prefixRange,
  scanNames,
  startAfter,
  type NamedEntry,
  type NamedRow,
} from './scan-names.ts'
import { readVersion } from '../rows/version-rows.ts'

/** The 00 and the inverted order behind a name in `old/`. */
const OLD_SUFFIX_BYTES = 9
/** Versions move between the two tables: a page is read again when the live rows changed while it was read. */
const PAGE_TRIES = 3

const NOTHING: Results['list-object-versions'] = { versions: [], groups: [], truncated: false }

interface Marked {
  readonly live: KeyRange | undefined
  readonly old: KeyRange | undefined
  /** The page begins within this name: its versions of this order and newer were shown before. */
  readonly within?: { readonly name: string; readonly order: number }
}

/** All versions and delete markers, by name, newest first: live and old rows merged. */
export async function listObjectVersions(
  rooms: ObjectRooms,
  permit: Permit,
  operation: OperationOf<'list-object-versions'>,
): Promise<Results['list-object-versions']> {
  const bucket = bucketOf(permit)
  const limit = Math.min(operation.maxKeys, MAX_LISTED)
  if (limit === 0) return NOTHING
  const marked = await rangesOf(rooms, bucket, operation)
  const page = await readPage(rooms, bucket, operation, marked, limit)
  const versions: ListedVersion[] = []
  const groups: string[] = []
  let last: { readonly name: string; readonly marker?: VersionId } | undefined
  let before = await nameWithNewer(rooms, bucket, marked, page)
  for (const { entry, peeked } of peekPage(rooms.records, page.entries)) {
    if (entry.kind === 'group' || peeked === undefined) {
      groups.push(entry.name)
      last = { name: entry.name }
      continue
    }
    const header = readHeader(peeked.value.subarray(peeked.start, peeked.end))
    const object = listedObject(keyOf(entry.name), header, peeked)
    const isLatest = entry.name !== before
    before = entry.name
    // The place of a null version too: it may be gone, or newer than all others, when the next page is asked for.
    last = { name: entry.name, marker: versionIdOf({ ...header, isNull: false }) }
    versions.push({ ...object, versionId: versionIdOf(header), isLatest, deleteMarker: header.deleteMarker })
  }
  if (!page.more || last === undefined) return { versions, groups, truncated: false }
  return {
    versions,
    groups,
    truncated: true,
    nextKeyMarker: last.name,
    ...(last.marker === undefined ? {} : { nextVersionIdMarker: last.marker }),
  }
}

/** The name that the page begins within, if something newer than what is shown of it is there now. */
async function nameWithNewer(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  marked: Marked,
  page: VersionPage,
): Promise<string | undefined> {
  const [first] = page.entries
  if (marked.within === undefined || first?.kind !== 'row' || first.name !== marked.within.name) return undefined
  const name = keyOf(first.name)
  const live = liveKey(bucket.uuid, name)
  if (Buffer.compare(first.row.key, live) === 0) return undefined
  const [current] = await rooms.store.getMany([live])
  if (current !== undefined) return first.name
  const { rows } = await rooms.store.scan({ ...oldRange(bucket.uuid, name), limit: 1, valueBytes: 0 })
  return rows[0] !== undefined && Buffer.compare(rows[0].key, first.row.key) < 0 ? first.name : undefined
}

async function rangesOf(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  operation: OperationOf<'list-object-versions'>,
): Promise<Marked> {
  const { prefix, keyMarker, versionIdMarker } = operation
  const bases = { live: livePrefix(bucket.uuid), old: oldPrefix(bucket.uuid) }
  const live = prefixRange(bases.live, prefix)
  const old = prefixRange(bases.old, prefix)
  if (live === undefined || old === undefined || keyMarker === '') return { live, old }
  const marker = parseObjectKey(keyMarker)
  if (versionIdMarker === undefined || marker.kind !== 'key' || liesInGroup(keyMarker, operation)) {
    return {
      live: from(live, startAfter(bases.live, keyMarker, operation, false)),
      old: from(old, startAfter(bases.old, keyMarker, operation, true)),
    }
  }
  const name = marker.key
  const order = await orderOf(rooms, bucket, name, versionIdMarker)
  return {
    live: from(live, liveKey(bucket.uuid, name)),
    old: from(old, justAfter(oldKey(bucket.uuid, name, order))),
    within: { name, order },
  }
}

/** Where the marker's version stands, or stood. Of a null version that is gone nobody knows: the name is shown whole. */
async function orderOf(rooms: ObjectRooms, bucket: BucketRecord, name: ObjectKey, id: VersionId): Promise<number> {
  if (id === 'null') {
    const version = (await readVersion(rooms, bucket, name, id))?.version
    return version?.header.order ?? Number.MAX_SAFE_INTEGER
  }
  const order = BigInt(`0x${id.slice(0, 16)}`)
  return order > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(order)
}

interface VersionPage {
  readonly entries: readonly NamedEntry[]
  readonly more: boolean
}

async function readPage(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  asked: { readonly prefix: string; readonly delimiter: string },
  marked: Marked,
  limit: number,
): Promise<VersionPage> {
  const scan = async (base: Uint8Array, suffixBytes: number, range: KeyRange | undefined): Promise<VersionPage> => {
    if (range === undefined) return { entries: [], more: false }
    const { prefix, delimiter } = asked
    const spec = { base, suffixBytes, range, prefix, delimiter, limit: limit + 1, valueBytes: LISTED_VALUE_BYTES }
    return scanNames(rooms.store, spec)
  }
  const scanLive = (): Promise<VersionPage> => scan(livePrefix(bucket.uuid), 0, marked.live)
  let live = await scanLive()
  let old: VersionPage = { entries: [], more: false }
  for (let attempt = 1; attempt <= PAGE_TRIES; attempt++) {
    old = await scan(oldPrefix(bucket.uuid), OLD_SUFFIX_BYTES, marked.old)
    if (bucket.versioning === 'unversioned') break
    const again = await scanLive()
    const settled = sameRows(live, again)
    live = again
    if (settled) break
  }
  const shown = live.entries.filter((entry) => !shownBefore(rooms, entry, marked))
  const entries = merge(shown, old.entries)
  return { entries: entries.slice(0, limit), more: entries.length > limit || live.more || old.more }
}

function shownBefore(rooms: ObjectRooms, entry: NamedEntry, marked: Marked): boolean {
  if (entry.kind === 'group' || entry.name !== marked.within?.name) return false
  return readHeader(rooms.records.peek(entry.row.value).clear).order >= marked.within.order
}

function sameRows(left: VersionPage, right: VersionPage): boolean {
  const revisions = (page: VersionPage): string =>
    page.entries.map((entry) => (entry.kind === 'row' ? entry.row.revision : entry.name)).join('\n')
  return revisions(left) === revisions(right)
}

/** By name; of one name the live row first, then the old ones as they are. The same group is kept once. */
function merge(live: readonly NamedEntry[], old: readonly NamedEntry[]): readonly NamedEntry[] {
  const merged: NamedEntry[] = []
  let at = 0
  for (const entry of live) {
    for (let next = old[at]; next !== undefined && compareNames(next, entry) < 0; next = old[at]) {
      merged.push(next)
      at++
    }
    merged.push(entry)
    if (entry.kind === 'group' && isSameGroup(old[at], entry)) at++
  }
  merged.push(...old.slice(at))
  return merged
}

function isSameGroup(left: NamedEntry | undefined, right: Exclude<NamedEntry, NamedRow>): boolean {
  return left?.kind === 'group' && left.name === right.name
}
