import {
  MAX_PART_NUMBER,
  parseUploadId,
  refuse,
  type Checksum,
  type ObjectTarget,
  type UploadTarget,
} from '../../../operations/index.ts'
import { parseDecimal } from '../../../http/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { badArgument, objectKey } from '../target.ts'
import { bucketOf } from './bucket-routes.ts'
import { tagsOf } from './tags-json.ts'
import { requestOf } from './encryption-choice.ts'
import { crc32Of, expectationOf } from './object-routes.ts'
import {
  asked,
  keyOf,
  limitOf,
  nameAt,
  numberOf,
  route,
  told,
  toldAll,
  type Route,
  type RouteRequest,
} from './route.ts'
import { readUploadCursor } from './version-cursor.ts'

const MAX_TAGS = 10
const MAX_METADATA = 64
const MAX_PART_BYTES = 5 * 1024 ** 3

export const UPLOAD_ROUTES: readonly Route[] = [
  route('GET', 'buckets/:/uploads', (request) => {
    const bucket = bucketOf(request)
    const { query } = request
    const prefix = query.take('prefix') ?? ''
    const after = query.take('after')
    const maxUploads = limitOf(query)
    query.end()
    const markers = after === undefined ? { keyMarker: '' } : readUploadCursor(after)
    const kind = 'list-uploads'
    return asked({ kind, bucket }, { kind, bucket, prefix, delimiter: '', maxUploads, ...markers })
  }),
  route('POST', 'buckets/:/uploads', (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    return toldAll(request.view, (body) => begin(body, bucket))
  }),
  route('PUT', 'buckets/:/uploads/:/parts/:', (request) => {
    const upload = uploadOf(request)
    const { view, query } = request
    query.end()
    const partNumber = parseDecimal(nameAt(request, 2), { min: 1, max: MAX_PART_NUMBER })
    if (partNumber === undefined) return badArgument('part', `must be a number from 1 to ${MAX_PART_NUMBER}`)
    if (view.bodyLength === undefined) refuse({ kind: 'missing-content-length' })
    if (view.bodyLength > MAX_PART_BYTES) refuse({ kind: 'entity-too-large', limitBytes: MAX_PART_BYTES })
    const expect = expectationOf(view.headers.get('x-coffer-checksum'))
    return asked({ kind: 'upload-part', ...upload }, { kind: 'upload-part', ...upload, partNumber, expect })
  }),
  route('GET', 'buckets/:/uploads/:/parts', (request) => {
    const upload = uploadOf(request)
    const { query } = request
    const partNumberMarker = numberOf(query, 'after', 0, MAX_PART_NUMBER) ?? 0
    const maxParts = limitOf(query)
    query.end()
    return asked({ kind: 'list-parts', ...upload }, { kind: 'list-parts', ...upload, partNumberMarker, maxParts })
  }),
  route('POST', 'buckets/:/uploads/:/complete', (request) => {
    const upload = uploadOf(request)
    request.query.end()
    return told({ kind: 'complete-upload', ...upload }, request.view, (body) => complete(body, upload))
  }),
  route('DELETE', 'buckets/:/uploads/:', (request) => {
    const upload = uploadOf(request)
    request.query.end()
    return asked({ kind: 'abort-upload', ...upload }, { kind: 'abort-upload', ...upload })
  }),
]

function uploadOf(request: RouteRequest): UploadTarget {
  const text = nameAt(request, 1)
  const uploadId = parseUploadId(text) ?? refuse({ kind: 'no-such-upload', uploadId: text.slice(0, 256) })
  return { bucket: bucketOf(request), key: keyOf(request.query), uploadId }
}

function begin(body: Fields, bucket: ObjectTarget['bucket']) {
  const target = { bucket, key: objectKey(body.text('key')) }
  // The plan of the parts is the page's; the size is told so that both can name the same one.
  body.optionalNumber('size', 0, Number.MAX_SAFE_INTEGER)
  const contentType = body.optionalText('type')
  const storageClass = body.optionalText('class') ?? 'STANDARD'
  const metadata = (body.optionalObjects('metadata', MAX_METADATA) ?? []).map((item) => {
    const pair = [item.text('name').toLowerCase(), item.text('value')] as const
    item.end()
    return pair
  })
  const tagged = body.optionalObjects('tags', MAX_TAGS) !== undefined
  const tags = tagged ? tagsOf(body.objects('tags', MAX_TAGS)) : []
  const encryption = requestOf(body.optionalObject('encryption'))
  const unlessExists = body.optionalFlag('ifNoneMatch') ?? false
  const properties = { system: present({ contentType }), metadata, tags, storageClass }
  return {
    target: { kind: 'create-upload', ...target, ...(tags.length === 0 ? {} : { also: ['s3:PutObjectTagging'] }) },
    operation: { kind: 'begin-upload', ...target, properties, encryption, unlessExists },
  } as const
}

function complete(body: Fields, upload: UploadTarget) {
  const parts = body.objects('parts', MAX_PART_NUMBER).map((item) => {
    const partNumber = item.optionalNumber('number', 1, MAX_PART_NUMBER) ?? badArgument('parts', 'a number is missing')
    const part = { partNumber, etag: item.text('etag') }
    item.end()
    return part
  })
  const crc32 = body.optionalText('crc32')
  const checksum: Checksum | undefined =
    crc32 === undefined ? undefined : { algorithm: 'crc32', type: 'full-object', value: crc32Of(crc32, 'crc32') }
  const condition = body.optionalFlag('ifNoneMatch') === true ? ({ kind: 'if-none-match-any' } as const) : undefined
  return { kind: 'complete-upload', ...upload, parts, ...present({ checksum, condition }) } as const
}
