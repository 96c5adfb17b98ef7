import type { HttpResponse } from '../../http/index.ts'
import type { Answer, OperationKind } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import type { Answers, KmsKind } from './answers/answer.ts'
import { KEY_ANSWERS } from './answers/key-answers.ts'
import { MATERIAL_ANSWERS } from './answers/material-answers.ts'
import { RIGHTS_ANSWERS } from './answers/rights-answers.ts'
import { USE_ANSWERS } from './answers/use-answers.ts'
import { jsonAnswer } from './json-answer.ts'

/** Total: an operation on keys without an answer does not compile. */
const ANSWERS: Answers<KmsKind> = { ...KEY_ANSWERS, ...USE_ANSWERS, ...MATERIAL_ANSWERS, ...RIGHTS_ANSWERS }

function isKmsKind(kind: OperationKind): kind is KmsKind {
  return Object.hasOwn(ANSWERS, kind)
}

export function encodeKms({ operation, result }: Answer, context: AnswerContext): HttpResponse {
  if (!isKmsKind(operation.kind)) throw new Error(`${operation.kind} is no operation of KMS`)
  const shape: (result: never, operation: never) => object | undefined = ANSWERS[operation.kind]
  // An answer pairs each kind with its own result; the compiler cannot follow the pair through the union.
  return jsonAnswer(200, shape(result as never, operation as never), context)
}
