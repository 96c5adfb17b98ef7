/**
 * Which rights on keys an upload and a download need, on both of Huawei's pages: each whole list is enough, and a right that
 * is taken away is missed exactly where the task needs it. In a bucket with SSE-KMS and for single objects without it.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ObsClient, obsServer } from './obs-client.ts'
import { newKey } from './obs-keys.ts'
import { FIRST_PAGE, OBS_RIGHTS, obsUser, SECOND_PAGE, setObsRights, type ObsUser } from './obs-people.ts'

let server: RunningCoffer
let obs: ObsClient
let user: ObsUser
let keyId: string

/** A bucket whose default is a key, and one whose uploads ask for it themselves. */
const BUCKETS: readonly { readonly Bucket: string; readonly asks: boolean }[] = [
  { Bucket: 'with-default', asks: false },
  { Bucket: 'without-default', asks: true },
]

before(async () => {
  server = await obsServer({ tls: true })
  obs = new ObsClient(server)
  user = await obsUser(server, 'alice')
  keyId = (await newKey(server)).keyId
  for (const { Bucket, asks } of BUCKETS) {
    await obs.done('createBucket', { Bucket })
    if (!asks) await setDefault(Bucket)
    await obs.done('putObject', { Bucket, Key: 'there', Body: 'text', SseKms: 'kms', SseKmsKey: keyId })
  }
})
after(async () => server.close())

async function setDefault(Bucket: string): Promise<void> {
  const rule = { SSEAlgorithm: 'kms', KMSMasterKeyID: keyId }
  await obs.done('setBucketEncryption', { Bucket, Rule: { ApplyServerSideEncryptionByDefault: rule } })
}

type Task = 'put' | 'multipart' | 'part' | 'get' | 'range' | 'copy'
const TASKS: readonly Task[] = ['put', 'multipart', 'part', 'get', 'range', 'copy']

/** The status of a task as the user; a part belongs to an upload that the root began. */
async function perform(task: Task, { Bucket, asks }: (typeof BUCKETS)[number]): Promise<number> {
  const method = asks ? { SseKms: 'kms', SseKmsKey: keyId } : {}
  const place = { Bucket, Key: `made-${task}` }
  const { client } = user
  switch (task) {
    case 'put':
      return (await client.call('putObject', { ...place, Body: 'x', ...method })).status
    case 'multipart':
      return (await client.call('initiateMultipartUpload', { ...place, ...method })).status
    case 'part': {
      const { UploadId } = await obs.done('initiateMultipartUpload', { ...place, ...method })
      return (await client.call('uploadPart', { ...place, PartNumber: 1, UploadId, Body: 'x' })).status
    }
    case 'get':
      return (await client.call('getObject', { Bucket, Key: 'there' })).status
    case 'range':
      return (await client.call('getObject', { Bucket, Key: 'there', Range: 'bytes=1-2' })).status
    case 'copy':
      return (await client.call('copyObject', { ...place, CopySource: `${Bucket}/there`, ...method })).status
  }
}

async function statuses(actions: readonly string[]): Promise<readonly (readonly [Task, number])[]> {
  await setObsRights(server, user.name, [...OBS_RIGHTS, ...actions])
  const found: (readonly [Task, number])[] = []
  for (const bucket of BUCKETS) {
    for (const task of TASKS) found.push([task, await perform(task, bucket)])
  }
  return found
}

const PAGES: readonly (readonly [rows: string, list: readonly string[]])[] = [
  ['OBSA-20 OBSA-22', FIRST_PAGE],
  ['OBSB-20', SECOND_PAGE],
]
for (const [rows, list] of PAGES) {
  test(`${rows} the whole list is enough for every task: ${list.join(', ')}`, async () => {
    for (const [task, status] of await statuses(list)) assert.ok(status < 300, `${task}: ${status}`)
  })
}

test('OBSA-20 OBSA-23 with none of the rights everything fails, and nothing is stored', async () => {
  for (const [task, status] of await statuses([])) assert.equal(status, 403, task)
  for (const { Bucket } of BUCKETS) {
    const refused = await user.client.call('putObject', {
      Bucket,
      Key: 'nothing',
      Body: 'x',
      SseKms: 'kms',
      SseKmsKey: keyId,
    })
    assert.deepEqual([refused.code, refused.message], ['AccessDenied', 'No privilege to this kms operation.'])
    assert.equal((await obs.call('getObjectMetadata', { Bucket, Key: 'nothing' })).status, 404)
  }
})

