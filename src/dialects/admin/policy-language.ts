import { type ValidatePolicy } from '../../operations/index.ts'
import { present } from '../present.ts'
import type { VocabularyName } from './console/wire.ts'
import type { Fields } from './fields.ts'
import { badArgument, bucketName } from './target.ts'

const BUCKETS = { s3: 'aws', oss: 'oss-bucket', obs: 'obs-bucket', cos: 'cos-bucket' } as const
const PEOPLE = { s3: 'aws', oss: 'ram', obs: 'huawei', cos: 'cam' } as const
const USES = { bucket: 'bucket', people: 'identity', key: 'key', trust: 'trust' } as const
const MAX_POLICY_CHARS = 128 * 1024

/** A text that somebody wants to know of whether it is a policy. Keys and roles have policies in AWS's language alone. */
export function validationOf(body: Fields, vocabulary: VocabularyName): ValidatePolicy {
  const text = body.optionalText('text', MAX_POLICY_CHARS) ?? badArgument('text', 'is missing')
  const language = body.optionalWord('language', ['s3', 'oss', 'obs', 'cos'])
  const use = body.optionalWord('use', ['bucket', 'people', 'key', 'trust']) ?? 'bucket'
  const bucket = body.optionalText('bucket')
  if (bucket !== undefined && use !== 'bucket') badArgument('bucket', 'goes with the policy of a bucket')
  if (use === 'key' || use === 'trust') {
    if (language !== undefined && language !== 's3') badArgument('language', 'can only be s3 there')
    return { kind: 'validate-policy', text, grammar: 'aws', use: USES[use] }
  }
  const grammar = (use === 'bucket' ? BUCKETS : PEOPLE)[language ?? vocabulary]
  return {
    ...{ kind: 'validate-policy', text, grammar, use: USES[use] },
    ...present({ bucket: bucket === undefined ? undefined : bucketName(bucket) }),
  }
}
