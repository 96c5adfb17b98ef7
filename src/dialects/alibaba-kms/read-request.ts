import { parseQuery, type RequestView } from '../../http/index.ts'
import { refuse, type JsonValue } from '../../operations/index.ts'
import type { AskedOperation } from '../asked-operation.ts'
import { KeyMembers } from '../key-members.ts'
import { ALIBABA_ACTIONS, UNDONE_ACTIONS } from './actions.ts'

const VERSION = '2016-01-20'
const FORM = /^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i
const CONTEXT = 'EncryptionContext'
const CONTEXT_PREFIX = `${CONTEXT}.`

/** The action by its parameter or, with the newer signature, by its header; parameters of the query and of a form. */
export function readAlibabaRequest(
  covered: RequestView,
  document: Uint8Array,
): { readonly action: string; readonly asked: AskedOperation; readonly format: string | undefined } {
  if (covered.rawPath !== '/') refuse({ kind: 'invalid-uri', detail: 'The path is /.' })
  if (covered.method !== 'GET' && covered.method !== 'POST') {
    refuse({ kind: 'method-not-allowed', allowed: ['GET', 'POST'] })
  }
  const parameters = parametersOf(covered, document)
  const action = one(covered, parameters, 'Action', 'x-acs-action')
  const read = ALIBABA_ACTIONS.get(action)
  if (read === undefined) {
    if (UNDONE_ACTIONS.has(action)) refuse({ kind: 'not-implemented', detail: `${action} is not implemented.` })
    return refuse({ kind: 'unknown-operation', name: action.slice(0, MAX_SHOWN_CHARS) })
  }
  const version = one(covered, parameters, 'Version', 'x-acs-version')
  if (version !== VERSION) {
    refuse({ kind: 'invalid-argument', argument: 'Version', detail: `must be ${VERSION}` })
  }
  return { action, asked: read(new KeyMembers(withContext(parameters))), format: parameters.get('Format') }
}

const MAX_SHOWN_CHARS = 64

/** Said once, or twice alike. */
function one(
  { headers }: RequestView,
  parameters: ReadonlyMap<string, string>,
  parameter: string,
  header: string,
): string {
  const [inParameters, inHeader] = [parameters.get(parameter), headers.get(header)]
  if (inParameters !== undefined && inHeader !== undefined && inParameters !== inHeader) {
    refuse({ kind: 'invalid-request', detail: `${header} differs from ${parameter}` })
  }
  return inParameters ?? inHeader ?? refuse({ kind: 'missing-argument', argument: parameter })
}

/** An empty value is an absent one: the vendor's client writes what is not set so. */
function parametersOf({ query, headers }: RequestView, document: Uint8Array): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  const take = (pairs: RequestView['query']): void => {
    for (const { name, value } of pairs) {
      if (parameters.has(name)) refuse({ kind: 'invalid-request', detail: 'A parameter came twice.' })
      if (value !== '') parameters.set(name, value)
    }
  }
  take(query)
  if (document.length === 0) return parameters
  if (!FORM.test(headers.get('content-type') ?? '')) {
    refuse({ kind: 'invalid-request', detail: 'The body has to be application/x-www-form-urlencoded.' })
  }
  const form = parseQuery(Buffer.from(document).toString('latin1'), { plusIsSpace: true })
  if (form.kind === 'problem') return refuse({ kind: 'invalid-request', detail: 'The form cannot be read.' })
  take(form.parameters)
  return parameters
}

/** The vendor's client writes a context as one parameter for each pair; the vendor's pages, as one JSON text. */
function withContext(parameters: ReadonlyMap<string, string>): ReadonlyMap<string, JsonValue> {
  const members = new Map<string, JsonValue>()
  const context = new Map<string, JsonValue>()
  for (const [name, value] of parameters) {
    if (name.startsWith(CONTEXT_PREFIX)) context.set(name.slice(CONTEXT_PREFIX.length), value)
    else members.set(name, value)
  }
  if (context.size === 0) return members
  if (members.has(CONTEXT)) {
    refuse({ kind: 'invalid-argument', argument: CONTEXT, detail: 'is one JSON text, or one parameter for each pair' })
  }
  return members.set(CONTEXT, context)
}
