import type { HttpResponse } from '../../http/index.ts'
import type { AnswerContext } from '../dialect.ts'

export function jsonAnswer(status: number, value: object, { requestId }: AnswerContext): HttpResponse {
  return {
    status,
    headers: [
      ['content-type', 'application/json'],
      ['x-request-id', requestId],
      ['cache-control', 'no-store'],
    ],
    body: Buffer.from(JSON.stringify(value), 'utf8'),
  }
}
