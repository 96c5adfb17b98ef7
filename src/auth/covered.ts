/**
 * What a decoder may see of a request: only what the signature covers, and the few standard headers below.
 * A vendor's header or parameter that is not covered is refused, not dropped: somebody asked for something (T-035).
 */
import {
  headersOfLists,
  lowerCaseAscii,
  type HttpHeaders,
  type HttpRequest,
  type QueryParameter,
  type RequestView,
} from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import { SESSION_TOKEN_HEADERS } from './session-token.ts'

/** What of a request a scheme covers. The path and the method always are. */
export interface Coverage {
  header(name: string): boolean
  /** `covered` goes on; `hidden` is left out, or refused where it is a vendor's; `signature`: part of the signature itself. */
  parameter(name: string): 'covered' | 'hidden' | 'signature'
}

/** Of a request that nobody signed, or that cannot have come from anybody else. */
export const EVERYTHING: Coverage = { header: () => true, parameter: () => 'covered' }

/**
 * Standard headers that a decoder may see though no signature covers them. The official clients leave some of these
 * unsigned (`cache-control` and `expect` always; in a signed URL all of them), and S3 heeds them nonetheless. None of
 * them names another object, another right or another protection: they shape one answer, or describe the body.
 * Whatever is neither covered nor in this table does not exist for a decoder.
 */
const SEEN_UNSIGNED: ReadonlySet<string> = new Set([
  ...['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'],
  ...['content-type', 'content-md5', 'content-length', 'content-encoding', 'content-disposition', 'content-language'],
  ...['cache-control', 'expires', 'expect', 'accept', 'accept-encoding'],
  ...['origin', 'access-control-request-method', 'access-control-request-headers'],
])
/** Bound by being part of the string to sign, or of no meaning to the store. */
const EXEMPT_VENDOR_HEADERS: ReadonlySet<string> = new Set(['x-amz-content-sha256', 'x-amzn-trace-id'])
const VENDOR_PREFIX = /^x-(amz|amzn|oss|obs|cos|acs|coffer)-/
const CONTROLS = /[\x00-\x08\x0a-\x1f\x7f]/

/** Most names are told apart by their first two characters. */
function isVendors(name: string): boolean {
  return name.startsWith('x-') && VENDOR_PREFIX.test(name)
}

/** Refuses what carries a vendor's prefix and is not covered. Before any signature is computed. */
export function refuseUncovered(headers: HttpHeaders, query: readonly QueryParameter[], coverage: Coverage): void {
  for (const name of headers.names) {
    if (!isVendors(name) || EXEMPT_VENDOR_HEADERS.has(name) || coverage.header(name)) continue
    refuse({ kind: 'access-denied', reason: `the header ${name} is not signed` })
  }
  for (const { name } of query) {
    if (isVendors(lowerCaseAscii(name)) && coverage.parameter(name) === 'hidden') {
      refuse({ kind: 'access-denied', reason: 'a parameter of the query is not signed' })
    }
  }
}

/**
 * The view of a request. Covered parameters that are named like a vendor's headers become headers: signers of URLs
 * move headers into the query (`x-amz-meta-...`, `x-amz-checksum-...`), and S3 reads them as what they were.
 */
export function coveredView(
  request: HttpRequest,
  headers: HttpHeaders,
  query: readonly QueryParameter[],
  coverage: Coverage,
  bodyLength: number | undefined,
): RequestView {
  const names: string[] = []
  const values: string[] = []
  for (const name of headers.names) {
    if (name === 'authorization' || SESSION_TOKEN_HEADERS.has(name)) continue
    const covered = coverage.header(name) || SEEN_UNSIGNED.has(name) || name === 'x-amz-content-sha256'
    const value = covered ? headers.get(name) : undefined
    const shown = name === 'content-encoding' && value !== undefined ? withoutAwsChunked(value) : value
    if (shown === undefined) continue
    names.push(name)
    values.push(shown)
  }
  let parameters = query
  if (query.length > 0) {
    parameters = query.filter((parameter) => {
      if (coverage.parameter(parameter.name) !== 'covered') return false
      const name = lowerCaseAscii(parameter.name)
      if (!isVendors(name)) return true
      if (SESSION_TOKEN_HEADERS.has(name)) return false
      const hoisted = hoistedValue(headers, name, parameter.value)
      if (hoisted !== undefined) {
        names.push(name)
        values.push(hoisted)
      }
      return false
    })
  }
  const view = {
    requestId: request.requestId,
    method: request.method,
    rawPath: request.rawPath,
    query: parameters,
    host: request.host,
    headers: headersOfLists(names, values),
    secure: request.secure,
    arrivedMs: request.arrivedMs,
  }
  return bodyLength === undefined ? view : { ...view, bodyLength }
}

/** Undefined: the header itself came too, and says the same. */
function hoistedValue(headers: HttpHeaders, name: string, value: string): string | undefined {
  if (CONTROLS.test(value)) {
    refuse({
      kind: 'invalid-argument',
      argument: name,
      detail: 'a parameter that stands for a header cannot hold this',
    })
  }
  const text = Buffer.from(value, 'utf8').toString('latin1')
  const header = headers.get(name)
  if (header === undefined) return text
  if (header === text) return undefined
  return refuse({ kind: 'invalid-request', detail: `${name} differs between the headers and the query` })
}

/** `aws-chunked` describes the wire; how a body is decoded does not depend on it (T-058). Undefined: nothing is left. */
function withoutAwsChunked(value: string): string | undefined {
  const kept = value.split(',').filter((coding) => lowerCaseAscii(coding.trim()) !== 'aws-chunked')
  const text = kept.join(',').trim()
  return text === '' && value.trim() !== '' ? undefined : text
}
