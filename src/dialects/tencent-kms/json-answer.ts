import type { HttpResponse } from '../../http/index.ts'
import type { AnswerContext } from '../dialect.ts'

/** `{"Response":{..., "RequestId"}}`, whatever came of it. */
export function jsonAnswer(members: object, { requestId }: Pick<AnswerContext, 'requestId'>): HttpResponse {
  return {
    status: 200,
    headers: [
      ['content-type', 'application/json'],
      ['x-tc-requestid', requestId],
      ['cache-control', 'no-store'],
    ],
    body: Buffer.from(JSON.stringify({ Response: { ...members, RequestId: requestId } }), 'utf8'),
  }
}
