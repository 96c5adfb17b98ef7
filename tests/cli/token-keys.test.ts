import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { NEEDS_TOKEN, softToken, type SoftToken } from '../../src/kms/tokens/soft-token.fixture.ts'
import { adminClient } from '../admin-calls.ts'
import { refusedWith } from '../refused-with.ts'
import { s3Client, spawnServer, testDirectory } from '../servers.ts'
import { coffer } from './coffer-command.ts'

const BODY = Buffer.alloc(40_000, 'keys in a token ')
const PATIENCE_MS = 20_000

function uriOf(soft: SoftToken): string {
  return `pkcs11:token=${soft.label}?module-path=${soft.modulePath}&pin-source=file:${soft.pinFile}`
}

interface Place {
  readonly soft: SoftToken
  readonly data: string
  readonly env: Readonly<Record<string, string>>
}

function place(t: TestContext): Place {
  const directory = testDirectory()
  const soft = softToken('coffer')
  t.after(() => {
    directory.remove()
    soft.remove()
  })
  const data = join(directory.path, 'data')
  return { soft, data, env: { ...soft.env, COFFER_DATA: data, COFFER_KMS_KEY_STORE: uriOf(soft) } }
}

function put(client: S3Client, key: string, kmsKey?: string): Promise<unknown> {
  const encryption = kmsKey === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKey }
  return client.send(new PutObjectCommand({ Bucket: 'things', Key: key, Body: BODY, ...encryption }))
}

async function assertThere(client: S3Client, key: string): Promise<void> {
  const got = await client.send(new GetObjectCommand({ Bucket: 'things', Key: key }))
  assert.ok(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(BODY))
}

/** Tries until it goes; a token that was away is asked again after a second. */
async function eventually(work: () => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await wait(100)
    }
  }
}

for (const workers of [1, 2]) {
  test(
    `OBSA-34: KMS keys in a token, ${workers} worker(s): through it, without it, and through it again`,
    NEEDS_TOKEN,
    async (t) => {
      const { data, env, soft } = place(t)
      const server = await spawnServer({ data, workers, env })
      const client = s3Client(server)
      const admin = adminClient(server)
      t.after(() => client.destroy())
      const { arn } = (await admin.call('create-key', {}, { description: 'in the token' })).key
      await client.send(new CreateBucketCommand({ Bucket: 'things' }))
      await put(client, 'sealed', arn)
      await put(client, 'plain')
      await assertThere(client, 'sealed')

      soft.takeAway()
      await refusedWith(
        client.send(new GetObjectCommand({ Bucket: 'things', Key: 'sealed' })),
        503,
        'ServiceUnavailable',
      )
      await refusedWith(put(client, 'never', arn), 503, 'ServiceUnavailable')
      assert.equal((await admin.call('describe-key', { key: arn })).key.state, 'unavailable')
      await assertThere(client, 'plain')
      await refusedWith(client.send(new HeadObjectCommand({ Bucket: 'things', Key: 'never' })), 404, 'NotFound')

      soft.bringBack()
      await eventually(() => assertThere(client, 'sealed'))
      await eventually(() => put(client, 'later', arn))
      await assertThere(client, 'later')
      await eventually(async () => {
        assert.equal((await admin.call('describe-key', { key: arn })).key.state, 'enabled')
      })
      assert.equal(await server.stop(), 0)
      assert.equal(server.output().includes(soft.pin), false)

      const again = await spawnServer({ data, workers, env })
      const next = s3Client(again)
      await assertThere(next, 'later')
      next.destroy()
      assert.equal(await again.stop(), 0)
    },
  )
}

test(
  'OBSA-34: a start without the token serves everything else; without the setting, nothing is made in its place',
  NEEDS_TOKEN,
  async (t) => {
    const { data, env, soft } = place(t)
    const first = await spawnServer({ data, env })
    const client = s3Client(first)
    const { arn } = (await adminClient(first).call('create-key', {}, { description: 'in the token' })).key
    await client.send(new CreateBucketCommand({ Bucket: 'things' }))
    await put(client, 'sealed', arn)
    await put(client, 'plain')
    client.destroy()
    assert.equal(await first.stop(), 0)

    soft.takeAway()
    const without = await spawnServer({ data, env })
    const second = s3Client(without)
    await assertThere(second, 'plain')
    await refusedWith(assertThere(second, 'sealed'), 503, 'ServiceUnavailable')
    soft.bringBack()
    await eventually(() => assertThere(second, 'sealed'))
    second.destroy()
    assert.equal(await without.stop(), 0)

    const local = await spawnServer({ data })
    const third = s3Client(local)
    await assertThere(third, 'plain')
    await assert.rejects(assertThere(third, 'sealed'))
    await assert.rejects(put(third, 'never', arn))
    third.destroy()
    assert.equal(await local.stop(), 0)
  },
)

test('a token whose library cannot be used refuses the start', NEEDS_TOKEN, async (t) => {
  const { env, soft } = place(t)
  const uri = uriOf(soft).replace(soft.modulePath, '/nowhere/library.so')
  const ran = await coffer(['serve'], { env: { ...env, COFFER_KMS_KEY_STORE: uri, COFFER_LISTEN: '127.0.0.1:0' } })
  assert.equal(ran.code, 2, ran.stderr)
  assert.match(ran.stderr, /module cannot be used/)
})

test(
  'OBSA-34: a key agent that dies takes no request along but its own, and the next call has another',
  NEEDS_TOKEN,
  async (t) => {
    const { data, env } = place(t)
    const server = await spawnServer({ data, env })
    const client = s3Client(server)
    t.after(() => client.destroy())
    const { arn } = (await adminClient(server).call('create-key', {}, { description: 'in the token' })).key
    await client.send(new CreateBucketCommand({ Bucket: 'things' }))
    await put(client, 'one', arn)
    const found = spawnSync('pgrep', ['-P', String(server.process.pid), '-f', 'coffer-role=key-agent'], {
      encoding: 'utf8',
    })
    const agents = found.stdout.split('\n').filter(Boolean).map(Number)
    assert.equal(agents.length, 1)
    for (const pid of agents) process.kill(pid, 'SIGKILL')
    await eventually(() => assertThere(client, 'one'))
    assert.equal(await server.stop(), 0)
  },
)
