/** CompleteMultipartUpload and AbortMultipartUpload. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseDecimal } from '../../../http/index.ts'
import { MAX_PART_NUMBER, refuse, type CompleteUpload, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { nameWriter } from '../../listed-names.ts'
import { bareEtag } from '../../read-conditions.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element } from '../../xml-writer.ts'
import { every, expectOnly, readLongXml, requireOne, settingOf, type XmlElement } from '../../xml.ts'
import { crcHeader, etagHeader, respond, respondXml, shownEtag, versionHeader } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { encryptionHeaders, refuseMethodHeader } from '../encryption-headers.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, encodesNames, type Encoder, type OssRequest } from '../oss-request.ts'
import { writeWishes } from './put-object.ts'
import { uploadTarget } from './upload-part.ts'

/** Ten thousand parts, each with its number and its ETag. */
const MAX_COMPLETE_BYTES = 4 * 1024 * 1024
const MAX_COMPLETE_ELEMENTS = MAX_PART_NUMBER * 8 + 16
/** How many parts are looked at in one turn of the event loop: about two milliseconds. */
const PARTS_PER_TURN = 256
/** OSS: every part but the last has at least 100 KB. */
const MIN_OSS_PART_BYTES = 100 * 1024
const COMPLETE_ALL = 'x-oss-complete-all'

interface SpelledComplete extends CompleteUpload {
  readonly location: string
  readonly encodesNames: boolean
}

export function decodeCompleteUpload(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'complete-upload'
  const upload = uploadTarget(request, at)
  const { headers, host, rawPath, secure } = request.view
  if (headers.has('x-oss-callback') || request.query.has('callback')) {
    refuse({ kind: 'not-implemented', detail: 'Callbacks are not implemented.', header: 'x-oss-callback' })
  }
  if (headers.has(COMPLETE_ALL)) {
    refuse({ kind: 'not-implemented', detail: `${COMPLETE_ALL} is not implemented.`, header: COMPLETE_ALL })
  }
  const location = `${secure ? 'https' : 'http'}://${host.raw}${rawPath}`
  const build = async (bytes: Uint8Array): Promise<SpelledComplete> => {
    refuseMethodHeader(headers)
    const { condition } = writeWishes(headers)
    return {
      ...{ kind, ...upload, location, encodesNames: encodesNames(request), minPartBytes: MIN_OSS_PART_BYTES },
      parts: await readParts(bytes),
      ...(condition === undefined ? {} : { condition }),
    }
  }
  return decoded(request, { kind, ...upload }, build, documentOf(headers, { maxBytes: MAX_COMPLETE_BYTES }))
}

async function readParts(bytes: Uint8Array): Promise<CompleteUpload['parts']> {
  const limits = { elements: MAX_COMPLETE_ELEMENTS }
  const root = await readLongXml(bytes, { root: 'CompleteMultipartUpload', namespace: OSS_NAMESPACE, limits })
  expectOnly(root, ['Part'])
  const parts = every(root, 'Part')
  if (parts.length === 0 || parts.length > MAX_PART_NUMBER) {
    refuse({ kind: 'malformed-xml', detail: `1 to ${MAX_PART_NUMBER} parts make an object` })
  }
  const read: CompleteUpload['parts'][number][] = []
  for (const [index, part] of parts.entries()) {
    if (index > 0 && index % PARTS_PER_TURN === 0) await nextTurn()
    read.push(readPart(part))
  }
  return read
}

function readPart(part: XmlElement): CompleteUpload['parts'][number] {
  expectOnly(part, ['PartNumber', 'ETag'])
  const text = settingOf(requireOne(part, 'PartNumber'))
  const partNumber = parseDecimal(text, { min: 1, max: MAX_PART_NUMBER })
  if (partNumber === undefined) {
    const detail = `Part number must be an integer between 1 and ${MAX_PART_NUMBER}.`
    return refuseArgument('PartNumber', text, detail)
  }
  return { partNumber, etag: bareEtag(settingOf(requireOne(part, 'ETag'))).toLowerCase() }
}

function isSpelled(operation: CompleteUpload): operation is SpelledComplete {
  return 'location' in operation && 'encodesNames' in operation
}

export const encodeCompleteUpload: Encoder<'complete-upload'> = ({ operation, result }, context) => {
  const spelled = isSpelled(operation) ? operation : undefined
  const encodes = spelled?.encodesNames === true
  return respondXml(
    context,
    'CompleteMultipartUploadResult',
    [
      encodes ? element('EncodingType', 'url') : '',
      element('Location', spelled?.location),
      element('Bucket', operation.bucket),
      element('Key', nameWriter(encodes)(operation.key)),
      element('ETag', shownEtag(result.etag)),
    ],
    [
      etagHeader(result.etag),
      ...versionHeader(result.versionId),
      ...encryptionHeaders(result.encryption),
      ...crcHeader(result.crc64),
    ],
  )
}

export function decodeAbortUpload(request: OssRequest, at: ObjectTarget): Decoded {
  const kind = 'abort-upload'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...at }, () => ({ kind, ...upload }))
}

export const encodeAbortUpload: Encoder<'abort-upload'> = (_answer, context) => respond(context, 204)
