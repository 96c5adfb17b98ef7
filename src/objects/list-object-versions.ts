import type { ListedVersion, OperationOf, Results, VersionId } from '../operations/index.ts'
import type { BucketRecord } from './bucket-record.ts'
import { keyOf, listedObject, MAX_LISTED } from './list-objects.ts'
import { LISTED_VALUE_BYTES, versionIdOf } from './object-record.ts'
import type { ObjectRooms } from './object-rooms.ts'
import type { Permit } from './permit.ts'
import { bucketOf } from './permitted-bucket.ts'
import { justAfter, liveKey, livePrefix, oldKey, oldPrefix, type KeyRange } from './row-keys.ts'
import { from, prefixRange, scanNames, startAfter, type NamedEntry, type NamedRow } from './scan-names.ts'
import { readVersion } from './version-rows.ts'

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
  let before = marked.within?.name
  for (const entry of page.entries) {
    if (entry.kind === 'group') {
      groups.push(entry.name)
      continue
    }
    const { object, header } = listedObject(rooms.records, keyOf(entry.name), entry.row)
    const isLatest = entry.name !== before
    before = entry.name
    versions.push({ ...object, versionId: versionIdOf(header), isLatest, deleteMarker: header.deleteMarker })
  }
  const last = page.entries.at(-1)
  if (!page.more || last === undefined) return { versions, groups, truncated: false }
  const lastVersion = last.kind === 'row' ? versions.at(-1)?.versionId : undefined
  return {
    versions,
    groups,
    truncated: true,
    nextKeyMarker: last.name,
    ...(lastVersion === undefined ? {} : { nextVersionIdMarker: lastVersion }),
  }
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
  const order = versionIdMarker === undefined ? undefined : await orderOf(rooms, bucket, keyMarker, versionIdMarker)
  if (order === undefined) {
    return {
      live: from(live, startAfter(bases.live, keyMarker, operation, false)),
      old: from(old, startAfter(bases.old, keyMarker, operation, true)),
    }
  }
  const name = keyOf(keyMarker)
  return {
    live: from(live, liveKey(bucket.uuid, name)),
    old: from(old, justAfter(oldKey(bucket.uuid, name, order))),
    within: { name, order },
  }
}

async function orderOf(
  rooms: ObjectRooms,
  bucket: BucketRecord,
  keyMarker: string,
  id: VersionId,
): Promise<number | undefined> {
  if (id === 'null') return (await readVersion(rooms, bucket, keyOf(keyMarker), id))?.version.header.order
  const order = BigInt(`0x${id.slice(0, 16)}`)
  return order > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(order)
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
  return listedObject(rooms.records, keyOf(entry.name), entry.row).header.order >= marked.within.order
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
    for (
      let next = old[at];
      next !== undefined && Buffer.compare(next.nameBytes, entry.nameBytes) < 0;
      next = old[at]
    ) {
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
