import type { CopySource, EncryptionRequest, GetObject, PutObject, Tags, Target } from '../../operations/index.ts'
import type { BucketName, ObjectKey } from '../../operations/index.ts'
import type { Decoders } from './decoder.ts'
import type { Fields } from './fields.ts'
import { present } from '../present.ts'
import { badArgument, bucketName, objectKey, versionId, type Parameters, type TargetReader } from './target.ts'
import { TARGET_PARAMETERS } from './wire.ts'

export const MAX_TAGS = 10
const MAX_TAG_KEY_CHARS = 128
const MAX_TAG_VALUE_CHARS = 256
const WRITE_MODES = ['sse-s3', 'sse-kms', 'dsse-kms'] as const

export const OBJECT_DECODERS: Decoders<
  | 'head-object'
  | 'copy-object'
  | 'delete-object'
  | 'get-object-tagging'
  | 'put-object-tagging'
  | 'delete-object-tagging'
> = {
  'head-object': (read) => {
    const target = objectTarget(read)
    return { target, build: () => ({ kind: 'head-object', ...target, ...WHOLE }) }
  },
  'copy-object': (read) => {
    const target = { bucket: read.bucket(), key: read.object() }
    const source = sourceOf(read)
    return {
      target: { ...target, source },
      build: (body) => ({
        kind: 'copy-object',
        ...target,
        source: { ...source, conditions: {} } satisfies CopySource,
        encryption: encryptionOf(body.optionalObject('encryption')),
      }),
    }
  },
  'delete-object': (read) => {
    const target = objectTarget(read)
    return { target, build: () => ({ kind: 'delete-object', ...target }) }
  },
  'get-object-tagging': (read) => {
    const target = objectTarget(read)
    return { target, build: () => ({ kind: 'get-object-tagging', ...target }) }
  },
  'put-object-tagging': (read) => {
    const target = objectTarget(read)
    return { target, build: (body) => ({ kind: 'put-object-tagging', ...target, tags: tagsOf(body) }) }
  },
  'delete-object-tagging': (read) => {
    const target = objectTarget(read)
    return { target, build: () => ({ kind: 'delete-object-tagging', ...target }) }
  },
}

const WHOLE = { conditions: {}, withChecksums: false, overrides: {} } as const

function objectTarget(read: TargetReader) {
  return { bucket: read.bucket(), key: read.object(), ...present({ versionId: read.versionId() }) }
}

function sourceOf(read: TargetReader): NonNullable<Target['source']> {
  return {
    bucket: bucketName(read.required('sourceBucket')),
    key: objectKey(read.required('sourceObject')),
    ...present({ versionId: versionId(read.optional('sourceVersionId')) }),
  }
}

function encryptionOf(fields: Fields | undefined): EncryptionRequest {
  if (fields === undefined) return { kind: 'default' }
  const mode = fields.optionalWord('mode', WRITE_MODES)
  const key = fields.optionalText('key')
  const bucketKey = fields.optionalFlag('bucketKey')
  fields.end()
  return encryptionRequest(mode, key, bucketKey)
}

function encryptionRequest(
  mode: (typeof WRITE_MODES)[number] | undefined,
  key: string | undefined,
  bucketKey: boolean | undefined,
): EncryptionRequest {
  if (key !== undefined && (mode === undefined || mode === 'sse-s3'))
    badArgument('key', 'needs mode sse-kms or dsse-kms')
  if (key === '') badArgument('key', 'is empty')
  if (mode === undefined) return { kind: 'default', ...present({ bucketKey }) }
  if (mode === 'sse-s3') {
    return bucketKey === undefined ? { kind: 'sse-s3' } : badArgument('bucketKey', 'does not go with sse-s3')
  }
  return { kind: mode, ...present({ key, bucketKey }) }
}

function tagsOf(body: Fields): Tags {
  const tags = body.objects('tags', MAX_TAGS).map((item) => {
    const [key, value] = [item.text('key'), item.text('value')]
    item.end()
    if (key.length < 1 || key.length > MAX_TAG_KEY_CHARS) badArgument('tags', 'a key has 1 to 128 characters')
    if (value.length > MAX_TAG_VALUE_CHARS) badArgument('tags', 'a value has at most 256 characters')
    return [key, value] as const
  })
  if (new Set(tags.map(([key]) => key)).size !== tags.length) badArgument('tags', 'a key comes twice')
  return tags
}

/** `PUT objects/<bucket>/<key>?mode=&key=&bucket-key=`; the body is the object. */
export function putObjectOf(
  address: { readonly bucket: BucketName; readonly key: ObjectKey },
  parameters: Parameters,
  contentType: string | undefined,
): PutObject {
  const word = parameters.take('mode')
  const mode = WRITE_MODES.find((one) => one === word)
  if (word !== undefined && mode === undefined) badArgument('mode', `must be one of ${WRITE_MODES.join(', ')}`)
  const bucketKey = flagOf(parameters.take('bucket-key'))
  const encryption = encryptionRequest(mode, parameters.take(TARGET_PARAMETERS.key), bucketKey)
  return {
    kind: 'put-object',
    bucket: address.bucket,
    key: address.key,
    properties: { system: present({ contentType }), metadata: [], tags: [], storageClass: 'STANDARD' },
    encryption,
    expect: {},
  }
}

/** `GET objects/<bucket>/<key>?version-id=`. */
export function getObjectOf(
  address: { readonly bucket: BucketName; readonly key: ObjectKey },
  parameters: Parameters,
): GetObject {
  const version = present({ versionId: versionId(parameters.take(TARGET_PARAMETERS.versionId)) })
  return { kind: 'get-object', bucket: address.bucket, key: address.key, ...version, ...WHOLE }
}

function flagOf(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined
  if (text === 'true') return true
  return text === 'false' ? false : badArgument('bucket-key', 'must be true or false')
}
