import {
  refuse,
  type BucketEncryption,
  type BucketName,
  type DirectorySession,
  type EncryptionRequest,
  type OperationOf,
  type Results,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import type { BucketRecord, DirectoryBucket } from '../rows/bucket-record.ts'
import { changeBucket } from './change-bucket.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'

const ETAG_BYTES = 16

/** Of objects in directory buckets an ETag says nothing about the bytes (S3 User Guide, "Directory buckets"). */
export function etagIn({ directory }: BucketRecord, etag: Buffer): Buffer {
  return directory === undefined ? etag : randomBytes(ETAG_BYTES)
}

/**
 * What a write into this bucket asks for: in a directory bucket what its session and its default leave room for; in
 * every other bucket what the request says. A copy into or out of a directory bucket never uses a bucket key (S3-45
 * to S3-48).
 */
export function encryptionOfWrite(permit: Permit, bucket: BucketRecord, request: EncryptionRequest): EncryptionRequest {
  const copies = permit.sourceBucket !== undefined
  if (bucket.directory === undefined) {
    return permit.sourceBucket?.directory === undefined ? request : withoutBucketKey(request)
  }
  const chosen = chooseInDirectory(permit, bucket, bucket.directory, request, copies)
  return copies ? withoutBucketKey(chosen) : chosen
}

function withoutBucketKey(request: EncryptionRequest): EncryptionRequest {
  return request.kind === 'default' || request.kind === 'sse-kms' ? { ...request, bucketKey: false } : request
}

function chooseInDirectory(
  permit: Permit,
  { encryption }: BucketRecord,
  directory: DirectoryBucket,
  request: EncryptionRequest,
  copies: boolean,
): EncryptionRequest {
  const settings = sessionOf(permit)?.encryption ?? defaultOf(encryption, directory)
  switch (request.kind) {
    case 'default':
      return settings.mode === 'sse-s3' ? { kind: 'sse-s3' } : kmsUnder(settings.keyArn, request.bucketKey)
    case 'sse-s3':
      // A copy may leave SSE-KMS; whatever else is written has to be what its session writes (spec 8.4).
      if (settings.mode === 'sse-s3' || (copies && encryption.mode === 'sse-kms')) return request
      return refuseOther()
    case 'sse-kms': {
      if (request.context !== undefined) refuseOther('an encryption context')
      if (settings.mode !== 'sse-kms' || !namesKey(directory, request.key)) return refuseOther()
      return kmsUnder(settings.keyArn, request.bucketKey)
    }
    case 'none':
      return refuseOther('links')
    case 'dsse-kms':
      return refuseOther('DSSE-KMS')
    case 'sse-c':
      return refuseOther('SSE-C')
    default:
      return request satisfies never
  }
}

function kmsUnder(keyArn: string, bucketKey: boolean | undefined): EncryptionRequest {
  if (bucketKey === false) refuse({ kind: 'invalid-request', detail: 'Directory buckets always use a bucket key.' })
  return { kind: 'sse-kms', key: keyArn, bucketKey: true }
}

function refuseOther(what?: string): never {
  const detail =
    what === undefined
      ? 'The encryption differs from that of the session, or of the directory bucket.'
      : `Directory buckets take no ${what}.`
  return refuse({ kind: 'invalid-request', detail })
}

type DirectorySettings = NonNullable<DirectorySession['encryption']>

function defaultOf({ mode }: BucketEncryption, { key }: DirectoryBucket): DirectorySettings {
  return mode === 'sse-kms' && key !== undefined ? { mode, keyArn: key.arn } : { mode: 'sse-s3' }
}

/** The one key of the bucket, by its id or its ARN; never by an alias (S3-52 to S3-54). */
function namesKey({ key }: DirectoryBucket, text: string | undefined): boolean {
  return key !== undefined && text !== undefined && (text === key.arn || key.arn.endsWith(`:key/${text}`))
}

function sessionOf({ caller }: Permit): DirectorySession | undefined {
  return 'session' in caller ? caller.session.directory : undefined
}

/** What objects of a session are encrypted by. Differs from the default only where that is SSE-KMS (spec 8.4). */
export function sessionEncryption(bucket: BucketRecord, request: EncryptionRequest): DirectorySession['encryption'] {
  const { directory, encryption } = bucket
  if (directory === undefined) return refuse({ kind: 'invalid-request', detail: 'Sessions are for directory buckets.' })
  if (request.kind === 'default') {
    if (request.bucketKey === false) kmsUnder('', false)
    return undefined
  }
  if (request.kind === 'sse-s3') return encryption.mode === 'sse-s3' ? undefined : { mode: 'sse-s3' }
  if (request.kind === 'none') return refuseOther()
  if (request.kind === 'dsse-kms') return refuseOther('DSSE-KMS')
  if (request.kind === 'sse-c') return refuseOther('SSE-C')
  if (request.bucketKey === false) kmsUnder('', false)
  if (encryption.mode !== 'sse-kms' || directory.key === undefined || !namesKey(directory, request.key)) {
    return refuseOther()
  }
  return { mode: 'sse-kms', keyArn: directory.key.arn }
}

/** What a session without settings of its own writes by. */
export function shownSessionEncryption(
  { encryption, directory }: BucketRecord,
  settings: DirectorySession['encryption'],
): Results['create-session']['encryption'] {
  const by = settings ?? (directory === undefined ? { mode: 'sse-s3' as const } : defaultOf(encryption, directory))
  return by.mode === 'sse-s3' ? { mode: 'sse-s3' } : { mode: 'sse-kms', keyArn: by.keyArn, bucketKey: true }
}

/**
 * PutBucketEncryption of a directory bucket: SSE-S3, or SSE-KMS under one customer managed key for its whole life, which
 * the caller has to be able to use now. The bucket key is always on.
 */
export async function putDirectoryEncryption(
  rooms: ObjectRooms,
  permit: Permit,
  { bucket, change }: OperationOf<'put-bucket-encryption'>,
): Promise<undefined> {
  const { rule, blocked } = change
  if (blocked !== undefined || rule === undefined) {
    return refuse({ kind: 'invalid-request', detail: 'Directory buckets have no list of blocked encryption types.' })
  }
  const request = { caller: permit.caller, requestId: permit.requestId }
  const { key, ...encryption } = await directoryRule(rooms, permit, bucket, rule)
  return changeBucket(
    rooms,
    permit,
    'put-bucket-encryption',
    (before) => withRule(before, { ...encryption.rule, explicit: true }, key),
    (before, after) => rooms.encryption.changeDefault(request, before.uuid, before.encryption, after.encryption),
  )
}

type Rule = NonNullable<OperationOf<'put-bucket-encryption'>['change']['rule']>

/** The default of a directory bucket as it can be, and the one key that it then has for ever. */
export async function directoryRule(
  rooms: ObjectRooms,
  { caller, requestId }: Permit,
  bucket: BucketName,
  rule: Rule,
): Promise<{ readonly rule: Rule; readonly key?: NonNullable<DirectoryBucket['key']> }> {
  if (rule.mode === 'dsse-kms') return refuseOther('DSSE-KMS')
  if (rule.mode !== 'sse-kms') return { rule: { ...rule, bucketKey: false } }
  const key = await rooms.encryption.checkOnlyKey({ caller, requestId }, bucket, rule.key)
  return { rule: { ...rule, bucketKey: true }, key }
}

function withRule(before: BucketRecord, encryption: BucketEncryption, key: DirectoryBucket['key']): BucketRecord {
  const { directory } = before
  if (directory === undefined) return refuse({ kind: 'internal' })
  if (key === undefined) return { ...before, encryption }
  if (directory.key !== undefined && directory.key.uid !== key.uid) {
    const detail = 'A directory bucket has one customer managed key for its whole life, and this is another one.'
    return refuse({ kind: 'invalid-request', detail })
  }
  return { ...before, encryption, directory: { ...directory, key } }
}
