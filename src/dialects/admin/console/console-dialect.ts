import { refuse } from '../../../operations/index.ts'
import type { Decoded, DecodedByBody, DialectTranslator } from '../../dialect.ts'
import { encodeAdmin } from '../encode.ts'
import { encodeConsoleFailure } from './failures.ts'

/** The console's API: the same operations as at the API port, under the paths and in the words that a browser wants. */
export function createConsoleDialect(): DialectTranslator {
  return { name: 'console', decode, encode: encodeAdmin, encodeFailure: encodeConsoleFailure }
}

function decode(): Decoded | DecodedByBody {
  return refuse({ kind: 'invalid-uri', detail: 'the console’s API has nothing here' })
}
