/** GetObject and HeadObject. */
import { formatHttpDate, parseByteRange, type HttpResponse } from '../../../http/index.ts'
import {
  MAX_PART_NUMBER,
  type GetObject,
  type HeadObject,
  type ObjectDescription,
  type ObjectTarget,
  type Slice,
} from '../../../operations/index.ts'
import type { AnswerContext, Decoded } from '../../dialect.ts'
import { readConditions } from '../../read-conditions.ts'
import {
  checksumHeaders,
  encryptionHeaders,
  etagHeader,
  lastModifiedHeader,
  respond,
  versionHeader,
} from '../answers.ts'
import { wantsChecksums } from '../checksum-headers.ts'
import { customerKeyOfRead, refuseServerSideHeaders } from '../encryption-headers.ts'
import { expiryHeader } from '../expiry-header.ts'
import { METADATA_PREFIX, responseOverrides, shownStorageClass, shownSystemHeaders } from '../headers.ts'
import { lockHeaders } from '../lock-headers.ts'
import { decoded, queryNumber, queryVersionId, type Encoder, type S3Request } from '../s3-request.ts'

export function decodeGetObject(request: S3Request, at: ObjectTarget): Decoded {
  return decodeRead(request, at, 'get-object')
}

export function decodeHeadObject(request: S3Request, at: ObjectTarget): Decoded {
  return decodeRead(request, at, 'head-object')
}

function decodeRead(request: S3Request, at: ObjectTarget, kind: 'get-object' | 'head-object'): Decoded {
  const versionId = queryVersionId(request)
  const { bucket, key } = at
  const target = versionId === undefined ? { kind, bucket, key } : { kind, bucket, key, versionId }
  return decoded(request, target, () => ({ ...target, ...readWishes(request) }))
}

type Wishes = Pick<GetObject, 'conditions' | 'withChecksums' | 'overrides' | 'range' | 'partNumber' | 'customer'>

function readWishes(request: S3Request): Wishes {
  refuseServerSideHeaders(request)
  const { headers } = request.view
  const rangeText = headers.get('range')
  // A range of one certain version is not done: without the range the answer is right, only longer (RFC 9110, 13.1.5).
  const range = rangeText === undefined || headers.has('if-range') ? 'ignored' : parseByteRange(rangeText)
  const partNumber = queryNumber(request, 'partNumber', { min: 1, max: MAX_PART_NUMBER })
  const customer = customerKeyOfRead(request)
  const wishes: { -readonly [Field in keyof Wishes]: Wishes[Field] } = {
    conditions: readConditions(headers),
    withChecksums: wantsChecksums(headers),
    overrides: responseOverrides(request),
  }
  if (range !== 'ignored') wishes.range = range
  if (partNumber !== undefined) wishes.partNumber = partNumber
  if (customer !== undefined) wishes.customer = customer
  return wishes
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
  const headers: (readonly [string, string])[] = [
    lastModifiedHeader(object.lastModifiedMs),
    etagHeader(object.etag),
    ['Accept-Ranges', 'bytes'],
  ]
  for (const header of versionHeader(object.versionId)) headers.push(header)
  for (const header of encryptionHeaders(object.encryption, 'read')) headers.push(header)
  for (const header of checksumHeaders(object.checksums, 'with-type')) headers.push(header)
  for (const header of shownSystemHeaders(object.system, operation.overrides)) headers.push(header)
  for (const [name, value] of object.metadata) headers.push([`${METADATA_PREFIX}${name}`, value])
  const { tagCount, partsCount, restoredUntilMs } = object
  const storageClass = shownStorageClass(object.storageClass)
  if (storageClass !== 'STANDARD') headers.push(['x-amz-storage-class', storageClass])
  if (restoredUntilMs !== undefined) {
    headers.push(['x-amz-restore', `ongoing-request="false", expiry-date="${formatHttpDate(restoredUntilMs)}"`])
  }
  if (tagCount > 0) headers.push(['x-amz-tagging-count', String(tagCount)])
  for (const header of lockHeaders(object.lock)) headers.push(header)
  for (const header of expiryHeader(object.expiry)) headers.push(header)
  if (operation.partNumber !== undefined && partsCount !== undefined) {
    headers.push(['x-amz-mp-parts-count', String(partsCount)])
  }
  if (slice.partial && slice.length > 0) headers.push(contentRange(slice))
  headers.push(['Content-Length', String(slice.length)])
  return respond(context, slice.partial ? 206 : 200, headers, body)
}

function contentRange({ first, length, total }: Slice): readonly [string, string] {
  return ['Content-Range', `bytes ${first}-${first + length - 1}/${total}`]
}
