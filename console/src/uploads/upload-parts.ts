import { ApiFailure, asFailure } from '../api/failure.ts'
import { path } from '../api/path.ts'
import { numberOf, textOf } from './answer-members.ts'
import { combineCrc32, crc32Text } from './crc32.ts'
import { crcOfFile } from './file-crc.ts'
import { isWorthRetrying, partSizeOf, partsOf, type PlannedPart } from './part-plan.ts'
import { partsOnServer, type ListedPart } from './parts-on-server.ts'
import { sentBefore } from './read-back.ts'
import { persist, sendPiece } from './send-piece.ts'
import type { Slots } from './slots.ts'
import { PAUSED, type Begun, type UploadTask } from './upload-task.ts'
import type { UploadWire } from './upload-wire.ts'

const PARTS_AT_ONCE = 2
const PARTS_AT_ONCE_ALONE = 4

/** A large file, part by part; what was begun before goes on with the parts that are missing. */
export async function putParts(wire: UploadWire, slots: Slots, task: UploadTask): Promise<unknown> {
  const { bucket, key } = task
  const listed = task.begun === undefined ? undefined : await partsOnServer(wire, task, task.begun)
  const begun = task.begun !== undefined && listed !== undefined ? task.begun : await begin(wire, task)
  const route = path('buckets', bucket, 'uploads', begun.uploadId)
  const parts = partsOf(task.file.size, begun.partBytes)
  try {
    const done = await sendParts(wire, slots, task, { parts, route, listed: listed ?? new Map() })
    const stored = await complete(wire, task, route, done)
    task.onBegun(undefined)
    return stored
  } catch (thrown) {
    if (!isWorthKeeping(task, thrown)) {
      task.onBegun(undefined)
      // When this fails too, it stands under the unfinished uploads of the bucket.
      await wire.call('DELETE', route, { query: { key } }).catch(() => undefined)
    }
    throw thrown
  }
}

/** Paused, away, signed out, or a question about what is there already: the parts that arrived are worth keeping. */
function isWorthKeeping({ signal }: UploadTask, thrown: unknown): boolean {
  if (signal.aborted) return signal.reason === PAUSED
  const { status } = asFailure(thrown)
  return status === 401 || status === 412 || isWorthRetrying(status)
}

async function begin(wire: UploadWire, task: UploadTask): Promise<Begun> {
  const { file, bucket, key, encryption, overwrite, signal } = task
  const body = {
    key,
    size: file.size,
    ...(file.type === '' ? {} : { type: file.type }),
    ...(encryption === undefined ? {} : { encryption }),
    ...(overwrite ? {} : { ifNoneMatch: true }),
  }
  const answer = await persist(wire, signal, async () =>
    wire.call('POST', path('buckets', bucket, 'uploads'), { body, signal }),
  )
  const uploadId = textOf(answer, 'uploadId')
  if (uploadId === undefined) throw new ApiFailure(500, { message: 'The server named no upload' })
  const begun = { uploadId, partBytes: numberOf(answer, 'partSize') ?? partSizeOf(file.size) }
  task.onBegun(begun)
  return begun
}

interface DonePart {
  readonly number: number
  readonly etag: string
  readonly crc: number
  readonly bytes: number
}

interface PartsToSend {
  readonly parts: readonly PlannedPart[]
  readonly route: string
  readonly listed: ReadonlyMap<number, ListedPart>
}

async function sendParts(
  wire: UploadWire,
  slots: Slots,
  task: UploadTask,
  { parts, route, listed }: PartsToSend,
): Promise<readonly DonePart[]> {
  const sent = new Map<number, number>()
  const queue = [...parts]
  const progress = (number: number, bytes: number): void => {
    sent.set(number, bytes)
    task.onProgress([...sent.values()].reduce((sum, one) => sum + one, 0))
  }
  const one = async ({ number, start, end }: PlannedPart): Promise<DonePart> => {
    const bytes = end - start
    const before = listed.get(number)
    if (before?.size === bytes) {
      // Arrived before. Its CRC-32 goes into the whole's, where another file's part would show.
      const crc = await crcOfFile(task.file, start, end)
      return { number, etag: before.etag, crc, bytes }
    }
    const { answer, crc } = await sendPiece(wire, slots, task, {
      route: `${route}/parts/${String(number)}`,
      query: { key: task.key },
      part: { number, start, end },
      headers: { 'content-type': 'application/octet-stream' },
      onSent: (bytesSent) => progress(number, bytesSent),
    })
    return { number, etag: textOf(answer, 'etag') ?? '', crc, bytes }
  }
  const done: DonePart[] = []
  const lane = async (index: number): Promise<void> => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      task.signal.throwIfAborted()
      const arrived = await one(part).catch((thrown: unknown) => {
        // The other lanes end after the part that they are at.
        queue.length = 0
        throw thrown
      })
      done.push(arrived)
      progress(arrived.number, arrived.bytes)
      if (index >= PARTS_AT_ONCE && slots.waiting > 0) return
    }
  }
  const lanes = Array.from({ length: PARTS_AT_ONCE_ALONE }, async (_, index) => lane(index))
  const ends = await Promise.allSettled(lanes)
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  return done.sort((first, second) => first.number - second.number)
}

async function complete(
  wire: UploadWire,
  task: UploadTask,
  route: string,
  done: readonly DonePart[],
): Promise<unknown> {
  const { signal, key } = task
  const whole = done.reduce((crc, part) => combineCrc32(crc, part.crc, part.bytes), 0)
  const body = {
    parts: done.map(({ number, etag }) => ({ number, etag })),
    crc32: crc32Text(whole),
    ...(task.overwrite ? {} : { ifNoneMatch: true }),
  }
  try {
    return await persist(wire, signal, async () =>
      wire.call('POST', `${route}/complete`, { query: { key }, body, signal }),
    )
  } catch (thrown) {
    if (signal.aborted) throw thrown
    const { status } = asFailure(thrown)
    // The answer to a try before may have been lost: what stands there is looked at, never guessed.
    const stored = status === 404 || status === 412 ? await sentBefore(wire, task, whole) : undefined
    if (stored === undefined) throw thrown
    return stored
  }
}
