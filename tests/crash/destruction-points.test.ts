import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { adminClient } from '../admin-calls.ts'
import { COFFER, run } from '../cli/coffer-command.ts'
import { s3Client, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { importing } from './loaded-files.ts'
import { MovedClock } from './moved-clock.ts'

const BODY = Buffer.alloc(40_000, 'what stays ')
const DAY_MS = 86_400_000
const PATIENCE_MS = 60_000
/** In the order in which a destruction passes them. */
const POINTS = ['destroy-key', 'begin-cluster-key', 'renew-wraps', 'end-cluster-keys'].flatMap((verb) => [
  `${verb}:before-metadata-commit`,
  `${verb}:after-metadata-commit`,
])

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, what)
    await wait(50)
  }
}

test('material that is destroyed, with a kill at every point: the next start ends it, and everything else reads', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const armed = join(directory.path, 'armed')
  const clock = new MovedClock(join(directory.path, 'clock'))
  const data = join(directory.path, 'data')
  const nodeFlags = [...importing('fault-hook.js', { armed }), ...clock.nodeFlags]
  const start = (): Promise<SpawnedCoffer> => spawnServer({ data, nodeFlags, env: { COFFER_JOBS_KEYS_MS: '100' } })

  let server = await start()
  t.after(() => server.kill().catch(() => undefined))
  const client = s3Client(server, { systemClockOffset: clock.aheadMs })
  await client.send(new CreateBucketCommand({ Bucket: 'things' }))
  const encryption = { ServerSideEncryption: 'aws:kms' } as const
  await client.send(new PutObjectCommand({ Bucket: 'things', Key: 'one', Body: BODY, ...encryption }))
  client.destroy()

  for (const point of POINTS) {
    const admin = adminClient(server, undefined, clock.now)
    const { arn } = (await admin.call('create-key', {}, { description: point })).key
    await admin.call('schedule-key-deletion', { key: arn }, { pendingDays: 7 })
    const ended = new Promise<void>((resolve) => server.process.once('exit', () => resolve()))
    writeFileSync(armed, point)
    clock.advance(8 * DAY_MS)
    await ended
    assert.ok(existsSync(`${armed}.hit`), `nobody passed ${point}`)
    rmSync(`${armed}.hit`)
    server = await start()
    const next = adminClient(server, undefined, clock.now)
    await until(`${point}: the key is gone`, () =>
      next.call('describe-key', { key: arn }).then(
        () => false,
        () => true,
      ),
    )
  }

  await until('one wrap of one cluster key is left', async () => {
    assert.equal(await server.stop(), 0)
    const status = await run(process.execPath, [COFFER, 'root', 'status', '--json'], { env: { COFFER_DATA: data } })
    server = await start()
    return (JSON.parse(status.stdout) as { readonly wraps: number }).wraps === 1
  })
  const reader = s3Client(server, { systemClockOffset: clock.aheadMs })
  const got = await reader.send(new GetObjectCommand({ Bucket: 'things', Key: 'one' }))
  assert.ok(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(BODY))
  reader.destroy()
  assert.equal(await server.stop(), 0)
})
