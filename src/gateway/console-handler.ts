import { demandOwnPage, verifiedBySession } from '../auth/index.ts'
import { CONSOLE_API_PREFIX, consoleJson, encodeConsoleFailure, withConsoleHeaders } from '../dialects/admin/index.ts'
import type { HttpHandler, HttpRequest, HttpResponse } from '../http/index.ts'
import { refuse, type Operation } from '../operations/index.ts'
import { serveConsoleFile, type ConsoleFiles } from './console-files.ts'
import { isOwnHost, ownOrigins, type ConsoleRooms, type ConsoleSettings } from './console-rooms.ts'
import { demandSession, listSessions, showSession, signIn, signOut } from './console-session.ts'
import { publicSystem, showSystem } from './console-system.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { failureOf } from './failure-of.ts'
import { walk } from './handle-request.ts'

/**
 * The console's listener: its files, and its API by session alone. What the API is asked goes the one path of every
 * request, as the person who is signed in; the session is one more way to be known, and no right of its own.
 */
export function createConsole(rooms: ConsoleRooms): HttpHandler {
  const proved = new WeakMap<HttpRequest, number>()
  const gateway: GatewayRooms = {
    ...rooms.gateway,
    authenticate: async (request) => {
      const { session } = await demandSession(rooms, request)
      proved.set(request, session.provedMs)
      return verifiedBySession(request, session)
    },
    admit: (request, operation) => demandProof(operation, rooms.gateway.now() - (proved.get(request) ?? 0)),
  }
  return guarded(rooms.settings, rooms.files, async (request) => {
    const own = await ownEndpoint(rooms, request)
    return own ?? walk(gateway, rooms.dialect, request)
  })
}

/** So long after the secret was typed nothing that cannot be undone, and no new credential, is done without it. */
const PROOF_MS = 10 * 60_000

function demandProof(operation: Operation, provedAgoMs: number): void {
  const { kind } = operation
  const grave = kind === 'create-access-key' || (kind === 'schedule-key-deletion' && operation.shred === true)
  if (grave && provedAgoMs > PROOF_MS) refuse({ kind: 'session-refused', why: 'proof' })
}

/** The same while the root key is away: the pages come, and say so. */
export function createSealedConsole(
  settings: ConsoleSettings,
  files: ConsoleFiles,
  version: string,
  reason: string,
): HttpHandler {
  return guarded(settings, files, async (request) => {
    if (request.method !== 'GET' || request.rawPath !== `${CONSOLE_API_PREFIX}system`) return refuse({ kind: 'sealed' })
    return consoleJson(200, publicSystem(settings, version, request, { seal: 'sealed', reason }), request.requestId)
  })
}

/** What every request of this listener is held against, whatever it asks for. */
function guarded(
  settings: ConsoleSettings,
  files: ConsoleFiles,
  api: (request: HttpRequest) => Promise<HttpResponse>,
): HttpHandler {
  return async (request) => {
    if (!isOwnHost(settings, request)) return withConsoleHeaders(misdirected())
    if (!request.rawPath.startsWith('/api/')) return withConsoleHeaders(serveConsoleFile(files, request))
    return withConsoleHeaders(await answerApi(settings, request, api))
  }
}

async function answerApi(
  settings: ConsoleSettings,
  request: HttpRequest,
  api: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  try {
    if (request.method === 'OPTIONS') refuse({ kind: 'method-not-allowed' })
    demandOwnPage(request, ownOrigins(settings, request))
    return await api(request)
  } catch (error) {
    const { requestId, method, rawPath: resource } = request
    const failure = failureOf(error)
    // A defect is the edge's to log and to answer.
    if (failure.kind === 'internal') throw error
    return encodeConsoleFailure(failure, { requestId, method, resource })
  }
}

/** What is about the session itself, and has no caller yet. Undefined: anything else. */
async function ownEndpoint(rooms: ConsoleRooms, request: HttpRequest): Promise<HttpResponse | undefined> {
  const { method, rawPath } = request
  switch (rawPath) {
    case `${CONSOLE_API_PREFIX}session`:
      if (method === 'POST') return signIn(rooms, request)
      if (method === 'GET') return showSession(rooms, request)
      if (method === 'DELETE') return signOut(rooms, request, false)
      return refuse({ kind: 'method-not-allowed', allowed: ['GET', 'POST', 'DELETE'] })
    case `${CONSOLE_API_PREFIX}sessions`:
      if (method === 'GET') return listSessions(rooms, request)
      if (method === 'DELETE') return signOut(rooms, request, true)
      return refuse({ kind: 'method-not-allowed', allowed: ['GET', 'DELETE'] })
    case `${CONSOLE_API_PREFIX}system`:
      if (method === 'GET') return showSystem(rooms, request)
      return refuse({ kind: 'method-not-allowed', allowed: ['GET'] })
    default:
      return undefined
  }
}

function misdirected(): HttpResponse {
  const words = 'This name is not the console’s. COFFER_CONSOLE_ORIGINS names the origins under which it is reached.\n'
  return { status: 421, headers: [['content-type', 'text/plain; charset=utf-8']], body: Buffer.from(words, 'utf8') }
}
