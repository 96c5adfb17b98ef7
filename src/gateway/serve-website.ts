import { decodePage, describe, failurePage, PAGE_HEADERS, type DialectTranslator } from '../dialects/index.ts'
import { decodePercent, headersOf, type HttpRequest, type HttpResponse } from '../http/index.ts'
import { readBucket, readConfiguration } from '../objects/index.ts'
import {
  parseObjectKey,
  refuse,
  StoreFailure,
  type Answer,
  type BucketName,
  type Failure,
  type ObjectKey,
  type WebsiteConfiguration,
} from '../operations/index.ts'
import { answerContext, answered, carryOut, identify, type Identified, type Progress } from './carry-out.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { recordOutcome } from './record-outcome.ts'
import {
  otherPagesOf,
  movedAfter,
  movedBefore,
  movedObject,
  movedToFolder,
  pageOf,
  type Moved,
  type SiteAddress,
} from './website-rules.ts'

/** One visit: each object that it looks at is asked for as nobody, on the one path of every request (T-073, T-097). */
interface Visit {
  readonly rooms: GatewayRooms
  readonly vendor: DialectTranslator
  readonly dialect: DialectTranslator
  readonly request: HttpRequest
  readonly progress: Progress
  readonly identified: Identified
  readonly bucket: BucketName
  readonly website: WebsiteConfiguration
  /** As the path names it; empty for the root. */
  readonly key: string
  readonly at: SiteAddress
}

/** The answer of a bucket's website. `bucket` undefined: the host names what cannot be one. */
export async function answerVisitor(
  vendor: DialectTranslator,
  bucket: BucketName | undefined,
  rooms: GatewayRooms,
  dialect: DialectTranslator,
  request: HttpRequest,
  progress: Progress,
): Promise<HttpResponse> {
  progress.website = true
  const identified = await identify(rooms, dialect.name, request, progress, (service) =>
    rooms.authenticate(asNobody(request), service),
  )
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse({ kind: 'method-not-allowed', allowed: ['GET', 'HEAD'] })
  }
  if (bucket === undefined) return refuse({ kind: 'invalid-bucket-name', name: request.host.name.slice(0, 256) })
  const website = await websiteOf(rooms, bucket)
  const key = keyOf(request.rawPath)
  progress.target = { kind: 'get-object', bucket, ...(key === '' ? {} : { key: objectKeyOf(key) }) }
  const at = { host: request.host.raw, secure: request.secure }
  const elsewhere = movedBefore(website, key, at)
  if (elsewhere !== undefined) return movedTo(elsewhere)
  return show({ rooms, vendor, dialect, request, progress, identified, bucket, website, key, at })
}

/** Signatures, tokens and parameters say nothing to a website: whoever comes is nobody. */
function asNobody(request: HttpRequest): HttpRequest {
  const { requestId, method, rawPath, host, body, secure, remoteAddress, arrivedMs } = request
  return {
    ...{ requestId, method, rawPath, rawQuery: '', hasQuery: false, host, body, secure, remoteAddress, arrivedMs },
    headers: headersOf(request.headers.entries().filter(([name]) => PAGE_HEADERS.includes(name))),
    get signal() {
      return request.signal
    },
  }
}

async function websiteOf({ objects }: GatewayRooms, name: BucketName): Promise<WebsiteConfiguration> {
  const bucket = (await readBucket(objects, name)) ?? refuse({ kind: 'no-such-bucket', bucket: name })
  const website = await readConfiguration(objects, bucket, 'website')
  return website ?? refuse({ kind: 'no-such-configuration', configuration: 'website', bucket: name })
}

function keyOf(rawPath: string): string {
  const text = decodePercent(rawPath.slice(1))
  return text ?? refuse({ kind: 'invalid-uri', detail: 'the path cannot be decoded' })
}

function objectKeyOf(text: string): ObjectKey {
  const parsed = parseObjectKey(text)
  if (parsed.kind === 'key') return parsed.key
  if (parsed.problem === 'too-long') return refuse({ kind: 'key-too-long' })
  return refuse({ kind: 'invalid-uri', detail: 'this cannot be the key of an object' })
}

async function show(visit: Visit): Promise<HttpResponse> {
  const wanted = pageOf(visit.website, visit.key)
  try {
    // Without an index document there is nothing at the root.
    if (wanted === '') refuse({ kind: 'no-such-key', key: wanted })
    return await page(visit, await look(visit, wanted))
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    return showInstead(visit, error)
  }
}

