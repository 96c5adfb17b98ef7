/** UploadPart and UploadPartCopy. */
import { parseByteRange, parseDecimal } from '../../../http/index.ts'
import {
  MAX_PART_NUMBER,
  parseUploadId,
  refuse,
  type ByteRange,
  type ObjectTarget,
  type UploadTarget,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element } from '../../xml-writer.ts'
import { isoTime } from '../../iso-time.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { checksumElements, checksumHeaders, encryptionHeaders, etagHeader, respond, respondXml } from '../answers.ts'
import { bodyExpectation } from '../checksum-headers.ts'
import { COPY_SOURCE } from '../copy-source.ts'
import { customerKeyOfRead, refuseServerSideHeadersOnPart } from '../encryption-headers.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'
import { copySource, sourceNamed, sourceVersionHeader } from './copy-object.ts'
import { customerKeyMark, requireLength } from './put-object.ts'

/** The upload of the query. An id that is none of ours is an upload that does not exist. */
export function uploadTarget(request: S3Request, at: ObjectTarget): UploadTarget {
  const text = request.query.get('uploadId')?.value ?? ''
  const uploadId = parseUploadId(text) ?? refuse({ kind: 'no-such-upload', uploadId: text.slice(0, 256) })
  return { ...at, uploadId }
}

function partNumberOf(request: S3Request): number {
  const text = request.query.get('partNumber')?.value
  const number = text === undefined ? undefined : parseDecimal(text, { min: 1, max: MAX_PART_NUMBER })
  const detail = `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`
  return number ?? refuseArgument('partNumber', text, detail)
}

export function decodeUploadPart(request: S3Request, at: ObjectTarget): Decoded {
  if (request.view.headers.has(COPY_SOURCE)) return decodeUploadPartCopy(request, at)
  const kind = 'upload-part'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...upload, ...customerKeyMark(request) }, () => {
    refuseServerSideHeadersOnPart(request)
    requireLength(request)
    const customer = customerKeyOfRead(request)
    return {
      kind,
      ...upload,
      partNumber: partNumberOf(request),
      expect: bodyExpectation(request.view.headers, 'object'),
      ...(customer === undefined ? {} : { customer }),
    }
  })
}

export const encodeUploadPart: Encoder<'upload-part'> = ({ result }, context) =>
  respond(context, 200, [
    etagHeader(result.etag),
    ...encryptionHeaders(result.encryption, 'read'),
    ...checksumHeaders(result.checksums, 'values-only'),
  ])

function decodeUploadPartCopy(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'upload-part-copy'
  const upload = uploadTarget(request, at)
  const source = sourceNamed(request)
  return decoded(request, { kind, ...upload, source, ...customerKeyMark(request) }, () => {
    refuseServerSideHeadersOnPart(request)
    const customer = customerKeyOfRead(request)
    const range = sourceRange(request)
    return {
      kind,
      ...upload,
      partNumber: partNumberOf(request),
      source: copySource(request, source),
      ...(range === undefined ? {} : { range }),
      ...(customer === undefined ? {} : { customer }),
    }
  })
}

/** Unlike `Range`, it has to be right: both ends, in order. */
function sourceRange(request: S3Request): ByteRange | undefined {
  const name = 'x-amz-copy-source-range'
  const text = request.view.headers.get(name)
  if (text === undefined) return undefined
  const range = parseByteRange(text)
  if (range !== 'ignored' && range.kind === 'from' && range.last !== undefined) return range
  const detail =
    'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy'
  return refuseArgument(name, text, detail)
}

export const encodeUploadPartCopy: Encoder<'upload-part-copy'> = ({ result }, context) =>
  respondXml(
    context,
    'CopyPartResult',
    [
      element('LastModified', isoTime(result.lastModifiedMs)),
      element('ETag', `"${result.etag}"`),
      ...checksumElements(result.checksums, 'values-only'),
    ],
    [...sourceVersionHeader(result.sourceVersionId), ...encryptionHeaders(result.encryption, 'read')],
  )
