import { zoneOf, type BucketName, type DirectoryPlace, type Target } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { anyBucketName, badArgument, bucketName } from '../target.ts'
import { looksFirst, ruleOf } from './encryption-choice.ts'
import { asked, limitOf, nameAt, route, toldAll, type Route, type RouteRequest } from './route.ts'
import type { VocabularyName } from './wire.ts'

export const BUCKET_ROUTES: readonly Route[] = [
  route('GET', 'buckets', ({ query }) => {
    const prefix = query.take('prefix')
    const after = query.take('after')
    const limit = limitOf(query)
    query.end()
    const operation = { kind: 'describe-buckets', limit, ...present({ prefix, after }) } as const
    // The right is that of the list, under whose name it is asked for in every vocabulary.
    return asked({ kind: 'list-buckets' }, operation)
  }),
  route('POST', 'buckets', ({ view, query, vocabulary }) => {
    query.end()
    return toldAll(view, (body) => createBucket(body, vocabulary))
  }),
  route('GET', 'buckets/:', (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    return asked({ kind: 'head-bucket', bucket }, { kind: 'describe-bucket', bucket })
  }),
  about('DELETE', 'buckets/:', 'delete-bucket'),
  about('GET', 'buckets/:/policy/status', 'get-bucket-policy-status'),
]

export function bucketOf(request: RouteRequest) {
  return anyBucketName(nameAt(request, 0))
}

type Plain = 'delete-bucket' | 'get-bucket-policy-status'

/** What is about a bucket, and says nothing more. */
function about(method: 'GET' | 'DELETE', path: string, kind: Plain): Route {
  return route(method, path, (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    return asked({ kind, bucket }, { kind, bucket })
  })
}

/**
 * A bucket with the default that it begins with, in one commit: a rule that is refused leaves no bucket behind. Without
 * one it begins as the vocabulary has it: `sse-s3` in S3's, `none` in the others'.
 */
function createBucket(body: Fields, vocabulary: VocabularyName) {
  const location = body.optionalText('region')
  const isDirectory = body.optionalWord('kind', ['general', 'directory']) === 'directory'
  const bucket = isDirectory ? anyBucketName(body.text('name')) : bucketName(body.text('name'))
  const objectLock = body.optionalFlag('objectLock') === true ? true : undefined
  const chosen = body.optionalObject('encryption')
  const rule = chosen === undefined ? undefined : ruleOf(chosen)
  chosen?.end()
  const directory = isDirectory ? placeOf(bucket) : undefined
  if (isDirectory && objectLock === true) badArgument('objectLock', 'directory buckets have no versions')
  const begins = vocabulary === 's3' || isDirectory ? undefined : NOTHING_SAID
  const encryption = rule ?? begins
  // Of a directory bucket the key is looked at whatever the vocabulary: it has it for ever.
  const checksKey = isDirectory ? undefined : looksFirst(vocabulary)
  const ruleRight = isDirectory ? DIRECTORY_RULE_RIGHT : RULE_RIGHT
  const also = [...(rule === undefined ? [] : ruleRight), ...(objectLock === true ? LOCK_RIGHTS : [])]
  const target: Target = { kind: 'create-bucket', bucket, ...(also.length === 0 ? {} : { also }) }
  return {
    target,
    operation: {
      kind: 'create-bucket',
      bucket,
      ...present({ location, encryption, checksKey, objectLock, directory }),
    },
  } as const
}

/** The zone stands in the name of a directory bucket. */
function placeOf(bucket: BucketName): DirectoryPlace {
  const zone = zoneOf(bucket)
  if (zone === undefined) return badArgument('name', 'of a directory bucket ends in --<zone>--x-s3')
  return { zone, zoneKind: 'availability-zone' }
}

const NOTHING_SAID = { mode: 'none', cipher: 'aes-256', bucketKey: false } as const
const RULE_RIGHT = ['s3:PutEncryptionConfiguration']
const DIRECTORY_RULE_RIGHT = ['s3express:PutEncryptionConfiguration']
/** A bucket that locks is versioned, too: both are rights of their own (S3 CreateBucket). */
const LOCK_RIGHTS = ['s3:PutBucketObjectLockConfiguration', 's3:PutBucketVersioning']
