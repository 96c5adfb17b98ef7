import {
  refuse,
  zoneOf,
  type BucketName,
  type Operation,
  type OperationKind,
  type Target,
} from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { anyBucketName, badArgument, bucketName } from '../target.ts'
import { aclOf } from './acl-json.ts'
import { corsOf } from './cors-json.ts'
import { changeOf, looksFirst } from './encryption-choice.ts'
import { lifecycleOf } from './lifecycle-json.ts'
import { objectLockOf } from './lock-json.ts'
import { notificationOf } from './notification-json.ts'
import { asked, nameAt, route, told, toldAll, type Route, type RouteRequest } from './route.ts'
import { tagsOf } from './tags-json.ts'
import { unlessChanged } from './unless-changed.ts'
import { websiteOf } from './website-json.ts'
import type { VocabularyName } from './wire.ts'

const MAX_POLICY_CHARS = 128 * 1024
const MAX_BUCKET_TAGS = 50
const MAX_ROLE_CHARS = 512
const GRAMMARS = { s3: 'aws', oss: 'oss-bucket', obs: 'obs-bucket', cos: 'cos-bucket' } as const

type Change = (body: Fields, bucket: BucketName, vocabulary: VocabularyName) => Operation

interface Setting {
  readonly path: string
  /** Whose right is asked for, and what shows it; two where the page is shown more than clients are. */
  readonly shows: OperationKind
  readonly showsAs?: OperationKind
  readonly put: OperationKind
  readonly change: Change
  readonly remove?: (bucket: BucketName, vocabulary: VocabularyName) => Operation
  /** Directory buckets have it too. */
  readonly ofDirectories?: true
  /** What policies may ask of the body, as the wire has it in a header. */
  readonly conditions?: (operation: Operation) => Target['conditions']
}

const SETTINGS: readonly Setting[] = [
  {
    ...{ path: 'encryption', shows: 'get-bucket-encryption', showsAs: 'describe-bucket-encryption' },
    ...{ put: 'put-bucket-encryption', ofDirectories: true },
    change: (body, bucket, vocabulary) => ({
      ...{ kind: 'put-bucket-encryption', bucket, change: changeOf(body) },
      // To configure a key, OSS's page asks for the right to list and describe keys, and for no use of them (OSS-55 to OSS-59).
      ...present({ checksKey: vocabulary === 'oss' ? undefined : looksFirst(vocabulary) }),
    }),
    remove: (bucket, vocabulary) => ({
      ...{ kind: 'delete-bucket-encryption', bucket },
      ...(vocabulary === 's3' ? {} : { leaves: 'none' }),
    }),
  },
  {
    ...{ path: 'versioning', shows: 'get-bucket-versioning', put: 'put-bucket-versioning' },
    change: (body, bucket) => {
      const versioning = body.optionalWord('versioning', ['enabled', 'suspended'])
      return {
        kind: 'put-bucket-versioning',
        bucket,
        versioning: versioning ?? badArgument('versioning', 'is missing'),
      }
    },
  },
  {
    ...{ path: 'policy', shows: 'get-bucket-policy', put: 'put-bucket-policy', ofDirectories: true },
    change: (body, bucket, vocabulary) => {
      const language = body.optionalWord('language', ['s3', 'oss', 'obs', 'cos']) ?? vocabulary
      const text = body.optionalText('policy', MAX_POLICY_CHARS) ?? badArgument('policy', 'is missing')
      return { kind: 'put-bucket-policy', bucket, policy: { grammar: GRAMMARS[language], text } }
    },
    remove: (bucket) => ({ kind: 'delete-bucket-policy', bucket }),
  },
  {
    ...{ path: 'public-access', shows: 'get-public-access-block', put: 'put-public-access-block' },
    change: (body, bucket) => ({
      kind: 'put-public-access-block',
      bucket,
      block: {
        blockPublicAcls: flag(body, 'blockPublicAcls'),
        ignorePublicAcls: flag(body, 'ignorePublicAcls'),
        blockPublicPolicy: flag(body, 'blockPublicPolicy'),
        restrictPublicBuckets: flag(body, 'restrictPublicBuckets'),
      },
    }),
    remove: (bucket) => ({ kind: 'delete-public-access-block', bucket }),
  },
  {
    ...{ path: 'tags', shows: 'get-bucket-tagging', put: 'put-bucket-tagging' },
    change: (body, bucket) => ({
      ...{ kind: 'put-bucket-tagging', bucket },
      tags: tagsOf(body.objects('tags', MAX_BUCKET_TAGS)),
    }),
    remove: (bucket) => ({ kind: 'delete-bucket-tagging', bucket }),
  },
  {
    ...{ path: 'cors', shows: 'get-bucket-cors', put: 'put-bucket-cors' },
    change: (body, bucket) => ({ kind: 'put-bucket-cors', bucket, cors: corsOf(body) }),
    remove: (bucket) => ({ kind: 'delete-bucket-cors', bucket }),
  },
  {
    ...{ path: 'lifecycle', shows: 'get-bucket-lifecycle', put: 'put-bucket-lifecycle' },
    change: (body, bucket) => ({ kind: 'put-bucket-lifecycle', bucket, lifecycle: lifecycleOf(body) }),
    remove: (bucket) => ({ kind: 'delete-bucket-lifecycle', bucket }),
  },
  {
    ...{ path: 'acl', shows: 'get-bucket-acl', put: 'put-bucket-acl' },
    change: (body, bucket) => ({ kind: 'put-bucket-acl', bucket, acl: aclOf(body) }),
    conditions: (operation) => cannedAsked(operation),
  },
  {
    ...{ path: 'ownership', shows: 'get-bucket-ownership', put: 'put-bucket-ownership' },
    change: (body, bucket) => ({
      ...{ kind: 'put-bucket-ownership', bucket },
      ownership: body.optionalWord('ownership', OWNERSHIPS) ?? badArgument('ownership', 'is missing'),
    }),
    remove: (bucket) => ({ kind: 'delete-bucket-ownership', bucket }),
  },
  {
    ...{ path: 'website', shows: 'get-bucket-website', put: 'put-bucket-website' },
    change: (body, bucket) => ({ kind: 'put-bucket-website', bucket, website: websiteOf(body) }),
    remove: (bucket) => ({ kind: 'delete-bucket-website', bucket }),
  },
  {
    ...{ path: 'logging', shows: 'get-bucket-logging', put: 'put-bucket-logging' },
    change: (body, bucket) => {
      const prefix = body.optionalText('prefix') ?? ''
      const format = body.optionalWord('keyFormat', KEY_FORMATS)
      const role = body.optionalText('role', MAX_ROLE_CHARS)
      const target = { targetBucket: bucketName(body.text('bucket')), targetPrefix: prefix }
      return { kind: 'put-bucket-logging', bucket, logging: { ...target, ...present({ keyFormat: format, role }) } }
    },
    // S3 and OBS end it by an empty document; OSS's DELETE is a right of its own.
    remove: (bucket, vocabulary) => ({
      ...{ kind: vocabulary === 'oss' ? 'delete-bucket-logging' : 'put-bucket-logging', bucket },
    }),
  },
  {
    ...{ path: 'notification', shows: 'get-bucket-notification', put: 'put-bucket-notification' },
    change: (body, bucket) => ({
      ...{ kind: 'put-bucket-notification', bucket, notification: notificationOf(body) },
      skipTestEvent: body.optionalFlag('skipTestEvent') ?? false,
    }),
  },
  {
    ...{ path: 'object-lock', shows: 'get-object-lock-configuration', put: 'put-object-lock-configuration' },
    change: (body, bucket) => ({ kind: 'put-object-lock-configuration', bucket, lock: objectLockOf(body) }),
  },
]

