import type { AuditTrail } from '../audit/index.ts'
import { isForm, openForm, type Anonymous, type Verified } from '../auth/index.ts'
import type { AnswerContext, Decoded, DecodedByBody, DialectTranslator } from '../dialects/index.ts'
import type { HttpRequest, HttpResponse } from '../http/index.ts'
import {
  after,
  isSigned,
  refuse,
  type AccountId,
  type Awaitable,
  type Caller,
  type Dialect,
  type Failure,
  type Operation,
  type RequestFacts,
  type StorageDialect,
  type Target,
} from '../operations/index.ts'
import { authorize } from './authorize.ts'
import { requireBoundBody } from './bound-body.ts'
import { preflight, withCorsHeaders } from './cross-origin.ts'
import { demandState } from './demand-state.ts'
import { execute } from './execute.ts'
import { failureOf } from './failure-of.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { logAccess } from './log-access.ts'
import { readDocument } from './read-document.ts'
import { isStorage, recognise, recogniseForm, signedService } from './recognise.ts'
import { recordingBrokenBody } from './record-broken-body.ts'
import { demandDataRecord, recordData } from './record-data.ts'
import { recordOutcome, trailOf } from './record-outcome.ts'
import { serveServiceEndpoint } from './service-endpoints.ts'
import type { RequestPermit } from './verb.ts'

/** How far a request got: what audit and logs may say of it when it ends early. */
interface Progress {
  caller: Caller | undefined
  target: Target | undefined
  /** Whose resource the answer shows. */
  account: AccountId | undefined
  trail: AuditTrail | undefined
  /** The answer varies by origin, whether this request has one or not. */
  varies: boolean
}

const NO_DOCUMENT = new Uint8Array(0)

/** The one path of every request: who, what, may they, do it, write it down, answer. */
export async function handleRequest(rooms: GatewayRooms, request: HttpRequest): Promise<HttpResponse> {
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
    walk(rooms, translatorOf(rooms, part, request), request, () => Promise.reject(error))
  // Whoever serves nothing reads nothing.
  if (rooms.endpoints.state() !== 'serving') return refused(new Error('nothing is served'))
  const opened = await openForm(request).catch((error: unknown) =>
    error instanceof Error ? error : new Error('the form broke', { cause: error }),
  )
  if (opened instanceof Error) return refused(opened)
  const dialect = translatorOf(rooms, recogniseForm(opened.fields.keys()) ?? part, request)
  try {
    return await walk(rooms, dialect, request, (service) => rooms.authenticateForm(request, opened, service))
  } finally {
    // What is left of the body is the connection's again.
    await opened.reader.close()
  }
}

/** How somebody shows who asks. */
type Identify = (service: string) => Promise<Verified | Anonymous>

