/**
 * Who is asking. Finds the mechanism a request presents, looks its credential up, verifies, and hands on what the
 * signature covers and a body that keeps its promise. Nothing else makes a `Verified`.
 */
import { lowerCaseAscii, parseQuery, type HttpHeaders, type HttpRequest, type QueryParameter } from '../http/index.ts'
import { refuse, type Scheme } from '../operations/index.ts'
import { coveredView, EVERYTHING, refuseUncovered } from './covered.ts'
import { CredentialCheck } from './credential-check.ts'
import type { OpenedForm } from './forms/open-form.ts'
import { verifyForm } from './forms/verify-form.ts'
import { DEFAULT_AUTH_LIMITS, type AuthLimits } from './limits.ts'
import { parsePayloadPromise } from './payload-promise.ts'
import { bodyPlan } from './body-plan.ts'
import { findPresented, type Presented } from './presented.ts'
import { findDirectoryToken, findSessionToken } from './session-token.ts'
import { createPromisedBody, type BodyPlan } from './promised-body.ts'
import type { ServiceRule } from './signatures/sigv4-canonical.ts'
import { demandPrivateRoad } from './private-road.ts'
import type { OnceOnly } from './used-once.ts'
import type { Anonymous, CredentialLookup, Verified } from './verified.ts'
import { verifyAcs } from './verify-acs.ts'
import { verifyCos } from './verify-cos.ts'
import { verifyObs } from './verify-obs.ts'
import { verifyOss } from './verify-oss.ts'
import { verifySdkHmac } from './verify-sdk-hmac.ts'
import { verifySigV2 } from './verify-sigv2.ts'
import { verifySigV4 } from './verify-sigv4.ts'
import { verifyTc3 } from './verify-tc3.ts'

export interface AuthenticatorOptions {
  readonly credentials: CredentialLookup
  readonly now: () => number
  /** The regions served; the first is the one that a wrong region is told to use. */
  readonly regions: readonly string[]
  /** The bucket that a host names, read exactly as the decoder of that dialect reads it: some schemes sign it, not the host. */
  readonly hostBucket: (service: string, host: HttpRequest['host']) => string | undefined
  readonly limits?: Partial<AuthLimits>
  /** Absent: schemes whose numbers are good for one request are refused. */
  readonly onceOnly?: OnceOnly
  /** Services that a scope may name. Default: `s3`, whose path stays as sent. */
  readonly services?: ReadonlyMap<string, ServiceRule>
}

/** What every verification needs, made once. */
export interface Verification {
  readonly check: CredentialCheck
  readonly now: () => number
  readonly regions: readonly string[]
  readonly hostBucket: AuthenticatorOptions['hostBucket']
  readonly limits: AuthLimits
  readonly services: ReadonlyMap<string, ServiceRule>
  readonly onceOnly: OnceOnly
}

/** A request whose headers and query were read once, for signature and decoder alike. */
export interface ReadRequest {
  readonly request: HttpRequest
  readonly headers: HttpHeaders
  readonly query: readonly QueryParameter[]
  /** Of a temporary credential. */
  readonly token: string | undefined
  /** The token came where those of directory buckets' sessions come. */
  readonly ofDirectory?: true
}

export interface Authenticator {
  /** The same for an upload by form, which was opened up to its file. The signature of its policy is the only one it may have. */
  authenticateForm(request: HttpRequest, form: OpenedForm, service: string): Promise<Verified | Anonymous>
  /**
   * Throws `StoreFailure` for every request that is neither verified nor truly anonymous. Reads no body but a small one.
   * `service`: the one that the request has to be signed for; a signature for another opens nothing here. Default: `s3`.
   */
  authenticate(request: HttpRequest, service?: string): Promise<Verified | Anonymous>
}

export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const limits = { ...DEFAULT_AUTH_LIMITS, ...options.limits }
  const services = options.services ?? new Map<string, ServiceRule>([['s3', { path: 'as-sent' }]])
  const verification: Verification = {
    check: new CredentialCheck(options.credentials, limits.maxCachedSigningKeys),
    now: options.now,
    regions: options.regions,
    hostBucket: options.hostBucket,
    limits,
    services,
    onceOnly: options.onceOnly ?? forgetful,
  }
  return {
    authenticateForm: async (request, form, service) => verifyForm(verification, request, form, service),
    async authenticate(request, service = 's3') {
      demandPrivateRoad(service, request)
      const read = readRequest(request, service)
      if (service === 'cos') refuseCosSign(read.query)
      const presented = presentedTo(service, read)
      if (presented.kind !== 'nothing' && !mechanismsOf(service).has(presented.kind)) {
        return refuse({ kind: 'unsupported-signature', detail: 'this service takes another signature' })
      }
      switch (presented.kind) {
        case 'nothing':
          return anonymous(read, limits)
        case 'sigv4':
        case 'sigv4-query':
          return verifySigV4(verification, read, presented, scopeService(service))
        case 'sigv2':
        case 'sigv2-query':
          return service === 'obs'
            ? verifyObs(verification, read, presented)
            : verifySigV2(verification, read, presented, service)
        case 'oss-v1':
        case 'oss-v1-query':
        case 'oss-v4':
        case 'oss-v4-query':
          return verifyOss(verification, read, presented)
        case 'obs':
        case 'obs-query':
          return verifyObs(verification, read, presented)
        case 'cos':
        case 'cos-query':
          return verifyCos(verification, read, presented)
        case 'acs-rpc':
        case 'acs3':
          return verifyAcs(verification, read, presented)
        case 'sdk-hmac':
          return verifySdkHmac(verification, read, presented)
        case 'tc3':
          return verifyTc3(verification, read, presented)
      }
    },
  }
}

