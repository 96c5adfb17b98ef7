import { hasPageToken, isToldByBrowser, pageToken, sessionCookieName, sessionIdOf, unboundBody } from '../auth/index.ts'
import {
  consoleJson,
  consoleRefusal,
  decodeSignIn,
  MAX_SIGN_IN_BYTES,
  type SessionJson,
  type TypedProof,
} from '../dialects/admin/index.ts'
import type { AuditChange } from '../audit/index.ts'
import { isLoopback, type HttpRequest, type HttpResponse } from '../http/index.ts'
import type { ConsoleSession } from '../iam/index.ts'
import { refuse, type Principal, type SignedCaller } from '../operations/index.ts'
import type { SecretBytes } from '../secrets/index.ts'
import { maySignIn, type ConsoleRooms } from './console-rooms.ts'
import { readDocument } from './read-document.ts'
import { trailOf } from './record-outcome.ts'

/** A session and the secret that it was found by. */
export interface OwnSession {
  readonly id: SecretBytes
  readonly session: ConsoleSession
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD'])
/** A file that a person saves: the browser asks for it as for a page, and over plain HTTP says nothing of who asked. */
const DOWNLOAD = /^\/api\/v1\/buckets\/[^/]+\/object\/content$/

/** The cookie of the request, if it is one. */
export async function sessionOf(rooms: ConsoleRooms, request: HttpRequest): Promise<OwnSession | undefined> {
  const id = sessionIdOf(request, await cookieName(rooms, request))
  if (id === undefined) return undefined
  const session = await rooms.sessions.find(id)
  return session === undefined ? undefined : { id, session }
}

/** Refuses who is not signed in, and what another page asks. */
export async function demandSession(rooms: ConsoleRooms, request: HttpRequest): Promise<OwnSession> {
  const own = await sessionOf(rooms, request)
  if (own === undefined) return refuse({ kind: 'session-refused', why: 'none' })
  if (!isOwnPage(request, own.id)) return refuse({ kind: 'session-refused', why: 'page' })
  return own
}

/** What changes something needs the origin and the page's token; what reads needs either the browser's word or the token. */
function isOwnPage(request: HttpRequest, id: SecretBytes): boolean {
  if (!READS.has(request.method)) return request.headers.has('origin') && hasPageToken(request, id)
  return isToldByBrowser(request) || hasPageToken(request, id) || DOWNLOAD.test(request.rawPath)
}

export async function signIn(rooms: ConsoleRooms, request: HttpRequest): Promise<HttpResponse> {
  const { requestId, remoteAddress } = request
  if (!request.headers.has('origin')) refuse({ kind: 'session-refused', why: 'page' })
  demandJson(request)
  if (!maySignIn(rooms.settings, request)) {
    const message =
      'This page came over plain HTTP from another machine: the secret could be read on the way. Use TLS, a tunnel, or this machine.'
    return consoleRefusal(403, { code: 'TlsNeeded', message, requestId })
  }
  const wanted = { maxBytes: MAX_SIGN_IN_BYTES, expect: {}, required: true }
  const proof = decodeSignIn(await readDocument(wanted, unboundBody(request), request.signal))
  const before = sessionIdOf(request, await cookieName(rooms, request))
  const place = {
    address: remoteAddress,
    userAgent: request.headers.get('user-agent'),
    loopback: isLoopback(remoteAddress),
    recordOfChange: (principal: Principal) => changeRecord(rooms, request, principal),
  }
  const outcome = await rooms.sessions.signIn(proof, place, before).finally(() => wipe(proof))
  if (outcome.kind === 'signed-in') {
    recordFor(rooms, request, outcome.session, 'coffer:SignIn')
    const cookie = await cookieOf(rooms, request, outcome.id)
    return consoleJson(200, sessionJson(rooms, outcome.session, outcome.id), requestId, [['set-cookie', cookie]])
  }
  if (outcome.kind === 'must-change') {
    const message = 'The password has to be changed first.'
    return consoleRefusal(403, { code: 'PasswordChangeNeeded', message, requestId })
  }
  const { audit, now } = rooms.gateway
  audit.refused({ reason: outcome.kind === 'refused' ? 'sign-in' : 'sign-in-limit', remoteAddress, timeMs: now() })
  if (outcome.kind === 'refused') {
    return consoleRefusal(401, { code: 'SignInRefused', message: 'The sign-in was refused.', requestId })
  }
  const retryAfter = Math.ceil(outcome.waitMs / 1_000)
  const message = `Too many attempts. Try again in ${retryAfter} s.`
  return consoleRefusal(429, { code: 'TooManyAttempts', message, requestId, retryAfter })
}

function wipe(proof: TypedProof): void {
  if (proof.kind === 'access-key') {
    proof.secret.wipe()
    return
  }
  proof.password.wipe()
  proof.newPassword?.wipe()
}

/** A password that is changed at the sign-in: by its user, whose session begins with it. */
function changeRecord(rooms: ConsoleRooms, request: HttpRequest, principal: Principal): AuditChange {
  const accessKeyId = principal.kind === 'user' ? principal.userId : principal.account
  const caller = { ...principal, accessKeyId, scheme: 'session', secure: request.secure } as SignedCaller
  const detail = principal.kind === 'user' ? { userName: principal.userName } : {}
  const event = { action: 'iam:ChangePassword', resource: principal.arn, detail }
  return trailOf(rooms.gateway, request, caller, 'console', () => undefined).change(event)
}

export async function showSession(rooms: ConsoleRooms, request: HttpRequest): Promise<HttpResponse> {
  // Without the token, which it gives: no other page can read the answer.
  const own = (await sessionOf(rooms, request)) ?? refuse({ kind: 'session-refused', why: 'none' })
  return consoleJson(200, sessionJson(rooms, own.session, own.id), request.requestId)
}

export async function signOut(rooms: ConsoleRooms, request: HttpRequest, everywhere: boolean): Promise<HttpResponse> {
  const { session } = await demandSession(rooms, request)
  if (everywhere) await rooms.sessions.endAll(session)
  else await rooms.sessions.end(session)
  recordFor(rooms, request, session, everywhere ? 'coffer:SignOutEverywhere' : 'coffer:SignOut')
  const name = await cookieName(rooms, request)
  const gone = `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0${request.secure ? '; Secure' : ''}`
  return {
    status: 204,
    headers: [
      ['set-cookie', gone],
      ['cache-control', 'no-store'],
    ],
  }
}

export async function listSessions(rooms: ConsoleRooms, request: HttpRequest): Promise<HttpResponse> {
  const { session } = await demandSession(rooms, request)
  const items = (await rooms.sessions.listOf(session)).map((one) => ({
    current: one.digest === session.digest,
    issued: instant(one.issuedMs),
    lastUsed: instant(one.lastUsedMs),
    address: one.address,
    ...(one.userAgent === undefined ? {} : { userAgent: one.userAgent }),
  }))
  return consoleJson(200, { items }, request.requestId)
}

export function demandJson({ headers }: Pick<HttpRequest, 'headers'>): void {
  if (/^application\/json(?:[ \t]*;[ \t]*charset="?utf-8"?)?$/i.test(headers.get('content-type') ?? '')) return
  refuse({ kind: 'invalid-request', detail: 'the content type must be application/json' })
}

function sessionJson({ settings }: ConsoleRooms, session: ConsoleSession, id: SecretBytes): SessionJson {
  const { principal, issuedMs, lastUsedMs, provedMs } = session
  return {
    principal: principal.arn,
    name: principal.kind === 'user' ? principal.userName : 'root',
    kind: principal.kind === 'user' ? 'user' : 'root',
    account: principal.account,
    by: session.by,
    csrf: pageToken(id),
    idleEnds: instant(Math.min(lastUsedMs + settings.idleMs, issuedMs + settings.lifeMs)),
    absoluteEnds: instant(issuedMs + settings.lifeMs),
    proved: instant(provedMs),
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}

async function cookieName(rooms: ConsoleRooms, request: HttpRequest): Promise<string> {
  return sessionCookieName(await rooms.deployment(), request.secure)
}

async function cookieOf(rooms: ConsoleRooms, request: HttpRequest, id: SecretBytes): Promise<string> {
  const value = id.expose((bytes) => Buffer.from(bytes).toString('base64url'))
  const secure = request.secure ? '; Secure' : ''
  return `${await cookieName(rooms, request)}=${value}; Path=/; HttpOnly; SameSite=Strict${secure}`
}

function recordFor(rooms: ConsoleRooms, request: HttpRequest, session: ConsoleSession, action: string): void {
  const { principal, accessKeyId } = session
  const caller: SignedCaller = { ...principal, accessKeyId, scheme: 'session', secure: request.secure }
  trailOf(rooms.gateway, request, caller, 'console', () => undefined).record(
    { action, resource: principal.arn },
    'done',
  )
}