const OWNERSHIPS = ['bucket-owner-enforced', 'bucket-owner-preferred', 'object-writer', 'bucket-owner'] as const
const KEY_FORMATS = ['simple', 'partitioned-event-time', 'partitioned-delivery-time'] as const

/** Settings of a bucket: shown with their revision, changed and removed only where it is still that, if the request says so. */
export const SETTING_ROUTES: readonly Route[] = SETTINGS.flatMap(routesOf)

function routesOf(setting: Setting): readonly Route[] {
  const path = `buckets/:/${setting.path}`
  const { remove } = setting
  return [
    route('GET', path, (request) => shown(setting, bucketOf(setting, request))),
    route('PUT', path, (request) => changed(setting, request)),
    ...(remove === undefined
      ? []
      : [
          route('DELETE', path, (request) => {
            const bucket = bucketOf(setting, request)
            const operation = remove(bucket, request.vocabulary)
            const decoded = asked({ kind: operation.kind, bucket }, operation)
            return unlessChanged(request.view, shown(setting, bucket), decoded)
          }),
        ]),
  ]
}

function bucketOf({ path, ofDirectories }: Setting, request: RouteRequest): BucketName {
  const bucket = anyBucketName(nameAt(request, 0))
  request.query.end()
  if (ofDirectories !== true && zoneOf(bucket) !== undefined) {
    refuse({ kind: 'not-implemented', detail: `Directory buckets have no ${path}.` })
  }
  return bucket
}

function shown({ shows, showsAs }: Setting, bucket: BucketName): ReturnType<typeof asked> {
  // Every operation of the table is about a bucket, and says nothing more.
  const operation = { kind: showsAs ?? shows, bucket } as Operation
  return asked({ kind: shows, bucket }, operation)
}

function changed(setting: Setting, request: RouteRequest): ReturnType<Route['read']> {
  const bucket = bucketOf(setting, request)
  const { put: kind, change, conditions } = setting
  const { view, vocabulary } = request
  const before = shown(setting, bucket)
  if (conditions === undefined) {
    return unlessChanged(
      view,
      before,
      told({ kind, bucket }, view, (body) => change(body, bucket, vocabulary)),
    )
  }
  const decoded = toldAll(view, (body) => {
    const operation = change(body, bucket, vocabulary)
    return { target: { kind, bucket, ...present({ conditions: conditions(operation) }) }, operation }
  })
  return unlessChanged(view, before, decoded)
}

function flag(body: Fields, name: string): boolean {
  return body.optionalFlag(name) ?? badArgument(name, 'is missing')
}

/** A ready-made list stands in a header on the wire, and policies ask for it there (T-072). */
export function cannedAsked(operation: Operation): Target['conditions'] {
  if (operation.kind !== 'put-bucket-acl' && operation.kind !== 'put-object-acl') return undefined
  if (operation.acl.kind !== 'canned') return undefined
  const { canned } = operation.acl
  return (key) => (key === 's3:x-amz-acl' ? [canned] : undefined)
}
