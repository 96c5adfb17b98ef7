/** Object lock: on every road that ends a version, with a clock that the test moves. */
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
  UploadPartCommand,
  type ObjectLockRetention,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { refusedWith } from '../refused-with.ts'
import { memoryServer, movedClient } from '../servers.ts'

const DAY_MS = 24 * 3_600_000
let nowMs = Date.now()
const server = await memoryServer({ now: () => nowMs })
const s3 = movedClient(server, () => nowMs)
after(async () => {
  s3.destroy()
  await server.close()
})

function pass(ms: number): void {
  nowMs += ms
}

let buckets = 0
async function lockedBucket(): Promise<string> {
  const Bucket = `locked-${++buckets}`
  await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  return Bucket
}

const inDays = (days: number): Date => new Date(Math.ceil((nowMs + days * DAY_MS) / 1_000) * 1_000)

async function putLocked(Bucket: string, retention?: ObjectLockRetention, more = {}): Promise<string> {
  const lock =
    retention === undefined
      ? {}
      : { ObjectLockMode: retention.Mode, ObjectLockRetainUntilDate: retention.RetainUntilDate }
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'locked', ...lock, ...more }))
  return VersionId ?? assert.fail()
}

const remove = async (Bucket: string, VersionId: string, BypassGovernanceRetention?: boolean) =>
  s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId, BypassGovernanceRetention }))

test('a bucket that locks is versioned, for good; its configuration is put, read and checked', async () => {
  const Bucket = await lockedBucket()
  const read = async () => (await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration
  assert.deepEqual(await read(), { ObjectLockEnabled: 'Enabled' })
  const suspend = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } })
  await refusedWith(s3.send(suspend), 409, 'InvalidBucketState')
  const put = async (DefaultRetention: object) =>
    s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } },
      }),
    )
  await put({ Mode: 'GOVERNANCE', Days: 30 })
  assert.deepEqual((await read())?.Rule?.DefaultRetention, { Mode: 'GOVERNANCE', Days: 30 })
  await put({ Mode: 'COMPLIANCE', Years: 2 })
  assert.deepEqual((await read())?.Rule?.DefaultRetention, { Mode: 'COMPLIANCE', Years: 2 })
  for (const bad of [
    { Mode: 'COMPLIANCE', Days: 0 },
    { Mode: 'COMPLIANCE', Days: 36_501 },
    { Mode: 'COMPLIANCE', Years: -1 },
  ]) {
    await refusedWith(put(bad), 400, 'InvalidArgument')
  }
  for (const bad of [
    { Mode: 'GOVERNANCE' },
    { Mode: 'GOVERNANCE', Days: 1, Years: 1 },
    { Mode: 'governance', Days: 1 },
    { Days: 1 },
  ]) {
    await refusedWith(put(bad), 400, 'MalformedXML')
  }
  assert.deepEqual((await read())?.Rule?.DefaultRetention, { Mode: 'COMPLIANCE', Years: 2 }, 'nothing changed')
})

test('a bucket that does not lock says so on every road, and can be made to when it is versioned', async () => {
  const Bucket = 'not-locking'
  await s3.send(new CreateBucketCommand({ Bucket }))
  await refusedWith(
    s3.send(new GetObjectLockConfigurationCommand({ Bucket })),
    404,
    'ObjectLockConfigurationNotFoundError',
  )
  await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  const at = { Bucket, Key: 'k' }
  const Retention = { Mode: 'GOVERNANCE', RetainUntilDate: inDays(1) } as const
  await refusedWith(s3.send(new PutObjectRetentionCommand({ ...at, Retention })), 400, 'InvalidRequest')
  await refusedWith(s3.send(new GetObjectRetentionCommand(at)), 400, 'InvalidRequest')
  await refusedWith(s3.send(new GetObjectLegalHoldCommand(at)), 400, 'InvalidRequest')
  await refusedWith(putLocked(Bucket, Retention), 400, 'InvalidRequest')
  const configure = new PutObjectLockConfigurationCommand({
    Bucket,
    ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
  })
  await refusedWith(s3.send(configure), 409, 'InvalidBucketState')
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  await s3.send(configure)
  await s3.send(new PutObjectRetentionCommand({ ...at, VersionId: 'null', Retention }))
  await refusedWith(remove(Bucket, 'null'), 403, 'AccessDenied')
})

test('compliance: nobody removes or shortens it before its time; it can be lengthened; then it is over', async () => {
  const Bucket = await lockedBucket()
  const until = inDays(10)
  const version = await putLocked(Bucket, { Mode: 'COMPLIANCE', RetainUntilDate: until })
  const at = { Bucket, Key: 'k', VersionId: version }
  for (const bypass of [false, true]) await refusedWith(remove(Bucket, version, bypass), 403, 'AccessDenied')
  const shown = await s3.send(new HeadObjectCommand(at))
  assert.equal(shown.ObjectLockMode, 'COMPLIANCE')
  assert.equal(shown.ObjectLockRetainUntilDate?.getTime(), until.getTime())
  const change = async (Retention: ObjectLockRetention) =>
    s3.send(new PutObjectRetentionCommand({ ...at, Retention, BypassGovernanceRetention: true }))
  await refusedWith(change({ Mode: 'COMPLIANCE', RetainUntilDate: inDays(5) }), 403, 'AccessDenied')
  await refusedWith(change({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(50) }), 403, 'AccessDenied')
  await refusedWith(change({}), 403, 'AccessDenied')
  await change({ Mode: 'COMPLIANCE', RetainUntilDate: inDays(20) })
  await refusedWith(s3.send(new DeleteBucketCommand({ Bucket })), 409, 'BucketNotEmpty')
  pass(11 * DAY_MS)
  await refusedWith(remove(Bucket, version), 403, 'AccessDenied')
  pass(10 * DAY_MS)
  await remove(Bucket, version)
  await refusedWith(s3.send(new GetObjectCommand(at)), 404, 'NoSuchVersion')
})

