import type { RequestView } from '../../http/index.ts'
import { isJsonObject, parseStrictJson, refuse } from '../../operations/index.ts'
import type { AskedOperation } from '../asked-operation.ts'
import { KeyMembers } from '../key-members.ts'
import { TENCENT_ACTIONS, UNDONE_ACTIONS } from './actions.ts'

const VERSION = '2019-01-18'
const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i
const JSON_LIMITS = { maxDepth: 4, maxValues: 1_000 }
const MAX_SHOWN_CHARS = 64

export function readTencentRequest(covered: RequestView, document: Uint8Array, region: string): AskedOperation {
  const { headers } = covered
  if (covered.method !== 'POST') refuse({ kind: 'method-not-allowed', allowed: ['POST'] })
  const action = headers.get('x-tc-action') ?? refuse({ kind: 'missing-argument', argument: 'Action' })
  const read = TENCENT_ACTIONS.get(action)
  if (read === undefined) {
    if (UNDONE_ACTIONS.has(action)) refuse({ kind: 'not-implemented', detail: `${action} is not implemented.` })
    return refuse({ kind: 'unknown-operation', name: action.slice(0, MAX_SHOWN_CHARS) })
  }
  const version = headers.get('x-tc-version') ?? refuse({ kind: 'missing-argument', argument: 'Version' })
  if (version !== VERSION) refuse({ kind: 'invalid-argument', argument: 'Version', detail: `must be ${VERSION}` })
  if (!JSON_TYPE.test(headers.get('content-type') ?? '')) {
    refuse({ kind: 'invalid-request', detail: 'The content type is application/json.' })
  }
  const value = document.length === 0 ? new Map() : parseStrictJson(document, JSON_LIMITS)
  if (!isJsonObject(value)) return refuse({ kind: 'malformed-json', detail: 'the body is an object' })
  return read(new KeyMembers(value), region)
}
