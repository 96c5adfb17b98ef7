import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { processesBelow } from '../canaries/canary-search.ts'
import { seededBody, sha256Of } from '../crash/seeded-random.ts'
import { assertWholeAfterCollection } from '../crash/stored-files.ts'
import { s3Client, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { contentOf, FAULTS_BUCKET, isUnavailable, put } from './faults-client.ts'

const LINUX = existsSync('/proc/self/task')
const LARGE_BYTES = 200_000
const AT_ONCE = 8
const GONE_WITHIN_MS = 30_000
const options = { skip: !LINUX && 'needs /proc', timeout: 90_000 }

async function begin(t: TestContext, workers: number): Promise<{ server: SpawnedCoffer; data: string }> {
  const directory = testDirectory()
  const server = await spawnServer({ data: directory.path, workers })
  t.after(async () => {
    await server.kill().catch(() => undefined)
    directory.remove()
  })
  await s3Client(server).send(new CreateBucketCommand({ Bucket: FAULTS_BUCKET }))
  return { server, data: directory.path }
}

function pidOf(server: SpawnedCoffer, role: string): number {
  const fits = (pid: number): boolean =>
    readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(`--coffer-role=${role}`)
  return processesBelow(server.process.pid ?? assert.fail()).find(fits) ?? assert.fail()
}

/** Each with a connection of its own, so that they spread over the workers. */
function clientsOf(server: SpawnedCoffer): readonly S3Client[] {
  return Array.from({ length: AT_ONCE }, () => s3Client(server))
}

function putsOf(server: SpawnedCoffer, label: string, clients = clientsOf(server)): readonly Promise<string>[] {
  return clients.map(async (client, index) => {
    const key = `${label} ${index}`
    await put(client, key, seededBody(key, LARGE_BYTES))
    return key
  })
}

test(
  'a worker that is stopped holds up its own connections and nobody else, and does no harm when it goes on',
  options,
  async (t) => {
    const { server, data } = await begin(t, 2)
    const clients = clientsOf(server)
    const before = await Promise.all(putsOf(server, 'before', clients))
    const stopped = pidOf(server, 'worker')
    process.kill(stopped, 'SIGSTOP')
    // Some of their connections are in its hands.
    const caught = putsOf(server, 'caught', clients)
    // None of the new connections is given to a worker that does not take it: it could die with it, and nobody would know.
    const during = await Promise.all(putsOf(server, 'during'))
    await Promise.all(Array.from({ length: AT_ONCE }, () => contentOf(s3Client(server), during[0] ?? assert.fail())))
    process.kill(stopped, 'SIGCONT')
    for (const key of [...before, ...(await Promise.all(caught)), ...during]) {
      assert.equal(await contentOf(s3Client(server), key), sha256Of(seededBody(key, LARGE_BYTES)), key)
    }
    assert.equal(await server.stop(), 0)
    await assertWholeAfterCollection(data)
  },
)

test('a writer that is stopped holds up writes only, and they are done when it goes on', options, async (t) => {
  const { server } = await begin(t, 2)
  const before = await Promise.all(putsOf(server, 'before'))
  const stopped = pidOf(server, 'writer')
  process.kill(stopped, 'SIGSTOP')
  let acknowledged = 0
  const waiting = putsOf(server, 'waiting').map((one) => one.then((key) => (acknowledged++, key)))
  for (const key of before) assert.equal(await contentOf(s3Client(server), key), sha256Of(seededBody(key, LARGE_BYTES)))
  assert.equal(acknowledged, 0, 'nothing is acknowledged that is not durable')
  process.kill(stopped, 'SIGCONT')
  for (const key of await Promise.all(waiting)) {
    assert.equal(await contentOf(s3Client(server), key), sha256Of(seededBody(key, LARGE_BYTES)))
  }
  assert.equal(await server.stop(), 0)
})

test(
  'a writer that dies with commits in its hands: each is answered truly, and the next one goes on',
  options,
  async (t) => {
    const { server, data } = await begin(t, 2)
    const writer = pidOf(server, 'writer')
    process.kill(writer, 'SIGSTOP')
    const outcomes = putsOf(server, 'in flight').map((one, index) =>
      one.catch((error: unknown) => {
        assert.ok(isUnavailable(error))
        return `refused ${index}`
      }),
    )
    process.kill(writer, 'SIGKILL')
    for (const [index, key] of (await Promise.all(outcomes)).entries()) {
      if (key.startsWith('refused')) continue
      assert.equal(await contentOf(s3Client(server), key), sha256Of(seededBody(`in flight ${index}`, LARGE_BYTES)))
    }
    await Promise.all(putsOf(server, 'after'))
    assert.equal(await server.stop(), 0)
    await assertWholeAfterCollection(data)
  },
)

test(
  'when the primary dies all of its processes end, and the next start has what was acknowledged',
  options,
  async (t) => {
    const { server, data } = await begin(t, 2)
    const before = await Promise.all(putsOf(server, 'before'))
    const family = processesBelow(server.process.pid ?? assert.fail())
    process.kill(server.process.pid ?? assert.fail(), 'SIGKILL')
    const deadlineMs = performance.now() + GONE_WITHIN_MS
    while (family.some(runs)) {
      assert.ok(performance.now() < deadlineMs, `still there: ${family.filter(runs).join(' ')}`)
      await pause(20)
    }
    const again = await spawnServer({ data, workers: 2 })
    t.after(() => again.kill().catch(() => undefined))
    for (const key of before)
      assert.equal(await contentOf(s3Client(again), key), sha256Of(seededBody(key, LARGE_BYTES)))
    assert.equal(await again.stop(), 0)
  },
)

/** Whether a process is there and is not dead already, waiting for whoever takes its exit code. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
