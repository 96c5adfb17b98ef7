import { lowerCaseAscii } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import type { PromisedBody } from '../verified.ts'
import { FORM_LIMITS } from './form-limits.ts'
import type { MultipartReader } from './multipart.ts'

/** How long the file may be (`content-length-range`), both ends included. */
export interface LengthRange {
  readonly minBytes: number
  readonly maxBytes: number
}

/**
 * The file of a form as a body: it throws before its end when it is too long, too short, or not the only one, and when the
 * form does not end as it should; so nothing of a broken form is ever committed (T-017, T-068).
 */
export function createFormFile(reader: MultipartReader, range: LengthRange): PromisedBody {
  let started = false
  return {
    bound: false,
    announced: [],
    trailer: () => undefined,
    read(signal) {
      if (started) throw new Error('a body is read at most once')
      started = true
      return readFile(reader, range, signal)
    },
  }
}

async function* readFile(
  reader: MultipartReader,
  { minBytes, maxBytes }: LengthRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  try {
    let bytes = 0
    for await (const piece of reader.body()) {
      signal.throwIfAborted()
      bytes += piece.length
      if (bytes > maxBytes) refuse({ kind: 'entity-too-large', limitBytes: maxBytes })
      yield piece
    }
    if (bytes < minBytes) refuse({ kind: 'entity-too-small', limitBytes: minBytes })
    await readOver(reader)
    return undefined
  } finally {
    await reader.close()
  }
}

/** What comes behind the file has no effect (S3, OSS, OBS, COS alike), and is bounded; a second file is refused. */
async function readOver(reader: MultipartReader): Promise<void> {
  let bytes = 0
  for (let part = await reader.next(); part !== undefined; part = await reader.next()) {
    if (lowerCaseAscii(part.name) === 'file') refuse({ kind: 'form-files', files: 2 })
    for await (const piece of reader.body()) {
      bytes += piece.length
      if (bytes > FORM_LIMITS.maxTrailingBytes) {
        refuse({ kind: 'malformed-form', detail: 'Too much comes behind the file.' })
      }
    }
  }
  await reader.finish()
}
