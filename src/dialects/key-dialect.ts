import type { HttpRequest, HttpResponse, RequestView } from '../http/index.ts'
import type { Failure, KeyOperation, Target, VendorKeyDialect } from '../operations/index.ts'
import type { AskedOperation } from './asked-operation.ts'
import type { AnswerContext, DecodedByBody, DialectTranslator } from './dialect.ts'

/** The longest body: a ciphertext, a context and what stands around them, each character escaped. */
export const MAX_KEY_BODY_BYTES = 64 * 1024

/** A vendor's key service on the wire, for one request. */
export interface KeyFace {
  read(covered: RequestView, document: Uint8Array): AskedOperation
  /** `members`: of the answer, without its request id. */
  encode(members: object, context: AnswerContext): HttpResponse
  encodeFailure(failure: Failure, context: AnswerContext): HttpResponse
}

/**
 * A translator over the key operations that every dialect shares. Each request has one of its own: what was read is kept
 * until it is answered. `faceOf`: undefined where no request is at hand.
 */
export function createKeyDialect(
  name: VendorKeyDialect,
  faceOf: (request: HttpRequest | undefined) => KeyFace,
): DialectTranslator<DecodedByBody> {
  const facing = (request: HttpRequest | undefined): DialectTranslator<DecodedByBody> => {
    const face = faceOf(request)
    let asked: AskedOperation | undefined
    return {
      name,
      decode: (covered) => ({
        document: { maxBytes: MAX_KEY_BODY_BYTES, expect: {}, required: false },
        requiresSigV4: false,
        understand: (document) => {
          asked = face.read(covered, document)
          return { target: targetOf(asked.operation), operation: asked.operation }
        },
      }),
      encode: (answer, context) => {
        if (asked === undefined) throw new Error(`${name} was asked nothing`)
        return face.encode(asked.answer(answer), context)
      },
      encodeFailure: (failure, context) => face.encodeFailure(failure, context),
    }
  }
  return { ...facing(undefined), facing }
}

/** What is asked, as it is recorded: the key as the caller named it. */
function targetOf(operation: KeyOperation): Target {
  const { kind } = operation
  const named = 'key' in operation ? operation.key : 'alias' in operation ? operation.alias : undefined
  return named === undefined ? { kind } : { kind, keyReference: named }
}
