import { CreateBucketCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PROOF_SEED, proofSize } from '../proof-scale.ts'
import { s3Client, spawnServer, testDirectory } from '../servers.ts'
import { HistoryLoad } from './history-load.ts'
import { unexplained } from './history.ts'
import { Seeded } from './seeded.ts'

const WORKERS = 3
const CLIENTS = 8
const REQUESTS_OF_A_CLIENT = 25
const NAMES = 2
const BUCKETS = [
  { bucket: 'plain', versioned: false },
  { bucket: 'versions', versioned: true },
] as const

test('what several workers answer about one name has an order: reads, conditions, copies, listings, versions', async (t) => {
  const directory = testDirectory()
  const server = await spawnServer({ data: directory.path, workers: WORKERS })
  t.after(async () => {
    await server.stop()
    directory.remove()
  })
  const client = s3Client(server)
  for (const { bucket, versioned } of BUCKETS) {
    await client.send(new CreateBucketCommand({ Bucket: bucket }))
    if (!versioned) continue
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }))
  }
  client.destroy()
  const rounds = proofSize(3, 2_000)
  for (const { bucket, versioned } of BUCKETS) {
    const load = new HistoryLoad(server, bucket, new Seeded(`${PROOF_SEED} ${bucket}`))
    t.after(() => load.close())
    for (let round = 0; round < rounds; round++) {
      // Names that are new each time: their histories begin with nothing.
      const keys = Array.from({ length: NAMES }, (_, name) => `round-${round}-${name}`)
      await Promise.all(Array.from({ length: CLIENTS }, () => load.client(keys, REQUESTS_OF_A_CLIENT)))
      for (const [key, events] of await load.histories(versioned)) {
        assert.ok(events.length > CLIENTS)
        const wrong = unexplained(events)
        assert.equal(wrong, undefined, `${bucket}/${key}: ${wrong ?? ''}\nCOFFER_PROOF_SEED=${PROOF_SEED}`)
      }
      if (round % 100 === 99)
        process.stdout.write(`# ${bucket}: ${round + 1} of ${rounds} rounds, seed ${PROOF_SEED}\n`)
    }
    t.diagnostic(`${bucket}: ${load.workers} workers answered, ${load.lostRaces} requests lost every race`)
    assert.ok(load.workers > 1, `${load.workers} of ${WORKERS} workers have answered`)
  }
})
