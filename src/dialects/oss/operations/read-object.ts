/** GetObject, HeadObject, GetObjectMeta. */
import { parseByteRange, type HttpResponse } from '../../../http/index.ts'
import type {
  GetObject,
  HeadObject,
  ObjectDescription,
  ObjectTarget,
  ReadConditions,
  Slice,
} from '../../../operations/index.ts'
import type { AnswerContext, Decoded } from '../../dialect.ts'
import { formatHttpDate } from '../../../http/index.ts'
import { readConditions } from '../../read-conditions.ts'
import {
  crcHeader,
  etagHeader,
  lastModifiedHeader,
  md5Header,
  objectType,
  respond,
  versionHeader,
  type Headers,
} from '../answers.ts'
import { encryptionHeaders, refuseMethodHeader } from '../encryption-headers.ts'
import { METADATA_PREFIX, responseOverrides, shownSystemHeaders } from '../headers.ts'
import { decoded, queryVersionId, type Encoder, type OssRequest } from '../oss-request.ts'
import { shownStorageClass } from '../storage-classes.ts'

/** GetObjectMeta is a HEAD that shows less. */
type SpelledHead = HeadObject & { readonly metaOnly: boolean }

export function decodeGetObject(request: OssRequest, at: ObjectTarget): Decoded {
  return decodeRead(request, at, 'get-object')
}

export function decodeHeadObject(request: OssRequest, at: ObjectTarget): Decoded {
  return decodeRead(request, at, 'head-object')
}

export function decodeGetObjectMeta(request: OssRequest, at: ObjectTarget): Decoded {
  const target = targetOf(request, at, 'head-object')
  return decoded(request, target, (): SpelledHead => ({ ...target, ...readWishes(request), metaOnly: true }))
}

function decodeRead(request: OssRequest, at: ObjectTarget, kind: 'get-object' | 'head-object'): Decoded {
  const target = targetOf(request, at, kind)
  return decoded(request, target, () => ({ ...target, ...readWishes(request) }))
}

function targetOf<Kind extends 'get-object' | 'head-object'>(
  request: OssRequest,
  { bucket, key }: ObjectTarget,
  kind: Kind,
): ObjectTarget & { readonly kind: Kind; readonly versionId?: NonNullable<ReturnType<typeof queryVersionId>> } {
  const versionId = queryVersionId(request)
  return versionId === undefined ? { kind, bucket, key } : { kind, bucket, key, versionId }
}

type Wishes = Pick<GetObject, 'conditions' | 'withChecksums' | 'overrides' | 'range' | 'rangeRule'>

function readWishes(request: OssRequest): Wishes {
  const { headers } = request.view
  refuseMethodHeader(headers)
  const text = headers.get('range')
  const range = text === undefined || headers.has('if-range') ? 'ignored' : parseByteRange(text)
  const wishes: { -readonly [Field in keyof Wishes]: Wishes[Field] } = {
    conditions: lowerCaseEtags(readConditions(headers)),
    withChecksums: true,
    overrides: responseOverrides(request),
  }
  if (range !== 'ignored') {
    wishes.range = range
    // Without this header a range that does not lie in the object is none (OSS, GetObject).
    if (headers.get('x-oss-range-behavior') !== 'standard') wishes.rangeRule = 'inside-or-whole'
  }
  return wishes
}

/** ETags are shown in capitals here, and compared without regard to that. */
export function lowerCaseEtags(conditions: ReadConditions): ReadConditions {
  const { ifMatch, ifNoneMatch } = conditions
  if (ifMatch === undefined && ifNoneMatch === undefined) return conditions
  return {
    ...conditions,
    ...(ifMatch === undefined ? {} : { ifMatch: ifMatch.map((etag) => etag.toLowerCase()) }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch: ifNoneMatch.map((etag) => etag.toLowerCase()) }),
  }
}

export const encodeGetObject: Encoder<'get-object'> = ({ operation, result }, context) =>
  described(operation, result, context, result.body)

export const encodeHeadObject: Encoder<'head-object'> = ({ operation, result }, context) =>
  'metaOnly' in operation && operation.metaOnly === true
    ? respond(context, 200, metaHeaders(result.object))
    : described(operation, result, context, undefined)

function metaHeaders(object: ObjectDescription): Headers {
  return [
    etagHeader(object.etag),
    lastModifiedHeader(object.lastModifiedMs),
    ...versionHeader(object.versionId),
    ...crcHeader(object.crc64),
    ['Content-Length', String(object.size)],
  ]
}

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
    ['x-oss-object-type', objectType(object)],
    ['x-oss-storage-class', shownStorageClass(object.storageClass)],
    ...versionHeader(object.versionId),
    ...encryptionHeaders(object.encryption),
    ...crcHeader(object.crc64),
    ...(slice.partial ? [] : md5Header(object)),
    ...shownSystemHeaders(object.system, operation.overrides),
    ...object.metadata.map(([name, value]) => [`${METADATA_PREFIX}${name}`, value] as const),
    ...furtherHeaders(object),
  ]
  if (slice.partial && slice.length > 0) headers.push(contentRange(slice))
  headers.push(['Content-Length', String(slice.length)])
  return respond(context, slice.partial ? 206 : 200, headers, body)
}

function furtherHeaders({ tagCount, appendable, size, expiry, restoredUntilMs }: ObjectDescription): Headers {
  return [
    ...(tagCount === 0 ? [] : [['x-oss-tagging-count', String(tagCount)] as const]),
    ...(appendable === true ? [['x-oss-next-append-position', String(size)] as const] : []),
    ...(expiry === undefined
      ? []
      : [['x-oss-expiration', `expiry-date="${formatHttpDate(expiry.atMs)}", rule-id="${expiry.ruleId}"`] as const]),
    ...(restoredUntilMs === undefined
      ? []
      : [['x-oss-restore', `ongoing-request="false", expiry-date="${formatHttpDate(restoredUntilMs)}"`] as const]),
  ]
}

function contentRange({ first, length, total }: Slice): readonly [string, string] {
  return ['Content-Range', `bytes ${first}-${first + length - 1}/${total}`]
}
