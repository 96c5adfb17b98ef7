/**
 * The dialect of Huawei Cloud KMS (DEW), version 1.0: REST with JSON, signed by SDK-HMAC-SHA256.
 *
 * Promises: the same keys and the same operations as every other face; data keys travel in hexadecimal and small data as
 * text, as the vendor has them; a member that would change what is done and is not built is refused.
 * Imports: http, operations, secrets, and the files directly in `dialects/`.
 */
import type { DecodedByBody, DialectTranslator } from '../dialect.ts'
import { createKeyDialect } from '../key-dialect.ts'
import { encodeHuaweiFailure } from './failures.ts'
import { jsonAnswer } from './json-answer.ts'
import { readHuaweiRequest } from './read-request.ts'

/** `region`: the one in what a key tells of itself. */
export function createHuaweiKmsDialect({ region }: { readonly region: string }): DialectTranslator<DecodedByBody> {
  return createKeyDialect('huawei-kms', () => ({
    read: (covered, document) => readHuaweiRequest(covered, document, region),
    encode: (members, context) => jsonAnswer(200, members, context),
    encodeFailure: encodeHuaweiFailure,
  }))
}
