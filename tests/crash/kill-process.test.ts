import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { processesBelow } from '../canaries/canary-search.ts'
import { PROOF_SEED, proofSize } from '../proof-scale.ts'
import type { SpawnedCoffer } from '../servers.ts'
import { CrashSite } from './crash-site.ts'
import type { SeededRandom } from './seeded-random.ts'

const LINUX = existsSync('/proc/self/task')
const PROCESS_KILLS = proofSize(15, 500)
const ROUND_LIMIT_MS = 30_000
const HEALED_WITHIN_MS = 30_000
const WORKERS = 2
/** Primary, writer, jobs, workers. */
const PROCESSES = 3 + WORKERS

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
    await pause(50)
    if (processesBelow(server.process.pid ?? assert.fail()).length < PROCESSES) continue
    const written = await client.send(new CreateBucketCommand({ Bucket: 'plain' })).then(
      () => true,
      (error: unknown) => error instanceof Error && error.name === 'BucketAlreadyOwnedByYou',
    )
    if (written) return
  }
}

test(
  `T-172 kill -9 of single processes, ${PROCESS_KILLS} times under load: the server heals, and nothing acknowledged is lost`,
  { skip: !LINUX && 'needs /proc', timeout: PROCESS_KILLS * ROUND_LIMIT_MS },
  async (t) => {
    t.diagnostic(`seed ${PROOF_SEED}`)
    const site = new CrashSite(t, `${PROOF_SEED} process`)
    const server = await site.start(t, WORKERS)
    await site.prepare(server)
    for (let round = 0; round < PROCESS_KILLS; round++) {
      await site.loadAndKill(server, round, async (random) => {
        const role = ['worker', 'writer', 'jobs'][round % 3] ?? assert.fail()
        const pid = pidOf(server, role, random)
        if (pid !== undefined) process.kill(pid, 'SIGKILL')
        // The others go on meanwhile.
        await pause(random.below(300))
      })
      await healed(server, site.s3(server))
      site.searchPlaintext(server)
      await site.check(server)
      await site.assertClean(server)
    }
    assert.ok(site.acknowledged > PROCESS_KILLS)
    assert.ok(site.keyChanges > 0)
    assert.equal(await server.stop(), 0)
    await site.finish(t)
  },
)
