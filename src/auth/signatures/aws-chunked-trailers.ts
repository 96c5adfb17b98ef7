import { refuse, type Failure } from '../../operations/index.ts'
import type { WireReader } from './wire-reader.ts'

export const MAX_TRAILERS = 4
export const MAX_TRAILER_LINE_BYTES = 512
const LINE_TOO_LONG: Failure = { kind: 'malformed-trailer', detail: 'a trailer is too long' }
const SIGNATURE_NAME = 'x-amz-trailer-signature'
const TRAILER_LINE = /^([A-Za-z0-9-]+):[ \t]*([\x21-\x7e]+)[ \t]*$/
const CHECKSUM_NAME = /^x-amz-checksum-[a-z0-9]{1,16}$/

interface TrailerChain {
  checkTrailers(lines: string, signature: string): void
}

/** The names in a covered `x-amz-trailer`. S3 knows checksums only; anything else is `malformed-trailer`. */
export function parseAnnouncedTrailers(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase())
  if (names.length > MAX_TRAILERS || new Set(names).size !== names.length) {
    return refuse({ kind: 'malformed-trailer', detail: 'x-amz-trailer names too many trailers, or one of them twice' })
  }
  for (const name of names) {
    if (!CHECKSUM_NAME.test(name)) {
      return refuse({ kind: 'malformed-trailer', detail: 'x-amz-trailer may name x-amz-checksum-* trailers only' })
    }
  }
  return names
}

/**
 * Reads the trailers up to the empty line: exactly the announced ones, each once, and behind them, where chunks are
 * signed, the signature of all of them. Missing or wrong signature: `signature-does-not-match`.
 */
export async function readTrailers(
  reader: WireReader,
  announced: readonly string[],
  chain: TrailerChain | undefined,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  let lines = ''
  let signature: string | undefined
  for (;;) {
    const line = await reader.line(MAX_TRAILER_LINE_BYTES, LINE_TOO_LONG)
    if (line === '') break
    const { name, value } = parseTrailer(line)
    if (signature !== undefined) malformed('a trailer after the signature of the trailers')
    if (name === SIGNATURE_NAME && chain !== undefined) {
      signature = value
      continue
    }
    if (!announced.includes(name)) malformed('a trailer that x-amz-trailer does not name')
    if (found.has(name)) malformed('a trailer came twice')
    found.set(name, value)
    lines += `${name}:${value}\n`
  }
  if (chain !== undefined) {
    if (signature === undefined) refuse({ kind: 'signature-does-not-match' })
    chain.checkTrailers(lines, signature)
  }
  if (found.size !== announced.length) malformed('a trailer that x-amz-trailer names did not come')
  return found
}

/** A trailing LF is cut: minio-go writes its trailer lines with LF CR LF. */
function parseTrailer(line: string): { readonly name: string; readonly value: string } {
  const match = TRAILER_LINE.exec(line.endsWith('\n') ? line.slice(0, -1) : line)
  const [, name, value] = match ?? []
  if (name === undefined || value === undefined) return malformed('a trailer is not `name:value`')
  return { name: name.toLowerCase(), value }
}

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-trailer', detail })
}
