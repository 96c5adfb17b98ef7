/** Lifecycle rules: put, read, shown on objects, and carried out by the job, with a clock that the test moves. */
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  type LifecycleRule,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { lifecycleJob } from '../../src/jobs/index.ts'
import { refusedWith } from '../refused-with.ts'
import { memoryServer, movedClient } from '../servers.ts'

const DAY_MS = 24 * 3_600_000
let nowMs = Math.floor(Date.now() / DAY_MS) * DAY_MS + 5 * 3_600_000
// The server's own job looks once a day of the machine's time: the test runs it when it wants to.
const server = await memoryServer({ now: () => nowMs, settings: { COFFER_JOBS_LIFECYCLE_MS: String(DAY_MS) } })
const s3 = movedClient(server, () => nowMs)
after(async () => {
  s3.destroy()
  await server.close()
})

const job = lifecycleJob({ objects: server.rooms.objects, audit: server.rooms.audit, everyMs: 1 })

async function runJob(): Promise<void> {
  const { signal } = new AbortController()
  while ((await job.unit(signal)) === 'more');
}

async function daysLater(days: number): Promise<void> {
  nowMs += days * DAY_MS
  await runJob()
}

let buckets = 0
async function newBucket(more: { readonly versioned?: boolean; readonly locks?: boolean } = {}): Promise<string> {
  const Bucket = `ruled-${++buckets}`
  await s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: more.locks ?? false }))
  if (more.versioned === true) {
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  }
  return Bucket
}

async function putRules(Bucket: string, ...Rules: LifecycleRule[]): Promise<void> {
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
}

const put = async (Bucket: string, Key: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }))

async function keysOf(Bucket: string): Promise<readonly (string | undefined)[]> {
  return (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? []
}

async function versionsOf(Bucket: string): Promise<{ versions: number; markers: number }> {
  const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket }))
  return { versions: Versions?.length ?? 0, markers: DeleteMarkers?.length ?? 0 }
}

test('rules are given back as they were put; no rules are 404; removing them twice is as good as once', async () => {
  const Bucket = await newBucket()
  const read = new GetBucketLifecycleConfigurationCommand({ Bucket })
  await refusedWith(s3.send(read), 404, 'NoSuchLifecycleConfiguration')
  const rules: LifecycleRule[] = [
    { ID: 'all', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 3 } },
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the old place of the prefix, which clients still use
    { ID: 'old way', Status: 'Disabled', Prefix: 'logs/', Expiration: { Date: new Date('2030-01-01T00:00:00.000Z') } },
    {
      ID: 'and',
      Status: 'Enabled',
      Filter: {
        And: { Prefix: 'a', Tags: [{ Key: 'k', Value: 'v' }], ObjectSizeGreaterThan: 10, ObjectSizeLessThan: 20 },
      },
      Transitions: [{ Days: 30, StorageClass: 'STANDARD_IA' }],
      NoncurrentVersionExpiration: { NoncurrentDays: 60, NewerNoncurrentVersions: 2 },
      NoncurrentVersionTransitions: [{ NoncurrentDays: 1, StorageClass: 'GLACIER_IR' }],
    },
    { ID: 'tag', Status: 'Enabled', Filter: { Tag: { Key: 'x', Value: '' } }, Expiration: { Days: 1 } },
    {
      ID: 'uploads',
      Status: 'Enabled',
      Filter: { Prefix: 'u' },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      Expiration: { ExpiredObjectDeleteMarker: true },
    },
  ]
  await putRules(Bucket, ...rules)
  const answer = await s3.send(read)
  assert.deepEqual(answer.Rules, rules)
  assert.equal(answer.TransitionDefaultMinimumObjectSize, 'all_storage_classes_128K')
  for (let twice = 0; twice < 2; twice++) await s3.send(new DeleteBucketLifecycleCommand({ Bucket }))
  await refusedWith(s3.send(read), 404, 'NoSuchLifecycleConfiguration')
})

test('a thousand rules are kept, a thousand and one are refused', async () => {
  const Bucket = await newBucket()
  const rules = (count: number): LifecycleRule[] =>
    Array.from({ length: count }, (_, index) => ({
      ID: `${index}-${'n'.repeat(200)}`,
      Status: 'Enabled',
      Filter: { Prefix: `${'p'.repeat(300)}${index}` },
      Expiration: { Days: 1 + index },
    }))
  await putRules(Bucket, ...rules(1_000))
  const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
  assert.deepEqual(Rules, rules(1_000))
  await refusedWith(putRules(Bucket, ...rules(1_001)), 400, 'MalformedXML')
})

