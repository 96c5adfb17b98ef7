import { CreateBucketCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { adminClient } from '../admin-calls.ts'
import { foundBelow, foundIn, spellings } from '../canaries/canary-search.ts'
import { s3Client, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { FAULT_BUCKET, FAULT_MARK, type FaultServer } from './fault-cases.ts'
import { importing } from './loaded-files.ts'

const HIT_WITHIN_MS = 20_000

/** A data directory whose servers die or throw at a point that is armed. */
export class FaultPlace {
  readonly data: string
  readonly #t: TestContext
  readonly #armed: string
  #outputs: (() => string)[] = []

  constructor(t: TestContext) {
    const directory = testDirectory()
    t.after(() => directory.remove())
    this.#t = t
    this.data = join(directory.path, 'data')
    this.#armed = join(directory.path, 'armed')
  }

  get hook(): readonly string[] {
    return importing('fault-hook.js', { armed: this.#armed })
  }

  async start(
    more: { readonly workers?: number; readonly nodeFlags?: readonly string[] } = {},
  ): Promise<SpawnedCoffer> {
    const nodeFlags = [...this.hook, ...(more.nodeFlags ?? [])]
    const env = { COFFER_LOG_LEVEL: 'debug' }
    const server = await spawnServer({ data: this.data, env, ...more, nodeFlags })
    this.#t.after(() => server.kill().catch(() => undefined))
    this.#outputs.push(() => server.output())
    return server
  }

  arm(point: string, how: 'die' | 'throw' = 'die'): void {
    rmSync(`${this.#armed}.hit`, { force: true })
    writeFileSync(this.#armed, how === 'die' ? point : `throw ${point}`)
  }

  get wasHit(): boolean {
    return existsSync(`${this.#armed}.hit`)
  }

  async hit(point: string): Promise<void> {
    const deadlineMs = performance.now() + HIT_WITHIN_MS
    while (!this.wasHit) {
      assert.ok(performance.now() < deadlineMs, `nobody passed ${point}`)
      await pause(20)
    }
  }

  /** No canary of a body in any file or output of this place. */
  assertNoPlaintext(): void {
    const needles = spellings('a canary', Buffer.from(FAULT_MARK))
    const outputs = this.#outputs.flatMap((output) => foundIn('the output', Buffer.from(output()), needles))
    assert.deepEqual([...foundBelow(this.data, needles), ...outputs], [])
  }
}

export function seenBy(server: SpawnedCoffer): FaultServer {
  return { client: s3Client(server), admin: adminClient(server) }
}

/** Makes what the cases stand on; the ARN of a key. */
export async function prepareServer(server: SpawnedCoffer): Promise<string> {
  await s3Client(server).send(new CreateBucketCommand({ Bucket: FAULT_BUCKET }))
  return (await adminClient(server).call('create-key')).key.arn
}
