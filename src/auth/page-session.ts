/**
 * Sessions of the console: who is asking is said by a cookie, and that it is the console's own page which asks, by the
 * origin, by what the browser tells of the request, and by a token that lives in the page's memory. The cookie alone
 * authorizes nothing: ports share cookies, so whoever serves a page at another port of this host has the browser send
 * it (T-139, T-140).
 */
import { createHmac, createSecretKey } from 'node:crypto'
import { parseQuery, type HttpRequest, type RequestView } from '../http/index.ts'
import { refuse, type Principal } from '../operations/index.ts'
import { equalInConstantTime, SecretBytes } from '../secrets/index.ts'
import { coveredView, EVERYTHING } from './covered.ts'
import { createPromisedBody } from './promised-body.ts'
import type { PromisedBody, Verified } from './verified.ts'

const ID_BYTES = 32
const ID = /^[A-Za-z0-9_-]{43}$/
const TOKEN_LABEL = 'coffer/console-page/v1'
/** The header that carries the page's token. */
export const PAGE_TOKEN_HEADER = 'x-coffer-csrf'

/** Over TLS a cookie that no other port, path or plain request can set; `deployment` keeps two servers of one host apart. */
export function sessionCookieName(deployment: string, secure: boolean): string {
  return secure ? `__Host-coffer-${deployment}` : `coffer-${deployment}`
}

/** The session's secret as it came, or undefined. A name that came twice is refused: one of the two was planted (T-140). */
export function sessionIdOf(request: Pick<HttpRequest, 'cookies'>, cookieName: string): SecretBytes | undefined {
  const pairs = (request.cookies ?? '').split(';').map((pair) => pair.trim())
  const values = pairs
    .filter((pair) => pair.startsWith(`${cookieName}=`))
    .map((pair) => pair.slice(cookieName.length + 1))
  if (values.length > 1) refuse({ kind: 'session-refused', why: 'page' })
  const [value] = values
  if (value === undefined || !ID.test(value)) return undefined
  const bytes = Buffer.from(value, 'base64url')
  return bytes.length === ID_BYTES && bytes.toString('base64url') === value ? new SecretBytes(bytes) : undefined
}

/** What the page has to show beside the cookie: HMAC-SHA-256 of a label under the session's secret. */
export function pageToken(id: SecretBytes): string {
  return id.expose((bytes) => createHmac('sha256', createSecretKey(bytes)).update(TOKEN_LABEL).digest('base64url'))
}

/**
 * Refuses what the console's own page did not ask for: another origin, or a browser that says so itself. Over plain HTTP
 * a browser says nothing of reads; then the page's token decides (`hasPageToken`), or the answer is one that no other
 * page can read or use. Whoever is no browser has no cookie to be misused.
 */
export function demandOwnPage(request: Pick<HttpRequest, 'headers'>, ownOrigins: ReadonlySet<string>): void {
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  if (origin !== undefined && !ownOrigins.has(origin)) refuse({ kind: 'session-refused', why: 'page' })
  if (site !== undefined && site !== 'same-origin') refuse({ kind: 'session-refused', why: 'page' })
}

/** Whether a browser itself told that its own page asks. */
export function isToldByBrowser({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  return headers.has('origin') || headers.has('sec-fetch-site')
}

export function hasPageToken({ headers }: Pick<HttpRequest, 'headers'>, id: SecretBytes): boolean {
  const given = headers.get(PAGE_TOKEN_HEADER)
  return given !== undefined && equalInConstantTime(Buffer.from(given, 'latin1'), Buffer.from(pageToken(id), 'latin1'))
}

/** What a session shows of its holder. */
export interface SessionHolder {
  readonly accessKeyId: string
  readonly principal: Principal
}

/** Everything of a request of the console's own page counts: nobody else can have sent it. */
export function verifiedBySession(request: HttpRequest, holder: SessionHolder): Verified {
  if (request.headers.has('authorization')) {
    refuse({ kind: 'invalid-request', detail: 'the console takes sessions, and no signatures' })
  }
  const body = unboundBody(request)
  const covered = viewOf(request, body.length)
  const { accessKeyId, principal } = holder
  return { kind: 'verified', accessKeyId, principal, scheme: 'session', covered, body }
}

/** The body of a request that nobody signs. */
export function unboundBody(request: Pick<HttpRequest, 'body'>): PromisedBody {
  return createPromisedBody(request.body, { kind: 'plain' })
}

function viewOf(request: HttpRequest, length: number | undefined): RequestView {
  const parsed = parseQuery(request.rawQuery, { plusIsSpace: true })
  if (parsed.kind === 'problem') return refuse({ kind: 'invalid-request', detail: `the query: ${parsed.problem}` })
  return coveredView(request, request.headers, parsed.parameters, EVERYTHING, length)
}
