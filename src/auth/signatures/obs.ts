/**
 * The signatures of Huawei OBS: HMAC-SHA1 over listed things, in a header (`OBS <key id>:<signature>`) or in a URL, and the
 * same recipe with Amazon's names (`AWS <key id>:<signature>`), which the vendor's own clients fall back to.
 * OBS API reference, "User signature verification".
 */
import { lowerCaseAscii, type HttpHeaders, type QueryParameter } from '../../http/index.ts'
import { refuse } from '../../operations/index.ts'
import { MAX_AUTHORIZATION_CHARS } from '../limits.ts'
import { isObsSigned } from './obs-parameters.ts'
import { compareText } from './sigv4-canonical.ts'

/** How a client spells what it sends: OBS's names or Amazon's. */
export type ObsSpelling = 'x-obs-' | 'x-amz-'

export interface ObsClaim {
  readonly accessKeyId: string
  /** As sent: 28 characters of base64, compared as text. */
  readonly signature: string
}

export interface ObsUrlClaim extends ObsClaim {
  /** Seconds since 1970, as it was sent. */
  readonly expires: string
}

/** The parameters of a signed URL; they belong to the signature and are part of no string. */
export const OBS_URL_PARAMETERS = ['AccessKeyId', 'Expires', 'Signature'] as const

/** `OBS <key id>:<signature>` */
export function parseObsHeader(authorization: string): ObsClaim {
  const colon = authorization.lastIndexOf(':')
  const accessKeyId = authorization.slice('OBS '.length, colon).trim()
  if (authorization.length > MAX_AUTHORIZATION_CHARS || colon < 5 || accessKeyId === '') {
    const detail = 'the Authorization header needs OBS <key id>:<signature>'
    return refuse({ kind: 'malformed-authorization', detail })
  }
  return { accessKeyId, signature: authorization.slice(colon + 1) }
}

/** `AccessKeyId`, `Expires`, `Signature`: all three. */
export function parseObsQuery(parameters: readonly QueryParameter[]): ObsUrlClaim {
  // A signed policy in place of an end and of a path: its link would open a whole folder (T-048).
  if (parameters.some(({ name }) => name === 'Policy')) {
    return refuse({ kind: 'not-implemented', detail: 'Links to folders (Policy in a URL) are not implemented.' })
  }
  const value = (name: (typeof OBS_URL_PARAMETERS)[number]): string =>
    parameters.find((parameter) => parameter.name === name)?.value ??
    refuse({ kind: 'access-denied', reason: `a signed URL needs AccessKeyId, Expires and Signature: no ${name}` })
  return { accessKeyId: value('AccessKeyId'), signature: value('Signature'), expires: value('Expires') }
}

export interface ObsParts {
  readonly method: string
  /** Names unique. */
  readonly headers: HttpHeaders
  readonly rawPath: string
  /** Read with `+` as itself. */
  readonly query: readonly QueryParameter[]
  /** The bucket or the domain of its own that the host names, as the decoder reads it. */
  readonly hostBucket: string | undefined
  readonly spelling: ObsSpelling
  /** Of a signed URL: takes the place of the date. */
  readonly expires?: string
}

/**
 * The strings that a client may have signed, one character a byte; a handful at most, and each of them reads as the same
 * request (T-047): `name=` may be written as `name`, the root of a bucket in the path with its slash or without, and
 * parameters are sorted by name or, by the SDK for Node.js, as whole text.
 */
export function obsStringsToSign(parts: ObsParts): readonly string[] {
  const { headers, spelling } = parts
  const lines = headers
    .entries()
    .filter(([name]) => name.startsWith(spelling))
    .map(([name, value]) => [name, `${name}:${value.trim()}\n`] as const)
    .sort(([one], [other]) => compareText(one, other))
    .map(([, line]) => line)
  const date = parts.expires ?? (headers.has(`${spelling}date`) ? '' : (headers.get('date') ?? ''))
  const head = `${parts.method}\n${headers.get('content-md5') ?? ''}\n${headers.get('content-type') ?? ''}\n${date}\n`
  const start = `${head}${lines.join('')}`
  const queries = signedQueries(parts)
  return resourcePaths(parts).flatMap((path) => queries.map((query) => `${start}${path}${query}`))
}

function resourcePaths({ hostBucket, rawPath }: ObsParts): readonly string[] {
  if (hostBucket !== undefined) return [`/${hostBucket}${rawPath}`]
  const segments = rawPath.split('/')
  if (segments.length === 2 && segments[1] !== '') return [rawPath, `${rawPath}/`]
  if (segments.length === 3 && segments[1] !== '' && segments[2] === '') return [rawPath, rawPath.slice(0, -1)]
  return [rawPath]
}

function signedQueries({ query, spelling }: ObsParts): readonly string[] {
  const listed = query.filter(({ name }) => isObsSigned(lowerCaseAscii(name), spelling))
  if (listed.length === 0) return ['']
  const strings = [true, false].flatMap((emptyAsBare) => {
    const pairs = listed.map((parameter) => [parameter.name, subResource(parameter, emptyAsBare)] as const)
    const byName = [...pairs].sort(([one], [other]) => compareText(one, other)).map(([, text]) => text)
    const byText = pairs.map(([, text]) => text).sort(compareText)
    return [`?${byName.join('&')}`, `?${byText.join('&')}`]
  })
  return [...new Set(strings)]
}

function subResource({ name, value, bare }: QueryParameter, emptyAsBare: boolean): string {
  // The scheme signs decoded values: one that holds `&` would read like two parameters.
  if (value.includes('&')) return refuse({ kind: 'signature-does-not-match' })
  if (bare || (value === '' && emptyAsBare)) return name
  return `${name}=${Buffer.from(value, 'utf8').toString('latin1')}`
}
