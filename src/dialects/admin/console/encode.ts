import type { HttpResponse } from '../../../http/index.ts'
import type { Answer, BucketFacts, OperationKind, OperationOf, Results, Slice } from '../../../operations/index.ts'
import type { AnswerContext } from '../../dialect.ts'
import { present } from '../../present.ts'
import { RESULT_JSON } from '../result-json.ts'
import type { AdminKind, AdminResults } from '../wire.ts'
import { aclJson } from './acl-json.ts'
import { consoleJson } from './answers.ts'
import { retentionJson } from './lock-json.ts'
import { CONSOLE_PART_BYTES, CONSOLE_PARALLEL } from './limits.ts'
import { deletedJson, instant, listingJson, objectJson, storedJson, versionsJson } from './objects-json.ts'
import { bucketEncryptionJson, isSetting, revisedJson } from './setting-json.ts'
import type { BucketJson, KeyRowJson, OverviewJson } from './wire.ts'
import { writeCursor } from './version-cursor.ts'

interface Shown {
  readonly status?: number
  readonly body: object
}

type Encoder<Kind extends OperationKind> = (
  result: Results[Kind],
  operation: OperationOf<Kind>,
  context: AnswerContext,
) => Shown

type Encoders = { readonly [Kind in OperationKind]?: Encoder<Kind> }

/** What the console is told in words of its own; all else is as the command line is told it. */
const ENCODERS: Encoders = {
  'describe-buckets': ({ buckets, next }) => ({ body: { items: buckets.map(bucketJson), ...present({ next }) } }),
  'describe-bucket': ({ bucket }) => ({ body: bucketJson(bucket) }),
  'create-bucket': (_result, { bucket, location }) => ({
    status: 201,
    body: { name: bucket, ...present({ region: location }) },
  }),
  'get-bucket-policy-status': ({ isPublic }) => ({ body: { isPublic } }),
  'list-objects': (result) => ({ body: listingJson(result) }),
  'list-object-versions': (result) => ({ body: versionsJson(result) }),
  'describe-object': (result, { key }) => ({ body: objectJson(result, key) }),
  'get-object-acl': ({ acl }) => ({ body: aclJson(acl) }),
  'get-object-retention': ({ retention }) => ({ body: retentionJson(retention) }),
  'get-object-legal-hold': ({ legalHold }) => ({ body: { legalHold } }),
  'put-object': (result) => ({ body: storedJson(result) }),
  'copy-object': (result) => ({ body: { ...storedJson(result), modified: instant(result.lastModifiedMs) } }),
  'update-object-encryption': () => NOTHING,
  'delete-objects': ({ outcomes }, _operation, { requestId }) => ({ body: deletedJson(outcomes, requestId) }),
  'share-object': ({ url, endsMs, signer }) => ({ body: { url, expires: instant(endsMs), signer } }),
  'begin-upload': ({ uploadId }) => ({
    status: 201,
    body: { uploadId, partSize: CONSOLE_PART_BYTES, maxParallel: CONSOLE_PARALLEL },
  }),
  'upload-part': ({ etag, checksums }) => {
    const crc32 = checksums.find(({ algorithm }) => algorithm === 'crc32')
    return { body: { etag, ...(crc32 === undefined ? {} : { crc32: Buffer.from(crc32.value).toString('base64') }) } }
  },
  'complete-upload': (result) => ({ body: storedJson(result) }),
  'abort-upload': () => NOTHING,
  'list-uploads': ({ uploads, truncated, nextKeyMarker, nextUploadIdMarker }) => ({
    body: {
      items: uploads.map(({ key, uploadId, startedMs, storageClass }) => ({
        ...{ key, uploadId, initiated: instant(startedMs), class: storageClass },
      })),
      ...(truncated && nextKeyMarker !== undefined ? { next: writeCursor(nextKeyMarker, nextUploadIdMarker) } : {}),
    },
  }),
  'list-parts': ({ parts, next }) => ({
    body: {
      items: parts.map(({ partNumber, size, etag }) => ({ number: partNumber, size, etag })),
      ...(next === undefined ? {} : { next: String(next) }),
    },
  }),
  'create-key': (result) => ({ status: 201, body: keyOf(RESULT_JSON['create-key'](result, NO_KEY)) }),
  'describe-key': (result) => ({ body: keyOf(RESULT_JSON['describe-key'](result, NO_KEY)) }),
  'update-key-description': (result) => ({ body: keyOf(RESULT_JSON['describe-key'](result, NO_KEY)) }),
  'list-keys': ({ keys, next }) => ({
    body: {
      items: keys.flatMap(({ description }) =>
        description === undefined ? [] : [keyOf(RESULT_JSON['describe-key']({ key: description }, NO_KEY))],
      ),
      ...missingOf(keys.filter(({ description }) => description === undefined).map(({ arn }) => arn)),
      ...present({ next }),
    },
  }),
  'list-unused-keys': (result) => ({ body: { items: RESULT_JSON['list-unused-keys'](result, NO_KEY).keys } }),
  'key-dependents': (result) => ({ body: RESULT_JSON['key-dependents'](result, NO_KEY).dependents }),
  'create-access-key': (made) => {
    const { accessKey, secretAccessKey } = RESULT_JSON['create-access-key'](made, NO_KEY)
    return { status: 201, body: { ...accessKey, id: accessKey.accessKeyId, secret: secretAccessKey } }
  },
  'check-rights': ({ allowed }, { checks }) => ({
    body: {
      items: checks.map((check, at) =>
        allowed[at] === true ? { allowed: true } : { allowed: false, missing: [check] },
      ),
    },
  }),
  'explain-own': (result) => ({ body: RESULT_JSON['explain-policy'](result, NO_KEY) }),
  'explain-request': (result) => ({ body: RESULT_JSON['explain-policy'](result, NO_KEY) }),
  'get-overview': (result) => ({ body: overviewJson(result) }),
  'search-audit': (result, operation) => ({ body: eventsJson(result, operation) }),
  'export-audit': ({ lines, next }) => ({ body: { lines, ...(next === undefined ? {} : { next: String(next) }) } }),
}

