import type { HttpResponse } from '../../../http/index.ts'
import type { Failure, FailureKind } from '../../../operations/index.ts'
import type { AnswerContext } from '../../dialect.ts'
import { FAILURES, MAX_SHOWN_CHARS, RETRY_SECONDS, SHOWN_MEMBERS } from '../failures.ts'
import { consoleJson } from './answers.ts'
import type { ConsoleErrorJson } from './wire.ts'

/** Where the console's code or status is not what the kind says by itself. */
const OWN: Partial<Readonly<Record<FailureKind, readonly [status: number, code: string]>>> = {
  sealed: [423, 'Sealed'],
  'malformed-policy': [422, 'MalformedPolicy'],
  'missing-content-length': [411, 'LengthRequired'],
  'request-timeout': [408, 'RequestTimeout'],
  'invalid-uri': [404, 'NotFound'],
  'no-such-key': [404, 'NoSuchObject'],
  'key-not-found': [404, 'NoSuchKmsKey'],
}
const SESSION = {
  none: [401, 'NoSession', 'Nobody is signed in here'],
  page: [403, 'CsrfRefused', 'The request did not come from the console’s own page'],
  proof: [403, 'ProofNeeded', 'The secret has to be typed again for this'],
} as const

/** `key-in-use` becomes `KeyInUse`. */
function codeOf(kind: FailureKind): string {
  return kind.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

export function encodeConsoleFailure(failure: Failure, context: AnswerContext): HttpResponse {
  const { requestId } = context
  if (failure.kind === 'session-refused') {
    const [status, code, message] = SESSION[failure.why]
    return consoleRefusal(status, { code, message, requestId })
  }
  const [usual, message] = FAILURES[failure.kind]
  const [status, code] = OWN[failure.kind] ?? [usual, codeOf(failure.kind)]
  const shown: Record<string, string | number | boolean> = {}
  const members: readonly (readonly [string, unknown])[] = Object.entries(failure)
  for (const [name, value] of members) {
    if (!SHOWN_MEMBERS.has(name)) continue
    if (typeof value === 'string') shown[name] = value.toWellFormed().slice(0, MAX_SHOWN_CHARS)
    if (typeof value === 'number' || typeof value === 'boolean') shown[name] = value
  }
  return consoleRefusal(status, { ...shown, ...extrasOf(failure, requestId, status), code, message, requestId })
}

function extrasOf(failure: Failure, requestId: string, status: number): Partial<ConsoleErrorJson['error']> {
  switch (failure.kind) {
    case 'access-denied': {
      const { action, resource = '*' } = failure
      return action === undefined ? {} : { missing: [{ action, resource }], explain: requestId }
    }
    case 'invalid-argument':
      return { fields: { [failure.argument]: failure.detail } }
    case 'precondition-failed':
      // What nobody put is shown as null: it can be put with `If-None-Match: *`.
      return failure.current === undefined ? {} : { current: failure.current === 'nothing' ? null : failure.current }
    case 'sealed':
      return { state: 'sealed' }
    default:
      return status === 503 ? { retryAfter: Number(RETRY_SECONDS) } : {}
  }
}

/** A refusal in the console's one form. */
export function consoleRefusal(status: number, error: ConsoleErrorJson['error']): HttpResponse {
  const body: ConsoleErrorJson = { error }
  const retry = error.retryAfter === undefined ? [] : [['retry-after', String(error.retryAfter)] as const]
  return consoleJson(status, body, error.requestId, retry)
}
