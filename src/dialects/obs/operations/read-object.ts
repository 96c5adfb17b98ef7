/** GET and HEAD of an object. */
import { parseByteRange, type HttpResponse } from '../../../http/index.ts'
import type { GetObject, HeadObject, ObjectDescription, ObjectTarget, Slice } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { readConditions } from '../../read-conditions.ts'
import { encryptionHeaders, etagHeader, lastModifiedHeader, respond, versionHeader } from '../answers.ts'
import { customerKeyOfRead } from '../encryption-headers.ts'
import { METADATA_PREFIX, responseOverrides, shownSystemHeaders } from '../headers.ts'
import { decoded, versioned, type Encoder, type ObsContext, type ObsRequest } from '../obs-request.ts'
import { classHeader } from '../storage-class.ts'

export function decodeGetObject(request: ObsRequest, at: ObjectTarget): Decoded {
  return decodeRead(request, at, 'get-object')
}

export function decodeHeadObject(request: ObsRequest, at: ObjectTarget): Decoded {
  return decodeRead(request, at, 'head-object')
}

function decodeRead(request: ObsRequest, { bucket, key }: ObjectTarget, kind: 'get-object' | 'head-object'): Decoded {
  const target = versioned(request, { kind, bucket, key })
  return decoded(request, target, () => ({ ...target, ...readWishes(request) }))
}

type Wishes = Pick<GetObject, 'conditions' | 'withChecksums' | 'overrides' | 'range' | 'customer'>

/** Method headers of a read say nothing: an object is opened as it was sealed. */
function readWishes(request: ObsRequest): Wishes {
  const { headers } = request
  const rangeText = headers.get('range')
  const range = rangeText === undefined || headers.has('if-range') ? 'ignored' : parseByteRange(rangeText)
  const customer = customerKeyOfRead(request)
  return {
    conditions: readConditions(headers),
    withChecksums: false,
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
  context: ObsContext,
  body: HttpResponse['body'],
): HttpResponse {
  const { first, length, total, partial } = slice
  const { tagCount, appendable } = object
  const headers = [
    lastModifiedHeader(object.lastModifiedMs),
    etagHeader(object.etag),
    ['Accept-Ranges', 'bytes'] as const,
    ...versionHeader(object.versionId),
    ...encryptionHeaders(object.encryption, 'any'),
    ...shownSystemHeaders(object.system, operation.overrides),
    ...object.metadata.map(([name, value]) => [`${METADATA_PREFIX}${name}`, value] as const),
    ...classHeader(object.storageClass),
    ...(tagCount > 0 ? [['x-obs-tagging-count', String(tagCount)] as const] : []),
    ...(appendable === true ? appendableHeaders(object.size) : []),
    ...restoreHeaders(object),
    ...(partial && length > 0 ? [['Content-Range', `bytes ${first}-${first + length - 1}/${total}`] as const] : []),
    ['Content-Length', String(length)] as const,
  ]
  return respond(context, partial ? 206 : 200, headers, body)
}

function appendableHeaders(size: number): readonly (readonly [string, string])[] {
  return [
    ['x-obs-object-type', 'Appendable'],
    ['x-obs-next-append-position', String(size)],
  ]
}

function restoreHeaders({ restoredUntilMs }: ObjectDescription): readonly (readonly [string, string])[] {
  if (restoredUntilMs === undefined) return []
  return [['x-obs-restore', `ongoing-request="false", expiry-date="${new Date(restoredUntilMs).toUTCString()}"`]]
}
