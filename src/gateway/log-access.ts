import type { HttpRequest, HttpResponse } from '../http/index.ts'
import type { BucketRecord } from '../objects/index.ts'
import { isSigned, type Caller, type OperationKind, type Scheme, type Target } from '../operations/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

/** Parameters whose values say what was asked. Of every other one the name alone is kept: signatures and tokens are among them. */
const SHOWN: ReadonlySet<string> = new Set([
  ...['versionId', 'uploadId', 'partNumber', 'prefix', 'delimiter', 'marker', 'list-type', 'max-keys', 'start-after'],
  ...[
    'key-marker',
    'version-id-marker',
    'encoding-type',
    'fetch-owner',
    'max-uploads',
    'upload-id-marker',
    'max-parts',
  ],
])
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
/** Of an error document, and of a website's error page. */
const CODE = /(?:<Code>|<li>Code: )([A-Za-z0-9.]{1,100})<\/(?:Code|li)>/

/** A request to a bucket that is logged leaves a line, in S3's form (S3 User Guide, "Server access log format"). */
export function logAccess(
  { objects, now }: Pick<GatewayRooms, 'objects' | 'now'>,
  request: HttpRequest,
  asked: { readonly caller: Caller | undefined; readonly target: Target | undefined; readonly website?: true },
  response: HttpResponse,
): void {
  const { caller, target, website } = asked
  if (target?.bucket === undefined) return
  // Authorization has just read it.
  const bucket = objects.buckets.get(`bucket/${target.bucket}`)?.record
  if (bucket?.logging === undefined) return
  const face = website === true ? 'WEBSITE' : 'REST'
  objects.accessLog.add(bucket, lineOf(bucket, request, caller, target, face, response, now()))
}

function lineOf(
  bucket: BucketRecord,
  request: HttpRequest,
  caller: Caller | undefined,
  target: Target,
  face: 'REST' | 'WEBSITE',
  response: HttpResponse,
  nowMs: number,
): string {
  const { headers, requestId } = request
  const tookMs = Math.max(0, nowMs - request.arrivedMs)
  const signed = caller !== undefined && isSigned(caller) ? caller : undefined
  const length = response.headers.find(([name]) => name.toLowerCase() === 'content-length')?.[1]
  const fields = [
    bucket.account,
    bucket.name,
    `[${logTime(request.arrivedMs)}]`,
    request.remoteAddress,
    signed?.arn ?? '-',
    requestId,
    operationOf(target.kind, request.method, face),
    target.key === undefined ? '-' : encodeURIComponent(target.key).replaceAll('%2F', '/'),
    quoted(`${request.method} ${request.rawPath}${shownQuery(request)} HTTP/1.1`),
    String(response.status),
    codeOf(response) ?? '-',
    length ?? '-',
    '-',
    String(tookMs),
    String(tookMs),
    quoted(headers.get('referer')),
    quoted(headers.get('user-agent')),
    target.versionId ?? '-',
    requestId,
    signed === undefined ? '-' : signed.scheme,
    '-',
    authenticationType(signed?.scheme),
    word(request.host.raw),
    ...['-', '-', '-'],
  ]
  return `${fields.join(' ')}\n`
}

/** The vendor has no word for the policy of a form. */
function authenticationType(scheme: Scheme | undefined): string {
  if (scheme === undefined || scheme.endsWith('-post')) return '-'
  return scheme.endsWith('-query') ? 'QueryString' : 'AuthHeader'
}

/** `06/Feb/2019:00:00:38 +0000` */
function logTime(timeMs: number): string {
  const date = new Date(timeMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  const month = MONTHS[date.getUTCMonth()] ?? ''
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `${two(date.getUTCDate())}/${month}/${date.getUTCFullYear()}:${time} +0000`
}

/** `REST.PUT.OBJECT`, `REST.GET.BUCKET_LIFECYCLE`, `WEBSITE.GET.OBJECT`: the method, and what it was about. */
function operationOf(kind: OperationKind, method: string, face: 'REST' | 'WEBSITE'): string {
  if (kind === 'copy-object') return 'REST.COPY.OBJECT'
  if (kind === 'delete-objects') return 'REST.POST.MULTI_OBJECT_DELETE'
  const about = kind.slice(kind.indexOf('-') + 1).replaceAll('-', '_')
  return `${face}.${method}.${about.toUpperCase()}`
}

function shownQuery({ rawQuery, hasQuery }: HttpRequest): string {
  if (!hasQuery) return ''
  const shown = rawQuery.split('&').map((pair) => {
    const equals = pair.indexOf('=')
    if (equals < 0) return pair
    const name = pair.slice(0, equals)
    return SHOWN.has(name) ? pair : `${name}=...`
  })
  return `?${shown.join('&')}`
}

/** Text that a client chose: in quotes, and nothing in it ends them or the line. */
function quoted(text: string | undefined): string {
  if (text === undefined) return '-'
  return `"${text.replaceAll(/["\\\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => encodeURIComponent(character))}"`
}

function word(text: string): string {
  return /^[\x21-\x7e]+$/.test(text) ? text : '-'
}

/** The code that a refusal has told the client. */
function codeOf({ status, body }: HttpResponse): string | undefined {
  if (status < 300 || !(body instanceof Uint8Array)) return undefined
  return CODE.exec(Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 512)).toString('latin1'))?.[1]
}
