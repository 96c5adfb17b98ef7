/**
 * A bucket as a website, over a vendor's dialect: pages are read as objects are, answers carry that vendor's headers, and
 * refusals are pages for people (S3 User Guide, "Website endpoints": HTML error documents, with code and message in
 * headers).
 */
import { isHeaderField, parseByteRange, type HttpResponse, type RequestView } from '../http/index.ts'
import type { BucketName, Failure, ObjectTarget } from '../operations/index.ts'
import type { AnswerContext, Decoded, DialectTranslator } from './dialect.ts'
import { readConditions } from './read-conditions.ts'
import { escapeXml } from './xml-writer.ts'

/** What a visitor's request may say of the page it wants. Everything else that came with it counts for nothing. */
export const PAGE_HEADERS: readonly string[] = [
  ...['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'],
]

/** The same translator for visitors of a website. */
export function websiteFace(vendor: DialectTranslator, bucket: BucketName | undefined): DialectTranslator {
  return {
    ...vendor,
    bucketAt: () => bucket,
    encodeFailure: (failure, context) => failurePage(vendor, failure, context),
  }
}

/** How a page is looked at. */
export interface PageWish {
  /** Ranges and conditions were meant for another page. */
  readonly whole?: boolean
  /** Its head alone, whatever the request's method is. */
  readonly headOnly?: boolean
}

/** The request for one page. */
export function decodePage(
  view: RequestView,
  at: ObjectTarget,
  { whole = false, headOnly = false }: PageWish = {},
): Decoded {
  const kind = headOnly || view.method === 'HEAD' ? 'head-object' : 'get-object'
  const target = { kind, ...at } as const
  const text = whole || view.headers.has('if-range') ? undefined : view.headers.get('range')
  const range = text === undefined ? 'ignored' : parseByteRange(text)
  return {
    target,
    requiresSigV4: false,
    build: () => ({
      ...target,
      conditions: whole ? {} : readConditions(view.headers),
      withChecksums: false,
      overrides: {},
      ...(range === 'ignored' ? {} : { range }),
    }),
  }
}

/** Statuses and headers are the vendor's; what people read is a page. `more`: what went wrong besides. */
export function failurePage(
  vendor: DialectTranslator,
  failure: Failure,
  context: AnswerContext,
  more: readonly Failure[] = [],
): HttpResponse {
  const { status, headers } = vendor.encodeFailure(failure, { ...context, method: 'HEAD' })
  if (status === 304) return { status, headers }
  const shown = describe(vendor, failure)
  const said: (readonly [string, string])[] = [...headers, ...wordsOf(vendor, shown)]
  if (context.method === 'HEAD') return { status, headers: said }
  const title = `${status} ${REASONS.get(status) ?? 'Error'}`
  const list = (one: Failure): string => {
    const { code, message } = describe(vendor, one)
    const lines = [`Code: ${code}`, `Message: ${message}`, ...aboutWhat(one)]
    return `<ul>\n${lines.map((line) => `<li>${escapeXml(line)}</li>\n`).join('')}</ul>\n`
  }
  const body = [
    `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n`,
    list(failure),
    ...more.map(
      (one) => `<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n${list(one)}`,
    ),
    `<ul>\n<li>RequestId: ${escapeXml(context.requestId)}</li>\n</ul>\n<hr/>\n</body>\n</html>\n`,
  ].join('')
  return { status, headers: [...said, ['Content-Type', 'text/html; charset=utf-8']], body: Buffer.from(body, 'utf8') }
}

/** Code, status and words of a failure in a vendor's dialect. */
export function describe(vendor: DialectTranslator, failure: Failure): ShownFailure {
  if (vendor.describeFailure === undefined) throw new Error(`the dialect ${vendor.name} has no websites`)
  return vendor.describeFailure(failure)
}

type ShownFailure = ReturnType<NonNullable<DialectTranslator['describeFailure']>>

/** S3's website endpoints tell programs in headers what the page tells people. */
function wordsOf({ name }: DialectTranslator, { code, message }: ShownFailure): readonly (readonly [string, string])[] {
  if (name !== 's3') return []
  const words = isHeaderField('x', message) ? [['x-amz-error-message', message] as const] : []
  return [['x-amz-error-code', code], ...words]
}

function aboutWhat(failure: Failure): readonly string[] {
  switch (failure.kind) {
    case 'no-such-key':
      return [`Key: ${failure.key}`]
    case 'no-such-bucket':
    case 'no-such-configuration':
      return [`BucketName: ${failure.bucket}`]
    default:
      return []
  }
}

const REASONS: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [409, 'Conflict'],
  [412, 'Precondition Failed'],
  [416, 'Requested Range Not Satisfiable'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [503, 'Service Unavailable'],
])
