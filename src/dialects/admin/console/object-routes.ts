import { decodeBase64Strict, parseByteRange } from '../../../http/index.ts'
import {
  CHECKSUM_BYTES,
  refuse,
  type BodyExpectation,
  type ByteRange,
  type CopyObject,
  type ObjectTarget,
  type Target,
  type VersionId,
} from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { badArgument, bucketName, objectKey, versionId } from '../target.ts'
import { bucketOf } from './bucket-routes.ts'
import { tagsOf } from './tags-json.ts'
import { requestOf, requestOfHeader } from './encryption-choice.ts'
import { readCursor } from './version-cursor.ts'
import {
  asked,
  flagOf,
  keyOf,
  limitOf,
  route,
  told,
  toldAll,
  versionOf,
  type Route,
  type RouteRequest,
} from './route.ts'

/** A file that is longer goes up in parts. */
export const MAX_PUT_BYTES = 16 * 1024 * 1024
const MAX_DELETED = 1_000
const MAX_OBJECT_TAGS = 10
const MAX_SHARE_SECONDS = 7 * 24 * 60 * 60
const WHOLE = { conditions: {}, withChecksums: false, overrides: {} } as const

export const OBJECT_ROUTES: readonly Route[] = [
  route('GET', 'buckets/:/objects', listObjects),
  route('POST', 'buckets/:/objects/delete', (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    // The head says which bucket; each entry is asked for by itself.
    return told({ kind: 'delete-objects', bucket }, request.view, (body) => ({
      ...{ kind: 'delete-objects', bucket },
      entries: body.objects('items', MAX_DELETED).map(entryOf),
    }))
  }),
  route('GET', 'buckets/:/object', (request) => {
    const target = targetOf(request)
    request.query.end()
    return asked({ kind: 'head-object', ...target }, { kind: 'describe-object', ...target })
  }),
  route('PUT', 'buckets/:/object', putObject),
  route('DELETE', 'buckets/:/object', (request) => {
    const target = targetOf(request)
    request.query.end()
    return asked({ kind: 'delete-object', ...target }, { kind: 'delete-object', ...target })
  }),
  route('GET', 'buckets/:/object/content', (request) => {
    const target = targetOf(request)
    flagOf(request.query, 'download')
    request.query.end()
    const text = request.view.headers.get('range')
    const parsed = text === undefined ? 'ignored' : parseByteRange(text)
    const range: ByteRange | undefined = parsed === 'ignored' ? undefined : parsed
    return asked({ kind: 'get-object', ...target }, { kind: 'get-object', ...target, ...WHOLE, ...present({ range }) })
  }),
  route('GET', 'buckets/:/object/tags', (request) => {
    const target = targetOf(request)
    request.query.end()
    return asked({ kind: 'get-object-tagging', ...target }, { kind: 'get-object-tagging', ...target })
  }),
  route('PUT', 'buckets/:/object/tags', (request) => {
    const target = targetOf(request)
    request.query.end()
    return told({ kind: 'put-object-tagging', ...target }, request.view, (body) => ({
      ...{ kind: 'put-object-tagging', ...target },
      tags: tagsOf(body.objects('tags', MAX_OBJECT_TAGS)),
    }))
  }),
  route('POST', 'buckets/:/object/copy', (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    return toldAll(request.view, (body) => copyOf(body, bucket))
  }),
  route('POST', 'buckets/:/object/restore-version', (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    return toldAll(request.view, (body) => {
      const key = objectKey(body.text('key'))
      const version = versionId(body.text('versionId'))
      return copying({ bucket, key }, { bucket, key, ...present({ versionId: version }) }, body)
    })
  }),
  route('POST', 'buckets/:/object/encryption', (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    return toldAll(request.view, (body) => {
      const target = { bucket, key: objectKey(body.text('key')), ...optionalVersion(body) }
      const kind = 'update-object-encryption'
      const bucketKey = body.optionalFlag('bucketKey') ?? false
      return { target: { kind, ...target }, operation: { kind, ...target, keyArn: body.text('keyArn'), bucketKey } }
    })
  }),
  route('POST', 'buckets/:/object/share', (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    const { view, vocabulary } = request
    return toldAll(view, (body) => {
      const target = { bucket, key: objectKey(body.text('key')), ...optionalVersion(body) }
      const seconds = body.optionalNumber('seconds', 1, MAX_SHARE_SECONDS) ?? badArgument('seconds', 'is missing')
      const wanted = { hostName: view.host.name, refusesEncrypted: vocabulary === 'obs' }
      return {
        target: { kind: 'get-object', ...target },
        operation: { kind: 'share-object', ...target, seconds, ...wanted },
      }
    })
  }),
]

