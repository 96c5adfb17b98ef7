/** The headers that describe an object: kept when it is written, given back when it is read. */
import { isHeaderField, type HttpHeaders } from '../../http/index.ts'
import { refuse, type ObjectProperties, type SystemHeaders, type UserMetadata } from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import type { OssRequest } from './oss-request.ts'
import { storageClassNamed } from './storage-classes.ts'
import { parseTaggingHeader } from './tags.ts'

export const METADATA_PREFIX = 'x-oss-meta-'
/** All user metadata of an object together (OSS, PutObject). */
export const MAX_USER_METADATA_BYTES = 8 * 1024
/** Names and values of the headers that are kept as they came. */
export const MAX_SYSTEM_HEADER_BYTES = 8 * 1024

/** Wire names of the kept headers, and the `response-*` parameter that overrides each. */
const SYSTEM = [
  ['contentType', 'content-type', 'Content-Type', 'response-content-type'],
  ['cacheControl', 'cache-control', 'Cache-Control', 'response-cache-control'],
  ['contentDisposition', 'content-disposition', 'Content-Disposition', 'response-content-disposition'],
  ['contentEncoding', 'content-encoding', 'Content-Encoding', 'response-content-encoding'],
  ['contentLanguage', 'content-language', 'Content-Language', 'response-content-language'],
  ['expires', 'expires', 'Expires', 'response-expires'],
] as const satisfies readonly (readonly [keyof SystemHeaders, string, string, string])[]

/** What an object without a `Content-Type` is read with. */
export const DEFAULT_CONTENT_TYPE = 'application/octet-stream'

export const OVERRIDE_PARAMETERS: readonly string[] = SYSTEM.map(([, , , override]) => override)

export function systemHeaders(headers: HttpHeaders): SystemHeaders {
  const kept: { -readonly [Field in keyof SystemHeaders]: string } = {}
  let bytes = 0
  for (const [field, header] of SYSTEM) {
    const value = headers.get(header)
    if (value === undefined || value === '') continue
    requireField(header, value)
    bytes += header.length + value.length
    kept[field] = value
  }
  if (bytes > MAX_SYSTEM_HEADER_BYTES) refuse({ kind: 'metadata-too-large', limitBytes: MAX_SYSTEM_HEADER_BYTES })
  return kept
}

/** What could not be sent again is refused when it is stored, not when it is read (T-147). */
function requireField(name: string, value: string): void {
  if (!isHeaderField(name, value)) refuseArgument(name, undefined, 'This value cannot be a header.')
}

/** `x-oss-meta-*`. Values are bytes, given back as they came. */
export function userMetadata(headers: HttpHeaders): UserMetadata {
  const metadata: (readonly [string, string])[] = []
  let bytes = 0
  for (const name of headers.names) {
    if (!name.startsWith(METADATA_PREFIX)) continue
    const value = headers.get(name) ?? ''
    const bare = name.slice(METADATA_PREFIX.length)
    if (bare === '') refuseArgument(name, undefined, 'User metadata needs a name.')
    requireField(name, value)
    bytes += bare.length + value.length
    metadata.push([bare, value])
  }
  if (bytes > MAX_USER_METADATA_BYTES) refuse({ kind: 'metadata-too-large', limitBytes: MAX_USER_METADATA_BYTES })
  return metadata
}

export function storageClass(headers: HttpHeaders): string | undefined {
  const word = headers.get('x-oss-storage-class')
  return word === undefined ? undefined : storageClassNamed(word)
}

/** Everything a new object is given by its request. */
export function objectProperties({ view }: OssRequest): ObjectProperties {
  const { headers } = view
  const tagging = headers.get('x-oss-tagging')
  return {
    system: systemHeaders(headers),
    metadata: userMetadata(headers),
    tags: tagging === undefined ? [] : parseTaggingHeader(tagging),
    storageClass: storageClass(headers) ?? 'STANDARD',
  }
}

/** Wishes of writes that are not done: refused, because the client would believe that it happened. */
const UNDONE_WISHES = [
  ...['x-oss-callback', 'x-oss-callback-var', 'x-oss-object-worm-mode', 'x-oss-object-worm-retain-until-date'],
  ...['x-oss-expires', 'if-match', 'if-none-match'],
] as const

export function refuseUndoneWishes({ view, query }: OssRequest): void {
  for (const name of UNDONE_WISHES) {
    if (view.headers.has(name)) undone(`The header ${name}`, name)
  }
  for (const name of ['callback', 'callback-var']) if (query.has(name)) undone(`The parameter ${name}`)
}

/** Restrictions that a signed URL carries are never ignored (T-050), and neither is what would change the data read. */
const REFUSED_HEADERS = /^x-oss-(?:process$|async-process$|traffic-limit$|ac-|multi-process)/

export function refuseUndoneRequests(headers: HttpHeaders): void {
  for (const name of headers.names) {
    if (name.startsWith('x-oss-') && REFUSED_HEADERS.test(name)) undone(name, name)
  }
}

function undone(what: string, header?: string): never {
  return refuse({
    kind: 'not-implemented',
    detail: `${what} is not implemented.`,
    ...(header === undefined ? {} : { header }),
  })
}

/** The `response-*` parameters of a read. They are text; a header is ISO-8859-1. */
export function responseOverrides(request: OssRequest): SystemHeaders {
  const overrides: { -readonly [Field in keyof SystemHeaders]: string } = {}
  if (request.query.size === 0) return overrides
  for (const [field, , , override] of SYSTEM) {
    const value = request.query.get(override)?.value
    if (value === undefined || value === '') continue
    if (!isHeaderField('x', value)) refuseArgument(override, value, 'This value cannot be a header.')
    overrides[field] = value
  }
  return overrides
}

/** The kept headers of an answer, after the overrides. */
export function shownSystemHeaders(
  kept: SystemHeaders,
  overrides: SystemHeaders,
): readonly (readonly [string, string])[] {
  const shown: (readonly [string, string])[] = []
  for (const [field, , name] of SYSTEM) {
    const value = overrides[field] ?? kept[field] ?? (field === 'contentType' ? DEFAULT_CONTENT_TYPE : undefined)
    if (value !== undefined) shown.push([name, value])
  }
  return shown
}
