import type { HttpResponse } from '../../http/index.ts'
import type { Failure, OperationKind } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { isKeyFailure } from '../key-failures.ts'
import { FOREIGN, HUAWEI_FAILURES, type HuaweiFailure } from './failure-table.ts'
import { jsonAnswer } from './json-answer.ts'

/** No text of a refusal is longer; what a client sent may stand in it. */
const MAX_MESSAGE_CHARS = 2_048

/** `{"error":{"error_code","error_msg"}}`; what the vendor's gateway says, without the outer object and with the request's id. */
export function encodeHuaweiFailure(failure: Failure, context: AnswerContext): HttpResponse {
  const { status, code, message, gateway } = described(failure, context)
  const words = { error_code: code, error_msg: message.toWellFormed().slice(0, MAX_MESSAGE_CHARS) }
  return jsonAnswer(status, gateway === true ? { ...words, request_id: context.requestId } : { error: words }, context)
}

const NOBODY: HuaweiFailure = {
  ...HUAWEI_FAILURES['malformed-authorization'],
  message: 'Incorrect IAM authentication information: x-auth-token and authorization not found',
}

/** What the vendor says of a key in a state that does not go with what is asked, by what is asked. */
const STATE_CODES: ReadonlyMap<string, string> = new Map<`${OperationKind} ${string}`, string>([
  ['cancel-key-deletion enabled', 'KMS.1501'],
  ['cancel-key-deletion disabled', 'KMS.1501'],
  ['cancel-key-deletion pending-import', 'KMS.1501'],
  ['schedule-key-deletion pending-deletion', 'KMS.1402'],
  ['enable-key pending-deletion', 'KMS.1201'],
  ['disable-key pending-deletion', 'KMS.1301'],
])

/** Reasons of policies and what is damaged stay inside. */
function described(failure: Failure, { caller, operation }: AnswerContext): HuaweiFailure {
  const row = isKeyFailure(failure.kind) ? HUAWEI_FAILURES[failure.kind] : FOREIGN
  const saying = (message: string): HuaweiFailure => ({ ...row, message })
  switch (failure.kind) {
    case 'access-denied':
      if (failure.told !== undefined) return saying(failure.told)
      return caller === undefined ? NOBODY : row
    case 'key-invalid-state': {
      const code = STATE_CODES.get(`${operation ?? ''} ${failure.state}`) ?? row.code
      return { ...row, code, message: `The state of the key is ${failure.state}.` }
    }
    case 'key-in-use': {
      const { versions, uploads, defaults } = failure
      return saying(
        `The key is in use: ${versions} object versions, ${uploads} uploads and ${defaults} bucket defaults need it.`,
      )
    }
    case 'missing-argument':
      return saying(`The parameter ${failure.argument} is missing.`)
    case 'invalid-argument':
      return { ...saying(`The parameter ${failure.argument} ${failure.detail}.`), ...codeOf(failure.argument) }
    case 'limit-exceeded':
      return saying(`The limit of ${failure.value} ${failure.limit} is reached.`)
    case 'malformed-authorization':
    case 'unsupported-signature':
      return saying(`Incorrect IAM authentication information: ${failure.detail}`)
    case 'invalid-request':
    case 'unsupported-operation':
    case 'not-implemented':
    case 'invalid-alias-name':
    case 'malformed-json':
      return saying(failure.detail)
    default:
      return row
  }
}

/** Parameters whose faults have a code of their own. */
const ARGUMENT_CODES: ReadonlyMap<string, string> = new Map([
  ['sequence', 'KMS.0206'],
  ['encryption_context', 'KMS.0208'],
  ['EncryptionContext', 'KMS.0208'],
  ['pending_days', 'KMS.1401'],
  ['rotation_interval', 'KMS.0312'],
  ['datakey_length', 'KMS.1901'],
  ['datakey_plain_length', 'KMS.1902'],
  ['datakey_cipher_length', 'KMS.1903'],
  ['plain_text', 'KMS.2101'],
])

function codeOf(argument: string): { readonly code?: string } {
  const code = ARGUMENT_CODES.get(argument)
  return code === undefined ? {} : { code }
}
