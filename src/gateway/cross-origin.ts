import type { DialectTranslator } from '../dialects/index.ts'
import type { HttpRequest, HttpResponse } from '../http/index.ts'
import { readBucket, readConfiguration } from '../objects/index.ts'
import { refuse, type BucketName, type CorsRule } from '../operations/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

/*
 * Cross-origin requests (Fetch Standard, "CORS protocol"; S3 User Guide, "How CORS works"), for all dialects alike: a
 * bucket's rules, the first that fits. Without a rule no header says anything (T-154).
 */

type Rooms = Pick<GatewayRooms, 'objects'>
type Headers = readonly (readonly [name: string, value: string])[]

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/
const MAX_REQUESTED_HEADERS = 100

/**
 * The answer to a preflight: asked before anybody signs anything, and answered by the rules alone. A bucket without a rule
 * that fits and a bucket that is not there answer alike (T-076).
 */
export async function preflight(
  rooms: Rooms,
  dialect: DialectTranslator,
  request: Pick<HttpRequest, 'headers' | 'host' | 'rawPath'>,
): Promise<Headers> {
  const { headers } = request
  const origin = headers.get('origin') ?? refuse({ kind: 'invalid-request', detail: NO_ORIGIN })
  const method = headers.get('access-control-request-method') ?? ''
  const wanted = requestedHeaders(headers.get('access-control-request-headers'))
  if (!TOKEN.test(method) || wanted === undefined) refuse({ kind: 'invalid-request', detail: NO_METHOD })
  const rules = await rulesOf(rooms, dialect.bucketAt?.(request))
  const rule = rules.find((one) => fits(one, origin, method) && wanted.every((name) => allowsHeader(one, name)))
  if (rule === undefined) return refuse({ kind: 'cors-refused', detail: NOT_ALLOWED })
  return [
    ...answerHeaders(rule, origin),
    ...(wanted.length === 0 ? [] : [['Access-Control-Allow-Headers', wanted.join(', ')] as const]),
    ['Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'],
  ]
}

const NO_ORIGIN = 'Insufficient information. Origin request header needed.'
const NO_METHOD = 'Invalid Access-Control-Request-Method or Access-Control-Request-Headers.'
const NOT_ALLOWED =
  'CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource’s CORS spec.'

/** In lower case; undefined: these cannot be names of headers. */
function requestedHeaders(text: string | undefined): readonly string[] | undefined {
  if (text === undefined || text.trim() === '') return []
  const names = text.split(',', MAX_REQUESTED_HEADERS + 1).map((name) => name.trim().toLowerCase())
  return names.length <= MAX_REQUESTED_HEADERS && names.every((name) => TOKEN.test(name)) ? names : undefined
}

/** An answer with what the bucket's rules say of this origin, whatever the answer is. */
export async function withCorsHeaders(
  rooms: Rooms,
  dialect: DialectTranslator,
  request: Pick<HttpRequest, 'headers' | 'host' | 'rawPath' | 'method'>,
  response: HttpResponse,
  alwaysVary: boolean,
): Promise<HttpResponse> {
  const origin = request.headers.get('origin')
  if (origin === undefined) return alwaysVary ? withHeaders(response, [VARIES]) : response
  const rules = await rulesOf(rooms, dialect.bucketAt?.(request))
  const rule = rules.find((one) => fits(one, origin, request.method))
  if (rule === undefined && !alwaysVary) return response
  return withHeaders(response, [...(rule === undefined ? [] : answerHeaders(rule, origin)), VARIES])
}

const VARIES = ['Vary', 'Origin'] as const

function withHeaders(response: HttpResponse, added: Headers): HttpResponse {
  return { ...response, headers: [...response.headers, ...added] }
}

async function rulesOf(rooms: Rooms, name: BucketName | undefined): Promise<readonly CorsRule[]> {
  const bucket = name === undefined ? undefined : await readBucket(rooms.objects, name)
  const cors = bucket === undefined ? undefined : await readConfiguration(rooms.objects, bucket, 'cors')
  return cors?.rules ?? []
}

function fits({ allowedOrigins, allowedMethods }: CorsRule, origin: string, method: string): boolean {
  return allowedMethods.includes(method) && allowedOrigins.some((pattern) => oneStarFits(pattern, origin))
}

function allowsHeader({ allowedHeaders }: CorsRule, name: string): boolean {
  return allowedHeaders.some((pattern) => oneStarFits(pattern.toLowerCase(), name))
}

/** Anchored at both ends: `https://*.a.com` is no part of `https://b.a.com.evil` (T-154). */
function oneStarFits(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const [before, behind] = [pattern.slice(0, star), pattern.slice(star + 1)]
  return text.length >= before.length + behind.length && text.startsWith(before) && text.endsWith(behind)
}

/** Credentials are for origins that were named, and never for `*`. */
function answerHeaders(rule: CorsRule, origin: string): Headers {
  const any = rule.allowedOrigins.find((pattern) => oneStarFits(pattern, origin)) === '*'
  return [
    ['Access-Control-Allow-Origin', any ? '*' : origin],
    ['Access-Control-Allow-Methods', rule.allowedMethods.join(', ')],
    ...(rule.exposeHeaders.length === 0
      ? []
      : [['Access-Control-Expose-Headers', rule.exposeHeaders.join(', ')] as const]),
    ...(rule.maxAgeSeconds === undefined ? [] : [['Access-Control-Max-Age', String(rule.maxAgeSeconds)] as const]),
    ...(any ? [] : [['Access-Control-Allow-Credentials', 'true'] as const]),
  ]
}
