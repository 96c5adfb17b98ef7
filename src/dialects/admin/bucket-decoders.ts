import type { EncryptionRule } from '../../operations/index.ts'
import type { Decoders } from './decoder.ts'
import type { Fields } from './fields.ts'
import { present } from '../present.ts'
import { badArgument } from './target.ts'

export const MAX_LISTED = 1_000

export const BUCKET_DECODERS: Decoders<
  | 'list-buckets'
  | 'create-bucket'
  | 'head-bucket'
  | 'delete-bucket'
  | 'get-bucket-encryption'
  | 'put-bucket-encryption'
  | 'delete-bucket-encryption'
  | 'get-bucket-versioning'
  | 'put-bucket-versioning'
  | 'list-objects'
> = {
  'list-buckets': () => ({
    target: {},
    build: (body) => ({
      kind: 'list-buckets',
      ...present({
        prefix: body.optionalText('prefix'),
        after: body.optionalText('after'),
        maxBuckets: body.optionalNumber('maxBuckets', 1, MAX_LISTED),
      }),
    }),
  }),
  'create-bucket': (read) => {
    const bucket = read.bucket()
    return {
      target: { bucket },
      build: (body) => ({ kind: 'create-bucket', bucket, ...present({ location: body.optionalText('location') }) }),
    }
  },
  'head-bucket': (read) => {
    const bucket = read.bucket()
    return { target: { bucket }, build: () => ({ kind: 'head-bucket', bucket }) }
  },
  'delete-bucket': (read) => {
    const bucket = read.bucket()
    return { target: { bucket }, build: () => ({ kind: 'delete-bucket', bucket }) }
  },
  'get-bucket-encryption': (read) => {
    const bucket = read.bucket()
    return { target: { bucket }, build: () => ({ kind: 'get-bucket-encryption', bucket }) }
  },
  'put-bucket-encryption': (read) => {
    const bucket = read.bucket()
    return {
      target: { bucket },
      build: (body) => ({ kind: 'put-bucket-encryption', bucket, change: encryptionRule(body) }),
    }
  },
  'delete-bucket-encryption': (read) => {
    const bucket = read.bucket()
    return { target: { bucket }, build: () => ({ kind: 'delete-bucket-encryption', bucket }) }
  },
  'get-bucket-versioning': (read) => {
    const bucket = read.bucket()
    return { target: { bucket }, build: () => ({ kind: 'get-bucket-versioning', bucket }) }
  },
  'put-bucket-versioning': (read) => {
    const bucket = read.bucket()
    return {
      target: { bucket },
      build: (body) => {
        const versioning = body.optionalWord('versioning', ['enabled', 'suspended'])
        if (versioning === undefined) return badArgument('versioning', 'is missing')
        return { kind: 'put-bucket-versioning', bucket, versioning }
      },
    }
  },
  'list-objects': (read) => {
    const bucket = read.bucket()
    return {
      target: { bucket },
      build: (body) => ({
        kind: 'list-objects',
        bucket,
        prefix: body.optionalText('prefix') ?? '',
        delimiter: body.optionalText('delimiter') ?? '',
        after: body.optionalText('after') ?? '',
        ...present({ continuation: body.optionalText('continuation') }),
        maxKeys: body.optionalNumber('maxKeys', 0, MAX_LISTED) ?? MAX_LISTED,
        fetchOwner: false,
      }),
    }
  },
}

/** A key belongs to the KMS modes only, as in every dialect. */
function encryptionRule(body: Fields): EncryptionRule {
  const mode = body.optionalWord('mode', ['none', 'sse-s3', 'sse-kms', 'dsse-kms'])
  const cipher = body.optionalWord('cipher', ['aes-256', 'sm4'])
  const key = body.optionalText('key')
  const bucketKey = body.optionalFlag('bucketKey')
  const blocked = body.optionalWord('blocked', ['none', 'sse-c'])
  if (mode === undefined) {
    if (key !== undefined || bucketKey !== undefined || cipher !== undefined) badArgument('mode', 'is missing')
    return blocked === undefined ? badArgument('mode', 'is missing') : { blocked }
  }
  if (key !== undefined && (mode === 'none' || mode === 'sse-s3')) badArgument('key', `does not go with ${mode}`)
  if (key === '') badArgument('key', 'is empty')
  const rule = { mode, cipher: cipher ?? 'aes-256', bucketKey: bucketKey ?? false, ...present({ key }) } as const
  return { rule, ...present({ blocked }) }
}
