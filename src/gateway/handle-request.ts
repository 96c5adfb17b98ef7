import { isForm, openForm } from '../auth/index.ts'
import { websiteFace, type DialectTranslator } from '../dialects/index.ts'
import type { HttpRequest, HttpResponse } from '../http/index.ts'
import type { Failure, StorageDialect } from '../operations/index.ts'
import {
  answerContext,
  answered,
  carryOut,
  identify,
  requireServing,
  type Identify,
  type Progress,
} from './carry-out.ts'
import { preflight, withCorsHeaders } from './cross-origin.ts'
import { failureOf } from './failure-of.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { logAccess } from './log-access.ts'
import { isStorage, recognise, recogniseForm } from './recognise.ts'
import { recordOutcome } from './record-outcome.ts'
import { serveServiceEndpoint } from './service-endpoints.ts'
import { answerVisitor } from './serve-website.ts'
import type { Site } from './website-hosts.ts'

/** The path between a request that is known to be in a dialect, and its answer. Throws what is refused. */
type Answering = (
  rooms: GatewayRooms,
  dialect: DialectTranslator,
  request: HttpRequest,
  progress: Progress,
) => Promise<HttpResponse>

/** The one path of every request: who, what, may they, do it, write it down, answer. */
export async function handleRequest(rooms: GatewayRooms, request: HttpRequest): Promise<HttpResponse> {
  const site = rooms.siteOf(request.host.name)
  if (site !== undefined) return walkSite(rooms, site, request)
  const part = recognise(request, rooms.recognition)
  if (part === 'service') return serveServiceEndpoint(rooms.endpoints, request)
  if (isStorage(part) && isForm(request)) return walkForm(rooms, part, request)
  return walk(rooms, translatorOf(rooms, part, request), request)
}

function translatorOf(
  { dialects }: GatewayRooms,
  part: keyof GatewayRooms['dialects'],
  request: HttpRequest,
): DialectTranslator {
  const translator = dialects[part]
  return translator.facing?.(request) ?? translator
}

/** An upload by form: its fields say in whose words it speaks and who asks, for its head says neither. */
async function walkForm(rooms: GatewayRooms, part: StorageDialect, request: HttpRequest): Promise<HttpResponse> {
  const refused = (error: Error): Promise<HttpResponse> =>
    walk(rooms, translatorOf(rooms, part, request), request, (...asked) =>
      answer(...asked, () => Promise.reject(error)),
    )
  // Whoever serves nothing reads nothing.
  if (rooms.endpoints.state() !== 'serving') return refused(new Error('nothing is served'))
  const opened = await openForm(request).catch((error: unknown) =>
    error instanceof Error ? error : new Error('the form broke', { cause: error }),
  )
  if (opened instanceof Error) return refused(opened)
  const dialect = translatorOf(rooms, recogniseForm(opened.fields.keys()) ?? part, request)
  try {
    const shown: Identify = (service) => rooms.authenticateForm(request, opened, service)
    return await walk(rooms, dialect, request, (...asked) => answer(...asked, shown))
  } finally {
    // What is left of the body is the connection's again.
    await opened.reader.close()
  }
}

/** The same path for the visitors of a bucket's website: nobody signs, and pages answer. */
function walkSite(rooms: GatewayRooms, { bucket, dialect }: Site, request: HttpRequest): Promise<HttpResponse> {
  const vendor = rooms.dialects[dialect]
  return walk(rooms, websiteFace(vendor, bucket), request, (...asked) => answerVisitor(vendor, bucket, ...asked))
}

/** The path itself, for a request of which it is known in whose words it speaks. */
export async function walk(
  rooms: GatewayRooms,
  dialect: DialectTranslator,
  request: HttpRequest,
  answerOne: Answering = answer,
): Promise<HttpResponse> {
  const progress: Progress = {
    ...{ caller: undefined, target: undefined, account: undefined, trail: undefined },
    ...{ varies: false, charged: false },
  }
  try {
    const asksOrigin = request.method === 'OPTIONS' && dialect.bucketAt !== undefined
    const response = await (asksOrigin ? answerPreflight : answerOne)(rooms, dialect, request, progress)
    observe(rooms, request, progress, response.status)
    logAccess(rooms, request, progress, response)
    const plain = asksOrigin || !(progress.varies || request.headers.has('origin'))
    if (plain) return response
    // It is done, and its body may be open: rules that cannot be read now make no refusal of it.
    return await withCorsHeaders(rooms, dialect, request, response, progress.varies).catch(() => response)
  } catch (error) {
    return withRefusalOf(rooms, dialect, request, progress, error)
  }
}

/** A refusal says what the rules say of its origin too; a store that is away says nothing more than that it is. */
async function withRefusalOf(
  rooms: GatewayRooms,
  dialect: DialectTranslator,
  request: HttpRequest,
  progress: Progress,
  error: unknown,
): Promise<HttpResponse> {
  const refusal = answerRefusal(rooms, dialect, request, progress, error)
  return withCorsHeaders(rooms, dialect, request, refusal, progress.varies).catch(() => refusal)
}

/** Asked and answered without a signature: it changes nothing, and tells no more than the rules of a bucket. */
async function answerPreflight(
  rooms: GatewayRooms,
  dialect: DialectTranslator,
  request: HttpRequest,
): Promise<HttpResponse> {
  requireServing(rooms, request)
  return { status: 200, headers: await preflight(rooms, dialect, request) }
}

async function answer(
  rooms: GatewayRooms,
  dialect: DialectTranslator,
  request: HttpRequest,
  progress: Progress,
  shown?: Identify,
): Promise<HttpResponse> {
  const identified = await identify(rooms, dialect.name, request, progress, shown)
  const decoded = dialect.decode(identified.identity.covered)
  const done = await carryOut(rooms, identified, decoded, progress)
  return answered(rooms, dialect, request, progress, done, 'target' in decoded ? decoded.encode : undefined)
}

function answerRefusal(
  rooms: GatewayRooms,
  dialect: DialectTranslator,
  request: HttpRequest,
  progress: Progress,
  error: unknown,
): HttpResponse {
  let failure: Failure = failureOf(error)
  try {
    recordOutcome(rooms, request, progress, failure)
  } catch (auditError) {
    failure = failureOf(auditError)
  }
  const response = dialect.encodeFailure(failure, answerContext(request, progress))
  const defect = failure.kind === 'internal' && error instanceof Error ? error : undefined
  observe(rooms, request, progress, response.status, failure.kind, defect)
  logAccess(rooms, request, progress, response)
  return response
}

function observe(
  rooms: GatewayRooms,
  request: HttpRequest,
  progress: Progress,
  status: number,
  failure?: string,
  defect?: Error,
): void {
  rooms.observe({
    requestId: request.requestId,
    operation: progress.target?.kind ?? 'unknown',
    status,
    milliseconds: rooms.now() - request.arrivedMs,
    failure,
    defect,
  })
}
