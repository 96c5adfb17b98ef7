/** AWS Signature Version 2 for S3, header and query form: HMAC-SHA1 over listed things only. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { parseDecimal, type HttpHeaders, type QueryParameter } from '../../http/index.ts'
import { refuse, type SecretLike } from '../../operations/index.ts'
import { MAX_AUTHORIZATION_CHARS } from '../limits.ts'
import { SESSION_TOKEN, SESSION_TOKEN_PARAMETERS } from '../session-token.ts'
import { compareText } from './sigv4-canonical.ts'
import { SIGV2_SIGNED_PARAMETERS } from './sigv2-parameters.ts'

export interface SigV2Claim {
  readonly form: 'header' | 'query'
  readonly accessKeyId: string
  /** As sent: 28 characters of base64, compared as text. */
  readonly signature: string
  /** Query form: the digits of `Expires`. */
  readonly expires?: string
}

/** Seconds since 1970 that still are a date of this era: ten digits. */
const MAX_EXPIRES = 9_999_999_999

/** `AWS <key id>:<signature>` */
export function parseSigV2Header(authorization: string): SigV2Claim {
  const colon = authorization.lastIndexOf(':')
  const accessKeyId = authorization.slice(4, colon)
  if (authorization.length > MAX_AUTHORIZATION_CHARS || colon < 5 || accessKeyId === '') {
    return refuse({
      kind: 'malformed-authorization',
      detail: 'the Authorization header needs AWS <key id>:<signature>',
    })
  }
  return { form: 'header', accessKeyId, signature: authorization.slice(colon + 1) }
}

/** `AWSAccessKeyId`, `Expires`, `Signature`: all three, else `access-denied` as S3 has it. */
export function parseSigV2Query(parameters: readonly QueryParameter[]): SigV2Claim & { readonly expires: string } {
  const value = (name: string): string =>
    parameters.find((parameter) => parameter.name === name)?.value ??
    refuse({
      kind: 'access-denied',
      reason: `query authentication needs AWSAccessKeyId, Expires and Signature: no ${name}`,
    })
  return {
    form: 'query',
    accessKeyId: value('AWSAccessKeyId'),
    signature: value('Signature'),
    expires: value('Expires'),
  }
}

/**
 * Refuses a URL that has ended, or that would live longer than allowed. Digits only: a date in this slot would let a
 * captured header signature become a link (T-041), and an unreadable number would never end (T-039).
 */
export function checkSigV2Expiry(expires: string, nowMs: number, maxSeconds: number): void {
  const seconds = parseDecimal(expires, { min: 0, max: MAX_EXPIRES })
  if (seconds === undefined) refuse({ kind: 'access-denied', reason: 'Expires must be seconds since 1970' })
  else if (nowMs > seconds * 1_000) refuse({ kind: 'request-expired' })
  else if (seconds * 1_000 - nowMs > maxSeconds * 1_000) {
    refuse({ kind: 'access-denied', reason: `Expires lies further ahead than ${maxSeconds} seconds` })
  }
}

export interface SigV2Parts {
  readonly method: string
  /** Names unique. */
  readonly headers: HttpHeaders
  readonly rawPath: string
  readonly query: readonly QueryParameter[]
  /** The bucket that the host names, as the decoder reads it. */
  readonly hostBucket: string | undefined
  /** Query form: takes the place of the date. */
  readonly expires?: string
}

/**
 * The strings that a client may have signed, one character a byte: at most two, which differ in whether `name=` is
 * written as `name`. Both read as the same request (T-047).
 */
export function sigV2StringsToSign(parts: SigV2Parts): readonly string[] {
  const { headers } = parts
  // Values are trimmed; runs of blanks inside stay, unlike in SigV4.
  const amz = [...headers.entries().filter(([name]) => name.startsWith('x-amz-'))]
  // What is named like such a header in the query is signed as one; of these only the token gets here.
  const token = parts.query.find(({ name }) => SESSION_TOKEN_PARAMETERS.includes(name))
  if (token !== undefined) amz.push([SESSION_TOKEN, token.value])
  // By name alone: with its colon `x-amz-copy-source` would come after `x-amz-copy-source-if-match`.
  amz.sort(([one], [two]) => compareText(one, two))
  const lines = amz.map(([name, value]) => `${name}:${value.trim()}\n`)
  const date = parts.expires ?? (headers.has('x-amz-date') ? '' : (headers.get('date') ?? ''))
  const head = `${parts.method}\n${headers.get('content-md5') ?? ''}\n${headers.get('content-type') ?? ''}\n${date}\n`
  const bucket = parts.hostBucket === undefined ? '' : `/${parts.hostBucket}`
  const listed = parts.query.filter(({ name }) => SIGV2_SIGNED_PARAMETERS.has(name))
  const strings = [false, true].map((emptyAsBare) => {
    const resource = listed.map((parameter) => subResource(parameter, emptyAsBare)).sort(compareText)
    const query = resource.length === 0 ? '' : `?${resource.join('&')}`
    return `${head}${lines.join('')}${bucket}${parts.rawPath}${query}`
  })
  return [...new Set(strings)]
}

function subResource({ name, value, bare }: QueryParameter, emptyAsBare: boolean): string {
  // The scheme signs decoded values: one that holds `&` would read like two parameters.
  if (value.includes('&')) return refuse({ kind: 'signature-does-not-match' })
  if (bare || (value === '' && emptyAsBare)) return name
  return `${name}=${Buffer.from(value, 'utf8').toString('latin1')}`
}

export function sigV2Key(secret: SecretLike): KeyObject {
  return secret.expose((bytes) => createSecretKey(bytes))
}

/** 28 characters of base64. */
export function sigV2Sign(key: KeyObject, text: string): string {
  return createHmac('sha1', key).update(text, 'latin1').digest('base64')
}
