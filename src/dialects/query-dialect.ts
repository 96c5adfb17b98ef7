import type { HttpResponse, RequestView } from '../http/index.ts'
import {
  peopleTarget,
  refuse,
  type Answer,
  type Dialect,
  type Failure,
  type FailureKind,
  type PeopleOperation,
} from '../operations/index.ts'
import type { AnswerContext, DecodedByBody, DialectTranslator } from './dialect.ts'
import { parseFormBody } from './form-body.ts'
import { describeQueryFailure, type QueryFailure } from './query-failures.ts'
import type { AnyQueryOperation } from './query-operation.ts'
import { queryParameters } from './query-parameters.ts'
import { element, parent, xmlDocument } from './xml-writer.ts'

/** Of a policy document of 131,072 characters, each escaped, and what stands around it. */
export const MAX_FORM_BYTES = 512 * 1024
const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i

type PeopleAnswer = Extract<Answer, { readonly operation: PeopleOperation }>

/** One service of the AWS query protocol. */
export interface QueryService {
  readonly name: Dialect
  /** What `Version` has to say. */
  readonly version: string
  readonly namespace: string
  /** By the kind of the operation. */
  readonly operations: Readonly<Record<string, AnyQueryOperation>>
  /** Actions of the vendor's service that are not built here: refused as such, not as unknown. */
  readonly undone: ReadonlySet<string>
  /** Failures that this service names otherwise than the others. */
  readonly failures?: Readonly<Partial<Record<FailureKind, QueryFailure>>>
}

/** A translator for it: `POST /` with a form that names its action, answered in XML. */
export function createQueryDialect<Name extends Dialect>(
  service: QueryService & { readonly name: Name },
): DialectTranslator<DecodedByBody> & { readonly name: Name } {
  const byKind = new Map(Object.entries(service.operations))
  const byAction = new Map([...byKind.values()].map((operation) => [operation.action, operation]))
  return {
    name: service.name,
    decode: (covered) => {
      requireForm(covered)
      const document = { maxBytes: MAX_FORM_BYTES, expect: {}, required: true }
      return { document, requiresSigV4: true, understand: (body) => understand(service, byAction, body) }
    },
    encode: (answer, context) => encode(service, byKind.get(answer.operation.kind), answer, context),
    encodeFailure: (failure, context) => encodeFailure(service, failure, context),
  }
}

function requireForm({ method, rawPath, query, headers }: RequestView): void {
  if (method !== 'POST' || rawPath !== '/') refuse({ kind: 'method-not-allowed', allowed: ['POST'] })
  if (query.length > 0) refuse({ kind: 'invalid-request', detail: 'The parameters stand in the body.' })
  const type = headers.get('content-type')
  if (type === undefined || FORM.test(type)) return
  refuse({ kind: 'invalid-request', detail: 'The body has to be application/x-www-form-urlencoded.' })
}

function understand(
  service: QueryService,
  operations: ReadonlyMap<string, AnyQueryOperation>,
  document: Uint8Array,
): ReturnType<DecodedByBody['understand']> {
  const parameters = queryParameters(parseFormBody(document))
  const action = parameters.optional('Action', 128) ?? ''
  const version = parameters.optional('Version', 32) ?? ''
  const found = operations.get(action)
  if (found === undefined && service.undone.has(action)) {
    refuse({ kind: 'not-implemented', detail: `The action ${action} is not implemented.` })
  }
  if (found === undefined || version !== service.version) {
    return refuse({ kind: 'unknown-operation', name: `${action} for version ${version}` })
  }
  const operation = found.read(parameters)
  parameters.end()
  return { target: peopleTarget(operation), operation }
}

function encode(
  service: QueryService,
  found: AnyQueryOperation | undefined,
  answer: Answer,
  context: AnswerContext,
): HttpResponse {
  if (found === undefined) throw new Error(`${service.name} has no answer for ${answer.operation.kind}`)
  // The entry is this kind's own, and an answer holds the result of its operation.
  const { operation, result: value } = answer as PeopleAnswer
  const result = found.write?.(value, operation)
  const body = xmlDocument(
    `${found.action}Response`,
    service.namespace,
    ...(result === undefined ? [] : [parent(`${found.action}Result`, ...result)]),
    parent('ResponseMetadata', element('RequestId', context.requestId)),
  )
  return { status: 200, headers: headersOf(context), body }
}

function encodeFailure(service: QueryService, failure: Failure, context: AnswerContext): HttpResponse {
  const { status, code, message, retryAfterSeconds } =
    service.failures?.[failure.kind] ?? describeQueryFailure(failure, context.caller)
  const body = xmlDocument(
    'ErrorResponse',
    service.namespace,
    parent(
      'Error',
      element('Type', status < 500 ? 'Sender' : 'Receiver'),
      element('Code', code),
      element('Message', message),
    ),
    element('RequestId', context.requestId),
  )
  const retry = retryAfterSeconds === undefined ? [] : [['Retry-After', String(retryAfterSeconds)] as const]
  return { status, headers: [...headersOf(context), ...retry], body }
}

/** Answers hold secrets at times: nothing in between keeps one. */
function headersOf({ requestId }: AnswerContext): readonly (readonly [string, string])[] {
  return [
    ['x-amzn-RequestId', requestId],
    ['Content-Type', 'text/xml'],
    ['Cache-Control', 'no-store'],
  ]
}
