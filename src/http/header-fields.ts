import type { HttpHeaders } from './messages.ts'
import { lowerCaseAscii } from './query-string.ts'
import { refusal, type Refusal } from './refusal.ts'

/**
 * Headers whose value is a list, or that nothing here decides on: they may come in several lines. Every other header
 * decides something, and signature and decoder have to see one value of it (T-005).
 */
const MAY_REPEAT = new Set([
  ...['accept', 'accept-charset', 'accept-encoding', 'accept-language', 'cache-control', 'connection'],
  ...['content-encoding', 'content-language', 'cookie', 'forwarded', 'keep-alive', 'pragma', 'te', 'trailer'],
  ...['upgrade', 'via', 'warning', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'],
])
const MAY_REPEAT_BY_VENDOR = /^x-[a-z]+-(?:meta-.*|(?:optional-)?object-attributes)$/

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Whether `name: value` can stand in a message (RFC 9110, 5.1 and 5.5; values as latin-1). */
export function isHeaderField(name: string, value: string): boolean {
  return NAME.test(name) && VALUE.test(value)
}

/** Headers from a list of pairs. Names are made lower-case; the values of a name that repeats are joined by a comma. */
export function headersOf(pairs: readonly (readonly [name: string, value: string])[]): HttpHeaders {
  const collected = new CollectedHeaders()
  for (const [name, value] of pairs) collected.add(lowerCaseAscii(name), value)
  return collected
}

class CollectedHeaders implements HttpHeaders {
  readonly #byName = new Map<string, string>()
  readonly #entries: (readonly [string, string])[] = []

  add(name: string, value: string): void {
    const before = this.#byName.get(name)
    this.#byName.set(name, before === undefined ? value : `${before},${value}`)
    this.#entries.push([name, value])
  }

  get(name: string): string | undefined {
    return this.#byName.get(name)
  }

  has(name: string): boolean {
    return this.#byName.has(name)
  }

  entries(): readonly (readonly [string, string])[] {
    return this.#entries
  }
}

/**
 * Headers from Node's `rawHeaders`: counted, measured and looked through for repetitions before anything is decided.
 * Node's own maps are not used: they keep the first of two, join others, and drop what comes late. `Cookie` ends here
 * (T-141): no cookie authorizes anything at this door, so nothing behind it can log or echo one.
 */
export function readHeaders(
  raw: readonly string[],
  limits: { readonly headerCount: number; readonly headerBytes: number },
): HttpHeaders | Refusal {
  if (raw.length / 2 > limits.headerCount) return refusal(431, 'header-count')
  const headers = new CollectedHeaders()
  let bytes = 0
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = lowerCaseAscii(raw[at] ?? '')
    const value = raw[at + 1] ?? ''
    // Colon, space and line end.
    bytes += name.length + value.length + 4
    if (bytes > limits.headerBytes) return refusal(431, 'header-bytes')
    if (!isHeaderField(name, value)) return refusal(400, 'malformed')
    if (headers.has(name) && !MAY_REPEAT.has(name) && !MAY_REPEAT_BY_VENDOR.test(name)) {
      return refusal(400, 'repeated-header')
    }
    if (name !== 'cookie') headers.add(name, value)
  }
  return headers
}
