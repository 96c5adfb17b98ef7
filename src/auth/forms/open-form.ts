import { lowerCaseAscii, type HttpRequest } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import { FORM_LIMITS } from './form-limits.ts'
import { boundaryOf, MultipartReader } from './multipart.ts'
import { decodeUtf8, malformedForm, type PartHead } from './part-head.ts'

/** A form up to its file. Nothing of it is verified yet. */
export interface OpenedForm {
  /** By name in lower case; the ones before the file, each once. */
  readonly fields: ReadonlyMap<string, string>
  readonly file: Pick<PartHead, 'filename' | 'contentType'>
  /** Stands at the first byte of the file. */
  readonly reader: MultipartReader
}

const FILE = 'file'

/** A request that can only be an upload by form: what its signature is, its body says. */
export function isForm({ method, rawQuery, headers }: Pick<HttpRequest, 'method' | 'rawQuery' | 'headers'>): boolean {
  if (method !== 'POST' || rawQuery !== '') return false
  return /^multipart\/form-data[ \t]*(?:;|$)/i.test(headers.get('content-type') ?? '')
}

/**
 * Reads the fields before the file, each within its bounds, and no byte of the file. Refuses `not-a-form`,
 * `several-authorizations` for a header that signs too, `malformed-form`, `form-files`, `form-too-long`, `form-field-too-long`; the body is let go then.
 */
export async function openForm(request: Pick<HttpRequest, 'headers' | 'body'>): Promise<OpenedForm> {
  if (request.headers.has('authorization')) refuse({ kind: 'several-authorizations' })
  const boundary = boundaryOf(request.headers.get('content-type')) ?? refuse({ kind: 'not-a-form' })
  const reader = new MultipartReader(request.body.read(), boundary)
  try {
    return await readFields(reader)
  } catch (error) {
    await reader.close()
    throw error
  }
}

async function readFields(reader: MultipartReader): Promise<OpenedForm> {
  const fields = new Map<string, string>()
  let bytes = 0
  for (let part = await reader.next(); part !== undefined; part = await reader.next()) {
    const name = lowerCaseAscii(part.name)
    if (name === FILE) {
      const { filename, contentType } = part
      const file = {
        ...(filename === undefined ? {} : { filename }),
        ...(contentType === undefined ? {} : { contentType }),
      }
      return { fields, file, reader }
    }
    if (fields.size >= FORM_LIMITS.maxFields) malformedForm(`A form has at most ${FORM_LIMITS.maxFields} fields.`)
    if (fields.has(name)) malformedForm('A field of the form came twice.')
    const value = await readValue(reader)
    bytes += part.name.length + value.length
    if (bytes > FORM_LIMITS.maxHeadBytes) refuse({ kind: 'form-too-long', limitBytes: FORM_LIMITS.maxHeadBytes })
    fields.set(name, decodeUtf8(value) ?? malformedForm('The fields of a form are UTF-8.'))
  }
  return refuse({ kind: 'form-files', files: 0 })
}

async function readValue(reader: MultipartReader): Promise<Buffer> {
  const limitBytes = FORM_LIMITS.maxFieldBytes
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of reader.body()) {
    bytes += piece.length
    if (bytes > limitBytes) refuse({ kind: 'form-field-too-long', limitBytes })
    pieces.push(piece)
  }
  return Buffer.concat(pieces, bytes)
}
