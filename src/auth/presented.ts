import { lowerCaseAscii, type HttpHeaders, type QueryParameter } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import { DIRECTORY_TOKEN_PARAMETERS, SESSION_TOKEN_PARAMETERS } from './session-token.ts'
import { ACS3_ALGORITHM } from './signatures/acs3.ts'
import { COS_SIGNATURE_PARAMETERS } from './signatures/cos-authorization.ts'
import { SDK_HMAC_ALGORITHM } from './signatures/sdk-hmac.ts'
import { parseSigV2Header, parseSigV2Query, type SigV2Claim } from './signatures/sigv2.ts'
import {
  parseSigV4Header,
  parseSigV4Query,
  SIGV4_PARAMETERS,
  type SigV4Claim,
} from './signatures/sigv4-authorization.ts'
import { TC3_ALGORITHM } from './signatures/tc3.ts'

/** How somebody says who they are. Nothing of it is verified yet. */
export type Presented =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'sigv4'; readonly claim: SigV4Claim }
  | {
      readonly kind: 'sigv4-query'
      readonly claim: SigV4Claim & { readonly time: string; readonly expires: string }
    }
  | { readonly kind: 'sigv2'; readonly claim: SigV2Claim }
  | { readonly kind: 'sigv2-query'; readonly claim: SigV2Claim & { readonly expires: string } }
  /** Of the other vendors: who verifies it reads the claim, from the header or from the query. */
  | { [Kind in HeaderKind]: { readonly kind: Kind; readonly authorization: string } }[HeaderKind]
  | { [Kind in StorageKind]: { readonly kind: `${Kind}-query` } }[StorageKind]
  /** Of Alibaba Cloud's RPC: in parameters of the query, or of a form that nobody has read yet. */
  | { readonly kind: 'acs-rpc' }

type StorageKind = 'oss-v1' | 'oss-v4' | 'obs' | 'cos'
type HeaderKind = StorageKind | 'acs3' | 'sdk-hmac' | 'tc3'

const SIGNATURE = 'Signature'
const SIGNATURE_FOLDED = 'signature'

/** Mechanisms that are looked for. A name of a parameter belongs to one of them; how it has to be spelled. */
type Mechanism = 'sigv4' | 'sigv2' | StorageKind | 'acs-rpc'

const OSS_V4_PARAMETERS = [
  ...['x-oss-signature-version', 'x-oss-credential', 'x-oss-signature', 'x-oss-access-key-id'],
] as const
const MECHANISM_OF: ReadonlyMap<string, { readonly mechanism: Mechanism; readonly spelling: string }> = new Map([
  ...named('sigv4', SIGV4_PARAMETERS),
  ...named('sigv2', ['AWSAccessKeyId', SIGNATURE]),
  ...named('oss-v1', ['OSSAccessKeyId']),
  ...named('oss-v4', OSS_V4_PARAMETERS),
  ...named('obs', ['AccessKeyId']),
  ...named('cos', COS_SIGNATURE_PARAMETERS),
  ...named('acs-rpc', ['SignatureNonce', 'SignatureMethod', 'SignatureVersion']),
])
/** Vendors who call their signature in a URL `Signature` too: the name of the access key's parameter says whose it is. */
const OF_OTHERS: ReadonlySet<Mechanism> = new Set<Mechanism>(['oss-v1', 'obs', 'acs-rpc'])

function named(
  mechanism: Mechanism,
  names: readonly string[],
): readonly (readonly [string, { readonly mechanism: Mechanism; readonly spelling: string }])[] {
  return names.map((spelling) => [lowerCaseAscii(spelling), { mechanism, spelling }] as const)
}

/** Parameters that belong to an AWS signature: no decoder sees them. `Expires` only in the query form of SigV2. */
export const SIGNATURE_PARAMETERS: ReadonlySet<string> = new Set<string>([
  ...SIGV4_PARAMETERS,
  ...['AWSAccessKeyId', SIGNATURE],
  ...SESSION_TOKEN_PARAMETERS,
  ...DIRECTORY_TOKEN_PARAMETERS,
])

