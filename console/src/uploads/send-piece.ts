import { ApiFailure, asFailure } from '../api/failure.ts'
import { crc32Text } from './crc32.ts'
import { crcOfFile } from './file-crc.ts'
import { isWorthRetrying, MOST_TRIES, waitBeforeRetryMs, type PlannedPart } from './part-plan.ts'
import type { Slots } from './slots.ts'
import type { UploadTask } from './upload-task.ts'
import type { UploadWire } from './upload-wire.ts'

/** A stretch of the file on its way to one address. */
export interface Piece {
  readonly route: string
  readonly query: Readonly<Record<string, string>>
  readonly part: PlannedPart
  readonly headers: Readonly<Record<string, string>>
  readonly onSent: (bytes: number) => void
  /** Refused after an answer may have been lost: what counts as the answer all the same, or nothing. */
  readonly onRefused?: (failure: ApiFailure, crc: number) => Promise<unknown>
}

const BUSY = 503

/** Sends it, again where that may help, compared by its CRC-32 each time. */
export async function sendPiece(
  wire: UploadWire,
  slots: Slots,
  task: UploadTask,
  { part, route, query, onSent, ...piece }: Piece,
): Promise<{ readonly answer: unknown; readonly crc: number }> {
  const body = task.file.slice(part.start, part.end)
  const crc = await crcOfFile(task.file, part.start, part.end)
  const headers = { ...piece.headers, 'x-coffer-checksum': `crc32=${crc32Text(crc)}` }
  let changed = false
  for (let tries = 1; ; tries += 1) {
    await slots.take()
    try {
      task.signal.throwIfAborted()
      const answer = await wire.send({ route, query, body, headers, signal: task.signal, onSent })
      slots.faster()
      return { answer, crc }
    } catch (thrown) {
      if (task.signal.aborted) throw thrown
      const failure = asFailure(thrown)
      if (failure.code === 'BadDigest') {
        if (changed) throw changedOnTheWay()
        changed = true
        continue
      }
      if (failure.status === BUSY) slots.slower()
      if (isWorthRetrying(failure.status) && tries < MOST_TRIES) {
        onSent(0)
        await wire.wait(waitBeforeRetryMs(tries, wire.chance(), failure.number('retryAfter')), task.signal)
        continue
      }
      const answer = tries > 1 ? await piece.onRefused?.(failure, crc) : undefined
      if (answer === undefined) throw thrown
      return { answer, crc }
    } finally {
      slots.give()
    }
  }
}

/** The bytes arrived as others than they were sent, and the second time too. */
function changedOnTheWay(): ApiFailure {
  return new ApiFailure(400, { code: 'ChangedOnTheWay', message: 'The bytes changed on the way, twice' })
}

/** The same call again while the server is away or busy. */
export async function persist<Answer>(
  wire: Pick<UploadWire, 'wait' | 'chance'>,
  signal: AbortSignal,
  call: (tries: number) => Promise<Answer>,
): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      signal.throwIfAborted()
      return await call(tries)
    } catch (thrown) {
      const failure = asFailure(thrown)
      if (signal.aborted || tries >= MOST_TRIES || !isWorthRetrying(failure.status)) throw thrown
      await wire.wait(waitBeforeRetryMs(tries, wire.chance(), failure.number('retryAfter')), signal)
    }
  }
}
