import { parseHttpDate, type HttpHeaders } from '../http/index.ts'
import type { ReadConditions } from '../operations/index.ts'
import { refuseArgument } from './refuse-argument.ts'

const NO_CONDITIONS: ReadConditions = {}

/** More ETags in one condition than any client sends. */
const MAX_ETAGS = 100

/** `If-Match` and its siblings of GET and HEAD; with a vendor's prefix, those of a copy's source (RFC 9110, 13.1). */
export function readConditions(headers: HttpHeaders, prefix = ''): ReadConditions {
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

/** ETags are compared as all four vendors do it: quotes are optional, a weak mark does not count. */
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
