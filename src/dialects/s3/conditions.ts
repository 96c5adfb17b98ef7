import type { HttpHeaders } from '../../http/index.ts'
import { refuse, type WriteCondition } from '../../operations/index.ts'
import { bareEtag } from '../read-conditions.ts'

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
