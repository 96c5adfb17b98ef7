import { refuse, type OperationKind, type Target } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { badArgument, bucketName } from '../target.ts'
import { changeOf, ruleOf } from './encryption-choice.ts'
import { asked, limitOf, nameAt, route, told, toldAll, type Route, type RouteRequest } from './route.ts'
import type { VocabularyName } from './wire.ts'

const GRAMMARS = { s3: 'aws', oss: 'oss-bucket', obs: 'obs-bucket', cos: 'cos-bucket' } as const

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
  route('GET', 'buckets/:/encryption', (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    return asked({ kind: 'get-bucket-encryption', bucket }, { kind: 'describe-bucket-encryption', bucket })
  }),
  put('buckets/:/encryption', 'put-bucket-encryption', (bucket, body, vocabulary) => ({
    ...{ kind: 'put-bucket-encryption', bucket },
    change: changeOf(body),
    // To configure a key, OSS's page asks for the right to list and describe keys, and for no use of them (OSS-55 to OSS-59).
    ...present({ checksKey: vocabulary === 'oss' ? undefined : looksFirst(vocabulary) }),
  })),
  route('DELETE', 'buckets/:/encryption', (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    const leaves = request.vocabulary === 's3' ? undefined : ('none' as const)
    const kind = 'delete-bucket-encryption'
    return asked({ kind, bucket }, { kind, bucket, ...present({ leaves }) })
  }),
  about('GET', 'buckets/:/versioning', 'get-bucket-versioning'),
  put('buckets/:/versioning', 'put-bucket-versioning', (bucket, body) => {
    const versioning = body.optionalWord('versioning', ['enabled', 'suspended'])
    if (versioning === undefined) return badArgument('versioning', 'is missing')
    return { kind: 'put-bucket-versioning', bucket, versioning }
  }),
  about('GET', 'buckets/:/policy', 'get-bucket-policy'),
  put('buckets/:/policy', 'put-bucket-policy', (bucket, body, vocabulary) => {
    const language = body.optionalWord('language', ['s3', 'oss', 'obs', 'cos']) ?? vocabulary
    const text = body.optionalText('policy', MAX_POLICY_CHARS) ?? badArgument('policy', 'is missing')
    return { kind: 'put-bucket-policy', bucket, policy: { grammar: GRAMMARS[language], text } }
  }),
  about('DELETE', 'buckets/:/policy', 'delete-bucket-policy'),
  about('GET', 'buckets/:/policy/status', 'get-bucket-policy-status'),
  about('GET', 'buckets/:/public-access', 'get-public-access-block'),
  put('buckets/:/public-access', 'put-public-access-block', (bucket, body) => ({
    kind: 'put-public-access-block',
    bucket,
    block: {
      blockPublicAcls: flag(body, 'blockPublicAcls'),
      ignorePublicAcls: flag(body, 'ignorePublicAcls'),
      blockPublicPolicy: flag(body, 'blockPublicPolicy'),
      restrictPublicBuckets: flag(body, 'restrictPublicBuckets'),
    },
  })),
  about('DELETE', 'buckets/:/public-access', 'delete-public-access-block'),
  about('GET', 'buckets/:/tags', 'get-bucket-tagging'),
  put('buckets/:/tags', 'put-bucket-tagging', (bucket, body) => ({
    ...{ kind: 'put-bucket-tagging', bucket },
    tags: tagsOf(body, MAX_BUCKET_TAGS),
  })),
  about('DELETE', 'buckets/:/tags', 'delete-bucket-tagging'),
]

const MAX_POLICY_CHARS = 128 * 1024
const MAX_BUCKET_TAGS = 50
const MAX_TAG_KEY_CHARS = 128
const MAX_TAG_VALUE_CHARS = 256

export function bucketOf(request: RouteRequest) {
  return bucketName(nameAt(request, 0))
}

type Plain =
  | 'delete-bucket'
  | 'get-bucket-versioning'
  | 'get-bucket-policy'
  | 'delete-bucket-policy'
  | 'get-bucket-policy-status'
  | 'get-public-access-block'
  | 'delete-public-access-block'
  | 'get-bucket-tagging'
  | 'delete-bucket-tagging'

/** What is about a bucket, and says nothing more. */
function about(method: 'GET' | 'DELETE', path: string, kind: Plain): Route {
  return route(method, path, (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    return asked({ kind, bucket }, { kind, bucket })
  })
}

type Build = (
  bucket: ReturnType<typeof bucketOf>,
  body: Fields,
  vocabulary: VocabularyName,
) => Parameters<typeof asked>[1]

function put(path: string, kind: OperationKind, build: Build): Route {
  return route('PUT', path, (request) => {
    const bucket = bucketOf(request)
    request.query.end()
    return told({ kind, bucket }, request.view, (body) => build(bucket, body, request.vocabulary))
  })
}

function flag(body: Fields, name: string): boolean {
  return body.optionalFlag(name) ?? badArgument(name, 'is missing')
}

/**
 * A bucket with the default that it begins with, in one commit: a rule that is refused leaves no bucket behind. Without
 * one it begins as the vocabulary has it: `sse-s3` in S3's, `none` in the others'.
 */
function createBucket(body: Fields, vocabulary: VocabularyName) {
  const bucket = bucketName(body.text('name'))
  const location = body.optionalText('region')
  const kind = body.optionalWord('kind', ['general', 'directory'])
  if (kind === 'directory') refuse({ kind: 'not-implemented', detail: 'directory buckets' })
  const chosen = body.optionalObject('encryption')
  const rule = chosen === undefined ? undefined : ruleOf(chosen)
  chosen?.end()
  const encryption = rule ?? (vocabulary === 's3' ? undefined : NOTHING_SAID)
  const target: Target = { kind: 'create-bucket', bucket, ...(rule === undefined ? {} : { also: RULE_RIGHT }) }
  const checksKey = looksFirst(vocabulary)
  return {
    target,
    operation: { kind: 'create-bucket', bucket, ...present({ location, encryption, checksKey }) },
  } as const
}

/** A default that nobody could write under is refused by these vendors, and taken by S3 (S3-16, OSS-35). */
function looksFirst(vocabulary: VocabularyName): true | undefined {
  return vocabulary === 's3' ? undefined : true
}

const NOTHING_SAID = { mode: 'none', cipher: 'aes-256', bucketKey: false } as const
const RULE_RIGHT = ['s3:PutEncryptionConfiguration']

export function tagsOf(body: Fields, max: number): readonly (readonly [key: string, value: string])[] {
  const tags = body.objects('tags', max).map((item) => {
    const [key, value] = [item.text('key'), item.text('value')]
    item.end()
    if (key.length < 1 || key.length > MAX_TAG_KEY_CHARS) badArgument('tags', 'a key has 1 to 128 characters')
    if (value.length > MAX_TAG_VALUE_CHARS) badArgument('tags', 'a value has at most 256 characters')
    return [key, value] as const
  })
  if (new Set(tags.map(([key]) => key)).size !== tags.length) badArgument('tags', 'a key comes twice')
  return tags
}
