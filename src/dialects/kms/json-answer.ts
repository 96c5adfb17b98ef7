import type { HttpResponse } from '../../http/index.ts'
import type { AnswerContext } from '../dialect.ts'

export const JSON_TYPE = 'application/x-amz-json-1.1'

/** AWS JSON 1.1. Without a value: the empty body of an operation that answers nothing. */
export function jsonAnswer(status: number, value: object | undefined, { requestId }: AnswerContext): HttpResponse {
  return {
    status,
    headers: [
      ['content-type', JSON_TYPE],
      ['x-amzn-RequestId', requestId],
      ['cache-control', 'no-store'],
    ],
    body: value === undefined ? NOTHING : Buffer.from(JSON.stringify(value), 'utf8'),
  }
}

const NOTHING = new Uint8Array(0)
