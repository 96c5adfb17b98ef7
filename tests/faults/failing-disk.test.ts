import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { seededBody, sha256Of } from '../crash/seeded-random.ts'
import { assertWholeAfterCollection } from '../crash/stored-files.ts'
import { s3Client, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { contentOf, FAULTS_BUCKET, isUnavailable, put, untilWell } from './faults-client.ts'
import { FailingDisk, FAILING_DISK_MISSING, type DiskRule } from './failing-disk.ts'

/** A blob of several segments, and a body in its row. */
const LARGE_BYTES = 200_000
const SMALL_BYTES = 1_000
const HUGE_BYTES = 48 * 1024 * 1024

const options = { skip: FAILING_DISK_MISSING, timeout: 120_000 }

interface Place {
  readonly disk: FailingDisk
  readonly server: SpawnedCoffer
  readonly client: S3Client
  readonly data: string
}

async function begin(t: TestContext, workers: number): Promise<Place> {
  const disk = new FailingDisk()
  const directory = testDirectory()
  const server = await disk.start(directory.path, workers)
  t.after(async () => {
    await server.kill().catch(() => undefined)
    directory.remove()
    disk.remove()
  })
  const client = s3Client(server)
  await client.send(new CreateBucketCommand({ Bucket: FAULTS_BUCKET }))
  return { disk, server, client, data: directory.path }
}

interface Failure {
  readonly says: string
  readonly rule: DiskRule
  /** Which write has to be refused; the other goes on. */
  readonly refused: 'large' | 'both'
  /** The write may have happened all the same. */
  readonly inDoubt?: boolean
}

const BLOBS = '/blobs/'
const ROWS = 'data.mdb'
const FAILURES: readonly Failure[] = [
  { says: 'no space for a blob', rule: { call: 'create', of: BLOBS, error: 'ENOSPC' }, refused: 'large' },
  { says: 'no space in a blob', rule: { call: 'write', of: BLOBS, error: 'ENOSPC' }, refused: 'large' },
  { says: 'a quota in a blob', rule: { call: 'write', of: BLOBS, error: 'EDQUOT' }, refused: 'large' },
  { says: 'a blob that is not synced', rule: { call: 'sync', of: BLOBS, error: 'EIO' }, refused: 'large' },
  {
    says: 'a sync of a blob that lies',
    rule: { call: 'sync', of: BLOBS, error: 'EIO', how: 'done' },
    refused: 'large',
  },
  { says: 'rows that are not synced', rule: { call: 'sync', of: ROWS, error: 'EIO' }, refused: 'both' },
  { says: 'rows written by half', rule: { call: 'write', of: ROWS, how: 'short' }, refused: 'both' },
  {
    says: 'a first page that is not written',
    rule: { call: 'meta', of: ROWS, error: 'EIO' },
    refused: 'both',
    inDoubt: true,
  },
  {
    says: 'a first page that is written, and said not to be',
    rule: { call: 'meta', of: ROWS, error: 'EIO', how: 'done' },
    refused: 'both',
    inDoubt: true,
  },
]

test(
  'T-162 failing writes and syncs under one process: 503, others go on, and it heals without help',
  options,
  async (t) => {
    const { disk, server, client, data } = await begin(t, 1)
    const kept = seededBody('kept', LARGE_BYTES)
    await put(client, 'kept', kept)
    for (const { says, rule, refused, inDoubt = false } of FAILURES) {
      const [before, after] = [seededBody(`${says} before`, LARGE_BYTES), seededBody(`${says} after`, LARGE_BYTES)]
      const [smallBefore, smallAfter] = [seededBody(`${says} 1`, SMALL_BYTES), seededBody(`${says} 2`, SMALL_BYTES)]
      await untilWell(() => put(client, says, before))
      await untilWell(() => put(client, `${says} small`, smallBefore))
      disk.set(rule)
      await assert.rejects(put(client, says, after), isUnavailable, says)
      if (refused === 'both') await assert.rejects(put(client, `${says} small`, smallAfter), isUnavailable, says)
      else await put(client, `${says} small`, smallAfter)
      assert.equal(await untilWell(() => contentOf(client, 'kept')), sha256Of(kept), `${says}: reads go on`)
      disk.set()
      const found = await untilWell(() => contentOf(client, says))
      if (!inDoubt || found !== sha256Of(after)) assert.equal(found, sha256Of(before), says)
      await untilWell(() => put(client, says, after))
      assert.equal(await contentOf(client, says), sha256Of(after))
    }
    assert.equal(await server.stop(), 0)
    await assertWholeAfterCollection(data)
  },
)

test(
  'T-162 a page that the writer process cannot write ends it, and its commits are done by the next one',
  options,
  async (t) => {
    const { disk, server, client, data } = await begin(t, 2)
    const [before, after] = [seededBody('writer before', LARGE_BYTES), seededBody('writer after', LARGE_BYTES)]
    await put(client, 'kept', before)
    for (const rule of [
      { call: 'write', of: ROWS, error: 'ENOSPC' },
      { call: 'sync', of: ROWS, error: 'EIO' },
    ] as const) {
      const deaths = (): number => server.output().split('the writer ended').length
      const diedBefore = deaths()
      disk.set(rule)
      const waiting = put(client, `by ${rule.call}`, after)
      waiting.catch(() => undefined)
      while (deaths() === diedBefore) await pause(10)
      assert.equal(await contentOf(client, 'kept'), sha256Of(before), 'reads go on')
      disk.set()
      // Sent to a writer that died: done by the next one, or refused because it did not come in time.
      await waiting.catch(isUnavailable)
      await untilWell(() => put(client, `by ${rule.call}`, after))
      assert.equal(await contentOf(client, `by ${rule.call}`), sha256Of(after))
    }
    assert.equal(await server.stop(), 0)
    await assertWholeAfterCollection(data)
  },
)

test(
  'a process whose rows cannot be written at all ends and says so, and the next start has what was acknowledged',
  options,
  async (t) => {
    const { disk, server, client, data } = await begin(t, 1)
    const body = seededBody('acknowledged', LARGE_BYTES)
    await put(client, 'acknowledged', body)
    disk.set({ call: 'write', of: ROWS, error: 'ENOSPC' })
    const ended = new Promise((resolve) => server.process.once('exit', resolve))
    await assert.rejects(put(client, 'never', body))
    await ended
    assert.match(server.output(), /can no longer write its metadata and ends/)
    disk.set()
    const again = await disk.start(data, 1)
    t.after(() => again.kill().catch(() => undefined))
    assert.equal(await contentOf(s3Client(again), 'acknowledged'), sha256Of(body))
    await assert.rejects(contentOf(s3Client(again), 'never'), { name: 'NoSuchKey' })
    assert.equal(await again.stop(), 0)
    await assertWholeAfterCollection(data)
  },
)

test(
  'a blob that cannot be read is 503 before the first byte, short reads are made whole, and others go on',
  options,
  async (t) => {
    const { disk, server, client } = await begin(t, 1)
    const [large, small] = [seededBody('read', LARGE_BYTES), seededBody('read small', SMALL_BYTES)]
    await put(client, 'large', large)
    await put(client, 'small', small)
    disk.set({ call: 'read', of: BLOBS, error: 'EIO' })
    await assert.rejects(contentOf(client, 'large'), isUnavailable)
    assert.equal(await contentOf(client, 'small'), sha256Of(small))
    disk.set({ call: 'read', of: BLOBS, how: 'short' })
    assert.equal(await contentOf(client, 'large'), sha256Of(large))
    disk.set()
    assert.equal(await contentOf(client, 'large'), sha256Of(large))
    assert.equal(await server.stop(), 0)
  },
)

test(
  'a read that fails in mid-body cuts the connection: what was sent is right, and never taken for the whole',
  options,
  async (t) => {
    const { disk, server, client } = await begin(t, 1)
    const body = seededBody('huge', HUGE_BYTES)
    await put(client, 'huge', body)
    const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket: FAULTS_BUCKET, Key: 'huge' }))
    assert.equal(ContentLength, HUGE_BYTES)
    const stream = Body?.transformToWebStream() ?? assert.fail()
    const received: Uint8Array[] = []
    await assert.rejects(async () => {
      for await (const piece of stream) {
        if (!(piece instanceof Uint8Array)) assert.fail()
        if (received.length === 0) disk.set({ call: 'read', of: BLOBS, error: 'EIO' })
        received.push(piece)
      }
    })
    disk.set()
    const bytes = Buffer.concat(received)
    assert.ok(bytes.length > 0 && bytes.length < HUGE_BYTES)
    assert.ok(bytes.equals(body.subarray(0, bytes.length)), 'not one byte is wrong')
    assert.equal(await contentOf(client, 'huge'), sha256Of(body))
    assert.equal(await server.stop(), 0)
  },
)

