/** Parts, sent and copied. */
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
import { bodyExpectation } from '../documents.ts'
import { customerKeyMark, customerKeyOfRead, refuseMethodOfPart } from '../encryption-headers.ts'
import { decoded, type Encoder, type ObsRequest } from '../obs-request.ts'
import { copySource, sourceNamed, sourceVersionHeader } from './copy-object.ts'
import { refuseTooLong } from './put-object.ts'

/** The upload of the query. An id that is none of ours is an upload that does not exist. */
export function uploadTarget(request: ObsRequest, at: ObjectTarget): UploadTarget {
  const text = request.query.get('uploadId')?.value ?? ''
  const uploadId = parseUploadId(text) ?? refuse({ kind: 'no-such-upload', uploadId: text.slice(0, 256) })
  return { ...at, uploadId }
}

function partNumberOf(request: ObsRequest): number {
  const text = request.query.get('partNumber')?.value
  const number = text === undefined ? undefined : parseDecimal(text, { min: 1, max: MAX_PART_NUMBER })
  return number ?? refuseArgument('partNumber', text, `Part number must be an integer between 1 and ${MAX_PART_NUMBER}`)
}

export function decodeUploadPart(request: ObsRequest, at: ObjectTarget): Decoded {
  if (request.headers.has(COPY_SOURCE)) return decodeUploadPartCopy(request, at)
  const kind = 'upload-part'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...upload, ...customerKeyMark(request) }, () => {
    refuseMethodOfPart(request)
    refuseTooLong(request)
    const customer = customerKeyOfRead(request)
    return {
      ...{ kind, ...upload, partNumber: partNumberOf(request), expect: bodyExpectation(request.headers) },
      ...(customer === undefined ? {} : { customer }),
    }
  })
}

export const encodeUploadPart: Encoder<'upload-part'> = ({ result }, context) =>
  respond(context, 200, [etagHeader(result.etag), ...encryptionHeaders(result.encryption, 'any')])

function decodeUploadPartCopy(request: ObsRequest, at: ObjectTarget): Decoded {
  const kind = 'upload-part-copy'
  const upload = uploadTarget(request, at)
  const source = sourceNamed(request)
  return decoded(request, { kind, ...upload, source, ...customerKeyMark(request) }, () => {
    refuseMethodOfPart(request)
    const customer = customerKeyOfRead(request)
    const range = sourceRange(request)
    return {
      ...{ kind, ...upload, partNumber: partNumberOf(request), source: copySource(request, source) },
      ...(range === undefined ? {} : { range }),
      ...(customer === undefined ? {} : { customer }),
    }
  })
}

/** Unlike `Range`, it has to be right: both ends, in order. */
function sourceRange({ headers }: ObsRequest): ByteRange | undefined {
  const name = 'x-obs-copy-source-range'
  const text = headers.get(name)
  if (text === undefined) return undefined
  const range = parseByteRange(text)
  if (range !== 'ignored' && range.kind === 'from' && range.last !== undefined) return range
  return refuseArgument(name, text, `${name} is bytes=first-last.`)
}

export const encodeUploadPartCopy: Encoder<'upload-part-copy'> = ({ result }, context) =>
  respondXml(
    context,
    'CopyPartResult',
    [element('LastModified', isoTime(result.lastModifiedMs)), element('ETag', `"${result.etag}"`)],
    [...sourceVersionHeader(result.sourceVersionId), ...encryptionHeaders(result.encryption, 'any')],
  )
