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
const TOKEN = /^[\x21-\x7e]+$/

/**
 * The one token of a request. Two of them, or one that cannot be a token: `invalid-token`. Whether it is covered is the
 * scheme's matter, as with every vendor's header; that it opens nothing without its access key, the directory's.
 */
export function findSessionToken(headers: HttpHeaders, query: readonly QueryParameter[]): string | undefined {
  refuseDirectorySession(headers, query)
  const header = headers.get(SESSION_TOKEN)
  const parameter = query.find(({ name }) => lowerCaseAscii(name) === SESSION_TOKEN)
  if (header === undefined && parameter === undefined) return undefined
  if (parameter !== undefined && !SESSION_TOKEN_PARAMETERS.includes(parameter.name)) {
    refuse({ kind: 'malformed-query-authorization', detail: 'X-Amz-Security-Token must be spelled so' })
  }
  const token = header ?? parameter?.value ?? ''
  const one = header === undefined || parameter === undefined
  if (!one || token.length > MAX_SESSION_TOKEN_CHARS || !TOKEN.test(token)) refuse({ kind: 'invalid-token' })
  return token
}

/** There are no directory buckets. Their token is refused, never ignored: its holder meant to be restricted. */
function refuseDirectorySession(headers: HttpHeaders, query: readonly QueryParameter[]): void {
  const detail = `${DIRECTORY_TOKEN}: sessions of directory buckets are not supported`
  if (headers.has(DIRECTORY_TOKEN)) refuse({ kind: 'malformed-authorization', detail })
  if (query.some(({ name }) => lowerCaseAscii(name) === DIRECTORY_TOKEN)) {
    refuse({ kind: 'malformed-query-authorization', detail })
  }
}
