/** Alibaba Cloud OSS signature V4, header and query form: HMAC-SHA256 over every parameter and the vendor's headers. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { HttpHeaders, QueryParameter } from '../../http/index.ts'
import { refuse, type SecretLike } from '../../operations/index.ts'
import { MAX_AUTHORIZATION_CHARS, MAX_SIGNED_HEADERS } from '../limits.ts'
import { OSS_PREFIX } from './oss-parameters.ts'
import { resourceText, type OssResource } from './oss-resource.ts'
import { digestOfCanonical, signText } from './sigv4.ts'
import { compareText, encodePath, encodeUri } from './sigv4-canonical.ts'

export const OSS_V4_ALGORITHM = 'OSS4-HMAC-SHA256'

/** `<date>/<region>/<product>/aliyun_v4_request`: any region, and one of the products. */
export interface OssScope {
  /** `yyyymmdd` */
  readonly date: string
  readonly region: string
  readonly product: string
}

export interface OssV4Claim {
  readonly accessKeyId: string
  readonly scope: OssScope
  /** Lower-case, sorted, each once; empty: none. */
  readonly additionalHeaders: readonly string[]
  /** 64 lower-case hexadecimal digits, as sent. */
  readonly signature: string
}

const CREDENTIAL = /^([^/]+)\/(\d{8})\/([a-z0-9][a-z0-9-]{0,62})\/(oss|oss-cloudbox)\/aliyun_v4_request$/
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** `OSS4-HMAC-SHA256 Credential=...,[AdditionalHeaders=...,]Signature=...`, each once; blanks after commas may stand. */
export function parseOssV4Header(authorization: string): OssV4Claim {
  if (authorization.length > MAX_AUTHORIZATION_CHARS) malformed('the Authorization header is too long')
  const fields = new Map<string, string>()
  for (const piece of authorization.slice(OSS_V4_ALGORITHM.length).split(',')) {
    const text = piece.trim()
    const equals = text.indexOf('=')
    const name = text.slice(0, equals)
    if (equals < 0 || !['Credential', 'AdditionalHeaders', 'Signature'].includes(name) || fields.has(name)) {
      malformed('the Authorization header needs Credential and Signature')
    }
    fields.set(name, text.slice(equals + 1))
  }
  return claimOf(fields.get('Credential'), fields.get('AdditionalHeaders'), fields.get('Signature'))
}

/** The same from the query, with `x-oss-date` and `x-oss-expires`. */
export function parseOssV4Query(
  parameters: readonly QueryParameter[],
): OssV4Claim & { readonly date: string; readonly expires: string } {
  const value = (name: string): string | undefined => parameters.find((parameter) => parameter.name === name)?.value
  if (value('x-oss-signature-version') !== OSS_V4_ALGORITHM) {
    return refuse({ kind: 'unsupported-signature', detail: `x-oss-signature-version has to be ${OSS_V4_ALGORITHM}` })
  }
  const [date, expires] = [value('x-oss-date'), value('x-oss-expires')]
  if (date === undefined || expires === undefined) return malformed('the query needs x-oss-date and x-oss-expires')
  const claim = claimOf(value('x-oss-credential'), value('x-oss-additional-headers'), value('x-oss-signature'))
  return { ...claim, date, expires }
}

/** The same from the fields of a form, whose policy alone is signed. */
export function parseOssV4Form(field: (name: string) => string): OssV4Claim {
  if (field('x-oss-signature-version') !== OSS_V4_ALGORITHM) {
    return refuse({ kind: 'unsupported-signature', detail: `x-oss-signature-version has to be ${OSS_V4_ALGORITHM}` })
  }
  return claimOf(field('x-oss-credential'), undefined, field('x-oss-signature'))
}

/** Parameters of a signed URL: no decoder sees them. All but the signature itself are signed. */
export const OSS_V4_PARAMETERS: ReadonlySet<string> = new Set([
  ...['x-oss-signature-version', 'x-oss-credential', 'x-oss-date', 'x-oss-expires', 'x-oss-additional-headers'],
  ...['x-oss-signature', 'x-oss-security-token'],
])

function claimOf(
  credential: string | undefined,
  additional: string | undefined,
  signature: string | undefined,
): OssV4Claim {
  const [, accessKeyId, date, region, product] = CREDENTIAL.exec(credential ?? '') ?? []
  if (accessKeyId === undefined || date === undefined || region === undefined || product === undefined) {
    return malformed('Credential has to be <key id>/<yyyymmdd>/<region>/oss/aliyun_v4_request')
  }
  if (signature === undefined) return malformed('Signature is missing')
  return { accessKeyId, scope: { date, region, product }, additionalHeaders: namesIn(additional ?? ''), signature }
}

