import { lowerCaseAscii, type HttpHeaders, type QueryParameter } from '../http/index.ts'
import { refuse } from '../operations/index.ts'

/** The token of a temporary credential: a header, or in signed URLs a parameter. No decoder ever sees it. */
export const SESSION_TOKEN = 'x-amz-security-token'
/** SigV4 URLs spell it as their other parameters, SigV2 URLs as the header. */
export const SESSION_TOKEN_PARAMETERS: readonly string[] = ['X-Amz-Security-Token', SESSION_TOKEN]
/** Longer than any token that is given out; a header of the edge holds less than four of these. */
export const MAX_SESSION_TOKEN_CHARS = 8 * 1024
/** The sessions of directory buckets have a token of their own. */
const DIRECTORY_TOKEN = 'x-amz-s3session-token'
export const DIRECTORY_TOKEN_PARAMETERS: readonly string[] = ['X-Amz-S3session-Token', DIRECTORY_TOKEN]
const TOKEN = /^[\x21-\x7e]+$/

/** Where a dialect's clients put the token of a temporary credential: a header, and parameters of signed URLs. */
interface TokenPlace {
  readonly headers: readonly string[]
  readonly parameters: readonly string[]
}

const AWS_PLACE: TokenPlace = { headers: [SESSION_TOKEN], parameters: SESSION_TOKEN_PARAMETERS }
const PLACES: ReadonlyMap<string, TokenPlace> = new Map([
  ['oss', { headers: ['x-oss-security-token'], parameters: ['security-token', 'x-oss-security-token'] }],
  [
    'obs',
    {
      headers: ['x-obs-security-token', SESSION_TOKEN],
      parameters: ['x-obs-security-token', ...SESSION_TOKEN_PARAMETERS],
    },
  ],
  ['cos', { headers: ['x-cos-security-token'], parameters: ['x-cos-security-token'] }],
  // Its RPC has the token among the signed parameters, which may be in a form: who verifies it finds it.
  ['alibaba-kms', { headers: ['x-acs-security-token'], parameters: [] }],
  ['huawei-kms', { headers: ['x-security-token'], parameters: [] }],
  ['tencent-kms', { headers: ['x-tc-token'], parameters: [] }],
])
const DIRECTORY_PLACE: TokenPlace = { headers: [DIRECTORY_TOKEN], parameters: DIRECTORY_TOKEN_PARAMETERS }
/** Every header that carries a token, lower-case: no decoder sees one. */
export const SESSION_TOKEN_HEADERS: ReadonlySet<string> = new Set([
  DIRECTORY_TOKEN,
  ...[AWS_PLACE, ...PLACES.values()].flatMap(({ headers }) => headers),
])

/**
 * The one token of a request. Two of them, or one that cannot be a token: `invalid-token`. Whether it is covered is the
 * scheme's matter, as with every vendor's header; that it opens nothing without its access key, the directory's. `service`: whose
 * names count.
 */
export function findSessionToken(
  headers: HttpHeaders,
  query: readonly QueryParameter[],
  service: string,
): string | undefined {
  return tokenAt(headers, query, PLACES.get(service) ?? AWS_PLACE)
}

function tokenAt(headers: HttpHeaders, query: readonly QueryParameter[], place: TokenPlace): string | undefined {
  const found = place.headers.flatMap((name) => headers.get(name) ?? [])
  if (query.length > 0) found.push(...parameterTokens(query, place.parameters))
  const [token] = found
  if (token === undefined) return undefined
  if (found.length > 1 || token.length > MAX_SESSION_TOKEN_CHARS || !TOKEN.test(token))
    refuse({ kind: 'invalid-token' })
  return token
}

function parameterTokens(query: readonly QueryParameter[], names: readonly string[]): readonly string[] {
  return query.flatMap(({ name, value }) => {
    // Letters change, their number does not: most names are another by their length.
    const spelling = names.find(
      (known) => known.length === name.length && lowerCaseAscii(known) === lowerCaseAscii(name),
    )
    if (spelling === undefined) return []
    if (names.includes(name)) return [value]
    return refuse({ kind: 'malformed-query-authorization', detail: `${spelling} must be spelled so` })
  })
}

/** The token of a directory bucket's session. Elsewhere than in S3 it is refused, never ignored: its holder meant to be restricted. */
export function findDirectoryToken(
  headers: HttpHeaders,
  query: readonly QueryParameter[],
  service: string,
): string | undefined {
  const token = tokenAt(headers, query, DIRECTORY_PLACE)
  if (token !== undefined && service !== 's3') {
    refuse({ kind: 'malformed-authorization', detail: `${DIRECTORY_TOKEN}: sessions of directory buckets are for S3` })
  }
  return token
}
