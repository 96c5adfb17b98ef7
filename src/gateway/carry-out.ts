import type { AuditTrail } from '../audit/index.ts'
import type { Anonymous, Verified } from '../auth/index.ts'
import type { AnswerContext, Decoded, DecodedByBody, DialectTranslator } from '../dialects/index.ts'
import type { HttpRequest, HttpResponse } from '../http/index.ts'
import {
  after,
  isSigned,
  refuse,
  type AccountId,
  type Answer,
  type Awaitable,
  type Caller,
  type Dialect,
  type Operation,
  type RequestFacts,
  type Target,
} from '../operations/index.ts'
import { authorize } from './authorize.ts'
import { requireBoundBody } from './bound-body.ts'
import { paysFor } from './bucket-demands.ts'
import { demandState } from './demand-state.ts'
import { execute } from './execute.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { readDocument } from './read-document.ts'
import { signedService } from './recognise.ts'
import { recordingBrokenBody } from './record-broken-body.ts'
import { demandDataRecord, recordData } from './record-data.ts'
import { recordOutcome, trailOf } from './record-outcome.ts'
import type { RequestPermit } from './verb.ts'

/** How far a request got: what audit and logs may say of it when it ends early. */
export interface Progress {
  caller: Caller | undefined
  target: Target | undefined
  /** Whose resource the answer shows. */
  account: AccountId | undefined
  trail: AuditTrail | undefined
  /** The requester pays. */
  charged: boolean
  /** The answer varies by origin, whether this request has one or not. */
  varies: boolean
  /** It came to a bucket's website. */
  website?: true
}

const NO_DOCUMENT = new Uint8Array(0)

/** Who asks, shown by a signature or by nobody, and the view of what that covers. */
export interface Identified {
  readonly request: HttpRequest
  readonly identity: Verified | Anonymous
  readonly caller: Caller
  /** Whose schemes were taken. */
  readonly dialect: Dialect
}

/** How somebody shows who asks. */
export type Identify = (service: string) => Promise<Verified | Anonymous>

/** The first step of the path: who asks. */
export async function identify(
  rooms: GatewayRooms,
  dialect: Dialect,
  request: HttpRequest,
  progress: Progress,
  shown: Identify = (service) => rooms.authenticate(request, service),
): Promise<Identified> {
  requireServing(rooms, request)
  const identity = await shown(signedService(dialect))
  const caller = callerOf(identity)
  progress.caller = caller
  if (isSigned(caller)) rooms.people.used(caller, signedService(dialect), rooms.region)
  progress.trail = trailOf(rooms, request, caller, dialect, () => progress.target?.kind)
  return { request, identity, caller, dialect }
}

/** The steps between what was asked and what came of it: may they, do it, write it down. */
export async function carryOut(
  rooms: GatewayRooms,
  { request, identity, caller, dialect }: Identified,
  decoded: Decoded | DecodedByBody,
  progress: Progress,
): Promise<Answer> {
  if ('target' in decoded) progress.target = decoded.target
  if (decoded.requiresSigV4) requireSigV4(caller)
  else if ('understand' in decoded) requireSomebody(caller)
  requireBoundBody(dialect, identity, decoded.document, request)
  const asked = { request, identity, caller, facts: factsOf(request, rooms.region, dialect) }
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
  return done
}

/** What was done, as an answer (`wanted`: in another form than the dialect's own); that its body broke later is recorded too. */
export function answered(
  rooms: GatewayRooms,
  dialect: DialectTranslator,
  request: HttpRequest,
  progress: Progress,
  done: Answer,
  wanted?: Decoded['encode'],
): HttpResponse {
  const plain = answerContext(request, progress)
  // Of what was done: a refusal costs nobody anything.
  const context: AnswerContext = progress.charged ? { ...plain, charged: true } : plain
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
      progress.charged = paysFor(caller, permit.bucket)
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

export function requireServing(rooms: GatewayRooms, request: HttpRequest): void {
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

/** What the encoders may know of the request. */
export function answerContext(request: HttpRequest, { target, account, caller }: Progress): AnswerContext {
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