test('T-126 rules that cannot be are refused in S3’s words, and nothing changes', async () => {
  const Bucket = await newBucket()
  const rule = (more: object): LifecycleRule => ({
    Status: 'Enabled',
    Filter: { Prefix: '' },
    Expiration: { Days: 1 },
    ...more,
  })
  const same = rule({ ID: 'same' })
  const refused: readonly (readonly [LifecycleRule[], string])[] = [
    [[same, same], 'InvalidArgument'],
    [[rule({ ID: 'x'.repeat(256) })], 'InvalidArgument'],
    [[rule({ Expiration: { Days: 0 } })], 'InvalidArgument'],
    [[rule({ Expiration: { Days: -1 } })], 'InvalidArgument'],
    [[rule({ Expiration: { Date: new Date('2030-01-01T00:00:01Z') } })], 'InvalidArgument'],
    [[rule({ Expiration: {} })], 'MalformedXML'],
    [[rule({ Expiration: undefined })], 'InvalidRequest'],
    [[rule({ Status: 'enabled' })], 'MalformedXML'],
    [[rule({ Filter: undefined })], 'MalformedXML'],
    [[rule({ Prefix: 'both' })], 'MalformedXML'],
    [[rule({ Expiration: { Days: 1, ExpiredObjectDeleteMarker: true } })], 'MalformedXML'],
    [
      [rule({ Filter: { Tag: { Key: 'a', Value: 'b' } }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })],
      'InvalidRequest',
    ],
    [[rule({ Expiration: undefined, Transitions: [{ Days: 29, StorageClass: 'STANDARD_IA' }] })], 'InvalidArgument'],
    [[rule({ Expiration: undefined, Transitions: [{ Days: 30, StorageClass: 'STANDARD' }] })], 'MalformedXML'],
    [[rule({ Expiration: { Days: 5 }, Transitions: [{ Days: 5, StorageClass: 'GLACIER' }] })], 'InvalidArgument'],
    [[rule({ NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 101 } })], 'InvalidArgument'],
  ]
  for (const [rules, code] of refused) await refusedWith(putRules(Bucket, ...rules), 400, code)
  await refusedWith(
    s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    404,
    'NoSuchLifecycleConfiguration',
  )
})

test('objects end at the midnight after their days, those of the filter alone; answers say when and why', async () => {
  const Bucket = await newBucket()
  await putRules(
    Bucket,
    { ID: 'logs rule', Status: 'Enabled', Filter: { Prefix: 'log/' }, Expiration: { Days: 2 } },
    { ID: 'tagged', Status: 'Enabled', Filter: { Tag: { Key: 'end', Value: 'soon' } }, Expiration: { Days: 1 } },
    { ID: 'off', Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } },
    { ID: 'large', Status: 'Enabled', Filter: { ObjectSizeGreaterThan: 10 }, Expiration: { Days: 1 } },
  )
  const midnight = new Date(Math.ceil((nowMs + 2 * DAY_MS) / DAY_MS) * DAY_MS)
  const shown = `expiry-date="${midnight.toUTCString()}", rule-id="logs%20rule"`
  assert.equal((await put(Bucket, 'log/a')).Expiration, shown)
  assert.equal((await s3.send(new HeadObjectCommand({ Bucket, Key: 'log/a' }))).Expiration, shown)
  assert.equal((await put(Bucket, 'kept')).Expiration, undefined)
  await put(Bucket, 'tagged', { Tagging: 'end=soon&x=y' })
  await put(Bucket, 'tag-else', { Tagging: 'end=late' })
  await put(Bucket, 'large-one-of-20-bytes')
  await runJob()
  assert.equal((await keysOf(Bucket)).length, 5)
  await daysLater(1)
  assert.equal((await keysOf(Bucket)).length, 5, 'not before the next midnight')
  await daysLater(1)
  assert.deepEqual(await keysOf(Bucket), ['kept', 'log/a', 'tag-else'])
  await daysLater(1)
  assert.deepEqual(await keysOf(Bucket), ['kept', 'tag-else'])
  const records = await server.rooms.audit.search({ action: 's3:LifecycleExpiration', limit: 10 })
  const ofBucket = records.filter(({ resource }) => resource.startsWith(`arn:aws:s3:::${Bucket}/`))
  assert.deepEqual(ofBucket.map(({ detail }) => detail?.['rule']).sort(), ['large', 'logs rule', 'tagged'])
  for (const { caller } of ofBucket) assert.match(caller, /job\/lifecycle$/)
})