test('governance: only who bypasses it removes, shortens, lifts or changes it; anybody lengthens', async () => {
  const Bucket = await lockedBucket()
  const version = await putLocked(Bucket, { Mode: 'GOVERNANCE', RetainUntilDate: inDays(10) })
  const at = { Bucket, Key: 'k', VersionId: version }
  const change = async (Retention: ObjectLockRetention, BypassGovernanceRetention?: boolean) =>
    s3.send(new PutObjectRetentionCommand({ ...at, Retention, BypassGovernanceRetention }))
  await refusedWith(remove(Bucket, version), 403, 'AccessDenied')
  await refusedWith(change({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(2) }), 403, 'AccessDenied')
  await refusedWith(change({ Mode: 'COMPLIANCE', RetainUntilDate: inDays(20) }), 403, 'AccessDenied')
  await refusedWith(change({}), 403, 'AccessDenied')
  await refusedWith(change({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(-1) }, true), 400, 'InvalidArgument')
  await change({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(12) })
  await change({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(2) }, true)
  const { Retention } = await s3.send(new GetObjectRetentionCommand(at))
  assert.deepEqual(Retention, { Mode: 'GOVERNANCE', RetainUntilDate: inDays(2) })
  await change({}, true)
  await refusedWith(s3.send(new GetObjectRetentionCommand(at)), 404, 'NoSuchObjectLockConfiguration')
  await change({ Mode: 'GOVERNANCE', RetainUntilDate: inDays(2) })
  await remove(Bucket, version, true)
})

test('a legal hold keeps a version until it is taken off, whoever bypasses what', async () => {
  const Bucket = await lockedBucket()
  const version = await putLocked(Bucket, undefined, { ObjectLockLegalHoldStatus: 'ON' })
  const at = { Bucket, Key: 'k', VersionId: version }
  const set = async (Status: 'ON' | 'OFF') => s3.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status } }))
  assert.equal((await s3.send(new HeadObjectCommand(at))).ObjectLockLegalHoldStatus, 'ON')
  await refusedWith(remove(Bucket, version, true), 403, 'AccessDenied')
  await set('OFF')
  assert.equal((await s3.send(new GetObjectLegalHoldCommand(at))).LegalHold?.Status, 'OFF')
  await set('ON')
  pass(1_000 * DAY_MS)
  await refusedWith(remove(Bucket, version), 403, 'AccessDenied')
  await set('OFF')
  await remove(Bucket, version)
})

test('a version without its id is hidden, not removed: markers come and go over what is locked', async () => {
  const Bucket = await lockedBucket()
  const version = await putLocked(Bucket, { Mode: 'COMPLIANCE', RetainUntilDate: inDays(3) })
  const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  assert.equal(marker.DeleteMarker, true)
  await putLocked(Bucket, undefined)
  await remove(Bucket, marker.VersionId ?? assert.fail())
  assert.ok((await s3.send(new GetObjectCommand({ Bucket, Key: 'k', VersionId: version }))).Body)
})

test('the default retention reaches PUT, copy and completed uploads, and what was said wins', async () => {
  const Bucket = await lockedBucket()
  const Rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 7 } } as const
  await s3.send(
    new PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule } }),
  )
  const shown = async (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key }))
  await putLocked(Bucket)
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` }))
  const upload = { Bucket, Key: 'upload' }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload))
  const part = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'part' }))
  const Parts = [{ PartNumber: 1, ETag: part.ETag }]
  await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }))
  for (const key of ['k', 'copy', 'upload']) {
    const { ObjectLockMode, ObjectLockRetainUntilDate } = await shown(key)
    assert.equal(ObjectLockMode, 'GOVERNANCE', key)
    const days = ((ObjectLockRetainUntilDate?.getTime() ?? 0) - nowMs) / DAY_MS
    assert.ok(days >= 7 && days < 7.01, `${key}: ${days}`)
  }
  await putLocked(Bucket, { Mode: 'COMPLIANCE', RetainUntilDate: inDays(1) })
  assert.equal((await shown('k')).ObjectLockMode, 'COMPLIANCE')
  for (const lock of [{ ObjectLockMode: 'GOVERNANCE' }, { ObjectLockRetainUntilDate: inDays(1) }] as const) {
    await refusedWith(s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '', ...lock })), 400, 'InvalidArgument')
  }
  await refusedWith(putLocked(Bucket, { Mode: 'GOVERNANCE', RetainUntilDate: inDays(-1) }), 400, 'InvalidArgument')
})

test('DeleteObjects answers for each: what is locked stays, what is not goes', async () => {
  const Bucket = await lockedBucket()
  const locked = await putLocked(Bucket, { Mode: 'GOVERNANCE', RetainUntilDate: inDays(3) })
  const free = await putLocked(Bucket)
  const Objects = [locked, free].map((VersionId) => ({ Key: 'k', VersionId }))
  const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
  assert.deepEqual(
    answer.Deleted?.map(({ VersionId }) => VersionId),
    [free],
  )
  assert.deepEqual(
    answer.Errors?.map(({ Code, VersionId }) => [Code, VersionId]),
    [['AccessDenied', locked]],
  )
  const bypassed = await s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects }, BypassGovernanceRetention: true }),
  )
  assert.equal(bypassed.Errors, undefined)
})
