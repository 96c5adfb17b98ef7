import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseAccountId,
  parseBucketName,
  parseObjectKey,
  parseVersionId,
  type Caller,
  type OperationKind,
  type Target,
} from '../operations/index.ts'
import { actionOf, checksOf, resourceOf } from './actions.ts'

const bucket = required(parseBucketName('photos'))
const other = required(parseBucketName('archive'))
const key = keyOf('2026/a*.jpg')
const old = keyOf('old')
const versionId = required(parseVersionId('0123456789abcdef0123456789abcdef'))
const account = required(parseAccountId('000000000001'))
const root: Caller = {
  kind: 'account-root',
  account,
  arn: 'arn:aws:iam::000000000001:root',
  accessKeyId: 'A',
  scheme: 'sigv4',
}

function required<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined)
  return value
}

function keyOf(text: string) {
  const parsed = parseObjectKey(text)
  assert.ok(parsed.kind === 'key')
  return parsed.key
}

/** kind, target, checks as `action resource`. */
const TABLE: readonly (readonly [Target, readonly string[]])[] = [
  [{ kind: 'list-buckets' }, ['s3:ListAllMyBuckets *']],
  [{ kind: 'create-bucket', bucket }, ['s3:CreateBucket arn:aws:s3:::photos']],
  [{ kind: 'put-bucket-encryption', bucket }, ['s3:PutEncryptionConfiguration arn:aws:s3:::photos']],
  [{ kind: 'delete-bucket-encryption', bucket }, ['s3:PutEncryptionConfiguration arn:aws:s3:::photos']],
  [{ kind: 'get-bucket-encryption', bucket }, ['s3:GetEncryptionConfiguration arn:aws:s3:::photos']],
  [{ kind: 'list-objects', bucket }, ['s3:ListBucket arn:aws:s3:::photos']],
  [{ kind: 'put-object', bucket, key }, ['s3:PutObject arn:aws:s3:::photos/2026/a*.jpg']],
  [{ kind: 'get-object', bucket, key }, ['s3:GetObject arn:aws:s3:::photos/2026/a*.jpg']],
  [{ kind: 'get-object', bucket, key, versionId }, ['s3:GetObjectVersion arn:aws:s3:::photos/2026/a*.jpg']],
  [{ kind: 'head-object', bucket, key, versionId }, ['s3:GetObjectVersion arn:aws:s3:::photos/2026/a*.jpg']],
  [{ kind: 'delete-object', bucket, key, versionId }, ['s3:DeleteObjectVersion arn:aws:s3:::photos/2026/a*.jpg']],
  [
    { kind: 'get-object-attributes', bucket, key },
    ['s3:GetObjectAttributes arn:aws:s3:::photos/2026/a*.jpg', 's3:GetObject arn:aws:s3:::photos/2026/a*.jpg'],
  ],
  [
    { kind: 'copy-object', bucket, key, source: { bucket: other, key } },
    ['s3:PutObject arn:aws:s3:::photos/2026/a*.jpg', 's3:GetObject arn:aws:s3:::archive/2026/a*.jpg (source)'],
  ],
  [
    { kind: 'upload-part-copy', bucket, key, source: { bucket: other, key, versionId } },
    ['s3:PutObject arn:aws:s3:::photos/2026/a*.jpg', 's3:GetObjectVersion arn:aws:s3:::archive/2026/a*.jpg (source)'],
  ],
  [
    { kind: 'rename-object', bucket, key, source: { bucket, key: old } },
    [
      's3:PutObject arn:aws:s3:::photos/2026/a*.jpg',
      's3:GetObject arn:aws:s3:::photos/old (source)',
      's3:DeleteObject arn:aws:s3:::photos/old (source)',
    ],
  ],
  [{ kind: 'append-object', bucket, key }, ['s3:PutObject arn:aws:s3:::photos/2026/a*.jpg']],
  [{ kind: 'restore-object', bucket, key, versionId }, ['s3:RestoreObject arn:aws:s3:::photos/2026/a*.jpg']],
  [{ kind: 'search-audit' }, ['coffer:SearchAudit arn:aws:coffer::000000000001:server']],
]

for (const [target, expected] of TABLE) {
  test(`the checks of ${target.kind}${target.versionId === undefined ? '' : ' of a version'} are ${expected.join(', ')}`, () => {
    const checks = checksOf(target, account)
    const shown = checks.map(({ action, resource, on }) => `${action} ${resource}${on === 'source' ? ' (source)' : ''}`)
    assert.deepEqual(shown, expected)
    assert.equal(actionOf(target), checks[0]?.action)
    assert.equal(resourceOf(target, root), checks[0]?.resource)
  })
}

/** Operations that the key service authorizes itself: how they are recorded. */
const BY_THE_KEY: readonly (readonly [Target, string])[] = [
  [{ kind: 'create-key' }, 'kms:CreateKey *'],
  [{ kind: 'disable-key', keyReference: 'alias/x' }, 'kms:DisableKey arn:aws:kms::000000000001:alias/x'],
  [{ kind: 'disable-key', keyReference: '3f2a' }, 'kms:DisableKey arn:aws:kms::000000000001:key/3f2a'],
  [
    { kind: 'describe-key', keyReference: 'arn:aws:kms:eu-1:000000000002:key/3f2a' },
    'kms:DescribeKey arn:aws:kms:eu-1:000000000002:key/3f2a',
  ],
]

for (const [target, expected] of BY_THE_KEY) {
  test(`${target.kind} is asked by the key itself, and recorded as ${expected}`, () => {
    assert.deepEqual(checksOf(target, account), [])
    assert.equal(`${actionOf(target)} ${resourceOf(target, root)}`, expected)
  })
}

test('an operation that lacks its target asks about everything, so that only a right on everything opens it', () => {
  for (const kind of ['get-object', 'list-objects', 'delete-bucket'] satisfies OperationKind[]) {
    assert.equal(checksOf({ kind }, account)[0]?.resource, '*')
  }
})

test('a request of nobody is recorded without an account', () => {
  assert.equal(resourceOf({ kind: 'describe-key', keyReference: 'x' }, { kind: 'anonymous' }), 'arn:aws:kms:::key/x')
})

test('T-075 entries of a list are asked for one by one; tags that are copied are asked for where there are any', () => {
  assert.deepEqual(checksOf({ kind: 'delete-objects', bucket }, account), [])
  const copy: Target = { kind: 'copy-object', bucket, key, source: { bucket: other, key }, copiesTags: true }
  const asked = checksOf(copy, account).filter(({ ifTagged }) => ifTagged === true)
  assert.deepEqual(
    asked.map(({ action, on }) => `${action} ${on}`),
    ['s3:GetObjectTagging source', 's3:PutObjectTagging target'],
  )
})
