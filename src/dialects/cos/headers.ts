/** The headers that describe an object: kept when it is written, given back when it is read. */
import { isHeaderField, parseDecimal, type HttpHeaders } from '../../http/index.ts'
import { refuse, type ObjectProperties, type SystemHeaders, type UserMetadata } from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { contentTypeOf, DEFAULT_CONTENT_TYPE } from './content-types.ts'
import type { CosRequest } from './cos-request.ts'
import { storageClassNamed } from './storage-classes.ts'
import { parseTaggingHeader } from './tags.ts'

export const METADATA_PREFIX = 'x-cos-meta-'
/** Names without the prefix, and values, as bytes (Tencent COS, "PUT Object"). */
export const MAX_USER_METADATA_BYTES = 2 * 1024
/** Names and values of the headers that are kept as they came. */
export const MAX_SYSTEM_HEADER_BYTES = 8 * 1024

/** Wire names of the kept headers, and the `response-*` parameter that overrides each. */
const SYSTEM = [
  ['contentType', 'Content-Type', 'response-content-type'],
  ['cacheControl', 'Cache-Control', 'response-cache-control'],
  ['contentDisposition', 'Content-Disposition', 'response-content-disposition'],
  ['contentEncoding', 'Content-Encoding', 'response-content-encoding'],
  ['contentLanguage', 'Content-Language', 'response-content-language'],
  ['expires', 'Expires', 'response-expires'],
  ['websiteRedirectLocation', 'x-cos-website-redirect-location', undefined],
] as const satisfies readonly (readonly [keyof SystemHeaders, string, string | undefined])[]

export const OVERRIDE_PARAMETERS: readonly string[] = SYSTEM.flatMap(([, , override]) => override ?? [])

/** Clients send some of these empty: an empty one is an absent one. */
export function systemHeaders(headers: HttpHeaders, key: string): SystemHeaders {
  const kept: { -readonly [Field in keyof SystemHeaders]: string } = { contentType: contentTypeOf(key) }
  let bytes = 0
  for (const [field, name] of SYSTEM) {
    const value = headers.get(name.toLowerCase())
    if (value === undefined || value === '') continue
    requireField(name, value)
    bytes += name.length + value.length
    kept[field] = value
  }
  if (bytes > MAX_SYSTEM_HEADER_BYTES) refuse({ kind: 'metadata-too-large', limitBytes: MAX_SYSTEM_HEADER_BYTES })
  return kept
}

/** What could not be sent again is refused when it is stored, not when it is read (T-147). */
function requireField(name: string, value: string): void {
  if (!isHeaderField(name, value)) refuseArgument(name, undefined, 'This value cannot be a header.')
}

/** `x-cos-meta-*`. Values are bytes, given back as they came. */
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
  const text = headers.get('x-cos-storage-class')
  return text === undefined || text === '' ? undefined : storageClassNamed(text)
}

/** Everything a new object is given by its request. */
export function objectProperties(request: CosRequest, key: string): ObjectProperties {
  const { headers } = request.view
  const tagging = headers.get('x-cos-tagging')
  return {
    system: systemHeaders(headers, key),
    metadata: userMetadata(headers),
    tags: tagging === undefined ? [] : parseTaggingHeader(tagging),
    storageClass: storageClass(headers) ?? 'STANDARD',
  }
}

/** Bits a second: a limit that is asked for is checked, and not kept, for the server's own limits are wider. */
const TRAFFIC_LIMIT = { min: 819_200, max: 838_860_800 }
/** Data processing of Tencent CI, and what else a client would believe to have happened. */
const UNDONE = /^(?:pic-operations|x-ci-.*|x-cos-object-lock-.*|x-cos-callback.*|x-cos-return-body|x-cos-content-sha1)$/

/** Headers of requests that ask for something that is not done: refused, because ignoring them would be another answer. */
export function refuseUndoneWishes({ view: { headers } }: CosRequest): void {
  for (const header of headers.names) {
    if (UNDONE.test(header)) {
      refuse({ kind: 'not-implemented', detail: `The header ${header} is not implemented.`, header })
    }
  }
  const limit = headers.get('x-cos-traffic-limit')
  if (limit === undefined) return
  if (parseDecimal(limit, TRAFFIC_LIMIT) === undefined) {
    refuseArgument('x-cos-traffic-limit', limit, 'A traffic limit is 819200 to 838860800 bits a second.')
  }
  refuse({ kind: 'not-implemented', detail: 'Limits of traffic are not implemented.', header: 'x-cos-traffic-limit' })
}

/** The `response-*` parameters of a read. They are text; a header is ISO-8859-1. */
export function responseOverrides(request: CosRequest): SystemHeaders {
  const overrides: { -readonly [Field in keyof SystemHeaders]: string } = {}
  if (request.query.size === 0) return overrides
  for (const [field, , override] of SYSTEM) {
    const value = override === undefined ? undefined : request.query.get(override)
    if (override === undefined || value === undefined || value === '') continue
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
  return SYSTEM.flatMap(([field, name]) => {
    const value = overrides[field] ?? kept[field] ?? (field === 'contentType' ? DEFAULT_CONTENT_TYPE : undefined)
    return value === undefined ? [] : [[name, value] as const]
  })
}
