import { parseDecimal, parseHttpDate, type HttpHeaders } from '../../http/index.ts'
import { refuse, type DeleteCondition, type WriteCondition } from '../../operations/index.ts'
import { parseIsoDate } from '../iso-date.ts'
import { bareEtag } from '../read-conditions.ts'
import { refuseArgument } from '../refuse-argument.ts'

export function unsupported(header: string): never {
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

const IF_MATCH = 'if-match'
const IF_MODIFIED = 'x-amz-if-match-last-modified-time'
const IF_SIZE = 'x-amz-if-match-size'
const MAX_SIZE = Number.MAX_SAFE_INTEGER

/** Whether a deletion compares itself with what is there, which who may read it may do (S3 User Guide, "Conditional deletes"). */
export function comparesBeforeDeleting(headers: HttpHeaders): boolean {
  const match = headers.get(IF_MATCH)
  return (match !== undefined && match !== '*') || headers.has(IF_MODIFIED) || headers.has(IF_SIZE)
}

/** `If-Match`, `x-amz-if-match-last-modified-time`, `x-amz-if-match-size` of DeleteObject. */
export function deleteCondition(headers: HttpHeaders): DeleteCondition | undefined {
  return readDeleteCondition([
    [IF_MATCH, headers.get(IF_MATCH)],
    [IF_MODIFIED, headers.get(IF_MODIFIED)],
    [IF_SIZE, headers.get(IF_SIZE)],
  ])
}

type Named = readonly [name: string, text: string | undefined]

/** Each condition with the name under which it was given. What cannot be read is refused: ignoring it would delete. */
export function readDeleteCondition([match, modified, size]: readonly [Named, Named, Named]):
  DeleteCondition | undefined {
  const [etag, lastModifiedMs, sizeBytes] = [etagCondition(match), timeCondition(modified), sizeCondition(size)]
  if ((etag ?? lastModifiedMs ?? sizeBytes) === undefined) return undefined
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModifiedMs === undefined ? {} : { lastModifiedMs }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
  }
}

function etagCondition([name, text]: Named): string | undefined {
  if (text === undefined) return undefined
  const etag = bareEtag(text.trim())
  return etag === '' || etag.includes(',') ? refuseArgument(name, text, 'This is not an entity tag.') : etag
}

function timeCondition([name, text]: Named): number | undefined {
  if (text === undefined) return undefined
  return parseHttpDate(text) ?? parseIsoDate(text) ?? refuseArgument(name, text, 'This is not a date.')
}

function sizeCondition([name, text]: Named): number | undefined {
  if (text === undefined) return undefined
  return parseDecimal(text, { min: 0, max: MAX_SIZE }) ?? refuseArgument(name, text, 'This is not a size in bytes.')
}
