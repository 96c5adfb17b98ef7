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

/** Whether `value` can stand behind a name (RFC 9110, 5.5; latin-1). */
export function isHeaderValue(value: string): boolean {
  return VALUE.test(value)
}

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

/** Headers from two lists that go together: names, which are lower-case and differ, and their values. They are kept. */
export function headersOfLists(names: string[], values: string[]): HttpHeaders {
  return new CollectedHeaders(names, values)
}

/** Two short lists: a request has about ten headers, and a search through them costs less than a map of them. */
class CollectedHeaders implements HttpHeaders {
  readonly #names: string[]
  readonly #values: string[]

  constructor(names: string[] = [], values: string[] = []) {
    this.#names = names
    this.#values = values
  }

  add(name: string, value: string): void {
    const at = this.#names.indexOf(name)
    if (at < 0) {
      this.#names.push(name)
      this.#values.push(value)
    } else this.#values[at] = `${this.#values[at] ?? ''},${value}`
  }

  get(name: string): string | undefined {
    const at = this.#names.indexOf(name)
    return at < 0 ? undefined : this.#values[at]
  }

  has(name: string): boolean {
    return this.#names.includes(name)
  }

  get names(): readonly string[] {
    return this.#names
  }

  entries(): readonly (readonly [string, string])[] {
    return this.#names.map((name, at) => [name, this.#values[at] ?? ''] as const)
  }
}

/** Every `Cookie` line of Node's `rawHeaders`, joined as RFC 6265 joins cookies; undefined: none came. */
export function cookiesOf(raw: readonly string[]): string | undefined {
  const lines = raw.filter((_, at) => at % 2 === 1 && lowerCaseAscii(raw[at - 1] ?? '') === 'cookie')
  return lines.length === 0 ? undefined : lines.join('; ')
}

/** What is known of a name that was read once: clients send the same ones again and again. */
interface KnownName {
  readonly lower: string
  readonly valid: boolean
  readonly mayRepeat: boolean
}

const knownNames = new Map<string, KnownName>()
/** Names that are remembered; junk makes the memory begin anew. */
const MAX_KNOWN_NAMES = 1_024
const MAX_KNOWN_NAME_CHARS = 128

function nameAsKnown(raw: string): KnownName {
  const known = knownNames.get(raw)
  if (known !== undefined) return known
  const lower = lowerCaseAscii(raw)
  const mayRepeat = MAY_REPEAT.has(lower) || MAY_REPEAT_BY_VENDOR.test(lower)
  const read = { lower, valid: NAME.test(lower), mayRepeat }
  if (raw.length <= MAX_KNOWN_NAME_CHARS) {
    if (knownNames.size >= MAX_KNOWN_NAMES) knownNames.clear()
    knownNames.set(raw, read)
  }
  return read
}

/**
 * Headers from Node's `rawHeaders`: counted, measured and looked through for repetitions before anything is decided.
 * Node's own maps are not used: they keep the first of two, join others, and drop what comes late. `Cookie` ends here
 * (T-141): no cookie authorizes anything at this door, so nothing behind it can log or echo one. `lineBytes`: what the
 * request line takes of `headerBytes`.
 */
export function readHeaders(
  raw: readonly string[],
  limits: { readonly headerCount: number; readonly headerBytes: number },
  lineBytes = 0,
): HttpHeaders | Refusal {
  if (raw.length / 2 > limits.headerCount) return refusal(431, 'header-count')
  const headers = new CollectedHeaders()
  let bytes = lineBytes
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const { lower, valid, mayRepeat } = nameAsKnown(raw[at] ?? '')
    const value = raw[at + 1] ?? ''
    // Colon, space and line end.
    bytes += lower.length + value.length + 4
    if (bytes > limits.headerBytes) return refusal(431, 'header-bytes')
    if (!valid || !VALUE.test(value)) return refusal(400, 'malformed')
    if (!mayRepeat && headers.has(lower)) return refusal(400, 'repeated-header')
    if (lower !== 'cookie') headers.add(lower, value)
  }
  return headers
}
