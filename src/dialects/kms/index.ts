/**
 * The KMS dialect: AWS JSON 1.1, API version 2014-11-01, as the official clients of AWS KMS speak it.
 *
 * Promises: pure; strict JSON, every member checked by the shape that KMS documents, all that is wrong told at once,
 * and nothing echoed that may be a secret; unknown members are passed over, unknown operations are not; answers and
 * refusals by total tables.
 * Imports: http, operations, secrets, and files directly in `dialects`.
 */
import type { DecodedByBody, DialectTranslator } from '../dialect.ts'
import { decodeKms } from './decode.ts'
import { encodeKms } from './encode.ts'
import { encodeKmsFailure } from './failures.ts'

/** `region`: the one in the ARNs of keys. */
export function createKmsDialect({ region }: { readonly region: string }): DialectTranslator<DecodedByBody> {
  return {
    name: 'kms',
    decode: decodeKms,
    encode: encodeKms,
    encodeFailure: (failure, context) => encodeKmsFailure(failure, context, region),
  }
}
