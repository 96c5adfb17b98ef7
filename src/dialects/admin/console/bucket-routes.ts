import { refuse, type Target } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import type { Fields } from '../fields.ts'
import { bucketName } from '../target.ts'
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
  return bucketName(nameAt(request, 0))
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

const NOTHING_SAID = { mode: 'none', cipher: 'aes-256', bucketKey: false } as const
const RULE_RIGHT = ['s3:PutEncryptionConfiguration']
