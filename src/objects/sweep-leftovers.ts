import type { BlobId } from '../storage/index.ts'
import type { ObjectRooms } from './object-rooms.ts'
import { blobKey } from './row-keys.ts'

const EPOCH_DIGITS = 16
/** How many blobs are looked up at once. */
const AT_ONCE = 256

/**
 * Removes blobs of dead processes that no row names: writes that were cut off before their commit. A blob of a
 * process in `liveEpochs` may still be on its way to its row, and is left alone. `limit`: blobs to remove.
 */
export async function sweepLeftovers(
  rooms: Pick<ObjectRooms, 'store' | 'blobs'>,
  options: { readonly liveEpochs: ReadonlySet<string>; readonly limit: number; readonly signal: AbortSignal },
): Promise<{ readonly removed: number; readonly more: boolean }> {
  let removed = 0
  for await (const leftovers of findLeftovers(rooms, options.liveEpochs, options.signal)) {
    const due = leftovers.slice(0, options.limit - removed)
    await rooms.blobs.remove(due)
    removed += due.length
    if (removed >= options.limit) return { removed, more: true }
  }
  return { removed, more: false }
}

/** Blobs of dead epochs without a row, as they are found. */
export async function* findLeftovers(
  rooms: Pick<ObjectRooms, 'store' | 'blobs'>,
  liveEpochs: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncGenerator<readonly BlobId[], void, undefined> {
  const live = new Set([...liveEpochs, rooms.blobs.epoch])
  let batch: BlobId[] = []
  for await (const { id } of rooms.blobs.list(signal)) {
    if (live.has(id.slice(0, EPOCH_DIGITS))) continue
    batch.push(id)
    if (batch.length < AT_ONCE) continue
    yield await withoutRow(rooms, batch)
    batch = []
  }
  if (batch.length > 0) yield await withoutRow(rooms, batch)
}

async function withoutRow(rooms: Pick<ObjectRooms, 'store'>, ids: readonly BlobId[]): Promise<readonly BlobId[]> {
  const rows = await rooms.store.getMany(ids.map((id) => blobKey(id)))
  return ids.filter((_, index) => rows[index] === undefined)
}
