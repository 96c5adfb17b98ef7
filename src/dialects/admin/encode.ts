import type { HttpResponse } from '../../http/index.ts'
import type { Answer, ObjectDescription, OperationKind, Results } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { jsonResponse, securityHeaders } from './json-response.ts'
import { RESULT_JSON } from './result-json.ts'
import type { AdminKind } from './wire.ts'

function isAdminKind(kind: OperationKind): kind is AdminKind {
  return Object.hasOwn(RESULT_JSON, kind)
}

/** An answer as JSON, or an object's bytes as they are. */
export function encodeAdmin(answer: Answer, context: AnswerContext): HttpResponse {
  const { operation, result } = answer
  if (operation.kind === 'get-object') return objectResponse(result as Results['get-object'], context)
  if (!isAdminKind(operation.kind)) throw new Error(`${operation.kind} is no operation of the admin API`)
  const shape: (result: never, named: { readonly key: string }) => object = RESULT_JSON[operation.kind]
  // An answer pairs each kind with its own result; the compiler cannot follow the pair through the union.
  return jsonResponse(200, shape(result as never, { key: context.key ?? '' }), context)
}

/** Bytes for a file, never for a page: whatever type an upload claimed, a browser is told to store it. */
function objectResponse({ object, slice, body }: Results['get-object'], context: AnswerContext): HttpResponse {
  return {
    status: 200,
    headers: [
      ['content-type', 'application/octet-stream'],
      ['content-disposition', 'attachment'],
      ...objectHeaders(object),
      ...securityHeaders(context),
    ],
    body: { length: slice.length, read: (signal) => body.read(signal) },
  }
}

function objectHeaders({ versionId, encryption }: ObjectDescription): readonly (readonly [string, string])[] {
  const version = versionId === undefined ? [] : [['x-coffer-version-id', versionId] as const]
  return [...version, ['x-coffer-mode', encryption.mode]]
}
