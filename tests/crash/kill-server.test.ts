import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROOF_SEED, proofSize } from '../proof-scale.ts'
import { CrashSite } from './crash-site.ts'

const GROUP_KILLS = proofSize(15, 500)
const ROUND_LIMIT_MS = 30_000
const WORKERS = 2

test(
  `T-172 kill -9 of the whole server, ${GROUP_KILLS} times under load: what was acknowledged is there and right, nothing is half there`,
  { timeout: GROUP_KILLS * ROUND_LIMIT_MS },
  async (t) => {
    t.diagnostic(`seed ${PROOF_SEED}`)
    const site = new CrashSite(t, `${PROOF_SEED} group`)
    let server = await site.start(t, 1)
    await site.prepare(server)
    for (let round = 0; round < GROUP_KILLS; round++) {
      const running = server
      await site.loadAndKill(running, round, () => running.kill())
      site.searchPlaintext(running)
      server = await site.start(t, round % 3 === 0 ? WORKERS : 1)
      await site.check(server)
      await site.assertClean(server)
    }
    assert.ok(site.acknowledged > GROUP_KILLS)
    assert.ok(site.keyChanges > 0)
    assert.equal(await server.stop(), 0)
    await site.finish(t)
  },
)
