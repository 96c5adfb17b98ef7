import type { RequestView } from '../../http/index.ts'
import { isJsonObject, parseStrictJson, refuse } from '../../operations/index.ts'
import type { AskedOperation } from '../asked-operation.ts'
import { KeyMembers } from '../key-members.ts'
import { HUAWEI_OPERATIONS, UNDONE_OPERATIONS } from './key-paths.ts'

/** `/v1.0/<project>/kms/<operation>`; whose keys are meant follows from who signed, and not from the project. */
const PATH = /^\/v1\.0\/[A-Za-z0-9_-]{1,64}\/kms\/([a-z-]{1,64})\/?$/
const JSON_LIMITS = { maxDepth: 4, maxValues: 1_000 }
const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i
const SEQUENCE = /^[0-9a-zA-Z-]{36}$/

export function readHuaweiRequest(covered: RequestView, document: Uint8Array, region: string): AskedOperation {
  const name = PATH.exec(covered.rawPath)?.[1] ?? refuse({ kind: 'unknown-operation', name: '' })
  const read = HUAWEI_OPERATIONS.get(name)
  if (read === undefined) {
    if (UNDONE_OPERATIONS.has(name)) refuse({ kind: 'not-implemented', detail: `${name} is not implemented.` })
    return refuse({ kind: 'unknown-operation', name })
  }
  if (covered.method !== 'POST') refuse({ kind: 'method-not-allowed', allowed: ['POST'] })
  if (covered.query.length > 0) refuse({ kind: 'invalid-request', detail: 'The parameters stand in the body.' })
  const type = covered.headers.get('content-type')
  if (type !== undefined && !JSON_TYPE.test(type)) {
    refuse({ kind: 'invalid-request', detail: 'The content type is application/json.' })
  }
  const value = document.length === 0 ? new Map() : parseStrictJson(document, JSON_LIMITS)
  if (!isJsonObject(value)) return refuse({ kind: 'malformed-json', detail: 'the body is an object' })
  const members = new KeyMembers(value)
  const sequence = members.optionalText('sequence', 36)
  if (sequence !== undefined && !SEQUENCE.test(sequence)) {
    refuse({ kind: 'invalid-argument', argument: 'sequence', detail: 'has 36 letters, digits and hyphens' })
  }
  return read(members, region)
}
