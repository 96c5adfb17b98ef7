import { decodeBase64Strict, lowerCaseAscii, parseDecimal, type HttpHeaders } from '../../http/index.ts'
import {
  CHECKSUM_BYTES,
  MAX_PART_NUMBER,
  refuse,
  type BodyExpectation,
  type Checksum,
  type ChecksumAlgorithm,
  type ChecksumType,
} from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import type { Decoded } from '../dialect.ts'

/** In the order of the answers' elements. */
export const ALGORITHMS: readonly ChecksumAlgorithm[] = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256']

const PREFIX = 'x-amz-checksum-'
/** Share the prefix and are no values. */
const NOT_VALUES: ReadonlySet<string> = new Set(['algorithm', 'type', 'mode'])
const MD5_BYTES = 16

/** Algorithm names are compared without case. Unknown ones are refused (S3-92). */
export function checksumAlgorithm(text: string, header: string): ChecksumAlgorithm {
  const name = lowerCaseAscii(text)
  const known = ALGORITHMS.find((algorithm) => algorithm === name)
  return (
    known ??
    refuse({ kind: 'invalid-request', detail: `The value of ${header} is not a checksum algorithm known here.` })
  )
}

/** The one `x-amz-checksum-<algorithm>` header, as it was sent. Two or more, or an unknown algorithm, are refused. */
export function checksumHeader(
  headers: HttpHeaders,
): { readonly algorithm: ChecksumAlgorithm; readonly text: string } | undefined {
  let found: { readonly algorithm: ChecksumAlgorithm; readonly text: string } | undefined
  for (const name of headers.names) {
    if (!name.startsWith(PREFIX) || NOT_VALUES.has(name.slice(PREFIX.length))) continue
    const text = headers.get(name) ?? ''
    if (found !== undefined) {
      refuse({
        kind: 'invalid-request',
        detail: 'Expecting a single x-amz-checksum- header. Multiple checksums are not allowed.',
      })
    }
    found = { algorithm: checksumAlgorithm(name.slice(PREFIX.length), name), text }
  }
  return found
}

/** Base64 of exactly the algorithm's bytes, or `invalid-request`. */
export function checksumValue(algorithm: ChecksumAlgorithm, text: string): Uint8Array {
  const bytes = decodeBase64Strict(text)
  if (bytes?.length === CHECKSUM_BYTES[algorithm]) return bytes
  return refuse({ kind: 'invalid-request', detail: `Value for x-amz-checksum-${algorithm} header is invalid.` })
}

/**
 * What the body has to be (spec 3.6). `configuration`: where the algorithm header disagrees with the value, the value
 * decides (S3-89); for objects and parts that is refused.
 */
export function bodyExpectation(headers: HttpHeaders, rule: 'configuration' | 'object'): BodyExpectation {
  const md5 = contentMd5(headers)
  const checksum = expectedChecksum(headers, rule)
  return { ...(md5 === undefined ? {} : { md5 }), ...(checksum === undefined ? {} : { checksum }) }
}

/**
 * The body of a configuration request. What the headers promise of it is looked at when it is asked for, which is after
 * authorization: who may not ask learns nothing of what is wrong with the request (spec 3.4). `promised`: a digest or
 * checksum has to be among it.
 */
export function configurationDocument(
  headers: HttpHeaders,
  document: { readonly maxBytes: number; readonly required: boolean; readonly promised?: boolean },
): NonNullable<Decoded['document']> {
  const { maxBytes, required } = document
  return {
    maxBytes,
    required,
    get expect() {
      const expect = bodyExpectation(headers, 'configuration')
      if (document.promised === true && expect.md5 === undefined && expect.checksum === undefined) {
        const detail = 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*'
        refuse({ kind: 'invalid-request', detail })
      }
      return expect
    },
  }
}

function contentMd5(headers: HttpHeaders): Uint8Array | undefined {
  const text = headers.get('content-md5')
  if (text === undefined) return undefined
  const bytes = decodeBase64Strict(text)
  return bytes?.length === MD5_BYTES ? bytes : refuse({ kind: 'invalid-digest' })
}

function expectedChecksum(headers: HttpHeaders, rule: 'configuration' | 'object'): BodyExpectation['checksum'] {
  const value = checksumHeader(headers)
  const trailer = trailerAlgorithm(headers)
  if (value !== undefined && trailer !== undefined) {
    refuse({ kind: 'invalid-request', detail: 'Expecting a single checksum: one header, or one trailer.' })
  }
  const announced = headers.get('x-amz-sdk-checksum-algorithm')
  const algorithm = value?.algorithm ?? trailer
  if (announced !== undefined) {
    const named = checksumAlgorithm(announced, 'x-amz-sdk-checksum-algorithm')
    if (algorithm === undefined) {
      const detail =
        'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.'
      refuse({ kind: 'invalid-request', detail })
    }
    if (named !== algorithm && rule === 'object') {
      refuse({ kind: 'invalid-request', detail: 'Value for x-amz-sdk-checksum-algorithm header is invalid.' })
    }
  }
  if (trailer !== undefined) return { algorithm: trailer, value: 'trailer' }
  if (value === undefined) return undefined
  return { algorithm: value.algorithm, value: checksumValue(value.algorithm, value.text) }
}

