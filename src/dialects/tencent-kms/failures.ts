import type { HttpResponse } from '../../http/index.ts'
import type { Failure } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { isKeyFailure } from '../key-failures.ts'
import { FOREIGN, TENCENT_FAILURES, type TencentFailure } from './failure-table.ts'
import { jsonAnswer } from './json-answer.ts'

/** No text of a refusal is longer; what a client sent may stand in it. */
const MAX_MESSAGE_CHARS = 2_048

/** `{"Response":{"Error":{"Code","Message"},"RequestId"}}`, with status 200. */
export function encodeTencentFailure(failure: Failure, context: AnswerContext): HttpResponse {
  const [code, message] = described(failure, context)
  return jsonAnswer({ Error: { Code: code, Message: message.toWellFormed().slice(0, MAX_MESSAGE_CHARS) } }, context)
}

/** Parameters whose faults have a code of their own. */
const ARGUMENT_CODES: ReadonlyMap<string, string> = new Map([
  ['KeyId', 'InvalidParameterValue.InvalidKeyId'],
  ['Plaintext', 'InvalidParameterValue.InvalidPlaintext'],
  ['CiphertextBlob', 'InvalidParameterValue.InvalidCiphertext'],
  ['Alias', 'InvalidParameterValue.InvalidAlias'],
  ['KeyUsage', 'InvalidParameterValue.InvalidKeyUsage'],
  ['Type', 'InvalidParameterValue.InvalidType'],
])

/** Reasons of policies and what is damaged stay inside. */
function described(failure: Failure, { caller }: AnswerContext): TencentFailure {
  const row = isKeyFailure(failure.kind) ? TENCENT_FAILURES[failure.kind] : FOREIGN
  const [code] = row
  switch (failure.kind) {
    case 'access-denied':
      if (failure.told !== undefined) return [code, failure.told]
      return caller === undefined ? ['AuthFailure.InvalidAuthorization', 'The request is signed by nobody.'] : row
    case 'key-invalid-state':
      return [code, `The state of the CMK is ${failure.state}.`]
    case 'key-in-use': {
      const { versions, uploads, defaults } = failure
      return [
        code,
        `The CMK is in use: ${versions} object versions, ${uploads} uploads and ${defaults} bucket defaults need it.`,
      ]
    }
    case 'missing-argument':
      return [code, `The parameter ${failure.argument} is missing.`]
    case 'missing-security-header':
      return [code, `The header ${failure.header} is missing.`]
    case 'invalid-argument':
      return [ARGUMENT_CODES.get(failure.argument) ?? code, `The parameter ${failure.argument} ${failure.detail}.`]
    case 'limit-exceeded':
      return [code, `The limit of ${failure.value} ${failure.limit} is reached.`]
    case 'malformed-authorization':
    case 'unsupported-signature':
    case 'unsupported-operation':
    case 'invalid-request':
    case 'not-implemented':
    case 'invalid-alias-name':
    case 'malformed-json':
      return [code, failure.detail]
    default:
      return row
  }
}