/** The path itself, for a request of which it is known in whose words it speaks. */
export async function walk(
  rooms: GatewayRooms,
  dialect: DialectTranslator,
  request: HttpRequest,
  identify: Identify = (service) => rooms.authenticate(request, service),
): Promise<HttpResponse> {
  const progress: Progress = {
    ...{ caller: undefined, target: undefined, account: undefined, trail: undefined },
    varies: false,
  }
  try {
    const asksOrigin = request.method === 'OPTIONS' && dialect.bucketAt !== undefined
    const response = asksOrigin
      ? await answerPreflight(rooms, dialect, request)
      : await answer(rooms, dialect, request, progress, identify)
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
  identify: Identify,
): Promise<HttpResponse> {
  requireServing(rooms, request)
  const identity = await identify(signedService(dialect.name))
  const caller = callerOf(identity)
  progress.caller = caller
  if (isSigned(caller)) rooms.people.used(caller, signedService(dialect.name), rooms.region)
  progress.trail = trailOf(rooms, request, caller, dialect.name, () => progress.target?.kind)
  const decoded = dialect.decode(identity.covered)
  if ('target' in decoded) progress.target = decoded.target
  if (decoded.requiresSigV4) requireSigV4(caller)
  else if ('understand' in decoded) requireSomebody(caller)
  requireBoundBody(dialect.name, identity, decoded.document, request)
  const asked = { request, identity, caller, facts: factsOf(request, rooms.region, dialect.name) }
  const understood = await understand(rooms, decoded, asked, progress)
  const { target, operation } = understood
  rooms.admit?.(request, operation)
  const { expects } = decoded
  const permit =
    expects === undefined ? understood.permit : await demandState(rooms, understood.permit, expects, identity.body)
  demandDataRecord(rooms, target)
  const done = await execute(rooms, permit, target, operation, identity.body)
  recordData(rooms, progress, done)
  recordOutcome(rooms, request, progress, undefined)
  const context = answerContext(request, progress)
  const wanted = 'target' in decoded ? decoded.encode : undefined
  const response = wanted === undefined ? dialect.encode(done, context) : wanted(done, context)
  return recordingBrokenBody(response, (failure) => recordOutcome(rooms, request, progress, failure))
}

interface Asked {
  readonly request: HttpRequest
  readonly identity: Verified | Anonymous
  readonly caller: Caller
  readonly facts: RequestFacts
}

/** The permit and the operation: authorized before the body is read, wherever the head says what is asked for. */
async function understand(
  rooms: GatewayRooms,
  decoded: Decoded | DecodedByBody,
  { request, identity, caller, facts }: Asked,
  progress: Progress,
): Promise<{ readonly permit: RequestPermit; readonly target: Target; readonly operation: Operation }> {
  const permitFor = (target: Target): Awaitable<RequestPermit> =>
    after(authorize(rooms, { caller, facts, request, trail: progress.trail }, target), (permit) => {
      progress.account = permit.bucket?.account ?? (caller.kind === 'anonymous' ? undefined : caller.account)
      progress.varies = permit.bucket?.corsVaries === true
      return permit
    })
  const read = ({ document }: Pick<Decoded, 'document'>): Awaitable<Uint8Array> =>
    document === undefined ? NO_DOCUMENT : readDocument(document, identity.body, request.signal)
  if ('understand' in decoded) {
    const { target, operation } = decoded.understand(await read(decoded))
    progress.target = target
    return { permit: await permitFor(target), target, operation }
  }
  const { target } = decoded
  const permitted = permitFor(target)
  const permit = permitted instanceof Promise ? await permitted : permitted
  const document = read(decoded)
  const built = decoded.build(document instanceof Promise ? await document : document)
  return { permit, target, operation: built instanceof Promise ? await built : built }
}

/** What conditions may ask of the request. Only what this server saw itself, or a trusted proxy told it. */
function factsOf(request: HttpRequest, region: string, dialect: Dialect): RequestFacts {
  const userAgent = request.headers.get('user-agent')
  const referer = request.headers.get('referer')
  const facts: { -readonly [Field in keyof RequestFacts]: RequestFacts[Field] } = {
    sourceIp: request.remoteAddress,
    secure: request.secure,
    nowMs: request.arrivedMs,
    region,
    dialect,
  }
  if (userAgent !== undefined) facts.userAgent = userAgent
  if (referer !== undefined) facts.referer = referer
  return facts
}

function requireServing(rooms: GatewayRooms, request: HttpRequest): void {
  const state = rooms.endpoints.state()
  if (state !== 'serving') refuse({ kind: 'unavailable', detail: state })
  if (rooms.requireTls === 'all' && !request.secure) {
    refuse({ kind: 'access-denied', reason: 'this server takes requests by TLS only' })
  }
}

/** The caller behind a verified signature: the only place that makes one of a request. */
function callerOf(identity: Verified | Anonymous): Caller {
  if (identity.kind === 'anonymous') return { kind: 'anonymous' }
  const { accessKeyId, principal, session, scheme, covered } = identity
  const shown = { ...principal, accessKeyId, scheme, secure: covered.secure }
  return session === undefined ? shown : { ...shown, session }
}

function requireSomebody(caller: Caller): void {
  if (caller.kind === 'anonymous') refuse({ kind: 'access-denied', reason: 'anonymous' })
}

function requireSigV4(caller: Caller): void {
  requireSomebody(caller)
  if (isSigned(caller) && caller.scheme !== 'session' && !caller.scheme.startsWith('sigv4')) {
    refuse({ kind: 'invalid-request', detail: 'This operation requires AWS Signature Version 4.' })
  }
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

function answerContext(request: HttpRequest, { target, account, caller }: Progress): AnswerContext {
  const { requestId, method, rawPath: resource } = request
  const context: { -readonly [Field in keyof AnswerContext]: AnswerContext[Field] } = { requestId, method, resource }
  if (target !== undefined) context.operation = target.kind
  context.host = request.host.raw
  if (target?.bucket !== undefined) context.bucket = target.bucket
  if (target?.key !== undefined) context.key = target.key
  if (account !== undefined) context.account = account
  if (caller !== undefined && caller.kind !== 'anonymous') context.caller = caller.arn
  return context
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
