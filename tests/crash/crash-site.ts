import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { AdminClient } from '../../src/cli/admin-client.ts'
import { adminClient } from '../admin-calls.ts'
import { canaryMark, foundBelow, foundIn, spellings, type Needle } from '../canaries/canary-search.ts'
import { sealJournals, type SealJournals } from '../nonces/read-seals.ts'
import { s3Client, SECRET_KEY, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { makeCrashBuckets, type CrashBucket } from './crash-buckets.ts'
import { CrashLoad } from './crash-load.ts'
import { checkListing, NameModel } from './crash-model.ts'
import { DEFAULTS_BUCKET, KeyLoad, KeyModel } from './key-load.ts'
import { MovedClock } from './moved-clock.ts'
import { SeededRandom } from './seeded-random.ts'
import { assertCollected, assertFilesOwned } from './stored-files.ts'

const CLIENTS = 8
const NAMES_OF_A_CLIENT = 3
const EARLIEST_KILL_MS = 10
const LATEST_KILL_MS = 600
/** More than garbage and leftovers have to be old, and than the lease of a job lasts. */
const LIFE_MS = 65_000

interface Client {
  readonly bucket: CrashBucket
  readonly names: readonly NameModel[]
}

/** A data directory, the servers that ran on it, and all that was acknowledged by them. */
export class CrashSite {
  readonly data: string
  readonly #seed: string
  readonly #clock: MovedClock
  readonly #journals: SealJournals
  readonly #mark = canaryMark()
  readonly #keys = new KeyModel()
  #clients: readonly Client[] = []
  #buckets: readonly CrashBucket[] = []
  #needles: readonly Needle[] = []
  #otherKey = ''
  acknowledged = 0
  keyChanges = 0

  constructor(t: TestContext, seed: string) {
    const directory = testDirectory()
    t.after(() => directory.remove())
    this.#seed = seed
    this.data = join(directory.path, 'data')
    this.#clock = new MovedClock(join(directory.path, 'ahead'))
    this.#journals = sealJournals(join(directory.path, 'seals'))
  }

  async start(t: TestContext, workers: number): Promise<SpawnedCoffer> {
    const server = await spawnServer({
      ...{ data: this.data, workers },
      env: { COFFER_DEBUG: '1', COFFER_JOBS_GARBAGE_MS: '100' },
      nodeFlags: [...this.#clock.nodeFlags, ...this.#journals.nodeFlags],
    })
    t.after(() => server.kill().catch(() => undefined))
    return server
  }

  s3(server: SpawnedCoffer): S3Client {
    const client = s3Client(server)
    // The client would learn the time from answers, whose Date is that of the machine.
    const offset = { get: () => this.#clock.aheadMs, set: () => undefined }
    Object.defineProperty(client.config, 'systemClockOffset', offset)
    return client
  }

  #admin(server: SpawnedCoffer): AdminClient {
    return adminClient(server, SECRET_KEY, this.#clock.now)
  }

  async prepare(server: SpawnedCoffer): Promise<void> {
    const [client, admin] = [this.s3(server), this.#admin(server)]
    const made = await makeCrashBuckets(client, admin, this.#mark)
    this.#buckets = made.buckets
    const shared = await admin.call('describe-key', { key: made.sharedKey })
    this.#keys.share(shared.key)
    this.#otherKey = made.sharedKey
    await client.send(new CreateBucketCommand({ Bucket: DEFAULTS_BUCKET }))
    this.#clients = Array.from({ length: CLIENTS }, (_, index) => {
      const bucket = this.#buckets[index % this.#buckets.length] ?? assert.fail()
      const keys = Array.from({ length: NAMES_OF_A_CLIENT }, (_, name) => `client-${index}-${name}.`)
      return { bucket, names: keys.map((key) => new NameModel(key, bucket)) }
    })
    const root = Buffer.from(readFileSync(join(this.data, 'root.key'), 'latin1').trim(), 'base64')
    assert.equal(root.length, 32)
    // The customer's key begins with the mark.
    this.#needles = [...spellings('a canary', Buffer.from(this.#mark)), ...spellings('the root key', root)]
  }

  /** Load until `kill` was done, which comes at a moment that follows from the seed; the collector works meanwhile. */
  async loadAndKill(
    server: SpawnedCoffer,
    round: number,
    kill: (random: SeededRandom) => Promise<void>,
  ): Promise<void> {
    this.#clock.advance(LIFE_MS)
    const client = this.s3(server)
    const loads = this.#clients.map(({ bucket, names }, index) => {
      const random = new SeededRandom(`${this.#seed} ${round} ${index}`)
      const label = `${round} ${index}`
      return new CrashLoad(client, { bucket, names, otherKey: this.#otherKey, random, mark: this.#mark, label })
    })
    const keys = new KeyLoad()
    const changing = keys.run(this.#keys, this.#admin(server), new SeededRandom(`${this.#seed} ${round} keys`))
    const running = Promise.all([changing, ...loads.map((load) => load.run())])
    running.catch(() => undefined)
    const random = new SeededRandom(`${this.#seed} ${round}`)
    await pause(random.between(EARLIEST_KILL_MS, LATEST_KILL_MS))
    await kill(random)
    for (const load of [keys, ...loads]) load.stop()
    const [keyChanges, ...done] = await running
    this.keyChanges += keyChanges
    this.acknowledged += done.reduce((sum, one) => sum + one, keyChanges)
  }

  /** Everything acknowledged is there and right, nothing is half there; uploads that were cut off are given up. */
  async check(server: SpawnedCoffer): Promise<void> {
    const client = this.s3(server)
    const checkNames = async ({ names }: Client): Promise<void> => {
      for (const name of names) await name.check(client)
    }
    await Promise.all([...this.#clients.map(checkNames), this.#keys.check(this.#admin(server))])
    const names = this.#clients.flatMap((one) => one.names)
    await Promise.all(
      this.#buckets.map(async ({ bucket }) => {
        await checkListing(client, bucket, names)
        const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
        for (const { Key, UploadId } of Uploads ?? []) {
          // A completion that died in the middle holds its upload for a while: then the look after the next kill ends it.
          await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })).catch(unlessHeld)
        }
      }),
    )
  }

  /** Leftovers are collected, and counters agree with a full count. */
  async assertClean(server: SpawnedCoffer): Promise<void> {
    this.#clock.advance(LIFE_MS)
    const customers = this.#clients.filter(({ bucket }) => bucket.mode === 'sse-c').flatMap((one) => one.names)
    const unreadable = customers.reduce((sum, name) => sum + name.bodies, 0)
    await assertCollected(this.data, this.#admin(server), unreadable)
  }

  /** No plaintext and no key on the disk, or in what the server said. */
  searchPlaintext(server: SpawnedCoffer): void {
    const root = join(this.data, 'root.key')
    const found = foundBelow(this.data, this.#needles).filter((one) => !one.startsWith(`${root}: the root key`))
    assert.deepEqual([...found, ...foundIn('the output', Buffer.from(server.output()), this.#needles)], [])
  }

  /** After the last round: a server of its own collects what the last dead processes left, and stops. */
  async finish(t: TestContext): Promise<void> {
    const server = await this.start(t, 1)
    await this.check(server)
    await this.assertClean(server)
    assert.equal(await server.stop(), 0)
    this.searchPlaintext(server)
    await assertFilesOwned(this.data)
    const { seals, processes } = this.#journals.assertUnique()
    t.diagnostic(`${this.acknowledged} requests acknowledged, ${this.keyChanges} of them changes of keys`)
    t.diagnostic(`${seals} seals of ${processes} processes, no key and nonce twice`)
  }
}

function unlessHeld(error: unknown): void {
  if (!(error instanceof S3ServiceException) || error.name !== 'SlowDown') throw error
}
