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
import { isoTime } from '../../iso-time.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element } from '../../xml-writer.ts'
import { crcHeader, etagHeader, respond, respondXml, shownEtag } from '../answers.ts'
import { COPY_SOURCE } from '../copy-source.ts'
import { objectExpectation } from '../documents.ts'
import { encryptionHeaders, refuseMethodHeader } from '../encryption-headers.ts'
import { decoded, type Encoder, type OssRequest } from '../oss-request.ts'
import { copySource, sourceNamed, sourceVersionHeader } from './copy-object.ts'
import { limitLength } from './put-object.ts'

/** The upload of the query. An id that is none of ours is an upload that does not exist. */
export function uploadTarget(request: OssRequest, at: ObjectTarget): UploadTarget {
  const text = request.query.get('uploadId')?.value ?? ''
  const uploadId = parseUploadId(text.toLowerCase()) ?? refuse({ kind: 'no-such-upload', uploadId: text.slice(0, 256) })
  return { ...at, uploadId }
}

function partNumberOf(request: OssRequest): number {
  const text = request.query.get('partNumber')?.value
  const number = text === undefined ? undefined : parseDecimal(text, { min: 1, max: MAX_PART_NUMBER })
  return (
    number ?? refuseArgument('partNumber', text, `Part number must be an integer between 1 and ${MAX_PART_NUMBER}.`)
  )
}

/** What is said of encryption besides the method is ignored: one client repeats it with every part. */
export function decodeUploadPart(request: OssRequest, at: ObjectTarget): Decoded {
  const { headers } = request.view
  if (headers.has(COPY_SOURCE)) return decodeUploadPartCopy(request, at)
  const kind = 'upload-part'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...upload }, () => {
    refuseMethodHeader(headers)
    limitLength(request)
    return { kind, ...upload, partNumber: partNumberOf(request), expect: objectExpectation(headers) }
  })
}

export const encodeUploadPart: Encoder<'upload-part'> = ({ result }, context) =>
  respond(context, 200, [etagHeader(result.etag), ...encryptionHeaders(result.encryption), ...crcHeader(result.crc64)])

function decodeUploadPartCopy(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'upload-part-copy'
  const { headers } = request.view
  const upload = uploadTarget(request, at)
  const source = sourceNamed(headers)
  return decoded(request, { kind, ...upload, source }, () => {
    refuseMethodHeader(headers)
    const range = sourceRange(request)
    return {
      ...{ kind, ...upload, partNumber: partNumberOf(request), crc64: true },
      source: copySource(headers, source),
      ...(range === undefined ? {} : { range }),
    }
  })
}

/** Unlike `Range`, it has to be right: both ends, in order. */
function sourceRange(request: OssRequest): ByteRange | undefined {
  const name = `${COPY_SOURCE}-range`
  const text = request.view.headers.get(name)
  if (text === undefined) return undefined
  const range = parseByteRange(text)
  if (range !== 'ignored' && range.kind === 'from' && range.last !== undefined) return range
  return refuseArgument(name, text, `${name} has to be bytes=first-last.`)
}

/** One client reads the ETag from the header, others from the document. */
export const encodeUploadPartCopy: Encoder<'upload-part-copy'> = ({ result }, context) =>
  respondXml(
    context,
    'CopyPartResult',
    [element('LastModified', isoTime(result.lastModifiedMs)), element('ETag', shownEtag(result.etag))],
    [etagHeader(result.etag), ...sourceVersionHeader(result.sourceVersionId), ...encryptionHeaders(result.encryption)],
  )