const NOTHING: Shown = { body: {} }
/** Changes of settings answer nothing: what holds then is read. */
const CHANGES: ReadonlySet<OperationKind> = new Set<OperationKind>([
  ...(['put-bucket-policy', 'delete-bucket-policy', 'put-public-access-block', 'delete-public-access-block'] as const),
  ...(['put-bucket-tagging', 'delete-bucket-tagging', 'put-bucket-cors', 'delete-bucket-cors'] as const),
  ...(['put-bucket-lifecycle', 'delete-bucket-lifecycle', 'put-bucket-acl', 'put-bucket-ownership'] as const),
  ...(['delete-bucket-ownership', 'put-bucket-website', 'delete-bucket-website', 'put-bucket-logging'] as const),
  ...(['delete-bucket-logging', 'put-bucket-notification', 'put-object-lock-configuration'] as const),
  ...(['put-object-acl', 'put-object-retention', 'put-object-legal-hold'] as const),
])
const NO_KEY = { key: '' }
/** Members that hold the items of a list, and members that hold the one thing that was asked for. */
const LISTS = [
  ...(['users', 'groups', 'roles', 'policies', 'names', 'accessKeys', 'buckets', 'aliases', 'versions'] as const),
  ...(['entities', 'generations', 'jobs'] as const),
]
const ONES = ['user', 'group', 'role', 'policy', 'key', 'accessKey', 'loginProfile'] as const

/** An answer of the console's API, or an object's bytes as they are. */
export function encodeConsole(answer: Answer, context: AnswerContext): HttpResponse {
  const { operation, result } = answer
  if (operation.kind === 'get-object') return contentResponse(result as Results['get-object'], operation, context)
  if (isSetting(operation.kind)) {
    const { revision, body } = revisedJson(answer)
    return consoleJson(200, { ...body, revision }, context.requestId, [['etag', `"${revision}"`]])
  }
  if (CHANGES.has(operation.kind)) return consoleJson(200, {}, context.requestId)
  // An answer pairs each kind with its own result; the compiler cannot follow the pair through the union.
  const encoder = ENCODERS[operation.kind] as Encoder<OperationKind> | undefined
  const { status = 200, body } =
    encoder === undefined ? plain(operation.kind, result, context) : encoder(result, operation, context)
  return consoleJson(status, body, context.requestId)
}

