import type { RequestView } from '../../http/index.ts'
import { parseStrictJson, refuse, type KeyOperation, type Target } from '../../operations/index.ts'
import type { DecodedByBody } from '../dialect.ts'
import { KMS_REQUESTS, UNSUPPORTED_OPERATIONS } from './request-table.ts'
import { notSupported } from './shape.ts'

/** The longest request: a policy whose every character is escaped. */
export const MAX_KMS_BODY_BYTES = 512 * 1024
/** A request is an object of lists of objects at most; what is not known is passed over, and may not be deep either. */
const JSON_LIMITS = { maxDepth: 8, maxValues: 2_000 }
const EMPTY_BODY = Buffer.from('{}', 'latin1')
const TARGET = /^TrentService\.([A-Za-z]{1,64})$/
const CONTENT_TYPE = /^application\/x-amz-json-1\.1(?:[ \t]*;.*)?$/i

/** `POST /`, `X-Amz-Target: TrentService.<Operation>`, a JSON body. */
export function decodeKms(request: RequestView): DecodedByBody {
  const name = TARGET.exec(request.headers.get('x-amz-target') ?? '')?.[1]
  const reader = name === undefined ? undefined : KMS_REQUESTS.get(name)
  if (name === undefined || reader === undefined) {
    if (name !== undefined && UNSUPPORTED_OPERATIONS.has(name)) notSupported(name)
    return refuse({ kind: 'unknown-operation', name: name ?? '' })
  }
  if (!CONTENT_TYPE.test(request.headers.get('content-type') ?? '')) {
    return refuse({ kind: 'malformed-json', detail: 'the content type must be application/x-amz-json-1.1' })
  }
  return {
    document: { maxBytes: MAX_KMS_BODY_BYTES, expect: {}, required: false },
    requiresSigV4: true,
    understand(document) {
      const operation = reader.read(parseStrictJson(document.length === 0 ? EMPTY_BODY : document, JSON_LIMITS))
      return { target: targetOf(operation), operation }
    },
  }
}

/** What is asked, as it is recorded: the key as the caller named it. */
function targetOf(operation: KeyOperation): Target {
  const { kind } = operation
  const named = 'key' in operation ? operation.key : 'alias' in operation ? operation.alias : undefined
  return named === undefined ? { kind } : { kind, keyReference: named }
}