test('versions: the current one is hidden, noncurrent ones end but the newest that are to stay, lone markers go', async () => {
  const Bucket = await newBucket({ versioned: true })
  for (let count = 0; count < 4; count++) await put(Bucket, 'k', { Body: `version ${count}` })
  await putRules(Bucket, {
    ID: 'noncurrent',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    Expiration: { Days: 10 },
    NoncurrentVersionExpiration: { NoncurrentDays: 1, NewerNoncurrentVersions: 2 },
  })
  await daysLater(1)
  assert.deepEqual(await versionsOf(Bucket), { versions: 4, markers: 0 })
  await daysLater(1)
  assert.deepEqual(await versionsOf(Bucket), { versions: 3, markers: 0 })
  await daysLater(9)
  assert.deepEqual(await keysOf(Bucket), [])
  assert.equal((await versionsOf(Bucket)).markers, 1)
  await putRules(Bucket, {
    ID: 'all',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    Expiration: { ExpiredObjectDeleteMarker: true },
    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
  })
  await daysLater(3)
  await daysLater(1)
  assert.deepEqual(await versionsOf(Bucket), { versions: 0, markers: 0 })
})

test('no rule ends what is locked; when the lock is off, it does', async () => {
  const Bucket = await newBucket({ locks: true })
  const { VersionId } = await put(Bucket, 'k', { ObjectLockLegalHoldStatus: 'ON' })
  await put(Bucket, 'k')
  await putRules(Bucket, {
    ID: 'noncurrent',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
  })
  await daysLater(30)
  assert.deepEqual(await versionsOf(Bucket), { versions: 2, markers: 0 })
  await s3.send(new PutObjectLegalHoldCommand({ Bucket, Key: 'k', VersionId, LegalHold: { Status: 'OFF' } }))
  await daysLater(1)
  assert.deepEqual(await versionsOf(Bucket), { versions: 1, markers: 0 })
})

test('uploads are ended after their days, and say so when they begin', async () => {
  const Bucket = await newBucket()
  await putRules(Bucket, {
    ID: 'uploads',
    Status: 'Enabled',
    Filter: { Prefix: 'u' },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
  })
  const begun = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'upload' }))
  assert.equal(begun.AbortRuleId, 'uploads')
  assert.equal(begun.AbortDate?.getTime(), Math.ceil((nowMs + 3 * DAY_MS) / DAY_MS) * DAY_MS)
  const { UploadId } = begun
  const listed = await s3.send(new ListPartsCommand({ Bucket, Key: 'upload', UploadId }))
  assert.deepEqual([listed.AbortDate, listed.AbortRuleId], [begun.AbortDate, begun.AbortRuleId])
  await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'other' }))
  const left = async () => (await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads?.map(({ Key }) => Key)
  await daysLater(3)
  assert.deepEqual(await left(), ['other', 'upload'])
  await daysLater(1)
  assert.deepEqual(await left(), ['other'])
})

test('transitions change the class and nothing else; small objects stay where they are', async () => {
  const Bucket = await newBucket()
  await putRules(Bucket, {
    ID: 'cool',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    Transitions: [
      { Days: 30, StorageClass: 'STANDARD_IA' },
      { Days: 60, StorageClass: 'GLACIER_IR' },
    ],
  })
  await put(Bucket, 'small')
  await put(Bucket, 'large', { Body: Buffer.alloc(200 * 1024, 7) })
  const shown = async (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key }))
  const before = await shown('large')
  await daysLater(31)
  const after = await shown('large')
  assert.equal(after.StorageClass, 'STANDARD_IA')
  assert.deepEqual([after.ETag, after.LastModified], [before.ETag, before.LastModified])
  await daysLater(30)
  assert.equal((await shown('large')).StorageClass, 'GLACIER_IR')
  assert.equal((await shown('small')).StorageClass, undefined)
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'large' }))
})
