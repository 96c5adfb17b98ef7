/**
 * The canonical request of AWS Signature Version 4 ("Create a signed AWS API request", step 1).
 * Text in here is one character a byte: header values are latin-1 as Node gives them, the rest is ASCII.
 */
import { decodePercent } from '../../http/index.ts'

/** How a service turns the path into its canonical form. S3 alone neither normalises nor encodes twice. */
export type PathRule = 'as-sent' | 'encoded' | 'normalised-encoded'

/** How requests that are signed for one service are read. */
export interface ServiceRule {
  readonly path: PathRule
  /** Services without regions take a scope of any: clients sign for whatever theirs is. */
  readonly anyRegion?: boolean
}

export interface CanonicalParts {
  readonly method: string
  readonly path: string
  readonly query: string
  /** Sorted by name; lower-case names. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly payloadHash: string
}

const UNRESERVED_PATH = /^[A-Za-z0-9\-._~/]*$/
const ASCII = /^[\x00-\x7f]*$/
const RESERVED = /[^A-Za-z0-9\-._~]/g
const UNRESERVED = /^[A-Za-z0-9\-._~]*$/
const SLASH = 0x2f
const BLANKS_TO_CUT = /[ \t]{2}|\t|^ | $/

const ESCAPES: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
})

/** RFC 3986 encoding of text's UTF-8 bytes: all but the unreserved characters, upper-case hexadecimal. */
export function encodeUri(text: string): string {
  if (UNRESERVED.test(text)) return text
  if (ASCII.test(text)) return text.replace(RESERVED, (character) => ESCAPES[character.charCodeAt(0)] ?? '')
  let encoded = ''
  for (const byte of Buffer.from(text, 'utf8')) encoded += ESCAPES[byte] ?? ''
  return encoded
}

/** The same of a path: its slashes stay. */
export function encodePath(text: string): string {
  return UNRESERVED_PATH.test(text) ? text : encodeUri(text).replaceAll('%2F', '/')
}

function encodeKeepingSlashes(bytes: Uint8Array): string {
  let encoded = ''
  for (const byte of bytes) encoded += byte === SLASH ? '/' : (ESCAPES[byte] ?? '')
  return encoded
}

/**
 * The canonical paths that a client may have signed for S3, most likely first, at most three. Clients differ in which
 * characters they escape on the wire and in what they sign; every form here decodes to the same bytes as `rawPath`
 * (T-047), and the decoder reads `rawPath` whichever of them fits. Undefined: the path does not decode
 * (escapes, UTF-8, NUL).
 */
export function s3CanonicalPaths(rawPath: string): readonly string[] | undefined {
  if (UNRESERVED_PATH.test(rawPath)) return [rawPath]
  const segments: string[] = []
  for (const segment of rawPath.split('/')) {
    const decoded = decodePercent(segment)
    if (decoded === undefined) return undefined
    segments.push(encodeUri(decoded))
  }
  const reencoded = segments.join('/')
  return [...new Set([reencoded, rawPath, reencoded.replaceAll('%2F', '/')])]
}

/** The canonical path of every other service: encoded once more than it was sent; normalised unless told not to. */
export function canonicalPath(rawPath: string, rule: Exclude<PathRule, 'as-sent'>): string {
  const path = rule === 'encoded' ? rawPath : normalisePath(rawPath)
  return encodeKeepingSlashes(Buffer.from(path, 'utf8'))
}

/** RFC 3986, 5.2.4, and empty segments dropped. */
function normalisePath(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const open = path.endsWith('/') && kept.length > 0 ? '/' : ''
  return `/${kept.join('/')}${open}`
}

/** Query parameters as the parser read them, encoded anew and sorted by name, then value. */
export function canonicalQuery(parameters: readonly { readonly name: string; readonly value: string }[]): string {
  const pairs = parameters.map(({ name, value }) => [encodeUri(name), encodeUri(value)] as const)
  pairs.sort(([leftName, leftValue], [rightName, rightValue]) =>
    leftName === rightName ? compareText(leftValue, rightValue) : compareText(leftName, rightName),
  )
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

/** By code unit, which for encoded text is by byte; never by locale. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

/** A header's canonical value: trimmed, runs of blanks as one. */
export function canonicalHeaderValue(value: string): string {
  if (!BLANKS_TO_CUT.test(value)) return value
  return value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '')
}

export function canonicalRequest(parts: CanonicalParts): string {
  let lines = ''
  let names = ''
  for (const [name, value] of parts.headers) {
    lines += `${name}:${canonicalHeaderValue(value)}\n`
    names += names === '' ? name : `;${name}`
  }
  return `${parts.method}\n${parts.path}\n${parts.query}\n${lines}\n${names}\n${parts.payloadHash}`
}