function isAdminKind(kind: OperationKind): kind is AdminKind {
  return Object.hasOwn(RESULT_JSON, kind)
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

/** As the command line has it, with lists as `items` and single things without a name around them. */
function plain(kind: OperationKind, result: unknown, context: AnswerContext): Shown {
  if (!isAdminKind(kind)) throw new Error(`${kind} is no operation of the console`)
  const shape: (result: never, named: { readonly key: string }) => AdminResults[AdminKind] = RESULT_JSON[kind]
  const body: Readonly<Record<string, unknown>> = { ...shape(result as never, { key: context.key ?? '' }) }
  const list = kind.startsWith('list-') ? LISTS.find((name) => Object.hasOwn(body, name)) : undefined
  if (list !== undefined) {
    const { [list]: items, ...rest } = body
    return { body: { items, ...rest } }
  }
  const one = ONES.find((name) => Object.keys(body).length === 1 && typeof body[name] === 'object')
  return {
    ...(kind.startsWith('create-') ? { status: 201 } : {}),
    body: one === undefined ? body : objectOf(body[one]),
  }
}

function bucketJson(bucket: BucketFacts): BucketJson {
  const { name, region, createdMs, zone, encryption, versions, bytes, uploads } = bucket
  return {
    ...{ name, region, created: instant(createdMs), versions, bytes, uploads },
    ...(zone === undefined ? { kind: 'general' } : { kind: 'directory', zone }),
    ...(encryption === undefined ? {} : { encryption: bucketEncryptionJson({ encryption }) }),
  }
}

function keyOf({ key }: AdminResults['describe-key']): KeyRowJson {
  return key
}

function missingOf(arns: readonly string[]) {
  return arns.length === 0 ? {} : { missing: arns.map((resource) => ({ action: 'kms:DescribeKey', resource })) }
}

function overviewJson(overview: Results['get-overview']): OverviewJson {
  const { buckets, versions, bytes, uploads, keys, refusals, attention, defaults, versionsByKey } = overview
  return {
    ...{ buckets, versions, bytes, uploads, attention, defaults },
    ...present({ keys, versionsByKey, refusals: refusals?.byAction }),
    ...(refusals?.more === true ? { moreRefusals: true } : {}),
  }
}

function eventsJson(result: Results['search-audit'], { limit, untilMs, skip = 0 }: OperationOf<'search-audit'>) {
  const { records: items } = RESULT_JSON['search-audit'](result, NO_KEY)
  const last = result.records.at(-1)
  if (last === undefined || result.records.length < limit) return { items }
  const passed = result.records.filter(({ timeMs }) => timeMs === last.timeMs).length
  const before = untilMs === last.timeMs + 1 ? skip : 0
  return { items, next: `${last.timeMs}.${passed + before}` }
}

/**
 * Bytes from the console's own origin are hostile: always a file, never a page, whatever type an upload claimed
 * (T-142, T-145).
 */
function contentResponse(
  { object, slice, body }: Results['get-object'],
  { key }: OperationOf<'get-object'>,
  { requestId }: AnswerContext,
): HttpResponse {
  const { versionId } = object
  return {
    status: slice.partial ? 206 : 200,
    headers: [
      ['content-type', 'application/octet-stream'],
      ['content-disposition', `attachment; ${fileName(key)}`],
      ['content-security-policy', "sandbox; default-src 'none'"],
      ['cache-control', 'no-store'],
      ['accept-ranges', 'bytes'],
      ['x-coffer-request-id', requestId],
      ['x-coffer-mode', object.encryption.mode],
      ...(versionId === undefined ? [] : [['x-coffer-version-id', versionId] as const]),
      ...contentRange(slice),
    ],
    body: { length: slice.length, read: (signal) => body.read(signal) },
  }
}

function contentRange({ partial, first, length, total }: Slice): readonly (readonly [string, string])[] {
  return partial && length > 0 ? [['content-range', `bytes ${first}-${first + length - 1}/${total}`]] : []
}

const MAX_FILE_NAME_CHARS = 200

/** The last piece of the key, in the form of RFC 8187: nothing of it can end the header or name another place (T-147). */
function fileName(key: string): string {
  const name = key.split(/[\\/]/).at(-1)?.replace(/^\.+/, '') ?? ''
  // Half of a character at the cut becomes a mark of its own.
  const shown = name.slice(0, MAX_FILE_NAME_CHARS).toWellFormed()
  const encoded = encodeURIComponent(shown === '' ? 'object' : shown)
  return `filename*=UTF-8''${encoded.replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)}`
}
