import { readFraming, type Framing } from './body-framing.ts'
import { readHeaders } from './header-fields.ts'
import { NO_HOST, parseHost } from './host-header.ts'
import type { HttpHeaders, HttpMethod, HttpRequest } from './messages.ts'
import { refusal, type Refusal } from './refusal.ts'
import { parseTarget, type RequestTarget } from './request-target.ts'

/** What Node's parser hands out, and what of it is looked at. */
export interface ParsedHead {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
}

export interface RequestHead {
  readonly kind: 'request'
  readonly method: HttpMethod
  readonly target: RequestTarget
  readonly host: HttpRequest['host']
  readonly headers: HttpHeaders
  readonly framing: Framing
  readonly expectsContinue: boolean
  /** It asks for another protocol: Node's parser stops after it, so the connection ends with its answer. */
  readonly last: boolean
}

const METHODS: ReadonlySet<string> = new Set<HttpMethod>(['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'])

/** The methods that exist here, as `Allow` shows them. */
export const ALLOWED_METHODS = [...METHODS].join(', ')

/**
 * Decides whether a request is one thing only. `options`: a question about the server as a whole (`OPTIONS *`). All of
 * it is decided on what was sent, before any credential is looked at.
 */
export function readRequestHead(
  parsed: ParsedHead,
  limits: { readonly headerBytes: number; readonly headerCount: number },
  forBrowsers = false,
): RequestHead | Refusal | { readonly kind: 'options'; readonly hasBody: boolean } {
  const version = parsed.httpVersion
  if (version !== '1.1' && version !== '1.0') return refusal(505, 'version')
  const { method = '', url = '' } = parsed
  const lineBytes = method.length + url.length + ' HTTP/1.1\r\n'.length + 1
  const headers = readHeaders(parsed.rawHeaders, limits, lineBytes)
  if (isRefusal(headers)) return headers
  if (!isMethod(method) || (method === 'PATCH' && !forBrowsers)) return refusal(405, 'method')
  const rawHost = headers.get('host')
  const host = rawHost === undefined || rawHost === '' ? hostless(version) : parseHost(rawHost)
  if (host === undefined) return refusal(400, 'host')
  const target = parseTarget(url, host.raw)
  if (target === undefined || (target === 'asterisk' && method !== 'OPTIONS')) return refusal(400, 'target')
  const framing = readFraming(headers, version)
  if (isRefusal(framing)) return framing
  const expectation = version === '1.0' ? undefined : headers.get('expect')?.toLowerCase()
  if (expectation !== undefined && expectation !== '100-continue') return refusal(417, 'expectation')
  if (target === 'asterisk') return { kind: 'options', hasBody: framing.kind === 'chunked' || framing.length > 0 }
  const [expectsContinue, last] = [expectation !== undefined, headers.has('upgrade')]
  return { kind: 'request', method, target, host, headers, framing, expectsContinue, last }
}

function hostless(version: '1.0' | '1.1'): HttpRequest['host'] | undefined {
  return version === '1.0' ? NO_HOST : undefined
}

function isMethod(method: string): method is HttpMethod {
  return METHODS.has(method) || method === 'PATCH'
}

function isRefusal(value: HttpHeaders | Framing | Refusal): value is Refusal {
  return 'kind' in value && value.kind === 'refusal'
}
