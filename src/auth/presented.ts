import { lowerCaseAscii, type HttpHeaders, type QueryParameter } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import { SESSION_TOKEN_PARAMETERS } from './session-token.ts'
import { parseSigV2Header, parseSigV2Query, type SigV2Claim } from './signatures/sigv2.ts'
import {
  parseSigV4Header,
  parseSigV4Query,
  SIGV4_PARAMETERS,
  type SigV4Claim,
} from './signatures/sigv4-authorization.ts'

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

/** What says "this is a signed URL" in the dialects that are not spoken here yet. */
const FOREIGN_PARAMETERS: ReadonlySet<string> = new Set([
  ...['ossaccesskeyid', 'x-oss-credential', 'x-oss-signature', 'x-oss-signature-version'],
  ...['accesskeyid', 'q-ak', 'q-sign-algorithm', 'q-signature'],
])
const SIGV4_NAMES: ReadonlyMap<string, string> = new Map(SIGV4_PARAMETERS.map((name) => [lowerCaseAscii(name), name]))
const SIGV2_NAMES: ReadonlyMap<string, string> = new Map([
  ['awsaccesskeyid', 'AWSAccessKeyId'],
  ['signature', 'Signature'],
])

/** Parameters that belong to the signature: no decoder sees them. `Expires` only in the query form of SigV2. */
export const SIGNATURE_PARAMETERS: ReadonlySet<string> = new Set<string>([
  ...SIGV4_PARAMETERS,
  ...SIGV2_NAMES.values(),
  ...SESSION_TOKEN_PARAMETERS,
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
  const sigv4 = names.some(({ folded }) => SIGV4_NAMES.has(folded))
  const sigv2 = names.some(({ folded }) => SIGV2_NAMES.has(folded))
  const foreign = names.some(({ folded }) => FOREIGN_PARAMETERS.has(folded))
  const found = [authorization !== undefined, sigv4, sigv2, foreign].filter(Boolean).length
  if (found > 1) return refuse({ kind: 'several-authorizations' })
  for (const { name, folded } of names) {
    const spelling = SIGV4_NAMES.get(folded) ?? SIGV2_NAMES.get(folded) ?? name
    if (spelling !== name) {
      return refuse({ kind: 'malformed-query-authorization', detail: `${spelling} must be spelled so` })
    }
  }
  if (authorization !== undefined) return fromHeader(authorization)
  if (sigv4) return { kind: 'sigv4-query', claim: parseSigV4Query(query) }
  if (sigv2) return { kind: 'sigv2-query', claim: parseSigV2Query(query) }
  if (foreign) return refuse({ kind: 'unsupported-signature', detail: 'signed URLs are those of SigV4 and SigV2' })
  return { kind: 'nothing' }
}

function fromHeader(authorization: string): Presented {
  if (authorization.startsWith('AWS ')) return { kind: 'sigv2', claim: parseSigV2Header(authorization) }
  if (/^aws4-/i.test(authorization)) return { kind: 'sigv4', claim: parseSigV4Header(authorization) }
  return refuse({ kind: 'unsupported-signature', detail: 'the Authorization header must be AWS4-HMAC-SHA256 or AWS' })
}