function forgetful(): never {
  return refuse({ kind: 'unavailable', detail: 'nobody remembers which numbers were used' })
}

/** Alibaba Cloud's RPC may have its signature in the form of the body, where nothing else shows it. */
function presentedTo(service: string, { request, headers, query }: ReadRequest): Presented {
  const presented = findPresented(headers, query)
  const inForm = presented.kind === 'nothing' && service === 'alibaba-kms' && request.body.declaredLength !== 0
  return inForm && headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true
    ? { kind: 'acs-rpc' }
    : presented
}

/** What each service takes. SigV2 names no service: it is for storage alone. All others take SigV4 and nothing else. */
const MECHANISMS: ReadonlyMap<string, ReadonlySet<Scheme>> = new Map<string, ReadonlySet<Scheme>>([
  ['s3', new Set<Scheme>(['sigv4', 'sigv4-query', 'sigv2', 'sigv2-query'])],
  ['oss', new Set<Scheme>(['oss-v1', 'oss-v1-query', 'oss-v4', 'oss-v4-query'])],
  ['obs', new Set<Scheme>(['obs', 'obs-query', 'sigv4', 'sigv4-query', 'sigv2', 'sigv2-query'])],
  ['cos', new Set<Scheme>(['cos', 'cos-query'])],
  ['alibaba-kms', new Set<Scheme>(['acs-rpc', 'acs3'])],
  ['huawei-kms', new Set<Scheme>(['sdk-hmac'])],
  ['tencent-kms', new Set<Scheme>(['tc3'])],
])
const SIGV4_ONLY: ReadonlySet<Scheme> = new Set<Scheme>(['sigv4', 'sigv4-query'])

function mechanismsOf(service: string): ReadonlySet<Scheme> {
  return MECHANISMS.get(service) ?? SIGV4_ONLY
}

/** OBS clients that speak SigV4 write `s3` into its scope. */
function scopeService(service: string): string {
  return service === 'obs' ? 's3' : service
}

/** Services whose clients mean `+` where they write it in a query; signature and decoder read it alike. */
const PLUS_IS_ITSELF: ReadonlySet<string> = new Set(['obs'])

function readRequest(request: HttpRequest, service: string): ReadRequest {
  const parsed = parseQuery(request.rawQuery, { plusIsSpace: !PLUS_IS_ITSELF.has(service) })
  if (parsed.kind === 'problem') {
    if (parsed.problem === 'undecodable') refuse({ kind: 'invalid-uri', detail: 'the query cannot be decoded' })
    const detail = parsed.problem === 'repeated-name' ? 'a parameter came twice' : 'too many parameters'
    return refuse({ kind: 'invalid-request', detail })
  }
  const { headers } = request
  const token = findSessionToken(headers, parsed.parameters, service)
  const ofDirectory = findDirectoryToken(headers, parsed.parameters, service)
  if (ofDirectory === undefined) return { request, headers, query: parsed.parameters, token }
  if (token !== undefined) refuse({ kind: 'invalid-token' })
  return { request, headers, query: parsed.parameters, token: ofDirectory, ofDirectory: true }
}

/** COS's older signature in one parameter: it binds a name and a time, and leaves open what is done with the object. */
function refuseCosSign(query: readonly QueryParameter[]): void {
  if (!query.some(({ name }) => lowerCaseAscii(name) === 'sign')) return
  const detail = 'The parameter sign is not taken: sign by q-sign-algorithm and the parameters with it.'
  refuse({ kind: 'unsupported-signature', detail })
}

function anonymous(read: ReadRequest, limits: AuthLimits): Anonymous {
  if (read.token !== undefined) refuse({ kind: 'malformed-authorization', detail: 'a session token needs a signature' })
  // Changing what an answer says of itself is for who signs (T-065).
  if (read.query.some(({ name }) => /^response-/i.test(name))) {
    refuse({ kind: 'invalid-request', detail: 'response-* parameters need a signed request' })
  }
  refuseUncovered(read.headers, read.query, EVERYTHING)
  const text = read.headers.get('x-amz-content-sha256')
  const plan: BodyPlan =
    text === undefined ? { kind: 'plain' } : bodyPlan(parsePayloadPromise(text), read.headers, limits, undefined)
  const body = createPromisedBody(read.request.body, plan)
  return {
    kind: 'anonymous',
    covered: coveredView(read.request, read.headers, read.query, EVERYTHING, body.length),
    body,
  }
}
