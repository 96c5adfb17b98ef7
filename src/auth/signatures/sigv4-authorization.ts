/** What a SigV4 request shows of itself: the `Authorization` header and the `X-Amz-*` parameters, strictly. */
import type { QueryParameter } from '../../http/index.ts'
import { refuse, type Failure } from '../../operations/index.ts'
import { MAX_AUTHORIZATION_CHARS, MAX_SIGNED_HEADERS, MAX_SIGNED_HEADERS_CHARS } from '../limits.ts'
import type { ServiceRule } from './sigv4-canonical.ts'
import { SIGV4_ALGORITHM, type Scope } from './sigv4.ts'

export interface SigV4Claim {
  readonly form: 'header' | 'query'
  readonly accessKeyId: string
  readonly scope: Scope
  /** Sorted, unique, lower case; `host` among them. */
  readonly signedHeaders: readonly string[]
  /** The same names. */
  readonly signedNames: ReadonlySet<string>
  /** As sent: compared after a length check, never decoded. */
  readonly signature: string
}

/** The parameters of the query form, by their one spelling. */
export const SIGV4_PARAMETERS = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
] as const

const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/
const FIELDS = /^Credential=([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([^,\s]*)$/

type Malformed = (detail: string) => never

/** What a client sends again and again until its day ends: everything but the signature. */
type ReadHeader = Omit<SigV4Claim, 'signature'>

const SIGNATURE_FIELD = 'Signature='
const SIGNATURE = /^[0-9a-f]{64}$/
const known = new Map<string, ReadHeader>()
/** Headers that are remembered, none longer than a usual one; nothing of them is believed for having been read before. */
const MAX_KNOWN_HEADERS = 1_024
const MAX_KNOWN_HEADER_CHARS = 1_024

/** `AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...` */
export function parseSigV4Header(authorization: string): SigV4Claim {
  const signatureAt = authorization.lastIndexOf(SIGNATURE_FIELD) + SIGNATURE_FIELD.length
  const before = authorization.slice(0, signatureAt)
  const readBefore = known.get(before)
  if (readBefore === undefined) {
    const claim = readHeader(authorization)
    // Only where the field that was found is the field that was read: a signature has one spelling.
    if (before.length <= MAX_KNOWN_HEADER_CHARS && claim.signature === authorization.slice(signatureAt)) {
      if (known.size >= MAX_KNOWN_HEADERS) known.clear()
      known.set(before, claim)
    }
    return claim
  }
  const signature = authorization.slice(signatureAt)
  if (!SIGNATURE.test(signature)) return readHeader(authorization)
  const { form, accessKeyId, scope, signedHeaders, signedNames } = readBefore
  return { form, accessKeyId, scope, signedHeaders, signedNames, signature }
}

function readHeader(authorization: string): SigV4Claim {
  const malformed: Malformed = (detail) => refuse({ kind: 'malformed-authorization', detail })
  if (authorization.length > MAX_AUTHORIZATION_CHARS) malformed('the Authorization header is too long')
  const space = authorization.indexOf(' ')
  checkAlgorithm(space < 0 ? authorization : authorization.slice(0, space), malformed)
  const fields = space < 0 ? null : FIELDS.exec(authorization.slice(space + 1).trim())
  const [, credential, names, signature] = fields ?? []
  if (credential === undefined || names === undefined || signature === undefined) {
    return malformed('the Authorization header needs Credential, SignedHeaders and Signature, once each, in this order')
  }
  const signedHeaders = parseSignedHeaders(names, malformed)
  return {
    form: 'header',
    ...parseCredential(credential, malformed),
    signedHeaders,
    signedNames: new Set(signedHeaders),
    signature,
  }
}

/** The query form. `time` and `expires` are the texts of X-Amz-Date and X-Amz-Expires. */
export function parseSigV4Query(
  parameters: readonly QueryParameter[],
): SigV4Claim & { readonly time: string; readonly expires: string } {
  const malformed: Malformed = (detail) => refuse({ kind: 'malformed-query-authorization', detail })
  const value = (name: (typeof SIGV4_PARAMETERS)[number]): string =>
    parameters.find((parameter) => parameter.name === name)?.value ?? malformed(`the query needs ${name}`)
  checkAlgorithm(value('X-Amz-Algorithm'), malformed)
  const [credential, names] = [value('X-Amz-Credential'), value('X-Amz-SignedHeaders')]
  const [signature, time, expires] = [value('X-Amz-Signature'), value('X-Amz-Date'), value('X-Amz-Expires')]
  const signedHeaders = parseSignedHeaders(names, malformed)
  return {
    form: 'query',
    ...parseCredential(credential, malformed),
    signedHeaders,
    signedNames: new Set(signedHeaders),
    signature,
    time,
    expires,
  }
}

/** The two fields of a form that say who signed its policy. */
export function parseSigV4Credential(
  algorithm: string,
  credential: string,
): { readonly accessKeyId: string; readonly scope: Scope } {
  const malformed: Malformed = (detail) => refuse({ kind: 'malformed-authorization', detail })
  checkAlgorithm(algorithm, malformed)
  return parseCredential(credential, malformed)
}

/** A closed list: what a request calls its algorithm never reaches a hash function (T-038). */
function checkAlgorithm(name: string, malformed: Malformed): void {
  if (name === 'AWS4-ECDSA-P256-SHA256') {
    refuse({ kind: 'not-implemented', detail: 'signatures of AWS4-ECDSA-P256-SHA256 (SigV4A)' })
  }
  if (name !== SIGV4_ALGORITHM) malformed(`the algorithm must be ${SIGV4_ALGORITHM}`)
}

/** `key id/yyyymmdd/region/service/aws4_request`; a slash inside the key id belongs to the key id. */
function parseCredential(text: string, malformed: Malformed): { accessKeyId: string; scope: Scope } {
  const pieces = text.split('/')
  const [date, region, service, end] = pieces.slice(-4)
  const accessKeyId = pieces.slice(0, -4).join('/')
  if (date === undefined || region === undefined || service === undefined || accessKeyId === '') {
    return malformed('the credential needs the form <key id>/<date>/<region>/<service>/aws4_request')
  }
  if (end !== 'aws4_request') malformed('the credential must end in aws4_request')
  if (!/^[0-9]{8}$/.test(date)) malformed('the date of the credential must be yyyymmdd')
  if (!/^[A-Za-z0-9-]{1,64}$/.test(region)) malformed('the region of the credential cannot be read')
  if (!/^[A-Za-z0-9-]{1,64}$/.test(service)) malformed('the service of the credential cannot be read')
  return { accessKeyId, scope: { date, region, service } }
}

function parseSignedHeaders(text: string, malformed: Malformed): readonly string[] {
  if (text.length > MAX_SIGNED_HEADERS_CHARS) malformed('SignedHeaders is too long')
  const names = text.split(';')
  if (names.length > MAX_SIGNED_HEADERS) malformed('SignedHeaders names too many headers')
  let previous = ''
  for (const name of names) {
    if (!HEADER_NAME.test(name) || name <= previous) {
      malformed('SignedHeaders must be lower-case names, sorted, each once, separated by semicolons')
    }
    if (name === 'authorization') malformed('SignedHeaders cannot name authorization')
    previous = name
  }
  if (!names.includes('host')) malformed('SignedHeaders must name host')
  return names
}

/** The scope's service and region must be ours; a wrong region names the right one, as S3 does. */
/** Clients sign for it what is about directory buckets; S3 serves both. */
export const DIRECTORY_SERVICE = 's3express'

export function checkScope(
  claim: Pick<SigV4Claim, 'form' | 'scope'>,
  wanted: string,
  { services, regions }: { readonly services: ReadonlyMap<string, ServiceRule>; readonly regions: readonly string[] },
): void {
  const kind: Failure['kind'] & ('malformed-authorization' | 'malformed-query-authorization') =
    claim.form === 'header' ? 'malformed-authorization' : 'malformed-query-authorization'
  const { service, region } = claim.scope
  if (service !== wanted && !(wanted === 's3' && service === DIRECTORY_SERVICE)) {
    refuse({
      kind,
      detail: `the credential is for the service '${service}'; this service is '${wanted}'`,
    })
  }
  if (services.get(wanted)?.anyRegion !== true && !regions.includes(region)) {
    const expected = regions[0] ?? ''
    refuse({ kind, detail: `the region '${region}' is wrong; expecting '${expected}'`, expectedRegion: expected })
  }
}
