import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { OBJECT_FAULT_POINTS } from '../../src/objects/index.ts'
import { STORAGE_FAULT_POINTS } from '../../src/storage/index.ts'
import { adminClient } from '../admin-calls.ts'
import { s3Client, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { caseOf, completing, FAULT_BUCKET, type FaultCase, type Seen } from './fault-cases.ts'
import { importing } from './loaded-files.ts'
import { assertWholeAfterCollection, startCollecting } from './stored-files.ts'

/** Points that only the collector passes, a second process, or an upload of very many parts: they have tests of their own. */
const BY_COLLECTOR = ['blob.remove', 'blob.removed']
const BY_WRITER = ['metadata.remote.received', 'metadata.remote.answer']
const BY_PAGES = ['complete-upload:before-pages-commit', 'complete-upload:after-pages-commit']
/** More than four pages of 64 entries. */
const MANY_PARTS = 257
const HIT_WITHIN_MS = 20_000

interface Place {
  readonly data: string
  /** The file that arms the hook. */
  readonly armed: string
}

function placeOf(t: TestContext): Place {
  const directory = testDirectory()
  t.after(() => directory.remove())
  return { data: join(directory.path, 'data'), armed: join(directory.path, 'armed') }
}

async function start(
  t: TestContext,
  place: Place,
  more: { readonly workers?: number; readonly nodeFlags?: readonly string[] } = {},
): Promise<SpawnedCoffer> {
  const nodeFlags = [...importing('fault-hook.js', { armed: place.armed }), ...(more.nodeFlags ?? [])]
  const server = await spawnServer({ data: place.data, ...more, nodeFlags })
  t.after(() => server.kill().catch(() => undefined))
  return server
}

async function prepareServer(server: SpawnedCoffer): Promise<string> {
  await s3Client(server).send(new CreateBucketCommand({ Bucket: FAULT_BUCKET }))
  return (await adminClient(server).call('create-key')).key.arn
}

/** The request is on its way when the server dies at the point; it must not be answered. */
async function dieAt(place: Place, point: string, server: SpawnedCoffer, act: () => Promise<unknown>): Promise<void> {
  rmSync(`${place.armed}.hit`, { force: true })
  writeFileSync(place.armed, point)
  await assert.rejects(act(), `${point} was acknowledged, or nobody passed it`)
  assert.ok(existsSync(`${place.armed}.hit`), `${point} was passed`)
  // It is gone; this is how to wait for its end.
  assert.equal(await server.stop(), null, point)
}

/** A commit that was made is there; one that was not asked for is not. Around the store's own commit both may be. */
function wanted(point: string): readonly Seen[] {
  if (point.startsWith('metadata.')) return ['before', 'after']
  return point.endsWith(':after-metadata-commit') && !point.includes(':token:') ? ['after'] : ['before']
}

async function expectWhole(one: FaultCase, client: S3Client, point: string): Promise<void> {
  const seen = await one.look(client)
  assert.ok(wanted(point).includes(seen), `${point}: the state is that ${seen} the change`)
  await one.again?.(client)
}

test('dying at every point of every change leaves all of it or nothing of it', { timeout: 240_000 }, async (t) => {
  const place = placeOf(t)
  let server = await start(t, place)
  const keyArn = await prepareServer(server)
  const elsewhere = new Set([...BY_COLLECTOR, ...BY_WRITER, ...BY_PAGES])
  const points = [...STORAGE_FAULT_POINTS, ...OBJECT_FAULT_POINTS].filter((point) => !elsewhere.has(point))
  assert.ok(points.length > 50)
  for (const point of points) {
    const one = caseOf(point, keyArn)
    const client = s3Client(server)
    await one.prepare(client)
    await dieAt(place, point, server, () => one.act(client))
    server = await start(t, place)
    await expectWhole(one, s3Client(server), point)
  }
  assert.equal(await server.stop(), 0)
  await assertWholeAfterCollection(place.data)
})

test('dying between the pages of an upload of many parts leaves it to be completed again', async (t) => {
  const place = placeOf(t)
  const small = { nodeFlags: importing('small-parts.js', {}) }
  let server = await start(t, place, small)
  await prepareServer(server)
  const one = completing('many-parts', MANY_PARTS)
  await one.prepare(s3Client(server))
  for (const point of BY_PAGES) {
    const client = s3Client(server)
    await dieAt(place, point, server, () => one.act(client))
    server = await start(t, place, small)
    assert.equal(await one.look(s3Client(server)), 'before')
  }
  await one.again?.(s3Client(server))
  assert.equal(await one.look(s3Client(server)), 'after')
  assert.equal(await server.stop(), 0)
  await assertWholeAfterCollection(place.data)
})

test('the writer dies with a commit in its hands: the request is answered as if nothing had been', async (t) => {
  const place = placeOf(t)
  const server = await start(t, place, { workers: 2 })
  const keyArn = await prepareServer(server)
  const client = s3Client(server)
  for (const point of BY_WRITER) {
    const one = caseOf(point, keyArn)
    await one.prepare(client)
    rmSync(`${place.armed}.hit`, { force: true })
    writeFileSync(place.armed, point)
    await one.act(client)
    await hit(place, point)
    assert.equal(await one.look(client), 'after')
  }
  assert.equal(await server.stop(), 0)
  await assertWholeAfterCollection(place.data)
})

test('dying while garbage is collected harms nothing, and the rest is collected later', async (t) => {
  const place = placeOf(t)
  const first = await start(t, place)
  const keyArn = await prepareServer(first)
  const cases = BY_COLLECTOR.map((point) => ({ point, one: caseOf(point, keyArn) }))
  for (const { one } of cases) {
    await one.prepare(s3Client(first))
    await one.act(s3Client(first))
  }
  assert.equal(await first.stop(), 0)
  for (const [lives, { point }] of cases.entries()) {
    rmSync(`${place.armed}.hit`, { force: true })
    writeFileSync(place.armed, point)
    const hook = importing('fault-hook.js', { armed: place.armed })
    // It may be dead before it is ready.
    const collecting = await startCollecting(place.data, lives, hook).catch(() => undefined)
    t.after(() => collecting?.kill().catch(() => undefined))
    await hit(place, point)
    await collecting?.stop()
  }
  const last = await start(t, place)
  for (const { one } of cases) assert.equal(await one.look(s3Client(last)), 'after')
  assert.equal(await last.stop(), 0)
  await assertWholeAfterCollection(place.data, cases.length)
})

async function hit(place: Place, point: string): Promise<void> {
  const deadlineMs = performance.now() + HIT_WITHIN_MS
  while (!existsSync(`${place.armed}.hit`)) {
    assert.ok(performance.now() < deadlineMs, `nobody passed ${point}`)
    await pause(50)
  }
}