/** Names that are always signed never stand there, so that one set of headers has one list. */
function namesIn(text: string): readonly string[] {
  const names = text.split(';').filter((name) => name !== '')
  if (names.length > MAX_SIGNED_HEADERS) return malformed('too many additional headers')
  for (const [index, name] of names.entries()) {
    const before = names[index - 1]
    const always = name === 'content-type' || name === 'content-md5' || name.startsWith(OSS_PREFIX)
    if (!HEADER_NAME.test(name) || always || (before !== undefined && before >= name)) {
      malformed('additional headers are lower-case names, sorted, each once, without those that are always signed')
    }
  }
  return names
}

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-authorization', detail })
}

export interface OssV4Parts {
  readonly method: string
  readonly headers: HttpHeaders
  /** All that came. */
  readonly query: readonly QueryParameter[]
  readonly additionalHeaders: readonly string[]
  readonly resource: OssResource
  /** `Host` as it was sent. */
  readonly host: string
}

/** Listings of which one client signs `prefix=` and others `prefix`, where the value is empty. */
const WITH_EQUALS: ReadonlySet<string> = new Set([
  ...['prefix', 'delimiter', 'marker', 'start-after', 'key-marker', 'version-id-marker'],
])

/** How a parameter with an empty value is written: on the wire both forms look alike, and both mean the same (T-047). */
const EMPTY_FORMS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => (WITH_EQUALS.has(name) ? `${name}=` : name),
]

const PLAIN_FORM = EMPTY_FORMS.slice(0, 1)

/** The canonical requests that a client may have signed of this reading: at most two, one character a byte. */
export function ossV4CanonicalRequests(parts: OssV4Parts): readonly string[] {
  const { method, headers, additionalHeaders, resource } = parts
  const path = encodePath(resourceText(resource))
  const lines = headerLines(parts)
  const payload = headers.get('x-oss-content-sha256') ?? 'UNSIGNED-PAYLOAD'
  const tail = `${lines}\n${additionalHeaders.join(';')}\n${payload}`
  const { query } = parts
  const forms = query.some(({ name, value }) => value === '' && WITH_EQUALS.has(name)) ? EMPTY_FORMS : PLAIN_FORM
  return forms.map((empty) => `${method}\n${path}\n${canonicalQuery(query, empty)}\n${tail}`)
}

function canonicalQuery(query: readonly QueryParameter[], empty: (name: string) => string): string {
  if (query.length === 0) return ''
  return query
    .filter(({ name }) => name !== 'x-oss-signature')
    .map(({ name, value }) => [encodeUri(name), value] as const)
    .sort(([one], [two]) => compareText(one, two))
    .map(([name, value]) => (value === '' ? empty(name) : `${name}=${encodeUri(value)}`))
    .join('&')
}

function headerLines({ headers, additionalHeaders, host }: OssV4Parts): string {
  const always = headers.names.filter(
    (name) => name.startsWith(OSS_PREFIX) || name === 'content-type' || name === 'content-md5',
  )
  return [...always, ...additionalHeaders]
    .sort(compareText)
    .map((name) => {
      const value = name === 'host' ? host : headers.get(name)
      // A listed header that did not come is a mismatch, never an empty value (T-038).
      return `${name}:${(value ?? refuse({ kind: 'signature-does-not-match' })).trim()}\n`
    })
    .join('')
}

/** `date` is `yyyymmddThhmmssZ`. */
export function ossV4StringToSign(date: string, scope: OssScope, canonicalRequest: string): string {
  const digest = digestOfCanonical(canonicalRequest)
  return `${OSS_V4_ALGORITHM}\n${date}\n${scope.date}/${scope.region}/${scope.product}/aliyun_v4_request\n${digest}`
}

/** The key that signs everything of one scope. */
export function ossV4Key(secret: SecretLike, scope: OssScope): KeyObject {
  let key = secret.expose((bytes) => {
    const prefixed = Buffer.concat([Buffer.from('aliyun_v4', 'latin1'), bytes])
    const first = createSecretKey(prefixed)
    prefixed.fill(0)
    return first
  })
  for (const part of [scope.date, scope.region, scope.product, 'aliyun_v4_request']) {
    const derived = createHmac('sha256', key).update(part, 'utf8').digest()
    key = createSecretKey(derived)
    derived.fill(0)
  }
  return key
}

/** 64 lower-case hexadecimal digits for each text. */
export function ossV4Sign(secret: SecretLike, scope: OssScope, texts: readonly string[]): readonly string[] {
  const key = ossV4Key(secret, scope)
  return texts.map((text) => signText(key, text))
}