/** What fails without a right; everything else goes on. */
const MISSING: readonly (readonly [rows: string, right: string, list: readonly string[], fails: readonly Task[]])[] = [
  ['OBSA-24 OBSA-29', 'kms:cmk:get', FIRST_PAGE, TASKS],
  ['OBSA-25 OBSA-30', 'kms:cmk:list', FIRST_PAGE, []],
  ['OBSA-26 OBSA-31 (part)', 'kms:cmk:create', FIRST_PAGE, []],
  ['OBSA-27 OBSA-32', 'kms:dek:create', FIRST_PAGE, ['put', 'multipart', 'copy']],
  ['OBSA-28 OBSA-33', 'kms:dek:crypto', FIRST_PAGE, ['part', 'get', 'range', 'copy']],
  ['OBSB-24 OBSB-25', 'kms:dek:crypto', SECOND_PAGE, ['part', 'get', 'range', 'copy']],
  ['OBSB-26 OBSB-27', 'kms:dek:create', SECOND_PAGE, ['put', 'multipart', 'copy']],
  ['OBSB-28 OBSB-29', 'kms:cmk:get', SECOND_PAGE, TASKS],
  ['OBSB-30 OBSB-31', 'kms:cmk:list', SECOND_PAGE, []],
  ['OBSB-32 (part) OBSB-33', 'kms:cmk:generate', SECOND_PAGE, []],
  ['OBSB-34 (part) OBSB-35 (part)', 'kms:cmk:crypto', SECOND_PAGE, []],
]
for (const [rows, right, list, fails] of MISSING) {
  const page = list === FIRST_PAGE ? 'first' : 'second'
  test(`${rows} without ${right} of the ${page} page: ${fails.length === 0 ? 'nothing' : fails.join(', ')} fails`, async () => {
    const expected = BUCKETS.flatMap(() => TASKS.map((task) => [task, fails.includes(task) ? 403 : 200] as const))
    const found = (await statuses(list.filter((one) => one !== right))).map(
      ([task, status]) => [task, status === 206 ? 200 : status] as const,
    )
    assert.deepEqual(found, expected)
  })
}

test('OBSA-26 OBSB-32 the first upload that needs obs/default makes it where the uploader may, by either right, and is refused elsewhere', async () => {
  for (const [rights, made] of [
    [FIRST_PAGE, true],
    [SECOND_PAGE, true],
    [FIRST_PAGE.filter((one) => one !== 'kms:cmk:create'), false],
    [SECOND_PAGE.filter((one) => one !== 'kms:cmk:generate'), false],
  ] as const) {
    const own = await obsServer({ tls: true })
    try {
      const root = new ObsClient(own)
      await root.done('createBucket', { Bucket: 'firsts' })
      const bob = await obsUser(own, 'bob')
      await setObsRights(own, 'bob', [...OBS_RIGHTS, ...rights])
      const upload = () => bob.client.call('putObject', { Bucket: 'firsts', Key: 'k', Body: 'x', SseKms: 'kms' })
      assert.equal((await upload()).status, made ? 200 : 403, rights.join(' '))
      // Once it is there nobody needs that right.
      await root.done('putObject', { Bucket: 'firsts', Key: 'by-root', Body: 'x', SseKms: 'kms' })
      assert.equal((await upload()).status, 200)
    } finally {
      await own.close()
    }
  }
})

test('OBSA-21 a right that is taken away is missed by the next request', async () => {
  const [bucket] = BUCKETS
  assert.ok(bucket !== undefined)
  await setObsRights(server, user.name, [...OBS_RIGHTS, ...FIRST_PAGE])
  assert.equal(await perform('get', bucket), 200)
  await setObsRights(server, user.name, OBS_RIGHTS)
  assert.equal(await perform('get', bucket), 403)
})

test('OBSB-23 rights on keys alone open no bucket', async () => {
  await setObsRights(server, user.name, SECOND_PAGE)
  for (const bucket of BUCKETS) {
    assert.equal(await perform('put', bucket), 403)
    assert.equal(await perform('get', bucket), 403)
  }
})
