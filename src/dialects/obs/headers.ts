/** The headers that describe an object: kept when it is written, given back when it is read. */
import { isHeaderField, type HttpHeaders } from '../../http/index.ts'
import { refuse, type ObjectProperties, type SystemHeaders, type UserMetadata } from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { refuseUndone, type ObsRequest } from './obs-request.ts'
import { classNamed } from './storage-class.ts'
import { parseTaggingHeader } from './tags.ts'

export const METADATA_PREFIX = 'x-obs-meta-'
/** Names and values of user metadata and of the headers that are kept as they came (OBS API reference, PUT object). */
export const MAX_USER_METADATA_BYTES = 8 * 1024
export const MAX_SYSTEM_HEADER_BYTES = 8 * 1024
const MAX_REDIRECT_BYTES = 2 * 1024

/** Wire names of the kept headers, and the `response-*` parameter that overrides each. */
const SYSTEM: readonly {
  readonly field: keyof SystemHeaders
  readonly header: string
  readonly shown: string
  readonly override?: string
}[] = [
  ...(
    [
      ['contentType', 'content-type', 'Content-Type', 'response-content-type'],
      ['cacheControl', 'cache-control', 'Cache-Control', 'response-cache-control'],
      ['contentDisposition', 'content-disposition', 'Content-Disposition', 'response-content-disposition'],
      ['contentEncoding', 'content-encoding', 'Content-Encoding', 'response-content-encoding'],
      ['contentLanguage', 'content-language', 'Content-Language', 'response-content-language'],
      ['expires', 'expires', 'Expires', 'response-expires'],
    ] as const
  ).map(([field, header, shown, override]) => ({ field, header, shown, override })),
  {
    field: 'websiteRedirectLocation',
    header: 'x-obs-website-redirect-location',
    shown: 'x-obs-website-redirect-location',
  },
]

/** What an object without a `Content-Type` is read with. */
export const DEFAULT_CONTENT_TYPE = 'binary/octet-stream'
const ATTACHMENT = 'attname'

export const OVERRIDE_PARAMETERS: readonly string[] = [...SYSTEM.flatMap(({ override }) => override ?? []), ATTACHMENT]

export function systemHeaders(headers: HttpHeaders): SystemHeaders {
  const kept: { -readonly [Field in keyof SystemHeaders]: string } = {}
  let bytes = 0
  for (const { field, header } of SYSTEM) {
    const value = headers.get(header)
    if (value === undefined || value === '') continue
    requireField(header, value)
    bytes += header.length + value.length
    kept[field] = value
  }
  if (bytes > MAX_SYSTEM_HEADER_BYTES) refuse({ kind: 'metadata-too-large', limitBytes: MAX_SYSTEM_HEADER_BYTES })
  const redirect = kept.websiteRedirectLocation
  if (redirect !== undefined && (redirect.length > MAX_REDIRECT_BYTES || !/^(?:\/|https?:\/\/)/.test(redirect))) {
    refuseArgument('x-obs-website-redirect-location', redirect, 'A redirect begins with /, http:// or https://.')
  }
  return kept
}

/** What could not be sent again is refused when it is stored, not when it is read (T-147). */
function requireField(name: string, value: string): void {
  if (!isHeaderField(name, value)) refuseArgument(name, undefined, 'This value cannot be a header.')
}

/** `x-obs-meta-*`. Values are bytes, given back as they came: clients escape them themselves. */
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
  const text = headers.get('x-obs-storage-class')
  return text === undefined ? undefined : classNamed(text)
}

/** Everything a new object is given by its request. */
export function objectProperties({ headers }: ObsRequest): ObjectProperties {
  const tagging = headers.get('x-obs-tagging')
  return {
    system: systemHeaders(headers),
    metadata: userMetadata(headers),
    tags: tagging === undefined ? [] : parseTaggingHeader(tagging),
    storageClass: storageClass(headers) ?? 'STANDARD',
  }
}

/** Wishes that are not done: refused, because the client would believe that it happened. */
const UNDONE = [
  ...(['x-obs-expires', 'x-obs-callback', 'success-action-redirect'] as const),
  ...(['x-obs-object-lock-mode', 'x-obs-object-lock-retain-until-date'] as const),
] as const

export function refuseUndoneWishes(headers: HttpHeaders): void {
  for (const name of UNDONE) {
    if (headers.has(name)) refuseUndone(`The header ${name}`, name)
  }
}

/** The `response-*` parameters of a read, and `attname`, which names the file that a browser saves. */
export function responseOverrides(request: ObsRequest): SystemHeaders {
  const overrides: { -readonly [Field in keyof SystemHeaders]: string } = {}
  if (request.query.size === 0) return overrides
  const attachment = request.query.get(ATTACHMENT)?.value
  if (attachment !== undefined && attachment !== '') {
    overrides.contentDisposition = `attachment; filename*=UTF-8''${encodeURIComponent(attachment)}`
  }
  for (const { field, override } of SYSTEM) {
    const value = override === undefined ? undefined : request.query.get(override)?.value
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
  return SYSTEM.flatMap(({ field, shown }) => {
    const value = overrides[field] ?? kept[field] ?? (field === 'contentType' ? DEFAULT_CONTENT_TYPE : undefined)
    return value === undefined ? [] : [[shown, value] as const]
  })
}
