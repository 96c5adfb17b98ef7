import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SpawnedCoffer } from '../servers.ts'
import { CHECKOUT } from '../checkout.ts'
import { caseOf, completing, type FaultCase, type FaultServer, type Seen } from './fault-cases.ts'
import { FaultPlace, prepareServer, seenBy } from './fault-place.ts'
import { ALL_POINTS, BY_AUDIT, BY_COLLECTOR, BY_PAGES, BY_REQUESTS, BY_WRITER } from './fault-points.ts'
import { importing } from './loaded-files.ts'
import { assertWholeAfterCollection, startCollecting } from './stored-files.ts'

/** More than four pages of 64 entries. */
const MANY_PARTS = 257
/** Data directories side by side: starting a server takes one core. */
const LANES = 3

/** The request is on its way when the server dies at the point; it must not be answered. */
async function dieAt(place: FaultPlace, point: string, server: SpawnedCoffer, act: () => Promise<unknown>) {
  place.arm(point)
  await assert.rejects(act(), `${point} was acknowledged, or nobody passed it`)
  assert.ok(place.wasHit, `nobody passed ${point}`)
  // It is gone; this is how to wait for its end.
  assert.equal(await server.stop(), null, point)
}

/** A commit that was made is there; one that was not asked for is not. Around the store's own commit both may be. */
export function wanted(point: string): readonly Seen[] {
  if (point.startsWith('metadata.') || /^audit[:-]/.test(point)) return ['before', 'after']
  // Commits on the way to the one that is asked for.
  const own = !/:token:|:give-back:|^bucket-key:/.test(point)
  return point.endsWith(':after-metadata-commit') && own ? ['after'] : ['before']
}

async function expectWhole(one: FaultCase, server: FaultServer, point: string): Promise<void> {
  const seen = await one.look(server)
  assert.ok(wanted(point).includes(seen), `${point}: the state is that ${seen} the change`)
  await one.again?.(server)
}

/** Commits that promise nothing to anybody: leases, marks, reads that last, notes of use. A crash before or after leaves them to run out. */
const WITHOUT_POINTS = [
  ...['jobs/job-lease.ts', 'jobs/scrub-job.ts', 'objects/reading/read-leases.ts', 'iam/last-use.ts'],
  // A browser that was signed in signs in again.
  ...['iam/console-sessions.ts', 'iam/sign-in-limits.ts'],
  // A number that was used and whose request never ran: clients repeat with another one.
  'iam/used-nonces.ts',
  // What a job is at; and that it is to pause, which is one row, written before the answer.
  'jobs/job-board.ts',
  // Lines of access logs are told as well as can be, after the answer (docs/logging.md).
  ...['objects/deliveries/access-log.ts', 'objects/deliveries/deliver-logs.ts'],
]
/** What makes a data directory: before that there is nothing to lose. */
const FIRST_START = ['kms/cluster/open-cluster.ts']

