import { useCounter, useRows } from '../kms/index.ts'
import { scrubStore, type KeyHolds, type ObjectRooms, type Permit } from '../objects/index.ts'
import type { VerifyReport } from '../operations/index.ts'
import type { MetadataReader } from '../storage/index.ts'

const ROWS_AT_ONCE = 1_000

/**
 * Reads and authenticates everything, as the permit's caller, and compares counters, indexes and the keys' own counts
 * with a full count. It holds while nobody writes: under load, ask again before believing a disagreement.
 */
export function verifyStore(
  objects: ObjectRooms,
  permit: Permit,
  options: { readonly bucket?: string; readonly liveEpochs: ReadonlySet<string> },
): Promise<VerifyReport> {
  return scrubStore(objects, permit, {
    ...options,
    checkUses: (counted) => compareUses(objects.store, counted),
  })
}

/** Every key that something holds: its counters and its entries say the same as the count. */
async function compareUses(store: MetadataReader, counted: KeyHolds): Promise<readonly string[]> {
  const remarks: string[] = []
  for (const [name, holds] of counted) {
    const [uid = '', version = ''] = name.split('/')
    const versions = Number(await store.sum(useCounter(uid, Number(version), 'version')))
    const uploads = Number(await store.sum(useCounter(uid, Number(version), 'upload')))
    if (versions !== holds.versions || uploads !== holds.uploads) {
      remarks.push(
        `key ${uid} version ${version}: counted ${holds.versions} versions and ${holds.uploads} uploads, ` +
          `its counters say ${versions} and ${uploads}`,
      )
    }
  }
  for (const uid of new Set([...counted.keys()].map((name) => name.split('/')[0] ?? ''))) {
    const entries = await countEntries(store, uid)
    const wanted = [...counted].filter(([name]) => name.startsWith(`${uid}/`))
    const total = wanted.reduce((sum, [, holds]) => sum + holds.versions + holds.uploads, 0)
    if (entries !== total) remarks.push(`key ${uid}: ${entries} entries of use, ${total} counted`)
  }
  return remarks
}

/** Entries of versions and uploads; those of bucket defaults are not counted here. */
async function countEntries(store: MetadataReader, uid: string): Promise<number> {
  let { start } = useRows(uid)
  const { end } = useRows(uid)
  let entries = 0
  for (;;) {
    const { rows, more } = await store.scan({ start, end, limit: ROWS_AT_ONCE, valueBytes: 1 })
    entries += rows.filter((row) => !Buffer.from(row.key).toString('latin1').includes('/default/')).length
    const last = rows.at(-1)
    if (!more || last === undefined) return entries
    start = Buffer.concat([last.key, Buffer.of(0)])
  }
}
