/** Documents that a request carries: how long they may be, and what its headers promise of them. */
import { decodeBase64Strict, type HttpHeaders } from '../../http/index.ts'
import { refuse, type BodyExpectation } from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'

const MD5_BYTES = 16
/** Settings of a bucket. */
export const MAX_SETTING_BYTES = 64 * 1024

/** `Content-MD5`; where it came, the body has to be that. */
export function contentMd5(headers: HttpHeaders): Uint8Array | undefined {
  const text = headers.get('content-md5')
  if (text === undefined) return undefined
  const bytes = decodeBase64Strict(text)
  return bytes?.length === MD5_BYTES ? bytes : refuse({ kind: 'invalid-digest' })
}

/** What the body of an object or a part has to be. Its CRC-64 is kept, because every answer shows it. */
export function objectExpectation(headers: HttpHeaders): BodyExpectation {
  const md5 = contentMd5(headers)
  return { crc64: true, ...(md5 === undefined ? {} : { md5 }) }
}

/** A document of at most `maxBytes`. What is promised of it is looked at after authorization. */
export function documentOf(
  headers: HttpHeaders,
  {
    maxBytes = MAX_SETTING_BYTES,
    required = true,
    promised = false,
  }: { readonly maxBytes?: number; readonly required?: boolean; readonly promised?: boolean } = {},
): NonNullable<Decoded['document']> {
  return {
    maxBytes,
    required,
    get expect() {
      const md5 = contentMd5(headers)
      if (promised && md5 === undefined) refuse({ kind: 'missing-security-header', header: 'Content-MD5' })
      return md5 === undefined ? {} : { md5 }
    },
  }
}
