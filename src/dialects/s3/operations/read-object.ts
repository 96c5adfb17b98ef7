/** GetObject and HeadObject. */
import { parseByteRange, type HttpResponse } from '../../../http/index.ts'
import {
  MAX_PART_NUMBER,
  type GetObject,
  type HeadObject,
  type ObjectDescription,
  type ObjectTarget,
  type Slice,
} from '../../../operations/index.ts'
import type { AnswerContext, Decoded } from '../../dialect.ts'
import {
  checksumHeaders,
  encryptionHeaders,
  etagHeader,
  lastModifiedHeader,
  respond,
  versionHeader,
  type Headers,
} from '../answers.ts'
import { wantsChecksums } from '../checksum-headers.ts'
import { readConditions } from '../conditions.ts'
import { customerKeyOfRead, refuseServerSideHeaders } from '../encryption-headers.ts'
import { METADATA_PREFIX, responseOverrides, shownSystemHeaders } from '../headers.ts'
import { decoded, queryNumber, queryVersionId, type Encoder, type S3Request } from '../s3-request.ts'

export function decodeGetObject(request: S3Request, at: ObjectTarget): Decoded {
  return decodeRead(request, at, 'get-object')
}

export function decodeHeadObject(request: S3Request, at: ObjectTarget): Decoded {
  return decodeRead(request, at, 'head-object')
}

function decodeRead(request: S3Request, at: ObjectTarget, kind: 'get-object' | 'head-object'): Decoded {
  const versionId = queryVersionId(request)
  const version = versionId === undefined ? {} : { versionId }
  return decoded(request, { kind, ...at, ...version }, () => ({ kind, ...at, ...version, ...readWishes(request) }))
}

function readWishes(
  request: S3Request,
): Pick<GetObject, 'conditions' | 'withChecksums' | 'overrides' | 'range' | 'partNumber' | 'customer'> {
  refuseServerSideHeaders(request)
  const { headers } = request.view
  const rangeText = headers.get('range')
  // A range of one certain version is not done: without the range the answer is right, only longer (RFC 9110, 13.1.5).
  const range = rangeText === undefined || headers.has('if-range') ? 'ignored' : parseByteRange(rangeText)
  const partNumber = queryNumber(request, 'partNumber', { min: 1, max: MAX_PART_NUMBER })
  const customer = customerKeyOfRead(request)
  return {
    conditions: readConditions(headers),
    withChecksums: wantsChecksums(headers),
    overrides: responseOverrides(request),
    ...(range === 'ignored' ? {} : { range }),
    ...(partNumber === undefined ? {} : { partNumber }),
    ...(customer === undefined ? {} : { customer }),
  }
}

export const encodeGetObject: Encoder<'get-object'> = ({ operation, result }, context) =>
  described(operation, result, context, result.body)

export const encodeHeadObject: Encoder<'head-object'> = ({ operation, result }, context) =>
  described(operation, result, context, undefined)

function described(
  operation: GetObject | HeadObject,
  result: { readonly object: ObjectDescription; readonly slice: Slice },
  context: AnswerContext,
  body: HttpResponse['body'],
): HttpResponse {
  const { object, slice } = result
  const headers: Headers = [
    lastModifiedHeader(object.lastModifiedMs),
    etagHeader(object.etag),
    ['Accept-Ranges', 'bytes'],
    ...versionHeader(object.versionId),
    ...encryptionHeaders(object.encryption, 'read'),
    ...checksumHeaders(object.checksums, 'with-type'),
    ...shownSystemHeaders(object.system, operation.overrides),
    ...object.metadata.map(([name, value]) => [`${METADATA_PREFIX}${name}`, value] as const),
    ...optionalHeaders(object, operation.partNumber !== undefined),
    ...(slice.partial && slice.length > 0 ? [contentRange(slice)] : []),
    ['Content-Length', String(slice.length)],
  ]
  return respond(context, slice.partial ? 206 : 200, headers, body)
}

function contentRange({ first, length, total }: Slice): readonly [string, string] {
  return ['Content-Range', `bytes ${first}-${first + length - 1}/${total}`]
}

function optionalHeaders(object: ObjectDescription, ofPart: boolean): Headers {
  const { storageClass, tagCount, partsCount } = object
  return [
    ...(storageClass === 'STANDARD' ? [] : [['x-amz-storage-class', storageClass] as const]),
    ...(tagCount === 0 ? [] : [['x-amz-tagging-count', String(tagCount)] as const]),
    ...(ofPart && partsCount !== undefined ? [['x-amz-mp-parts-count', String(partsCount)] as const] : []),
  ]
}
