/**
 * The dialect of Alibaba Cloud KMS, version 2016-01-20: RPC in parameters, with the signature of either generation.
 *
 * Promises: the same keys and the same operations as every other face; a parameter that would change what is done and is
 * not built is refused; plaintexts are in the answer to who may have them, and nowhere else.
 * Imports: http, operations, secrets, and the files directly in `dialects/`.
 */
import type { DecodedByBody, DialectTranslator } from '../dialect.ts'
import { createKeyDialect } from '../key-dialect.ts'
import { encodeDocument, formatNamed, formatOf } from './answer-document.ts'
import { encodeAlibabaFailure } from './failures.ts'
import { readAlibabaRequest } from './read-request.ts'

/** `region`: the one in the ARNs of keys. */
export function createAlibabaKmsDialect({ region }: { readonly region: string }): DialectTranslator<DecodedByBody> {
  return createKeyDialect('alibaba-kms', (request) => {
    let format = formatOf(request)
    let action = ''
    return {
      read: (covered, document) => {
        const read = readAlibabaRequest(covered, document)
        action = read.action
        // A form says it where the head could not.
        if (read.format !== undefined) format = formatNamed(read.format)
        return read.asked
      },
      encode: (members, context) =>
        encodeDocument(200, `${action}Response`, { ...members, RequestId: context.requestId }, format, context),
      encodeFailure: (failure, context) => encodeAlibabaFailure(failure, context, { region, format }),
    }
  })
}
