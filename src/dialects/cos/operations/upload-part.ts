/** Upload Part and Upload Part - Copy. */
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
import { isoTime } from '../../iso-time.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element } from '../../xml-writer.ts'
import { encryptionHeaders, etagHeader, respond, respondXml } from '../answers.ts'
import { COPY_SOURCE } from '../copy-source.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { bodyExpectation } from '../documents.ts'
import { customerKeyOfRead, refuseServerSideHeaders } from '../encryption-headers.ts'
import { refuseUndoneWishes } from '../headers.ts'
import { copySource, sourceNamed, sourceVersionHeader } from './copy-object.ts'
import { crc64Header, customerKeyMark, refuseTooLong } from './put-object.ts'

/** The upload of the query. An id that is none of ours is an upload that does not exist. */
export function uploadTarget(request: CosRequest, at: ObjectTarget): UploadTarget {
  const text = request.query.get('uploadid') ?? ''
  const uploadId = parseUploadId(text) ?? refuse({ kind: 'no-such-upload', uploadId: text.slice(0, 256) })
  return { ...at, uploadId }
}

function partNumberOf(request: CosRequest): number {
  const text = request.query.get('partnumber')
  const number = text === undefined ? undefined : parseDecimal(text, { min: 1, max: MAX_PART_NUMBER })
  return number ?? refuseArgument('partNumber', text, `A part number is 1 to ${MAX_PART_NUMBER}`)
}

export function decodeUploadPart(request: CosRequest, at: ObjectTarget): Decoded {
  if (request.view.headers.has(COPY_SOURCE)) return decodeUploadPartCopy(request, at)
  const kind = 'upload-part'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...upload, ...customerKeyMark(request) }, () => {
    refuseServerSideHeaders(request)
    refuseUndoneWishes(request)
    refuseTooLong(request)
    const customer = customerKeyOfRead(request)
    return {
      kind,
      ...upload,
      partNumber: partNumberOf(request),
      expect: { ...bodyExpectation(request.view.headers), crc64: true },
      ...(customer === undefined ? {} : { customer }),
    }
  })
}

export const encodeUploadPart: Encoder<'upload-part'> = ({ result }, context) =>
  respond(context, 200, [
    etagHeader(result.etag),
    ...crc64Header(result.crc64),
    ...encryptionHeaders(result.encryption),
  ])

function decodeUploadPartCopy(request: CosRequest, at: ObjectTarget): Decoded {
  const kind = 'upload-part-copy'
  const upload = uploadTarget(request, at)
  const source = sourceNamed(request)
  return decoded(request, { kind, ...upload, source, ...customerKeyMark(request) }, () => {
    refuseServerSideHeaders(request)
    const customer = customerKeyOfRead(request)
    const range = sourceRange(request)
    return {
      kind,
      ...upload,
      partNumber: partNumberOf(request),
      source: copySource(request, source),
      crc64: true,
      ...(range === undefined ? {} : { range }),
      ...(customer === undefined ? {} : { customer }),
    }
  })
}

/** Unlike `Range`, it has to be right: both ends, in order. */
function sourceRange(request: CosRequest): ByteRange | undefined {
  const name = 'x-cos-copy-source-range'
  const text = request.view.headers.get(name)
  if (text === undefined) return undefined
  const range = parseByteRange(text)
  if (range !== 'ignored' && range.kind === 'from' && range.last !== undefined) return range
  return refuseArgument(name, text, 'The range of a copy is bytes=first-last.')
}

export const encodeUploadPartCopy: Encoder<'upload-part-copy'> = ({ result }, context) =>
  respondXml(
    context,
    'CopyPartResult',
    [element('ETag', `"${result.etag}"`), element('LastModified', isoTime(result.lastModifiedMs))],
    [...sourceVersionHeader(result.sourceVersionId), ...encryptionHeaders(result.encryption)],
  )
