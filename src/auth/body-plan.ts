import { parseDecimal, type HttpHeaders } from '../http/index.ts'
import { refuse } from '../operations/index.ts'
import type { AuthLimits } from './limits.ts'
import type { PayloadPromise } from './payload-promise.ts'
import type { BodyPlan } from './promised-body.ts'
import { parseAnnouncedTrailers } from './signatures/aws-chunked-trailers.ts'
import type { ChunkSigning } from './signatures/sigv4-chunked.ts'

const DECODED_LENGTH = 'x-amz-decoded-content-length'

/**
 * How a body with this promise is read. `headers` are covered where they begin with `x-amz-`: uncovered ones were
 * refused. `signing`: what chunk signatures start from; absent where the request is not signed by SigV4's header form.
 */
export function bodyPlan(
  promise: PayloadPromise,
  headers: HttpHeaders,
  limits: AuthLimits,
  signing: ChunkSigning | undefined,
): BodyPlan {
  const trailerHeader = headers.get('x-amz-trailer')
  if (promise.kind !== 'chunked') {
    if (trailerHeader !== undefined) {
      refuse({ kind: 'malformed-trailer', detail: 'x-amz-trailer without a body that has trailers' })
    }
    return promise.kind === 'digest' ? promise : { kind: 'plain' }
  }
  if (promise.signed && signing === undefined) {
    refuse({
      kind: 'invalid-request',
      detail: 'signed chunks need a request signed by SigV4 in its Authorization header',
    })
  }
  if (!promise.trailer && trailerHeader !== undefined) {
    refuse({ kind: 'malformed-trailer', detail: 'x-amz-trailer without a body that has trailers' })
  }
  if (promise.trailer && trailerHeader === undefined) {
    refuse({ kind: 'malformed-trailer', detail: 'a body with trailers needs x-amz-trailer' })
  }
  return {
    kind: 'chunked',
    framing: {
      decodedLength: decodedLength(headers, limits),
      ...(promise.signed && signing !== undefined ? { signing } : {}),
      ...(trailerHeader === undefined ? {} : { announced: parseAnnouncedTrailers(trailerHeader) }),
    },
  }
}

function decodedLength(headers: HttpHeaders, limits: AuthLimits): number {
  const text = headers.get(DECODED_LENGTH) ?? refuse({ kind: 'missing-content-length' })
  const length = parseDecimal(text, { min: 0, max: Number.MAX_SAFE_INTEGER })
  if (length === undefined) {
    return refuse({
      kind: 'invalid-argument',
      argument: DECODED_LENGTH,
      value: text.slice(0, 32),
      detail: 'not a length',
    })
  }
  if (length > limits.maxDecodedBytes) refuse({ kind: 'entity-too-large', limitBytes: limits.maxDecodedBytes })
  return length
}
