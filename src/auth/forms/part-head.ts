import { lowerCaseAscii } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'

/** What a part of a form says of itself (RFC 7578, 4). */
export interface PartHead {
  readonly name: string
  readonly filename?: string
  /** As sent. */
  readonly contentType?: string
}

/** Codings that leave the bytes as they are; another one would be stored undecoded (RFC 7578, 4.7). */
const PLAIN_CODINGS: ReadonlySet<string> = new Set(['7bit', '8bit', 'binary'])
const LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7e\x80-\xff]*)$/
const CHARSET = /;[ \t]*charset[ \t]*=[ \t]*"?([^";\s]*)/i

/** The header lines of a part, strictly: what cannot be read is refused, never left out (T-070). `text`: one character a byte. */
export function parsePartHead(text: string): PartHead {
  const fields = new Map<string, string>()
  for (const line of text.split('\r\n')) {
    const [, name, value] = LINE.exec(line) ?? []
    if (name === undefined || value === undefined) return malformedForm('A part of the form has an unreadable header.')
    const folded = lowerCaseAscii(name)
    if (fields.has(folded)) malformedForm('A header of a part came twice.')
    fields.set(folded, value.trim())
  }
  const coding = fields.get('content-transfer-encoding')
  if (coding !== undefined && !PLAIN_CODINGS.has(lowerCaseAscii(coding))) {
    malformedForm('The parts of a form come without a transfer encoding.')
  }
  const disposition = fields.get('content-disposition')
  if (disposition === undefined) return malformedForm('A part of the form has no Content-Disposition.')
  const contentType = fields.get('content-type')
  const charset = CHARSET.exec(contentType ?? '')?.[1]?.toLowerCase()
  const head = parseDisposition(disposition)
  // A file's characters are its own affair.
  if (head.filename === undefined && charset !== undefined && charset !== 'utf-8' && charset !== 'us-ascii') {
    malformedForm('The fields of a form are UTF-8.')
  }
  return contentType === undefined ? head : { ...head, contentType }
}

/** A backslash stands for itself, but before a quote or another one: browsers send paths of files as they are. */
const PARAMETER = /[ \t]*;[ \t]*([A-Za-z0-9*-]+)[ \t]*=[ \t]*(?:"((?:\\["\\]|\\(?!["\\])|[^"\\])*)"|([^";\s]+))/y
const FORM_DATA = 'form-data'

/** `form-data; name="..."; filename="..."`. `filename*` is no parameter of forms (RFC 7578, 4.2) and says nothing here. */
function parseDisposition(text: string): Pick<PartHead, 'name' | 'filename'> {
  if (!/^form-data[ \t]*(?:;|$)/i.test(text)) malformedForm('A part of the form is no form-data.')
  const parameters = new Map<string, string>()
  let at = FORM_DATA.length
  while (at < text.length) {
    PARAMETER.lastIndex = at
    const [whole, name, quoted, token] = PARAMETER.exec(text) ?? []
    if (whole === undefined || name === undefined) return malformedForm('A Content-Disposition cannot be read.')
    const folded = lowerCaseAscii(name)
    if (parameters.has(folded)) malformedForm('A parameter of Content-Disposition came twice.')
    parameters.set(folded, utf8Text(quoted === undefined ? (token ?? '') : quoted.replaceAll(/\\(["\\])/g, '$1')))
    at += whole.length
  }
  const name = parameters.get('name')
  if (name === undefined || name === '') return malformedForm('A part of the form has no name.')
  const filename = parameters.get('filename')
  return filename === undefined ? { name } : { name, filename }
}

function utf8Text(latin1: string): string {
  return decodeUtf8(Buffer.from(latin1, 'latin1')) ?? malformedForm('The names of a form are UTF-8.')
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined: these bytes are no UTF-8. Never U+FFFD: two texts must not become one (T-022). */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

export function malformedForm(detail: string): never {
  return refuse({ kind: 'malformed-form', detail })
}