/**
 * Finds the one mechanism of a request. Two of them, whichever they are: `several-authorizations`, and neither is
 * tried (T-037). A parameter of a signature in other letter case is refused, never overlooked (T-030).
 */
export function findPresented(headers: HttpHeaders, query: readonly QueryParameter[]): Presented {
  const authorization = headers.get('authorization')
  if (query.length === 0) {
    return authorization === undefined ? { kind: 'nothing' } : fromHeader(authorization)
  }
  const names = query.map(({ name }) => ({ name, folded: lowerCaseAscii(name) }))
  const mechanisms = mechanismsOf(names)
  if (mechanisms.size + (authorization === undefined ? 0 : 1) > 1) return refuse({ kind: 'several-authorizations' })
  for (const { name, folded } of names) {
    const spelling = MECHANISM_OF.get(folded)?.spelling ?? name
    if (spelling !== name) {
      return refuse({ kind: 'malformed-query-authorization', detail: `${spelling} must be spelled so` })
    }
  }
  if (authorization !== undefined) return fromHeader(authorization)
  const [mechanism] = mechanisms
  return mechanism === undefined ? { kind: 'nothing' } : fromQuery(mechanism, query)
}

function mechanismsOf(names: readonly { readonly folded: string }[]): ReadonlySet<Mechanism> {
  const found = new Set<Mechanism>()
  let signature = false
  for (const { folded } of names) {
    const mechanism = MECHANISM_OF.get(folded)?.mechanism
    if (folded === SIGNATURE_FOLDED) signature = true
    else if (mechanism !== undefined) found.add(mechanism)
  }
  if (signature && ![...OF_OTHERS].some((other) => found.has(other))) found.add('sigv2')
  // Two vendors call their access key `AccessKeyId` in a URL; the other names say whose it is.
  if (found.has('acs-rpc')) found.delete('obs')
  return found
}

function fromQuery(mechanism: Mechanism, query: readonly QueryParameter[]): Presented {
  switch (mechanism) {
    case 'sigv4':
      return { kind: 'sigv4-query', claim: parseSigV4Query(query) }
    case 'sigv2':
      return { kind: 'sigv2-query', claim: parseSigV2Query(query) }
    case 'oss-v1':
    case 'oss-v4':
    case 'obs':
    case 'cos':
      return { kind: `${mechanism}-query` }
    case 'acs-rpc':
      return { kind: mechanism }
  }
}

/** Schemes by how their Authorization header begins. Who verifies one reads the rest. */
const HEADER_STARTS: readonly (readonly [start: string, kind: HeaderKind])[] = [
  ['OSS ', 'oss-v1'],
  ['OSS4-HMAC-SHA256 ', 'oss-v4'],
  ['OBS ', 'obs'],
  ['q-sign-algorithm=', 'cos'],
  [`${ACS3_ALGORITHM} `, 'acs3'],
  [`${SDK_HMAC_ALGORITHM} `, 'sdk-hmac'],
  [`${TC3_ALGORITHM} `, 'tc3'],
]

function fromHeader(authorization: string): Presented {
  if (authorization.startsWith('AWS ')) return { kind: 'sigv2', claim: parseSigV2Header(authorization) }
  if (/^aws4-/i.test(authorization)) return { kind: 'sigv4', claim: parseSigV4Header(authorization) }
  if (authorization.startsWith('OSS2 ')) {
    const detail = 'Signatures of OSS V2 are not taken: sign by V4 (OSS4-HMAC-SHA256) or V1.'
    return refuse({ kind: 'unsupported-signature', detail })
  }
  const [, kind] = HEADER_STARTS.find(([start]) => authorization.startsWith(start)) ?? []
  if (kind !== undefined) return { kind, authorization }
  return refuse({
    kind: 'unsupported-signature',
    detail: 'the Authorization header is of no scheme that is spoken here',
  })
}
