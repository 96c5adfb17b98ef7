import type { HttpResponse } from '../../http/index.ts'
import type { AnswerContext } from '../dialect.ts'

/** Answers are never kept by anything in between, and never taken for a page. */
export function securityHeaders({ requestId }: AnswerContext): readonly (readonly [string, string])[] {
  return [
    ['cache-control', 'no-store'],
    ['x-content-type-options', 'nosniff'],
    ['x-coffer-request-id', requestId],
  ]
}

export function jsonResponse(
  status: number,
  value: object,
  context: AnswerContext,
  extra: readonly (readonly [string, string])[] = [],
): HttpResponse {
  const body = Buffer.from(`${JSON.stringify(value)}\n`, 'utf8')
  return {
    status,
    headers: [['content-type', 'application/json; charset=utf-8'], ...securityHeaders(context), ...extra],
    body,
  }
}
