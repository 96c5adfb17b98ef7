/** Tencent COS's request signature: HMAC-SHA1 over the method, the decoded path, and the listed headers and parameters. */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { HttpHeaders, QueryParameter } from '../../http/index.ts'
import { refuse, type SecretLike } from '../../operations/index.ts'
import type { CosClaim } from './cos-authorization.ts'
import { sigV2Key } from './sigv2.ts'
import { compareText } from './sigv4-canonical.ts'

export interface CosParts {
  readonly method: string
  readonly headers: HttpHeaders
  /** `Host` as it was sent, with its port. */
  readonly host: string
  readonly query: readonly QueryParameter[]
  /** Each reading of the path, decoded; begins with `/`. */
  readonly paths: readonly string[]
}

const KEPT = /^[A-Za-z0-9\-_.~]*$/
const ESCAPED = /[^A-Za-z0-9\-_.~]/g

function encodeBytes(bytes: Buffer): string {
  const text = bytes.toString('latin1')
  return text.replace(ESCAPED, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

/** Percent-encoding of UTF-8 in which only letters, digits and `-_.~` stay. */
export function cosEncode(text: string): string {
  return KEPT.test(text) ? text : encodeBytes(Buffer.from(text, 'utf8'))
}

/** A name as `q-header-list` and `q-url-param-list` write it. */
export function cosName(name: string): string {
  return cosEncode(name).toLowerCase()
}

type ReadValue = (value: string) => string

/**
 * A header's bytes come as latin-1. A client of Node signed these characters; one of Go or Python signed the bytes as
 * UTF-8. Both signed one text: the value that is kept are the bytes that came.
 */
const READINGS: readonly ReadValue[] = [cosEncode, (value) => encodeBytes(Buffer.from(value, 'latin1'))]
const BEYOND_ASCII = /[^\x00-\x7f]/

/**
 * The strings that a client may have signed, at most two for each path. A header that is listed and did not come, or a
 * parameter, is a mismatch: never an empty value (T-038).
 */
export function cosStringsToSign(claim: CosClaim, parts: CosParts): readonly string[] {
  const parameters = pairsOf(
    claim.parameterNames,
    parts.query.map(({ name, value }) => [cosName(name), cosEncode(value)] as const),
  )
  const signed = parts.headers.names
    .filter((name) => name !== 'host' && claim.headerNames.has(cosName(name)))
    .map((name) => [cosName(name), (parts.headers.get(name) ?? '').trim()] as const)
  if (claim.headerNames.has('host')) signed.push(['host', parts.host])
  const readings = signed.some(([, value]) => BEYOND_ASCII.test(value)) ? READINGS : [cosEncode]
  return readings.flatMap((read) => {
    const headers = pairsOf(
      claim.headerNames,
      signed.map(([name, value]) => [name, read(value)] as const),
    )
    return parts.paths.map((path) => {
      const text = `${parts.method.toLowerCase()}\n${path}\n${parameters}\n${headers}\n`
      const digest = hash('sha1', text)
      return `sha1\n${claim.signTime}\n${digest}\n`
    })
  })
}

function pairsOf(listed: ReadonlySet<string>, found: readonly (readonly [name: string, value: string])[]): string {
  const pairs = found.filter(([name]) => listed.has(name))
  if (pairs.length !== listed.size) refuse({ kind: 'signature-does-not-match' })
  return pairs
    .sort(([one], [other]) => compareText(one, other))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** The key of one period: the hexadecimal text of an HMAC is itself the key. */
export function cosKey(secret: SecretLike, keyTime: string): KeyObject {
  return cosPeriodKey(sigV2Key(secret), keyTime)
}

/** The same of a secret that is a key object already. */
export function cosPeriodKey(secret: KeyObject, keyTime: string): KeyObject {
  return createSecretKey(createHmac('sha1', secret).update(keyTime, 'utf8').digest('hex'), 'latin1')
}

/** 40 hexadecimal digits in lower case. */
export function cosSign(key: KeyObject, text: string): string {
  return createHmac('sha1', key).update(text, 'utf8').digest('hex')
}
