/** CompleteMultipartUpload and AbortMultipartUpload. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseDecimal } from '../../../http/index.ts'
import { MAX_PART_NUMBER, refuse, type CompleteUpload, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { element } from '../../xml-writer.ts'
import { atMostOne, every, expectOnly, readLongXml, requireOne, settingOf, type XmlElement } from '../../xml.ts'
import { bareEtag } from '../../read-conditions.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { checksumElements, encryptionHeaders, respond, respondXml, versionHeader } from '../answers.ts'
import { ALGORITHMS, CHECKSUM_ELEMENTS, checksumType, checksumValue, completedChecksum } from '../checksum-headers.ts'
import { writeCondition } from '../conditions.ts'
import { customerKeyOfRead, refuseServerSideHeadersOnPart } from '../encryption-headers.ts'
import { expiryHeader } from '../expiry-header.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'
import { uploadTarget } from './upload-part.ts'

/** Ten thousand parts with all that can be said of each. */
const MAX_COMPLETE_BYTES = 4 * 1024 * 1024
const MAX_COMPLETE_ELEMENTS = MAX_PART_NUMBER * 8 + 16
/** How many parts are looked at in one turn of the event loop: about two milliseconds. */
const PARTS_PER_TURN = 256
const PART_ELEMENTS = ['PartNumber', 'ETag', ...ALGORITHMS.map((algorithm) => CHECKSUM_ELEMENTS[algorithm])]

type SpelledComplete = CompleteUpload & { readonly location: string }

export function decodeCompleteUpload(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'complete-upload'
  const upload = uploadTarget(request, at)
  const { headers, host, rawPath, secure } = request.view
  const document = { maxBytes: MAX_COMPLETE_BYTES, expect: {}, required: true }
  const location = `${secure ? 'https' : 'http'}://${host.raw}${rawPath}`
  const build = async (bytes: Uint8Array): Promise<SpelledComplete> => {
    refuseServerSideHeadersOnPart(request)
    const customer = customerKeyOfRead(request)
    const checksum = completedChecksum(headers)
    const type = checksumType(headers)
    const condition = writeCondition(headers)
    const objectSize = objectSizeOf(request)
    return {
      kind,
      ...upload,
      location,
      parts: await readParts(bytes),
      ...(checksum === undefined ? {} : { checksum }),
      ...(type === undefined ? {} : { checksumType: type }),
      ...(objectSize === undefined ? {} : { objectSize }),
      ...(customer === undefined ? {} : { customer }),
      ...(condition === undefined ? {} : { condition }),
    }
  }
  return decoded(request, { kind, ...upload }, build, { document })
}

function objectSizeOf(request: S3Request): number | undefined {
  const name = 'x-amz-mp-object-size'
  const text = request.view.headers.get(name)
  if (text === undefined) return undefined
  const size = parseDecimal(text, { min: 0, max: Number.MAX_SAFE_INTEGER })
  return size ?? refuseArgument(name, text, `${name} is not a size`)
}

async function readParts(bytes: Uint8Array): Promise<CompleteUpload['parts']> {
  const root = await readLongXml(bytes, {
    root: 'CompleteMultipartUpload',
    namespace: S3_NAMESPACE,
    limits: { elements: MAX_COMPLETE_ELEMENTS },
  })
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
  for (const { name } of part.children) {
    if (name.startsWith('Checksum') && !PART_ELEMENTS.includes(name)) {
      refuse({ kind: 'invalid-request', detail: 'A checksum of a part is not of an algorithm known here.' })
    }
  }
  expectOnly(part, PART_ELEMENTS)
  const partNumber = parseDecimal(settingOf(requireOne(part, 'PartNumber')), { min: 1, max: MAX_PART_NUMBER })
  if (partNumber === undefined) {
    return refuseArgument('partNumber', undefined, `PartNumber must be an integer between 1 and ${MAX_PART_NUMBER}`)
  }
  const etag = bareEtag(settingOf(requireOne(part, 'ETag')))
  const checksum = checksumOfPart(part)
  return { partNumber, etag, ...(checksum === undefined ? {} : { checksum }) }
}

function checksumOfPart(part: XmlElement): CompleteUpload['parts'][number]['checksum'] {
  const found = ALGORITHMS.flatMap((algorithm) => {
    const value = atMostOne(part, CHECKSUM_ELEMENTS[algorithm])
    return value === undefined ? [] : [{ algorithm, value: checksumValue(algorithm, settingOf(value)) }]
  })
  if (found.length > 1) refuse({ kind: 'invalid-request', detail: 'A part has one checksum.' })
  return found[0]
}

export const encodeCompleteUpload: Encoder<'complete-upload'> = ({ operation, result }, context) => {
  const location = 'location' in operation && typeof operation.location === 'string' ? operation.location : undefined
  return respondXml(
    context,
    'CompleteMultipartUploadResult',
    [
      element('Location', location),
      element('Bucket', operation.bucket),
      element('Key', operation.key),
      element('ETag', `"${result.etag}"`),
      ...checksumElements(result.checksums, 'with-type'),
    ],
    [
      ...versionHeader(result.versionId),
      ...expiryHeader(result.expiry),
      ...encryptionHeaders(result.encryption, 'complete'),
    ],
  )
}

export function decodeAbortUpload(request: S3Request, at: ObjectTarget): Decoded {
  const kind = 'abort-upload'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...at }, () => ({ kind, ...upload }))
}

export const encodeAbortUpload: Encoder<'abort-upload'> = (_answer, context) => respond(context, 204)
