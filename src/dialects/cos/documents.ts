import { decodeBase64Strict, type HttpHeaders } from '../../http/index.ts'
import { refuse, type BodyExpectation } from '../../operations/index.ts'
import type { WantedDocument } from '../dialect.ts'
import { MAX_CONFIGURATION_BYTES } from '../../operations/index.ts'

const MD5_BYTES = 16

/** What the body has to be: of all of COS's promises, `Content-MD5`. An empty one is an absent one. */
export function bodyExpectation(headers: HttpHeaders): BodyExpectation {
  const text = headers.get('content-md5')
  if (text === undefined || text === '') return {}
  const md5 = decodeBase64Strict(text)
  return md5?.length === MD5_BYTES ? { md5 } : refuse({ kind: 'invalid-digest' })
}

/**
 * The body of a configuration request. What the headers promise of it is looked at when it is asked for, which is after
 * authorization: who may not ask learns nothing of what is wrong with the request.
 */
export function configurationDocument(
  headers: HttpHeaders,
  { maxBytes = MAX_CONFIGURATION_BYTES, required = true }: Partial<Pick<WantedDocument, 'maxBytes' | 'required'>> = {},
): WantedDocument {
  return {
    maxBytes,
    required,
    get expect() {
      return bodyExpectation(headers)
    },
  }
}
