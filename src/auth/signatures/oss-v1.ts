/** Alibaba Cloud OSS signature V1, header and query form: HMAC-SHA1 over listed things only. */
import type { HttpHeaders, QueryParameter } from '../../http/index.ts'
import { refuse, type SecretLike } from '../../operations/index.ts'
import { MAX_AUTHORIZATION_CHARS } from '../limits.ts'
import { isSignedByOssV1, OSS_PREFIX, readsAsSubResource } from './oss-parameters.ts'
import { resourceText, type OssResource } from './oss-resource.ts'
import { sigV2Key, sigV2Sign } from './sigv2.ts'
import { compareText } from './sigv4-canonical.ts'

export interface OssV1Claim {
  readonly accessKeyId: string
  /** As sent: 28 characters of base64, compared as text. */
  readonly signature: string
}

/** `OSS <key id>:<signature>` */
export function parseOssV1Header(authorization: string): OssV1Claim {
  const colon = authorization.lastIndexOf(':')
  const accessKeyId = authorization.slice(4, colon)
  if (authorization.length > MAX_AUTHORIZATION_CHARS || colon < 5) {
    return refuse({
      kind: 'malformed-authorization',
      detail: 'the Authorization header needs OSS <key id>:<signature>',
    })
  }
  return { accessKeyId, signature: authorization.slice(colon + 1) }
}

/** `OSSAccessKeyId`, `Expires`, `Signature`: all three, else `access-denied`. */
export function parseOssV1Query(parameters: readonly QueryParameter[]): OssV1Claim & { readonly expires: string } {
  const value = (name: string): string =>
    parameters.find((parameter) => parameter.name === name)?.value ??
    refuse({
      kind: 'access-denied',
      reason: `query authentication needs OSSAccessKeyId, Expires and Signature: no ${name}`,
    })
  return { accessKeyId: value('OSSAccessKeyId'), signature: value('Signature'), expires: value('Expires') }
}

export interface OssV1Parts {
  readonly method: string
  readonly headers: HttpHeaders
  readonly query: readonly QueryParameter[]
  /** The line of the date: `x-oss-date`, else `Date`; in URLs `Expires`. */
  readonly date: string
  readonly resource: OssResource
}

/** The one text that a client signs of this reading, one character a byte. */
export function ossV1StringToSign({ method, headers, query, date, resource }: OssV1Parts): string {
  if (readsAsSubResource(resource.key)) refuse({ kind: 'signature-does-not-match' })
  const lines = headers
    .entries()
    .filter(([name]) => name.startsWith(OSS_PREFIX))
    .sort(([one], [two]) => compareText(one, two))
    .map(([name, value]) => `${name}:${value.trim()}\n`)
  const head = `${method}\n${headers.get('content-md5') ?? ''}\n${headers.get('content-type') ?? ''}\n${date}\n`
  const signed = query.filter(({ name }) => isSignedByOssV1(name)).sort((one, two) => compareText(one.name, two.name))
  const parameters = signed.map(subResource).join('&')
  const path = Buffer.from(resourceText(resource), 'utf8').toString('latin1')
  return `${head}${lines.join('')}${path}${parameters === '' ? '' : `?${parameters}`}`
}

function subResource({ name, value }: QueryParameter): string {
  // The scheme signs decoded values: one that holds `&` would read like two parameters.
  if (value.includes('&')) return refuse({ kind: 'signature-does-not-match' })
  return value === '' ? name : `${name}=${Buffer.from(value, 'utf8').toString('latin1')}`
}

/** 28 characters of base64. */
export function ossV1Sign(secret: SecretLike, text: string): string {
  return sigV2Sign(sigV2Key(secret), text)
}
