/**
 * The edge: listeners, TLS, limits, bodies. It knows no dialect.
 *
 * Promises: what is ambiguous never gets in (two lengths, two hosts, smuggled headers); one request of a connection at
 * a time; a refusal does not swallow a body; every wait and every size has a named limit. The strict readers of inbound
 * text (escapes, queries, numbers, dates, ranges, base64) are here too, so that signature, decoder and edge read alike.
 * Imports no other room.
 */
export { decodeBase64Strict } from './base64.ts'
export { parseByteRange, type RequestedRange } from './byte-range.ts'
export { normalAddress, trustedProxies, type TrustedProxies } from './client-address.ts'
export { contentTag } from './content-tag.ts'
export { formatBasicIsoDate, formatHttpDate, parseBasicIsoDate, parseHttpDate, type HttpDateRule } from './http-date.ts'
export { headersOf, headersOfLists, isHeaderField } from './header-fields.ts'
export { BodyIncomplete, BodyStalled } from './incoming-body.ts'
export { isLoopback } from './loopback.ts'
export { DEFAULT_HTTP_LIMITS, type HttpLimits } from './limits.ts'
export type {
  FormView,
  HttpHandler,
  HttpHeaders,
  HttpMethod,
  HttpRequest,
  HttpResponse,
  IncomingBody,
  OutgoingStream,
  QueryParameter,
  RequestView,
} from './messages.ts'
export {
  OutboundFailed,
  outboundTo,
  type OutboundAnswer,
  type OutboundRequest,
  type OutboundTarget,
  type SendOutbound,
} from './outbound.ts'
export { decodePercent, decodePercentBytes, type PercentDecoding } from './percent-decoding.ts'
export {
  lowerCaseAscii,
  MAX_QUERY_PARAMETERS,
  parseQuery,
  type ParsedQuery,
  type QueryProblem,
  type QueryRule,
} from './query-string.ts'
export { parseDecimal, type NumberBounds } from './strict-numbers.ts'
export type { RefusalReason } from './refusal.ts'
export { makeSelfSigned } from './self-signed.ts'
export { selfSignedFrom, type SelfSignedFile } from './self-signed-file.ts'
export { createEdge, type Edge, type EdgeAddress, type EdgeEvent, type EdgeOptions } from './server.ts'
export { loadTls, type TlsMaterial } from './tls.ts'
