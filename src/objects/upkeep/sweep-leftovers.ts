import type { BlobId } from '../../storage/index.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { blobKey } from '../rows/row-keys.ts'

const EPOCH_DIGITS = 16
/** How many blobs are looked up at once. */
const AT_ONCE = 256

/** A writer may still hold the commit of a worker that is gone; this leaves it far more time than it takes. */
export const LEFTOVER_AGE_MS = 60_000

/** The blob epochs of every process that may be writing now. */
export type LiveEpochs = () => Promise<ReadonlySet<string>>

/**
 * Removes blobs of dead processes that no row names: writes that were cut off before their commit. A blob of a
 * process in `liveEpochs`, and a young one, may still be on its way to its row, and is left alone. `limit`: blobs to
 * remove.
 */
export async function sweepLeftovers(
  rooms: Pick<ObjectRooms, 'store' | 'blobs' | 'now'>,
  options: { readonly liveEpochs: LiveEpochs; readonly limit: number; readonly signal: AbortSignal },
): Promise<{ readonly removed: number; readonly more: boolean }> {
  const writtenBeforeMs = rooms.now() - LEFTOVER_AGE_MS
  let removed = 0
  for await (const leftovers of findLeftovers(rooms, { ...options, writtenBeforeMs })) {
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
  options: { readonly liveEpochs: LiveEpochs; readonly signal: AbortSignal; readonly writtenBeforeMs?: number },
): AsyncGenerator<readonly BlobId[], void, undefined> {
  const before = options.writtenBeforeMs ?? Number.POSITIVE_INFINITY
  let batch: BlobId[] = []
  for await (const { id, writtenAtMs } of rooms.blobs.list(options.signal)) {
    if (writtenAtMs >= before) continue
    batch.push(id)
    if (batch.length < AT_ONCE) continue
    yield await ofTheDead(rooms, batch, options.liveEpochs)
    batch = []
  }
  if (batch.length > 0) yield await ofTheDead(rooms, batch, options.liveEpochs)
}

/** Who is alive is asked after the blobs were seen: a process that has written one of them was alive by then. */
async function ofTheDead(
  rooms: Pick<ObjectRooms, 'store' | 'blobs'>,
  seen: readonly BlobId[],
  liveEpochs: LiveEpochs,
): Promise<readonly BlobId[]> {
  const live = new Set([...(await liveEpochs()), rooms.blobs.epoch])
  return withoutRow(
    rooms,
    seen.filter((id) => !live.has(id.slice(0, EPOCH_DIGITS))),
  )
}

async function withoutRow(rooms: Pick<ObjectRooms, 'store'>, ids: readonly BlobId[]): Promise<readonly BlobId[]> {
  const rows = await rooms.store.getMany(ids.map((id) => blobKey(id)))
  return ids.filter((_, index) => rows[index] === undefined)
}
