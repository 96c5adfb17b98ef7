import { CreateBucketCommand, PutBucketVersioningCommand, type S3Client } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { adminClient } from '../admin-calls.ts'
import { processesBelow } from '../canaries/canary-search.ts'
import { s3Client, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { CrashLoad } from './crash-load.ts'
import { checkListing, NameModel } from './crash-model.ts'
import { SeededRandom } from './seeded-random.ts'
import { assertWholeAfterCollection } from './stored-files.ts'

/** `CRASH_SEED=<seed>` repeats a run's choices. */
const SEED = process.env['CRASH_SEED'] ?? String(Date.now())
const LINUX = existsSync('/proc/self/task')
const CLIENTS = 8
const NAMES_OF_A_CLIENT = 3
const GROUP_KILLS = 16
const PROCESS_KILLS = 14
const EARLIEST_KILL_MS = 10
const LATEST_KILL_MS = 700
const HEALED_WITHIN_MS = 30_000
const WORKERS = 2
/** Primary, writer, jobs, workers. */
const PROCESSES = 3 + WORKERS

interface BucketPlan {
  readonly name: string
  readonly versioned: boolean
  readonly mode?: 'sse-kms' | 'dsse-kms'
}

const BUCKETS: readonly BucketPlan[] = [
  { name: 'plain', versioned: false },
  { name: 'versions', versioned: true },
  { name: 'bucket-key', versioned: false, mode: 'sse-kms' },
  { name: 'two-layers', versioned: true, mode: 'dsse-kms' },
]

async function makeBuckets(server: SpawnedCoffer): Promise<void> {
  const client = s3Client(server)
  const admin = adminClient(server)
  const { key } = await admin.call('create-key', {}, {})
  for (const { name, versioned, mode } of BUCKETS) {
    await client.send(new CreateBucketCommand({ Bucket: name }))
    if (mode !== undefined) {
      const encryption = { mode, key: key.arn, bucketKey: mode === 'sse-kms' }
      await admin.call('put-bucket-encryption', { bucket: name }, encryption)
    }
    const VersioningConfiguration = { Status: 'Enabled' } as const
    if (versioned) await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }))
  }
}

function makeNames(): readonly (readonly NameModel[])[] {
  return Array.from({ length: CLIENTS }, (_, client) => {
    const { name, versioned } = BUCKETS[client % BUCKETS.length] ?? assert.fail()
    const keys = Array.from({ length: NAMES_OF_A_CLIENT }, (_, index) => `client-${client}-${index}.`)
    return keys.map((key) => new NameModel(name, key, versioned))
  })
}

/** Load on a server until `kill` was done, which comes at a moment that follows from the seed. Returns what was done. */
async function loadAndKill(
  client: S3Client,
  names: readonly (readonly NameModel[])[],
  round: string,
  kill: (random: SeededRandom) => Promise<void>,
): Promise<number> {
  const loads = names.map(
    (own, index) => new CrashLoad(client, own, new SeededRandom(`${SEED} ${round} ${index}`), `${round} ${index}`),
  )
  const running = Promise.all(loads.map((load) => load.run()))
  running.catch(() => undefined)
  const random = new SeededRandom(`${SEED} ${round}`)
  await pause(random.between(EARLIEST_KILL_MS, LATEST_KILL_MS))
  await kill(random)
  for (const load of loads) load.stop()
  return (await running).reduce((sum, done) => sum + done, 0)
}

async function checkAll(client: S3Client, names: readonly (readonly NameModel[])[]): Promise<void> {
  await Promise.all(
    names.map(async (own) => {
      for (const name of own) await name.check(client)
    }),
  )
  for (const { name } of BUCKETS) await checkListing(client, name, names.flat())
}

function serverOf(t: TestContext, data: string, workers: number): Promise<SpawnedCoffer> {
  const server = spawnServer({ data, workers, env: { COFFER_DEBUG: '1' } })
  t.after(async () => (await server).kill().catch(() => undefined))
  return server
}

test(
  `kill -9 of the whole server, ${GROUP_KILLS} times under load: what was acknowledged is there and right, nothing is half there`,
  { timeout: 150_000 },
  async (t) => {
    t.diagnostic(`CRASH_SEED=${SEED}`)
    const directory = testDirectory()
    t.after(() => directory.remove())
    const names = makeNames()
    let acknowledged = 0
    let server = await serverOf(t, directory.path, 1)
    await makeBuckets(server)
    for (let round = 0; round < GROUP_KILLS; round++) {
      const running = server
      acknowledged += await loadAndKill(s3Client(running), names, `group ${round}`, () => running.kill())
      server = await serverOf(t, directory.path, round % 2 === 0 ? WORKERS : 1)
      await checkAll(s3Client(server), names)
    }
    t.diagnostic(`${acknowledged} requests were acknowledged`)
    assert.ok(acknowledged > GROUP_KILLS)
    await server.kill()
    await assertWholeAfterCollection(directory.path)
  },
)

/** A process of the server by its role, as its command line says. */
function pidOf(server: SpawnedCoffer, role: string, random: SeededRandom): number | undefined {
  const fitting = processesBelow(server.process.pid ?? assert.fail()).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(`--coffer-role=${role}`)
    } catch {
      return false
    }
  })
  return fitting.length === 0 ? undefined : random.pick(fitting)
}

/** Waits until every process is there again and the server has done a write. */
async function healed(server: SpawnedCoffer, client: S3Client): Promise<void> {
  const deadlineMs = performance.now() + HEALED_WITHIN_MS
  for (;;) {
    assert.ok(performance.now() < deadlineMs, `not healed:\n${server.output()}`)
    await pause(100)
    if (processesBelow(server.process.pid ?? assert.fail()).length < PROCESSES) continue
    const written = await client.send(new CreateBucketCommand({ Bucket: 'plain' })).then(
      () => true,
      (error: unknown) => error instanceof Error && error.name === 'BucketAlreadyOwnedByYou',
    )
    if (written) return
  }
}

test(
  `kill -9 of single processes, ${PROCESS_KILLS} times under load: the server heals, and nothing acknowledged is lost`,
  { skip: !LINUX && 'needs /proc', timeout: 150_000 },
  async (t) => {
    t.diagnostic(`CRASH_SEED=${SEED}`)
    const directory = testDirectory()
    t.after(() => directory.remove())
    const names = makeNames()
    const server = await serverOf(t, directory.path, WORKERS)
    await makeBuckets(server)
    const client = s3Client(server)
    let acknowledged = 0
    for (let round = 0; round < PROCESS_KILLS; round++) {
      acknowledged += await loadAndKill(client, names, `process ${round}`, async (random) => {
        const role = ['worker', 'writer', 'jobs'][round % 3] ?? assert.fail()
        const pid = pidOf(server, role, random)
        if (pid !== undefined) process.kill(pid, 'SIGKILL')
        // The others go on meanwhile.
        await pause(random.below(300))
      })
      await healed(server, client)
      await checkAll(client, names)
    }
    t.diagnostic(`${acknowledged} requests were acknowledged`)
    assert.ok(acknowledged > PROCESS_KILLS)
    assert.equal(await server.stop(), 0)
    await assertWholeAfterCollection(directory.path)
  },
)
