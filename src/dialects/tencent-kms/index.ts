/**
 * The dialect of Tencent Cloud KMS, version 2019-01-18: JSON by POST, signed by TC3-HMAC-SHA256.
 *
 * Promises: the same keys and the same operations as every other face; failures are answers with status 200 and an `Error`
 * in them, as the vendor has it; a member that would change what is done and is not built is refused.
 * Imports: http, operations, secrets, and the files directly in `dialects/`.
 */
import type { DecodedByBody, DialectTranslator } from '../dialect.ts'
import { createKeyDialect } from '../key-dialect.ts'
import { encodeTencentFailure } from './failures.ts'
import { jsonAnswer } from './json-answer.ts'
import { readTencentRequest } from './read-request.ts'

/** `region`: the one in what a key tells of itself. */
export function createTencentKmsDialect({ region }: { readonly region: string }): DialectTranslator<DecodedByBody> {
  return createKeyDialect('tencent-kms', () => ({
    read: (covered, document) => readTencentRequest(covered, document, region),
    encode: jsonAnswer,
    encodeFailure: encodeTencentFailure,
  }))
}