test('a disk that is stuck in its syncs holds up neither reads nor small writes', options, async (t) => {
  const { disk, server, client } = await begin(t, 1)
  const [large, small] = [seededBody('slow', LARGE_BYTES), seededBody('slow small', SMALL_BYTES)]
  await put(client, 'large', large)
  disk.set({ call: 'sync', of: BLOBS, how: 'stuck' })
  let synced = 0
  const slow = Array.from({ length: 6 }, (_, index) => put(client, `slow ${index}`, large).then(() => (synced += 1)))
  const all = Promise.all(slow)
  all.catch(() => undefined)
  for (let round = 0; round < 20; round++) {
    assert.equal(await contentOf(client, 'large'), sha256Of(large))
    await put(client, `small ${round}`, small)
  }
  await client.send(new DeleteObjectCommand({ Bucket: FAULTS_BUCKET, Key: 'small 0' }))
  assert.equal(synced, 0, 'no blob is acknowledged before its sync')
  disk.set()
  await all
  assert.equal(await contentOf(client, 'slow 5'), sha256Of(large))
  for (const call of ['sync', 'meta'] as const) {
    disk.set({ call, of: ROWS, how: 'stuck' })
    let acknowledged = false
    const waiting = put(client, call, small).then(() => (acknowledged = true))
    for (let round = 0; round < 20; round++) assert.equal(await contentOf(client, 'large'), sha256Of(large))
    assert.equal(acknowledged, false, 'no commit is acknowledged before its sync and its first page')
    disk.set()
    await waiting
    assert.equal(await contentOf(client, call), sha256Of(small))
  }
  assert.equal(await server.stop(), 0)
})
