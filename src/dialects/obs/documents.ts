import { decodeBase64Strict, type HttpHeaders } from '../../http/index.ts'
import { refuse, type BodyExpectation } from '../../operations/index.ts'
import type { WantedDocument } from '../dialect.ts'

const MD5_BYTES = 16
/** Of a configuration; those that may be longer say so. */
export const MAX_CONFIGURATION_BYTES = 64 * 1024

/** What the body has to be: OBS's clients promise an MD5, or nothing. */
export function bodyExpectation(headers: HttpHeaders): BodyExpectation {
  const text = headers.get('content-md5')
  if (text === undefined) return {}
  const bytes = decodeBase64Strict(text)
  return bytes?.length === MD5_BYTES ? { md5: bytes } : refuse({ kind: 'invalid-digest' })
}

/**
 * A body that is read whole. What the headers promise of it is looked at after authorization: who may not ask learns
 * nothing of what is wrong with the request. `promised`: the vendor demands Content-MD5 for it.
 */
export function wantedDocument(
  headers: HttpHeaders,
  wish: { readonly maxBytes?: number; readonly required?: boolean; readonly promised?: boolean } = {},
): WantedDocument {
  const { maxBytes = MAX_CONFIGURATION_BYTES, required = true, promised = false } = wish
  return {
    maxBytes,
    required,
    get expect() {
      const expect = bodyExpectation(headers)
      if (promised && expect.md5 === undefined) {
        refuse({ kind: 'invalid-request', detail: 'Missing required header for this request: Content-MD5' })
      }
      return expect
    },
  }
}
