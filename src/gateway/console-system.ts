import { PASSWORD_LIMITS } from '../iam/index.ts'
import { WEBHOOK_ARN } from '../objects/index.ts'
import { consoleJson, type PublicSystemJson, type SystemJson } from '../dialects/admin/index.ts'
import type { HttpRequest, HttpResponse } from '../http/index.ts'
import { maySignIn, type ConsoleRooms, type ConsoleSettings } from './console-rooms.ts'
import { sessionOf } from './console-session.ts'

/** Where a person's file becomes a multipart upload, and how that is cut (docs/console.md, "Uploads"). */
export const CONSOLE_LIMITS = Object.freeze({
  putBytes: 16 * 1024 * 1024,
  partBytes: 8 * 1024 * 1024,
  parts: 9_000,
  uploadsInParallel: 4,
  listed: 1_000,
  shareSeconds: 7 * 24 * 60 * 60,
})

/** State and version for everybody; the rest for who is signed in. */
export async function showSystem(rooms: ConsoleRooms, request: HttpRequest): Promise<HttpResponse> {
  const { gateway, settings } = rooms
  const state = gateway.endpoints.state()
  const told = publicSystem(settings, rooms.version, request, { seal: state === 'starting' ? 'stopping' : state })
  const own = await sessionOf(rooms, request)
  if (own === undefined) return consoleJson(200, told, request.requestId)
  const away = await rooms.kmsAway()
  const system: SystemJson = {
    ...told,
    account: own.session.principal.account,
    region: gateway.region,
    regions: rooms.regions,
    zones: rooms.zones,
    vocabularies: ['s3', 'oss', 'obs', 'cos'],
    kms: away === undefined ? { state: 'ready' } : { state: 'away', reason: away },
    endpoints: { api: gateway.sharing.endpointFor(request.host.name) },
    limits: CONSOLE_LIMITS,
    requireTls: gateway.requireTls,
    dialects: ['s3', 'oss', 'obs', 'cos'],
    ciphers: rooms.ciphers,
    notificationTargets: gateway.objects.options.notificationTargets.map((name) => `${WEBHOOK_ARN}${name}`),
    passwords: { minChars: PASSWORD_LIMITS.minChars, maxChars: PASSWORD_LIMITS.maxChars },
  }
  return consoleJson(200, system, request.requestId)
}

export function publicSystem(
  settings: Pick<ConsoleSettings, 'vocabulary' | 'insecureSignIn'>,
  version: string,
  request: Pick<HttpRequest, 'secure' | 'remoteAddress'>,
  state: Pick<PublicSystemJson, 'seal' | 'reason'>,
): PublicSystemJson {
  const tls = { secure: request.secure, signInAllowed: maySignIn(settings, request) }
  return { ...state, version, vocabulary: settings.vocabulary, tls }
}
