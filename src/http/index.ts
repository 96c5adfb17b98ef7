/**
 * The edge: listeners, TLS, limits, bodies. It knows no dialect.
 *
 * Promises: what is ambiguous never gets in (two lengths, two hosts, smuggled headers); one request of a connection at
 * a time; a refusal does not swallow a body; every wait and every size has a named limit.
 * Imports no other room.
 */
export type {
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
