import type { HttpResponse } from '../../http/index.ts'
import type { Failure, KeyState } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { KMS_FAILURES } from './failure-table.ts'
import { jsonAnswer } from './json-answer.ts'
import { notFoundText } from './not-found.ts'

/** No text of a refusal is longer; what a client sent may stand in it. */
const MAX_MESSAGE_CHARS = 8_192

/** The error document. Which members KMS has in it differs by error (spec: API reference and what AWS answers). */
export function encodeKmsFailure(failure: Failure, context: AnswerContext, region: string): HttpResponse {
  if (failure.kind === 'access-denied' && context.caller === undefined) {
    const message = 'Missing Authentication Token'
    return jsonAnswer(400, { __type: 'MissingAuthenticationTokenException', message }, context)
  }
  const { status, type, message } = KMS_FAILURES[failure.kind]
  const said = (messageOf(failure, context, region) ?? message)?.toWellFormed().slice(0, MAX_MESSAGE_CHARS)
  if (said === undefined) return jsonAnswer(status, { __type: type }, context)
  // KMS itself writes this one with a capital.
  const named = failure.kind === 'access-denied' ? { Message: said } : { message: said }
  return jsonAnswer(status, { __type: type, ...named }, context)
}

/** What a failure says of itself; undefined: what its kind says. Reasons of policies and what is damaged stay inside. */
function messageOf(failure: Failure, context: AnswerContext, region: string): string | undefined {
  switch (failure.kind) {
    case 'access-denied':
      return deniedText(failure, context)
    case 'key-not-found':
      return notFoundText(failure.key, region, context.account)
    case 'alias-not-found':
      return notFoundText(failure.alias, region, context.account)
    case 'key-disabled':
      return `${failure.key} is disabled.`
    case 'key-invalid-state':
      return `${failure.key} ${stateWords(failure.state)}.`
    case 'invalid-arn':
      return `${failure.arn} is not valid here: the id or the ARN of a key is expected.`
    case 'key-invalid-usage':
      return failure.detail.startsWith('key ') ? `${failure.key} ${failure.detail}` : failure.detail
    case 'unsupported-operation':
      return failure.detail.endsWith('.') ? failure.detail : `This is not supported: ${failure.detail}.`
    case 'key-in-use': {
      const { key, versions, uploads, defaults } = failure
      return `${key} is in use: ${versions} object versions, ${uploads} uploads and ${defaults} bucket defaults need it.`
    }
    case 'alias-exists':
      return `An alias with the name ${aliasArn(failure.alias, region, context.account)} already exists`
    case 'limit-exceeded':
      return `The limit of ${failure.value} ${failure.limit} is reached.`
    case 'entity-too-large':
      return `The body of the request is longer than ${failure.limitBytes} bytes.`
    case 'invalid-argument':
      return `1 validation error detected: Value at '${failure.argument}' failed to satisfy constraint: ${failure.detail}`
    case 'key-unavailable':
    case 'unavailable':
    case 'slow-down':
    case 'contended':
    case 'several-authorizations':
      return undefined
    default:
      return 'detail' in failure && failure.detail !== '' ? failure.detail : undefined
  }
}

function deniedText(
  { action, resource }: Extract<Failure, { readonly kind: 'access-denied' }>,
  { caller }: AnswerContext,
): string | undefined {
  if (action === undefined || caller === undefined) return undefined
  const on = resource === undefined ? '' : ` on resource: ${resource}`
  return `User: ${caller} is not authorized to perform: ${action}${on} because no policy that applies allows the ${action} action`
}

const STATE_WORDS: Readonly<Record<KeyState, string>> = {
  'pending-deletion': 'is pending deletion',
  'pending-import': 'is pending import',
  unavailable: 'is unavailable',
  // The only thing that an ordinary state does not allow is to cancel what was never scheduled.
  enabled: 'is not pending deletion',
  disabled: 'is not pending deletion',
}

function stateWords(state: string): string {
  return Object.hasOwn(STATE_WORDS, state) ? STATE_WORDS[state as KeyState] : 'is in another state'
}

function aliasArn(alias: string, region: string, account: string | undefined): string {
  return `arn:aws:kms:${region}:${account ?? ''}:${alias}`
}
