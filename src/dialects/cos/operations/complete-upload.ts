/** Complete Multipart Upload and Abort Multipart Upload. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseDecimal } from '../../../http/index.ts'
import { MAX_PART_NUMBER, refuse, type CompleteUpload, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { bareEtag } from '../../read-conditions.ts'
import { element } from '../../xml-writer.ts'
import { every, expectOnly, readLongXml, requireOne, settingOf, type XmlElement } from '../../xml.ts'
import { respond, respondXml } from '../answers.ts'
import { decoded, type CosRequest, type Encoder } from '../cos-request.ts'
import { customerKeyOfRead, refuseServerSideHeaders } from '../encryption-headers.ts'
import { storedHeaders, writeCondition } from './put-object.ts'
import { uploadTarget } from './upload-part.ts'

/** Ten thousand parts with all that can be said of each. */
const MAX_COMPLETE_BYTES = 4 * 1024 * 1024
const MAX_COMPLETE_ELEMENTS = MAX_PART_NUMBER * 3 + 16
/** Tencent COS, "Upload Part": 1 MB, but for the last. */
const MIN_PART_BYTES = 1024 * 1024
/** How many parts are looked at in one turn of the event loop: about two milliseconds. */
const PARTS_PER_TURN = 256

type SpelledComplete = CompleteUpload & { readonly location: string }

export function decodeCompleteUpload(request: CosRequest, at: ObjectTarget): Decoded {
  const kind = 'complete-upload'
  const upload = uploadTarget(request, at)
  const { host, rawPath, secure } = request.view
  const document = { maxBytes: MAX_COMPLETE_BYTES, expect: {}, required: true }
  const location = `${secure ? 'https' : 'http'}://${host.raw}${rawPath}`
  const build = async (bytes: Uint8Array): Promise<SpelledComplete> => {
    refuseServerSideHeaders(request)
    const customer = customerKeyOfRead(request)
    const condition = writeCondition(request)
    return {
      kind,
      ...upload,
      location,
      minPartBytes: MIN_PART_BYTES,
      parts: await readParts(bytes),
      ...(customer === undefined ? {} : { customer }),
      ...(condition === undefined ? {} : { condition }),
    }
  }
  return decoded(request, { kind, ...upload }, build, document)
}

async function readParts(bytes: Uint8Array): Promise<CompleteUpload['parts']> {
  const root = await readLongXml(bytes, {
    root: 'CompleteMultipartUpload',
    namespace: '',
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
  expectOnly(part, ['PartNumber', 'ETag'])
  const partNumber = parseDecimal(settingOf(requireOne(part, 'PartNumber')), { min: 1, max: MAX_PART_NUMBER })
  return {
    partNumber: partNumber ?? refuse({ kind: 'malformed-xml', detail: `PartNumber is 1 to ${MAX_PART_NUMBER}` }),
    etag: bareEtag(settingOf(requireOne(part, 'ETag'))),
  }
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
    ],
    storedHeaders(result, 'complete'),
  )
}

export function decodeAbortUpload(request: CosRequest, at: ObjectTarget): Decoded {
  const kind = 'abort-upload'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...at }, () => ({ kind, ...upload }))
}

export const encodeAbortUpload: Encoder<'abort-upload'> = (_answer, context) => respond(context, 204)
