/** GET Object and HEAD Object. */
import { formatHttpDate, parseByteRange, type HttpResponse } from '../../../http/index.ts'
import type { GetObject, HeadObject, ObjectDescription, ObjectTarget, Slice } from '../../../operations/index.ts'
import type { AnswerContext, Decoded } from '../../dialect.ts'
import { readConditions } from '../../read-conditions.ts'
import { encryptionHeaders, etagHeader, lastModifiedHeader, respond, versionHeader, type Headers } from '../answers.ts'
import { decoded, queryVersionId, type CosRequest, type Encoder } from '../cos-request.ts'
import { customerKeyOfRead, refuseServerSideHeaders } from '../encryption-headers.ts'
import { METADATA_PREFIX, refuseUndoneWishes, responseOverrides, shownSystemHeaders } from '../headers.ts'
import { shownStorageClass } from '../storage-classes.ts'
import { crc64Header } from './put-object.ts'

export function decodeGetObject(request: CosRequest, at: ObjectTarget): Decoded {
  return decodeRead(request, at, 'get-object')
}

export function decodeHeadObject(request: CosRequest, at: ObjectTarget): Decoded {
  return decodeRead(request, at, 'head-object')
}

function decodeRead(request: CosRequest, at: ObjectTarget, kind: 'get-object' | 'head-object'): Decoded {
  const versionId = queryVersionId(request)
  const { bucket, key } = at
  const target = versionId === undefined ? { kind, bucket, key } : { kind, bucket, key, versionId }
  return decoded(request, target, () => ({ ...target, ...readWishes(request) }))
}

type Wishes = Pick<GetObject, 'conditions' | 'withChecksums' | 'overrides' | 'range' | 'customer'>

function readWishes(request: CosRequest): Wishes {
  refuseServerSideHeaders(request)
  refuseUndoneWishes(request)
  const { headers } = request.view
  const rangeText = headers.get('range')
  // A range of one certain version is not done: without the range the answer is right, only longer (RFC 9110, 13.1.5).
  const range = rangeText === undefined || headers.has('if-range') ? 'ignored' : parseByteRange(rangeText)
  const customer = customerKeyOfRead(request)
  return {
    conditions: readConditions(headers),
    withChecksums: true,
    overrides: responseOverrides(request),
    ...(range === 'ignored' ? {} : { range }),
    ...(customer === undefined ? {} : { customer }),
  }
}

export const encodeGetObject: Encoder<'get-object'> = ({ operation, result }, context) =>
  described(operation, result, context, result.body)

export const encodeHeadObject: Encoder<'head-object'> = ({ operation, result }, context) =>
  described(operation, result, context, undefined)

function described(
  operation: GetObject | HeadObject,
  { object, slice }: { readonly object: ObjectDescription; readonly slice: Slice },
  context: AnswerContext,
  body: HttpResponse['body'],
): HttpResponse {
  const headers: Headers = [
    lastModifiedHeader(object.lastModifiedMs),
    etagHeader(object.etag),
    ['Accept-Ranges', 'bytes'],
    ...versionHeader(object.versionId),
    ...encryptionHeaders(object.encryption),
    ...crc64Header(object.crc64),
    ...shownSystemHeaders(object.system, operation.overrides),
    ...object.metadata.map(([name, value]) => [`${METADATA_PREFIX}${name}`, value] as const),
    ...labels(object),
    ...(slice.partial && slice.length > 0 ? [contentRange(slice)] : []),
    ['Content-Length', String(slice.length)],
  ]
  return respond(context, slice.partial ? 206 : 200, headers, body)
}

/** Class (but for the usual one), restored until when, kind, and how many tags there are. */
function labels({ storageClass, restoredUntilMs, appendable, tagCount }: ObjectDescription): Headers {
  const word = shownStorageClass(storageClass)
  return [
    ...(word === 'STANDARD' ? [] : [['x-cos-storage-class', word] as const]),
    ...(restoredUntilMs === undefined ? [] : [restoreHeader(restoredUntilMs)]),
    ...(appendable === true ? [['x-cos-object-type', 'appendable'] as const] : []),
    ...(tagCount > 0 ? [['x-cos-tagging-count', String(tagCount)] as const] : []),
  ]
}

function restoreHeader(untilMs: number): readonly [string, string] {
  return ['x-cos-restore', `ongoing-request="false", expiry-date="${formatHttpDate(untilMs)}"`]
}

function contentRange({ first, length, total }: Slice): readonly [string, string] {
  return ['Content-Range', `bytes ${first}-${first + length - 1}/${total}`]
}
