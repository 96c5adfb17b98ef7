import type { HttpResponse } from '../../http/index.ts'
import type { Failure } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { isKeyFailure } from '../key-failures.ts'
import { encodeDocument, type Format } from './answer-document.ts'
import { ALIBABA_FAILURES, FOREIGN, type AlibabaFailure } from './failure-table.ts'

/** No text of a refusal is longer; what a client sent may stand in it. */
const MAX_MESSAGE_CHARS = 2_048

/** `Code`, `Message`, `RequestId`, `HostId`, in the format that the request asked for. */
export function encodeAlibabaFailure(
  failure: Failure,
  context: AnswerContext,
  { region, format }: { readonly region: string; readonly format: Format },
): HttpResponse {
  const { status, code, message } = described(failure, context)
  const text = message.toWellFormed().slice(0, MAX_MESSAGE_CHARS)
  const members = { RequestId: context.requestId, HostId: `kms.${region}.aliyuncs.com`, Code: code, Message: text }
  return encodeDocument(status, 'Error', members, format, context)
}

const NOBODY: AlibabaFailure = {
  status: 400,
  code: 'MissingAccessKeyId',
  message: 'The request is signed by nobody.',
}

/** States have a code each. */
const STATE_CODES: ReadonlyMap<string, string> = new Map([
  ['enabled', 'Rejected.Enabled'],
  ['disabled', 'Rejected.Disabled'],
  ['pending-deletion', 'Rejected.PendingDeletion'],
  ['pending-import', 'Rejected.PendingImport'],
])

/** Reasons of policies and what is damaged stay inside. */
function described(failure: Failure, { caller }: AnswerContext): AlibabaFailure {
  const row = isKeyFailure(failure.kind) ? ALIBABA_FAILURES[failure.kind] : FOREIGN
  const saying = (message: string): AlibabaFailure => ({ ...row, message })
  switch (failure.kind) {
    case 'access-denied':
      if (failure.told !== undefined) return saying(failure.told)
      return caller === undefined ? NOBODY : row
    case 'key-invalid-state': {
      const code = STATE_CODES.get(failure.state) ?? row.code
      return { ...row, code, message: `The request was rejected because the key state is ${failure.state}.` }
    }
    case 'key-in-use': {
      const { versions, uploads, defaults } = failure
      return saying(
        `The key is in use: ${versions} object versions, ${uploads} uploads and ${defaults} bucket defaults need it.`,
      )
    }
    case 'missing-argument':
      return { ...row, message: `The parameter ${failure.argument} is missing.` }
    case 'invalid-argument':
      return saying(`The parameter ${failure.argument} ${failure.detail}.`)
    case 'limit-exceeded':
      return saying(`The limit of ${failure.value} ${failure.limit} is reached.`)
    case 'malformed-authorization':
    case 'malformed-query-authorization':
    case 'unsupported-signature':
    case 'invalid-request':
    case 'invalid-uri':
    case 'not-implemented':
    case 'unsupported-operation':
    case 'invalid-alias-name':
    case 'malformed-json':
      return saying(failure.detail)
    default:
      return row
  }
}
