import { countUses, type CountedUses } from '../kms/index.ts'
import { scrubStore, type KeyHolds, type ObjectRooms, type Permit } from '../objects/index.ts'
import type { VerifyReport } from '../operations/index.ts'

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
    checkUses: (counted) => compareUses(objects, counted),
  })
}

/**
 * Every version of every key: its counters and its entries say the same as the count. A key that nothing holds may not
 * say that something does: it could never be deleted.
 */
async function compareUses(
  rooms: Pick<ObjectRooms, 'store' | 'records'>,
  counted: KeyHolds,
): Promise<readonly string[]> {
  const remarks: string[] = []
  const unseen = new Set(counted.keys())
  const damaged = (keyUid: string): void => {
    remarks.push(`key ${keyUid}: its record does not authenticate`)
  }
  for await (const { keyUid, version, counters, entries } of countUses(rooms, damaged)) {
    const name = `${keyUid}/${version}`
    unseen.delete(name)
    const { versions, uploads, defaults } = counted.get(name) ?? { versions: 0, uploads: 0, defaults: 0 }
    const wanted = { version: versions, upload: uploads, default: defaults }
    if (!same(counters, wanted))
      remarks.push(`key ${name}: counted ${told(wanted)}, its counters say ${told(counters)}`)
    if (!same(entries, wanted)) remarks.push(`key ${name}: counted ${told(wanted)}, its entries are ${told(entries)}`)
  }
  for (const name of unseen) remarks.push(`key ${name}: something holds it, and it is not there`)
  return remarks
}

type Counts = CountedUses['counters']

function same(left: Counts, right: Counts): boolean {
  return left.version === right.version && left.upload === right.upload && left.default === right.default
}

function told(counts: Counts): string {
  return `${counts.version} versions, ${counts.upload} uploads, ${counts.default} defaults`
}
