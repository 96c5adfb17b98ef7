import { asFailure } from '../api/failure.ts'
import { path } from '../api/path.ts'
import { itemsOf, numberOf, textOf } from './answer-members.ts'
import { persist } from './send-piece.ts'
import type { Begun, UploadTask } from './upload-task.ts'
import type { UploadWire } from './upload-wire.ts'

export interface ListedPart {
  readonly size: number
  readonly etag: string
}

const LISTED = 1_000

/** The parts that have arrived, by number; `undefined`: there is no such upload any more, or not for the caller. */
export async function partsOnServer(
  wire: UploadWire,
  { bucket, key, signal }: UploadTask,
  { uploadId }: Begun,
): Promise<ReadonlyMap<number, ListedPart> | undefined> {
  const route = path('buckets', bucket, 'uploads', uploadId, 'parts')
  const found = new Map<number, ListedPart>()
  let after: string | number | undefined = 0
  while (after !== undefined) {
    const query: Readonly<Record<string, string | number>> = { key, after, limit: LISTED }
    let page: unknown
    try {
      page = await persist(wire, signal, async () => wire.call('GET', route, { query, signal }))
    } catch (thrown) {
      const { status } = asFailure(thrown)
      if (!signal.aborted && (status === 404 || status === 403)) return undefined
      throw thrown
    }
    for (const item of itemsOf(page)) {
      const [number, size, etag] = [numberOf(item, 'number'), numberOf(item, 'size'), textOf(item, 'etag')]
      if (number !== undefined && size !== undefined && etag !== undefined) found.set(number, { size, etag })
    }
    after = textOf(page, 'next') ?? numberOf(page, 'next')
  }
  return found
}
