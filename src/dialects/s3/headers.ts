/** The headers that describe an object: kept when it is written, given back when it is read. */
import { isHeaderField, type HttpHeaders } from '../../http/index.ts'
import { refuse, type ObjectProperties, type SystemHeaders, type UserMetadata } from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { type S3Request } from './s3-request.ts'
import { parseTaggingHeader } from './tags.ts'

export const METADATA_PREFIX = 'x-amz-meta-'
/** Names without the prefix, and values, as bytes (Amazon S3 user guide, object metadata). */
export const MAX_USER_METADATA_BYTES = 2 * 1024
/** Names and values of the headers that are kept as they came. */
export const MAX_SYSTEM_HEADER_BYTES = 8 * 1024

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
    header: 'x-amz-website-redirect-location',
    shown: 'x-amz-website-redirect-location',
  },
]

/** What an object without a `Content-Type` is read with. */
export const DEFAULT_CONTENT_TYPE = 'binary/octet-stream'

export const OVERRIDE_PARAMETERS: readonly string[] = SYSTEM.flatMap(({ override }) => override ?? [])

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
  return kept
}

/** What could not be sent again is refused when it is stored, not when it is read (T-147). */
function requireField(name: string, value: string): void {
  if (!isHeaderField(name, value)) refuseArgument(name, undefined, 'This value cannot be a header.')
}

/** `x-amz-meta-*`. Values are bytes, given back as they came. */
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

/** The class is a label here: what S3 would have to restore first can be read at once too. */
const LABELS: ReadonlySet<string> = new Set([
  ...['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'ONEZONE_IA', 'INTELLIGENT_TIERING', 'GLACIER_IR'],
  ...['GLACIER', 'DEEP_ARCHIVE'],
])
const OTHER_CLASSES: ReadonlySet<string> = new Set([
  ...['EXPRESS_ONEZONE', 'OUTPOSTS', 'SNOW', 'FSX_OPENZFS', 'FSX_ONTAP'],
])

export function storageClass(headers: HttpHeaders): string | undefined {
  const text = headers.get('x-amz-storage-class')
  if (text === undefined || LABELS.has(text)) return text
  if (OTHER_CLASSES.has(text)) {
    const detail = `The storage class ${text} is not implemented.`
    refuse({ kind: 'not-implemented', detail, header: 'x-amz-storage-class' })
  }
  return refuse({ kind: 'invalid-storage-class', value: text.slice(0, 64) })
}

/** Undefined: nobody named one, and the bucket has none of its own. */
export function classOfWrite({ view, directory }: S3Request): string | undefined {
  return directory === true ? directoryStorageClass(view.headers) : storageClass(view.headers)
}

/** The one storage class of a directory bucket's kind of zone; another is a mistake. */
function directoryStorageClass(headers: HttpHeaders): string {
  const text = headers.get('x-amz-storage-class') ?? 'EXPRESS_ONEZONE'
  return text === 'EXPRESS_ONEZONE' || text === 'ONEZONE_IA'
    ? text
    : refuse({ kind: 'invalid-storage-class', value: text.slice(0, 64) })
}

/** Other vendors' labels, as the nearest of S3's. */
const NEAREST: ReadonlyMap<string, string> = new Map([
  ['COLD', 'GLACIER_IR'],
  ['DEEP_COLD_ARCHIVE', 'DEEP_ARCHIVE'],
  ['MAZ_STANDARD', 'STANDARD'],
  ['MAZ_STANDARD_IA', 'STANDARD_IA'],
  ['MAZ_INTELLIGENT_TIERING', 'INTELLIGENT_TIERING'],
  ['MAZ_ARCHIVE', 'GLACIER'],
  ['MAZ_DEEP_ARCHIVE', 'DEEP_ARCHIVE'],
  ['MAZ_COLD', 'GLACIER_IR'],
])

export function shownStorageClass(storageClass: string): string {
  return NEAREST.get(storageClass) ?? storageClass
}

/** Everything a new object is given by its request. */
export function objectProperties(request: S3Request): ObjectProperties {
  const { headers } = request.view
  const tagging = headers.get('x-amz-tagging')
  return {
    system: systemHeaders(headers),
    metadata: userMetadata(headers),
    tags: tagging === undefined ? [] : parseTaggingHeader(tagging),
    storageClass: classOfWrite(request) ?? 'STANDARD',
  }
}

/**
 * Headers of writes that ask for something that is not done: refused, because the client would believe that it happened. An
 * ACL other than `private`, grants, object lock, appending.
 */
export function refuseUndoneWishes(headers: HttpHeaders): void {
  const undone = (header: string): never =>
    refuse({ kind: 'not-implemented', detail: `The header ${header} is not implemented.`, header })
  for (const name of headers.names) {
    if (!name.startsWith('x-amz-')) continue
    if (name === 'x-amz-write-offset-bytes') undone(name)
  }
}

/** The `response-*` parameters of a read. They are text; a header is ISO-8859-1. */
export function responseOverrides(request: S3Request): SystemHeaders {
  const overrides: { -readonly [Field in keyof SystemHeaders]: string } = {}
  if (request.query.size === 0) return overrides
  for (const { field, override } of SYSTEM) {
    const value = override === undefined ? undefined : request.query.get(override)?.value
    if (override === undefined || value === undefined || value === '') continue
    if (!isHeaderField('x', value)) {
      refuseArgument(override, value, 'Header value cannot be represented using ISO-8859-1.')
    }
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
  for (const { field, shown: name } of SYSTEM) {
    const value = overrides[field] ?? kept[field] ?? (field === 'contentType' ? DEFAULT_CONTENT_TYPE : undefined)
    if (value !== undefined) shown.push([name, value])
  }
  return shown
}
