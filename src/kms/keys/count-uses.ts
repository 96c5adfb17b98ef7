import { StoreFailure } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import type { MetadataReader } from '../../storage/index.ts'
import { currentVersion } from './material-version.ts'
import { KeyReader } from './key-reader.ts'
import { KEY_ROWS, keyUidOf, REFERRER_KINDS, useCounter, useRowOf, useRows, type ReferrerKind } from '../kms-rows.ts'

const ROWS_AT_ONCE = 1_000

/** What the key service says of one version of a key: its counters, and the entries that say which. */
export interface CountedUses {
  readonly keyUid: string
  readonly version: number
  readonly counters: Readonly<Record<ReferrerKind, number>>
  readonly entries: Readonly<Record<ReferrerKind, number>>
}

type Parts = { readonly store: MetadataReader; readonly records: RecordSealer }

/** Every version of every key, also of those that nothing holds. `damaged`: told of a key whose record does not authenticate. */
export async function* countUses(
  { store, records }: Parts,
  damaged: (keyUid: string) => void,
): AsyncGenerator<CountedUses, void, undefined> {
  const reader = new KeyReader(store, records)
  for await (const keyUid of keyUids(store)) {
    const versions = await versionsOf(reader, keyUid, damaged)
    const entries = await entriesOf(store, keyUid)
    for (let version = 1; version <= Math.max(versions, ...entries.keys()); version++) {
      const sums = await Promise.all(REFERRER_KINDS.map((kind) => store.sum(useCounter(keyUid, version, kind))))
      const [versionSum = 0n, uploadSum = 0n, defaultSum = 0n] = sums
      const counters = { version: Number(versionSum), upload: Number(uploadSum), default: Number(defaultSum) }
      yield { keyUid, version, counters, entries: entries.get(version) ?? none() }
    }
  }
}

function none(): Record<ReferrerKind, number> {
  return { version: 0, upload: 0, default: 0 }
}

async function versionsOf(reader: KeyReader, keyUid: string, damaged: (keyUid: string) => void): Promise<number> {
  try {
    const found = await reader.byUid(keyUid)
    return found === undefined ? 0 : currentVersion(found.record)
  } catch (error) {
    if (!(error instanceof StoreFailure) || error.failure.kind !== 'integrity') throw error
    damaged(keyUid)
    return 0
  }
}

async function* keyUids(store: MetadataReader): AsyncGenerator<string, void, undefined> {
  for await (const key of keysOf(store, KEY_ROWS)) {
    const uid = keyUidOf(key)
    if (uid !== undefined) yield uid
  }
}

async function entriesOf(
  store: MetadataReader,
  keyUid: string,
): Promise<ReadonlyMap<number, Record<ReferrerKind, number>>> {
  const found = new Map<number, Record<ReferrerKind, number>>()
  for await (const key of keysOf(store, useRows(keyUid))) {
    const use = useRowOf(key)
    if (use === undefined) continue
    const entries = found.get(use.version) ?? none()
    entries[use.kind]++
    found.set(use.version, entries)
  }
  return found
}

async function* keysOf(
  store: MetadataReader,
  range: { readonly start: Uint8Array; readonly end: Uint8Array },
): AsyncGenerator<Uint8Array, void, undefined> {
  let { start } = range
  for (;;) {
    const { rows, more } = await store.scan({ start, end: range.end, limit: ROWS_AT_ONCE, valueBytes: 1 })
    for (const row of rows) yield row.key
    const last = rows.at(-1)
    if (!more || last === undefined) return
    start = Buffer.concat([last.key, Buffer.of(0)])
  }
}