async function page({ rooms, dialect, request, progress, at }: Visit, done: PageAnswer): Promise<HttpResponse> {
  const moved = movedObject(done.result.object.system.websiteRedirectLocation, at)
  if (moved === undefined) return answered(rooms, dialect, request, progress, done)
  await leave(done, request.signal)
  return movedTo(moved)
}

interface Look {
  /** The page stands for another one: neither range nor condition was meant for it. */
  readonly whole?: boolean
  /** Whether it is there for everybody, and nothing more. */
  readonly headOnly?: boolean
}

type PageAnswer = Extract<Answer, { readonly operation: { readonly kind: 'get-object' | 'head-object' } }>

/** Nobody asks for one object. */
async function look({ rooms, identified, bucket, progress }: Visit, key: string, how: Look = {}): Promise<PageAnswer> {
  const { covered } = identified.identity
  const at = { bucket, key: objectKeyOf(key) }
  const done = await carryOut(rooms, identified, decodePage(covered, at, how), progress).catch(refuseSigning)
  if (isPage(done)) return done
  throw new Error('a page is an object')
}

/** Nobody can sign a visit: what wants a signature (an object under a KMS key) is refused, and not asked for one (T-097). */
function refuseSigning(error: unknown): never {
  if (error instanceof StoreFailure) {
    const { failure } = error
    if (failure.kind === 'invalid-argument' && failure.argument === 'Authorization') {
      refuse({ kind: 'access-denied', reason: 'anonymous: an object under a KMS key' })
    }
  }
  throw error
}

function isPage(done: Answer): done is PageAnswer {
  return done.operation.kind === 'get-object' || done.operation.kind === 'head-object'
}

/** What is shown for a page that cannot be: its folder's page, where a rule leads, the error document, or the refusal. */
async function showInstead(visit: Visit, error: StoreFailure): Promise<HttpResponse> {
  const { rooms, vendor, request, progress, website, key, at } = visit
  const { failure } = error
  const { status } = describe(vendor, failure)
  const { target } = progress
  if (isMissing(visit, failure)) {
    const other = await otherPage(visit)
    if (other !== undefined) return other
    progress.target = target
  }
  const moved = status < 400 ? undefined : movedAfter(website, key, status, at)
  const document = status >= 400 && status < 500 ? website.error : undefined
  if (moved === undefined && document === undefined) throw error
  recordOutcome(rooms, request, progress, failure)
  return moved === undefined
    ? errorDocument(visit, failure, document?.key ?? '', document?.status ?? status)
    : movedTo(moved)
}

/** One of the pages that stand for a key which is not there, if everybody may see it. */
async function otherPage(visit: Visit): Promise<HttpResponse | undefined> {
  for (const { key, then } of otherPagesOf(visit.website, visit.key)) {
    try {
      if (then === 'serve') return await page(visit, await look(visit, key))
      await look(visit, key, { whole: true, headOnly: true })
      return movedTo(movedToFolder(visit.key, visit.at))
    } catch (error) {
      if (!(error instanceof StoreFailure && isMissing(visit, error.failure))) throw error
    }
  }
  return undefined
}

/** Not there, or not for everybody. */
function isMissing({ vendor }: Visit, failure: Failure): boolean {
  const { status } = describe(vendor, failure)
  return status === 403 || status === 404
}

/** The owner's page for errors, if everybody may see it; what the request is remembered by stays what was asked for. */
async function errorDocument(visit: Visit, failure: Failure, key: string, status: number): Promise<HttpResponse> {
  const { rooms, vendor, dialect, request, progress } = visit
  const { target } = progress
  try {
    const done = await look(visit, key, { whole: true })
    return { ...answered(rooms, dialect, request, progress, done), status }
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    return failurePage(vendor, failure, answerContext(request, progress), [error.failure])
  } finally {
    progress.target = target
  }
}

function movedTo({ status, location }: Moved): HttpResponse {
  return { status, headers: [['Location', location]] }
}

/** A body that nobody will read is begun and left, which lets go of what it holds. */
async function leave({ result }: PageAnswer, signal: AbortSignal): Promise<void> {
  if (!('body' in result) || result.body.bytes !== undefined) return
  const pieces = result.body.read(signal)[Symbol.asyncIterator]()
  await pieces.next()
  await pieces.return?.()
}