export function targetOf(request: RouteRequest): ObjectTarget & { readonly versionId?: VersionId } {
  return { bucket: bucketOf(request), key: keyOf(request.query), ...present({ versionId: versionOf(request.query) }) }
}

function optionalVersion(body: Fields): { readonly versionId?: VersionId } {
  return present({ versionId: versionId(body.optionalText('versionId')) })
}

function entryOf(item: Fields) {
  const entry = { key: objectKey(item.text('key')), ...optionalVersion(item) }
  item.end()
  return entry
}

function listObjects(request: RouteRequest) {
  const bucket = bucketOf(request)
  const { query } = request
  const prefix = query.take('prefix') ?? ''
  const delimiter = query.take('delimiter') ?? ''
  const after = query.take('after')
  const from = query.take('from') ?? ''
  const limit = limitOf(query)
  const versions = flagOf(query, 'versions')
  query.end()
  const conditions = conditionsOf({ 's3:prefix': prefix, 's3:delimiter': delimiter, 's3:max-keys': String(limit) })
  if (!versions) {
    return asked(
      { kind: 'list-objects', bucket, conditions },
      {
        ...{ kind: 'list-objects', bucket, prefix, delimiter, after: from, maxKeys: limit, fetchOwner: false },
        ...present({ continuation: after }),
      },
    )
  }
  const { keyMarker, versionIdMarker } = after === undefined ? { keyMarker: from } : readCursor(after)
  return asked(
    { kind: 'list-object-versions', bucket, conditions },
    {
      ...{ kind: 'list-object-versions', bucket, prefix, delimiter, keyMarker, maxKeys: limit },
      ...present({ versionIdMarker }),
    },
  )
}

/** What was asked for, as policies ask for it: nothing that a default adds. */
function conditionsOf(values: Readonly<Record<string, string>>): NonNullable<Target['conditions']> {
  return (key) => {
    const value = Object.hasOwn(values, key) ? values[key] : undefined
    return value === undefined || value === '' ? undefined : [value]
  }
}

function putObject(request: RouteRequest) {
  const { view, query } = request
  const target = { bucket: bucketOf(request), key: keyOf(query) }
  query.end()
  if (view.bodyLength === undefined) refuse({ kind: 'missing-content-length' })
  if (view.bodyLength > MAX_PUT_BYTES) refuse({ kind: 'entity-too-large', limitBytes: MAX_PUT_BYTES })
  const contentType = view.headers.get('content-type')
  const condition = conditionOf(view.headers.get('if-none-match'))
  return asked(
    { kind: 'put-object', ...target },
    {
      ...{ kind: 'put-object', ...target },
      properties: { system: present({ contentType }), metadata: [], tags: [], storageClass: 'STANDARD' },
      encryption: requestOfHeader(view.headers.get('x-coffer-encryption')),
      expect: expectationOf(view.headers.get('x-coffer-checksum')),
      ...present({ condition }),
    },
  )
}

function conditionOf(text: string | undefined) {
  if (text === undefined) return undefined
  if (text !== '*') return badArgument('if-none-match', 'must be *')
  return { kind: 'if-none-match-any' } as const
}

/** `X-Coffer-Checksum: crc32=<base64>`: compared with what arrived, before anything is stored. */
export function expectationOf(text: string | undefined): BodyExpectation {
  if (text === undefined) return { checksum: { algorithm: 'crc32', value: 'compute' } }
  const value = /^crc32=(.+)$/.exec(text)?.[1]
  return { checksum: { algorithm: 'crc32', value: crc32Of(value, 'x-coffer-checksum') } }
}

export function crc32Of(text: string | undefined, argument: string): Uint8Array {
  const bytes = text === undefined ? undefined : decodeBase64Strict(text)
  return bytes?.length === CHECKSUM_BYTES.crc32 ? bytes : badArgument(argument, 'is no CRC-32 in base64')
}

function copyOf(body: Fields, bucket: ObjectTarget['bucket']) {
  const source = body.optionalObject('source') ?? badArgument('source', 'is missing')
  const from = {
    bucket: bucketName(source.optionalText('bucket') ?? bucket),
    key: objectKey(source.text('key')),
    ...optionalVersion(source),
  }
  source.end()
  return copying({ bucket, key: objectKey(body.text('key')) }, from, body)
}

/** A copy keeps metadata and tags; what it is encrypted with is said, or the bucket says it. */
function copying(to: ObjectTarget, from: NonNullable<Target['source']>, body: Fields) {
  const encryption = requestOf(body.optionalObject('encryption'))
  const operation: CopyObject = { kind: 'copy-object', ...to, source: { ...from, conditions: {} }, encryption }
  return { target: { kind: 'copy-object', ...to, source: from, copiesTags: true } as const, operation }
}