/** The checksum that `x-amz-trailer` announces. */
function trailerAlgorithm(headers: HttpHeaders): ChecksumAlgorithm | undefined {
  const text = headers.get('x-amz-trailer')
  if (text === undefined) return undefined
  const name = lowerCaseAscii(text.trim())
  if (!name.startsWith(PREFIX) || NOT_VALUES.has(name.slice(PREFIX.length))) {
    refuse({ kind: 'invalid-request', detail: 'The value specified in the x-amz-trailer header is not supported' })
  }
  return checksumAlgorithm(name.slice(PREFIX.length), 'x-amz-trailer')
}

/** `x-amz-checksum-algorithm` of CreateMultipartUpload and CopyObject. */
export function wantedAlgorithm(headers: HttpHeaders): ChecksumAlgorithm | undefined {
  const text = headers.get('x-amz-checksum-algorithm')
  return text === undefined ? undefined : checksumAlgorithm(text, 'x-amz-checksum-algorithm')
}

export function checksumType(headers: HttpHeaders): ChecksumType | undefined {
  const text = headers.get('x-amz-checksum-type')
  if (text === undefined) return undefined
  if (text === 'COMPOSITE') return 'composite'
  return text === 'FULL_OBJECT'
    ? 'full-object'
    : refuse({ kind: 'invalid-request', detail: 'Value for x-amz-checksum-type header is invalid.' })
}

/** Algorithm and type of a multipart upload (spec 5). The type without the algorithm, and pairs that do not exist, are refused. */
export function uploadChecksum(
  headers: HttpHeaders,
): { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType } | undefined {
  const algorithm = wantedAlgorithm(headers)
  const type = checksumType(headers)
  if (algorithm === undefined) {
    if (type === undefined) return undefined
    return refuse({
      kind: 'invalid-request',
      detail: 'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    })
  }
  const chosen = type ?? (algorithm === 'crc64nvme' ? 'full-object' : 'composite')
  const never = chosen === 'composite' ? ['crc64nvme'] : ['sha1', 'sha256']
  if (never.includes(algorithm)) {
    const shown = chosen === 'composite' ? 'COMPOSITE' : 'FULL_OBJECT'
    const detail = `The ${shown} checksum type cannot be used with the ${algorithm} checksum algorithm.`
    refuse({ kind: 'invalid-request', detail })
  }
  return { algorithm, type: chosen }
}

const COMPOSITE = /^([A-Za-z0-9+/]+=*)-([0-9]{1,5})$/

/** The whole object's checksum on CompleteMultipartUpload; composite values end in `-<parts>`. */
export function completedChecksum(headers: HttpHeaders): Checksum | undefined {
  const header = checksumHeader(headers)
  if (header === undefined) return undefined
  const { algorithm, text } = header
  const composite = COMPOSITE.exec(text)
  if (composite === null) {
    const type = checksumType(headers) ?? 'full-object'
    return { algorithm, type, value: checksumValue(algorithm, text) }
  }
  const [, value = '', count = ''] = composite
  const parts = parseDecimal(count, { min: 1, max: MAX_PART_NUMBER })
  if (parts === undefined) {
    return refuse({ kind: 'invalid-request', detail: `Value for x-amz-checksum-${algorithm} header is invalid.` })
  }
  return { algorithm, type: 'composite', value: checksumValue(algorithm, value), parts }
}

/** `x-amz-checksum-mode: ENABLED` asks a read to show checksums. */
export function wantsChecksums(headers: HttpHeaders): boolean {
  const text = headers.get('x-amz-checksum-mode')
  if (text === undefined) return false
  return lowerCaseAscii(text) === 'enabled'
    ? true
    : refuseArgument('x-amz-checksum-mode', text, 'The only value of x-amz-checksum-mode is ENABLED')
}

/** A checksum as answers show it. */
export function shownChecksum(checksum: Checksum): string {
  const text = Buffer.from(checksum.value).toString('base64')
  return checksum.type === 'composite' && checksum.parts !== undefined ? `${text}-${checksum.parts}` : text
}

export function shownChecksumType(type: ChecksumType): string {
  return type === 'composite' ? 'COMPOSITE' : 'FULL_OBJECT'
}

export function shownAlgorithm(algorithm: ChecksumAlgorithm): string {
  return algorithm.toUpperCase()
}

/** The name of the XML element that holds a checksum, by algorithm. */
export const CHECKSUM_ELEMENTS: Readonly<Record<ChecksumAlgorithm, string>> = {
  crc32: 'ChecksumCRC32',
  crc32c: 'ChecksumCRC32C',
  crc64nvme: 'ChecksumCRC64NVME',
  sha1: 'ChecksumSHA1',
  sha256: 'ChecksumSHA256',
}