test('T-173 every commit, sync and removal of the source stands between two points, and every point is in the list', () => {
  const files = readdirSync(join(CHECKOUT, 'src'), { recursive: true, encoding: 'utf8' })
  const named: string[] = []
  for (const path of files) {
    if (!path.endsWith('.ts') || /\.(test|fixture)\.ts$|conformance/.test(path)) continue
    const text = readFileSync(join(CHECKOUT, 'src', path), 'utf8')
    const points = [...text.matchAll(/faultPoint\(\s*['`](.*?)['`],?\s*\)/g)].map((match) => match[1] ?? '')
    named.push(...points)
    const commits = text.match(/\b(store|rooms\.store|#store|writer)\.commit\(/g)?.length ?? 0
    if (commits === 0 || [...WITHOUT_POINTS, ...FIRST_START].includes(path)) continue
    assert.ok(points.length >= commits * 2, `${path}: ${commits} commits, ${points.length} points`)
  }
  for (const point of named.filter((one) => !one.includes('${'))) assert.ok(ALL_POINTS.includes(point), point)
  // The others name the verb, of which the lists hold each.
  assert.deepEqual(
    new Set(named.filter((one) => one.includes('${')).map((one) => one.split(':')[1])),
    new Set(['before-metadata-commit', 'after-metadata-commit', 'before-blob-commit', 'after-blob-commit']),
  )
  assert.equal(new Set(ALL_POINTS).size, ALL_POINTS.length)
})

test('dying at every point of every change leaves all of it or nothing of it', { timeout: 300_000 }, async (t) => {
  assert.ok(BY_REQUESTS.length > 75)
  const lane = async (points: readonly string[]): Promise<void> => {
    const place = new FaultPlace(t)
    let server = await place.start()
    const keyArn = await prepareServer(server)
    for (const point of points) {
      const one = caseOf(point, keyArn)
      const before = seenBy(server)
      await one.prepare(before)
      await dieAt(place, point, server, () => one.act(before))
      server = await place.start()
      await expectWhole(one, seenBy(server), point)
    }
    assert.equal(await server.stop(), 0)
    place.assertNoPlaintext()
    await assertWholeAfterCollection(place.data)
  }
  const lanes = Array.from({ length: LANES }, (_, index) => BY_REQUESTS.filter((_point, at) => at % LANES === index))
  // To the end, also when one fails: each stops its servers.
  for (const ended of await Promise.allSettled(lanes.map(lane))) if (ended.status === 'rejected') throw ended.reason
})

test('dying between the pages of an upload of many parts leaves it to be completed again', async (t) => {
  const place = new FaultPlace(t)
  const small = { nodeFlags: importing('small-parts.js', {}) }
  let server = await place.start(small)
  await prepareServer(server)
  const one = completing('many-parts', MANY_PARTS)
  await one.prepare(seenBy(server).client)
  for (const point of BY_PAGES) {
    const { client } = seenBy(server)
    await dieAt(place, point, server, () => one.act(client))
    server = await place.start(small)
    assert.equal(await one.look(seenBy(server).client), 'before')
  }
  await one.again?.(seenBy(server).client)
  assert.equal(await one.look(seenBy(server).client), 'after')
  assert.equal(await server.stop(), 0)
  await assertWholeAfterCollection(place.data)
})

test('the writer dies with a commit in its hands: the request is answered as if nothing had been', async (t) => {
  const place = new FaultPlace(t)
  const server = await place.start({ workers: 2 })
  const keyArn = await prepareServer(server)
  for (const point of BY_WRITER) {
    const one = caseOf(point, keyArn)
    await one.prepare(seenBy(server))
    place.arm(point)
    await one.act(seenBy(server))
    await place.hit(point)
    assert.equal(await one.look(seenBy(server)), 'after')
  }
  assert.equal(await server.stop(), 0)
  await assertWholeAfterCollection(place.data)
})

test('dying while records of use are written: what was answered is there', async (t) => {
  const place = new FaultPlace(t)
  let server = await place.start()
  const keyArn = await prepareServer(server)
  for (const point of BY_AUDIT) {
    const one = caseOf(point, keyArn)
    await one.prepare(seenBy(server))
    place.arm(point)
    const answered = await one.act(seenBy(server)).then(
      () => true,
      () => false,
    )
    await place.hit(point)
    assert.equal(await server.stop(), null, point)
    server = await place.start()
    const seen = await one.look(seenBy(server))
    if (answered) assert.equal(seen, 'after', point)
  }
  assert.equal(await server.stop(), 0)
  await assertWholeAfterCollection(place.data)
})

test('dying while garbage is collected harms nothing, and the rest is collected later', async (t) => {
  const place = new FaultPlace(t)
  const first = await place.start()
  const keyArn = await prepareServer(first)
  const cases = BY_COLLECTOR.map((point) => ({ point, one: caseOf(`put-object:${point}`, keyArn) }))
  for (const { one } of cases) {
    await one.prepare(seenBy(first))
    await one.act(seenBy(first))
  }
  assert.equal(await first.stop(), 0)
  for (const [lives, { point }] of cases.entries()) {
    place.arm(point)
    // It may be dead before it is ready.
    const collecting = await startCollecting(place.data, lives, place.hook).catch(() => undefined)
    t.after(() => collecting?.kill().catch(() => undefined))
    await place.hit(point)
    await collecting?.stop()
  }
  const last = await place.start()
  for (const { one } of cases) assert.equal(await one.look(seenBy(last)), 'after')
  assert.equal(await last.stop(), 0)
  await assertWholeAfterCollection(place.data, cases.length)
})
