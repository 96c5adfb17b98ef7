import { ApiFailure, asFailure } from '../api/failure.ts'
import { path, post, remove } from '../api/request.ts'
import type { Stored } from '../api/shapes.ts'
import type { Chosen } from '../encryption/choice.ts'
import { combineCrc32, crc32, crc32Text } from './crc32.ts'
import { isWorthRetrying, MOST_TRIES, ONE_REQUEST_BYTES, partSizeOf, partsOf, waitBeforeRetryMs } from './part-plan.ts'
import type { PlannedPart } from './part-plan.ts'
import { send } from './send.ts'
import type { Slots } from './slots.ts'

export interface UploadTask {
  readonly bucket: string
  readonly key: string
  readonly file: File
  /** Absent: as the bucket says. */
  readonly encryption: Chosen | undefined
  readonly overwrite: boolean
  readonly signal: AbortSignal
  readonly onProgress: (sentBytes: number) => void
}

const SLICE_BYTES = 1024 * 1024
const PARTS_AT_ONCE = 2
const PARTS_AT_ONCE_ALONE = 4

/** One file, whole: in one request or in parts, each compared by its CRC-32. Throws `ApiFailure` or `AbortError`. */
export async function uploadFile(task: UploadTask, slots: Slots): Promise<Stored> {
  const stored = (
    task.file.size <= ONE_REQUEST_BYTES ? await putWhole(task, slots) : await putParts(task, slots)
  ) as Stored
  const wanted = task.encryption?.mode
  const got = stored.encryption.mode
  // Never quietly less than was chosen.
  if (wanted !== undefined && wanted !== got) {
    throw new ApiFailure(500, { code: 'EncryptionDiffers', message: `${wanted} was chosen, ${got} was answered` })
  }
  return stored
}

async function putWhole(task: UploadTask, slots: Slots): Promise<unknown> {
  const { file, bucket, key, encryption } = task
  return sendAgain(task, slots, {
    route: path('buckets', bucket, 'object'),
    query: { key },
    part: { number: 1, start: 0, end: file.size },
    headers: {
      'content-type': file.type === '' ? 'application/octet-stream' : file.type,
      ...(encryption === undefined ? {} : { 'x-coffer-encryption': JSON.stringify(encryption) }),
      ...(task.overwrite ? {} : { 'if-none-match': '*' }),
    },
    onSent: task.onProgress,
  }).then(({ answer }) => answer)
}

async function putParts(task: UploadTask, slots: Slots): Promise<unknown> {
  const { file, bucket, key, encryption } = task
  const { uploadId, partSize } = await post<{ readonly uploadId: string; readonly partSize?: number }>(
    path('buckets', bucket, 'uploads'),
    {
      key,
      size: file.size,
      ...(file.type === '' ? {} : { type: file.type }),
      ...(encryption === undefined ? {} : { encryption }),
      ...(task.overwrite ? {} : { ifNoneMatch: true }),
    },
  )
  const route = path('buckets', bucket, 'uploads', uploadId)
  const parts = partsOf(file.size, partSize ?? partSizeOf(file.size))
  try {
    const done = await sendParts(task, slots, parts, route)
    const whole = done.reduce((crc, part) => combineCrc32(crc, part.crc, part.bytes), 0)
    return await post(`${route}/complete?key=${encodeURIComponent(key)}`, {
      parts: done.map(({ number, etag }) => ({ number, etag })),
      crc32: crc32Text(whole),
      ...(task.overwrite ? {} : { ifNoneMatch: true }),
    })
  } catch (thrown) {
    // What cannot be finished is not left behind; when this fails too, it stands under the unfinished uploads.
    await remove(route, { key }).catch(() => undefined)
    throw thrown
  }
}

interface DonePart {
  readonly number: number
  readonly etag: string
  readonly crc: number
  readonly bytes: number
}

async function sendParts(
  task: UploadTask,
  slots: Slots,
  parts: readonly PlannedPart[],
  route: string,
): Promise<readonly DonePart[]> {
  const sent = new Map<number, number>()
  const done: DonePart[] = []
  const queue = [...parts]
  const lane = async (index: number): Promise<void> => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      const { number } = part
      const { answer, crc } = await sendAgain(task, slots, {
        route: `${route}/parts/${String(number)}`,
        query: { key: task.key },
        part,
        headers: { 'content-type': 'application/octet-stream' },
        onSent: (bytes) => {
          sent.set(number, bytes)
          task.onProgress([...sent.values()].reduce((sum, one) => sum + one, 0))
        },
      })
      done.push({ number, etag: etagOf(answer), crc, bytes: part.end - part.start })
      if (index >= PARTS_AT_ONCE && slots.waiting > 0) return
    }
  }
  await Promise.all(Array.from({ length: PARTS_AT_ONCE_ALONE }, async (_, index) => lane(index)))
  return done.sort((one, other) => one.number - other.number)
}

function etagOf(answer: unknown): string {
  const named = typeof answer === 'object' && answer !== null && 'etag' in answer ? answer.etag : undefined
  return typeof named === 'string' ? named : ''
}

interface Piece {
  readonly route: string
  readonly query: Readonly<Record<string, string>>
  readonly part: PlannedPart
  readonly headers: Readonly<Record<string, string>>
  readonly onSent: (bytes: number) => void
}

async function sendAgain(
  task: UploadTask,
  slots: Slots,
  piece: Piece,
): Promise<{ readonly answer: unknown; readonly crc: number }> {
  const body = task.file.slice(piece.part.start, piece.part.end)
  const crc = await crcOf(body)
  const headers = { ...piece.headers, 'x-coffer-checksum': `crc32=${crc32Text(crc)}` }
  for (let tries = 1; ; tries += 1) {
    await slots.take()
    try {
      task.signal.throwIfAborted()
      const { route, query, onSent } = piece
      return { answer: await send({ route, query, body, headers, signal: task.signal, onSent }), crc }
    } catch (thrown) {
      const failure = asFailure(thrown)
      if (task.signal.aborted || tries >= MOST_TRIES || !isWorthRetrying(failure.status)) throw thrown
      piece.onSent(0)
      await pause(waitBeforeRetryMs(tries, chance(), failure.number('retryAfter')), task.signal)
    } finally {
      slots.give()
    }
  }
}

/** Throws when the file has changed on the disk since it was chosen: the browser does not give its bytes any more. */
async function crcOf(body: Blob): Promise<number> {
  let crc = 0
  for (let start = 0; start < body.size; start += SLICE_BYTES) {
    const bytes = await body
      .slice(start, start + SLICE_BYTES)
      .arrayBuffer()
      .catch(() => {
        throw new ApiFailure(400, { code: 'FileChanged', message: 'The file changed while it was uploaded' })
      })
    crc = crc32(new Uint8Array(bytes), crc)
  }
  return crc
}

function chance(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
