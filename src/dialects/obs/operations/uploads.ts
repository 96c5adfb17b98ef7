/** Beginning, completing and ending a multipart upload. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseDecimal } from '../../../http/index.ts'
import { MAX_PART_NUMBER, refuse, type CompleteUpload, type ObjectTarget } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { nameWriter } from '../../listed-names.ts'
import { bareEtag } from '../../read-conditions.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { element } from '../../xml-writer.ts'
import { every, expectOnly, readLongXml, requireOne, settingOf, type XmlElement } from '../../xml.ts'
import { aclWish } from '../acl.ts'
import { encryptionHeaders, respond, respondXml, versionHeader } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { customerKeyMark, encryptionRequest, refuseMethodOfPart } from '../encryption-headers.ts'
import { objectProperties, refuseUndoneWishes } from '../headers.ts'
import { decoded, encodesNames, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'
import { refuseVersionId } from './put-object.ts'
import { uploadTarget } from './upload-part.ts'

/** Ten thousand parts with all that can be said of each. */
const MAX_COMPLETE_BYTES = 4 * 1024 * 1024
const MAX_COMPLETE_ELEMENTS = MAX_PART_NUMBER * 3 + 16
/** How many parts are looked at in one turn of the event loop: about two milliseconds. */
const PARTS_PER_TURN = 256
/** OBS API reference, "Uploading parts": 100 KB, but for the last. */
export const MIN_PART_BYTES = 100 * 1024

/** Method and key are fixed here for the whole upload. */
export function decodeCreateUpload(request: ObsRequest, at: ObjectTarget): Decoded {
  const kind = 'create-upload'
  refuseVersionId(request)
  const encodes = encodesNames(request)
  return decoded(request, { kind, ...at, ...customerKeyMark(request) }, () => {
    refuseUndoneWishes(request.headers)
    return {
      ...{ kind, ...at, encodesNames: encodes },
      encryption: encryptionRequest(request),
      properties: objectProperties(request),
      ...aclWish(request.headers),
    }
  })
}

export const encodeCreateUpload: Encoder<'create-upload'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  return respondXml(
    context,
    'InitiateMultipartUploadResult',
    [
      element('Bucket', operation.bucket),
      element('Key', nameWriter(encodes)(operation.key)),
      element('UploadId', result.uploadId),
      encodes ? element('EncodingType', 'url') : '',
    ],
    encryptionHeaders(result.encryption, 'any'),
  )
}

type SpelledComplete = CompleteUpload & { readonly location: string; readonly encodesNames: boolean }

export function decodeCompleteUpload(request: ObsRequest, at: ObjectTarget): Decoded {
  const kind = 'complete-upload'
  const upload = uploadTarget(request, at)
  const { host, rawPath, secure } = request.view
  const location = `${secure ? 'https' : 'http'}://${host.raw}${rawPath}`
  const encodes = encodesNames(request)
  const build = async (bytes: Uint8Array): Promise<SpelledComplete> => {
    refuseMethodOfPart(request)
    return {
      ...{ kind, ...upload, location, encodesNames: encodes, minPartBytes: MIN_PART_BYTES },
      parts: await readParts(bytes),
    }
  }
  return decoded(request, { kind, ...upload }, build, wantedDocument(request.headers, { maxBytes: MAX_COMPLETE_BYTES }))
}

async function readParts(bytes: Uint8Array): Promise<CompleteUpload['parts']> {
  const root = await readLongXml(bytes, {
    root: 'CompleteMultipartUpload',
    namespace: REQUEST_NAMESPACE,
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
  const text = settingOf(requireOne(part, 'PartNumber'))
  const partNumber = parseDecimal(text, { min: 1, max: MAX_PART_NUMBER })
  if (partNumber === undefined) {
    return refuseArgument('PartNumber', text, `PartNumber is a number from 1 to ${MAX_PART_NUMBER}.`)
  }
  return { partNumber, etag: bareEtag(settingOf(requireOne(part, 'ETag'))) }
}

export const encodeCompleteUpload: Encoder<'complete-upload'> = ({ operation, result }, context) => {
  const encodes = 'encodesNames' in operation && operation.encodesNames === true
  const location = 'location' in operation && typeof operation.location === 'string' ? operation.location : undefined
  return respondXml(
    context,
    'CompleteMultipartUploadResult',
    [
      element('Location', location),
      element('Bucket', operation.bucket),
      element('Key', nameWriter(encodes)(operation.key)),
      element('ETag', `"${result.etag}"`),
      encodes ? element('EncodingType', 'url') : '',
    ],
    [...versionHeader(result.versionId), ...encryptionHeaders(result.encryption, 'complete')],
  )
}

export function decodeAbortUpload(request: ObsRequest, at: ObjectTarget): Decoded {
  const kind = 'abort-upload'
  const upload = uploadTarget(request, at)
  return decoded(request, { kind, ...at }, () => ({ kind, ...upload }))
}

export const encodeAbortUpload: Encoder<'abort-upload'> = (_answer, context) => respond(context, 204)
