import { parseHttpDate, type HttpHeaders } from '../../http/index.ts'
import { refuse, type ReadConditions, type WriteCondition } from '../../operations/index.ts'
import { refuseArgument } from './s3-request.ts'

const NO_CONDITIONS: ReadConditions = {}

/** More ETags in one condition than any client sends. */
const MAX_ETAGS = 100

/** `If-Match` and its siblings of GET and HEAD; with a prefix, those of a copy's source (RFC 9110, 13.1). */
export function readConditions(headers: HttpHeaders, prefix: '' | 'x-amz-copy-source-' = ''): ReadConditions {
  const ifMatch = etagList(headers, `${prefix}if-match`)
  const ifNoneMatch = etagList(headers, `${prefix}if-none-match`)
  const ifModifiedSinceMs = dateOf(headers, `${prefix}if-modified-since`)
  const ifUnmodifiedSinceMs = dateOf(headers, `${prefix}if-unmodified-since`)
  if ((ifMatch ?? ifNoneMatch ?? ifModifiedSinceMs ?? ifUnmodifiedSinceMs) === undefined) return NO_CONDITIONS
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifModifiedSinceMs === undefined ? {} : { ifModifiedSinceMs }),
    ...(ifUnmodifiedSinceMs === undefined ? {} : { ifUnmodifiedSinceMs }),
  }
}

/** ETags are compared as S3 does it: quotes are optional, a weak mark does not count. */
function etagList(headers: HttpHeaders, name: string): readonly string[] | undefined {
  const text = headers.get(name)
  if (text === undefined) return undefined
  const etags = text.split(',', MAX_ETAGS + 1).map((piece) => bareEtag(piece.trim()))
  if (etags.length > MAX_ETAGS || etags.some((etag) => etag === '')) {
    refuseArgument(name, text, 'This is not a list of entity tags.')
  }
  return etags
}

/** An ETag without its quotes. */
export function bareEtag(text: string): string {
  const quoted = /^(?:W\/)?"([^"]*)"$/.exec(text)
  return quoted?.[1] ?? text
}

/** A condition that cannot be read is refused: ignoring it would do what the client wanted to prevent. */
function dateOf(headers: HttpHeaders, name: string): number | undefined {
  const text = headers.get(name)
  if (text === undefined) return undefined
  return parseHttpDate(text) ?? refuseArgument(name, text, 'This is not an HTTP date.')
}

function unsupported(header: string): never {
  return refuse({
    kind: 'not-implemented',
    detail: 'A header you provided implies functionality that is not implemented',
    header,
  })
}

/** `If-None-Match: *` or `If-Match: <etag>` of a write; everything else about conditions is 501 (spec 9.4). */
export function writeCondition(headers: HttpHeaders): WriteCondition | undefined {
  const match = headers.get('if-match')
  const noneMatch = headers.get('if-none-match')
  if (headers.has('if-modified-since')) unsupported('If-Modified-Since')
  if (headers.has('if-unmodified-since')) unsupported('If-Unmodified-Since')
  if (match !== undefined && noneMatch !== undefined) unsupported('If-Match,If-None-Match')
  if (noneMatch !== undefined) return noneMatch === '*' ? { kind: 'if-none-match-any' } : unsupported('If-None-Match')
  if (match === undefined) return undefined
  if (match === '*' || match.includes(',') || match === '') unsupported('If-Match')
  return { kind: 'if-match', etag: bareEtag(match) }
}

/** Conditions on a deletion are not implemented: refused, because ignoring them would delete. */
export function refuseDeleteConditions(headers: HttpHeaders): void {
  for (const name of ['if-match', 'x-amz-if-match-last-modified-time', 'x-amz-if-match-size']) {
    if (headers.has(name)) unsupported(name)
  }
}
