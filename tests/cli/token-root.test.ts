import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { GetObjectCommand, PutObjectCommand, CreateBucketCommand } from '@aws-sdk/client-s3'
import { NEEDS_TOKEN, softToken, type SoftToken } from '../../src/kms/tokens/soft-token.fixture.ts'
import { filesHolding, s3Client, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { coffer } from './coffer-command.ts'
import { changesBetween, snapshotOf } from './directory-snapshot.ts'
import { assertSealed, readyAgain, serveSealed } from './sealed-server.ts'

const BODY = Buffer.alloc(40_000, 'through a token ')

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
  return { soft, data, env: { ...soft.env, COFFER_DATA: data, COFFER_ROOT_KEY: uriOf(soft) } }
}

async function store(server: Pick<SpawnedCoffer, 'endpoint'>): Promise<void> {
  const client = s3Client(server)
  await client.send(new CreateBucketCommand({ Bucket: 'things' }))
  await client.send(new PutObjectCommand({ Bucket: 'things', Key: 'one', Body: BODY }))
  client.destroy()
}

async function assertThere(server: Pick<SpawnedCoffer, 'endpoint'>): Promise<void> {
  const client = s3Client(server)
  const got = await client.send(new GetObjectCommand({ Bucket: 'things', Key: 'one' }))
  assert.ok(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(BODY))
  client.destroy()
}

for (const workers of [1, 2]) {
  test(
    `OBSA-34: the root in a token, ${workers} worker(s): what was stored is there after a new start`,
    NEEDS_TOKEN,
    async (t) => {
      const { data, env, soft } = place(t)
      const first = await spawnServer({ data, workers, env })
      await store(first)
      assert.equal(await first.stop(), 0)
      const second = await spawnServer({ data, workers, env })
      await assertThere(second)
      assert.equal(second.output().includes(soft.pin), false)
      assert.equal(await second.stop(), 0)
      assert.deepEqual(filesHolding(data, [Buffer.from(soft.pin)]), [])
      const status = await coffer(['root', 'status', '--json'], { env })
      assert.equal(status.code, 0, status.stderr)
      assert.match(status.stdout, /"provider":\s*"pkcs11"/)
      assert.match(status.stdout, /the token coffer/)
    },
  )
}

test(
  'OBSA-34, T-118: token away: sealed, nothing changed; back: it serves without a restart',
  NEEDS_TOKEN,
  async (t) => {
    const { data, env, soft } = place(t)
    const first = await spawnServer({ data, env })
    await store(first)
    soft.takeAway()
    await assertThere(first)
    assert.equal(await first.stop(), 0)
    const was = snapshotOf(data)
    const sealed = await serveSealed(t, env)
    await assertSealed(sealed.endpoint)
    assert.deepEqual(
      changesBetween(was, snapshotOf(data)).filter((line) => !line.includes('/run/')),
      [],
    )
    soft.bringBack()
    await assertThere({ endpoint: await readyAgain(sealed) })
    assert.equal(await sealed.stop(), 0)
  },
)

test(
  'a wrong PIN, another token, another root: refused in a sentence, and nothing is changed',
  NEEDS_TOKEN,
  async (t) => {
    const { data, env, soft } = place(t)
    const first = await spawnServer({ data, env })
    assert.equal(await first.stop(), 0)
    const was = snapshotOf(data)
    const wrongPin = uriOf(soft).replace(/file:.*/, 'env:OTHER_PIN')
    const pin = await coffer(['serve'], { env: { ...env, COFFER_ROOT_KEY: wrongPin, OTHER_PIN: '11112222' } })
    assert.equal(pin.code, 2)
    assert.match(pin.stderr, /refuses the PIN/)
    assert.equal(pin.stderr.includes('11112222'), false)
    const other = await coffer(['serve'], {
      env: { ...env, COFFER_ROOT_KEY: uriOf(soft).replace('?', ';object=other?') },
    })
    assert.match(other.stderr, /belongs to another root key/)
    const library = uriOf(soft).replace(soft.modulePath, '/nowhere/library.so')
    const missing = await coffer(['serve'], { env: { ...env, COFFER_ROOT_KEY: library } })
    assert.equal(missing.code, 2)
    assert.match(missing.stderr, /module cannot be used/)
    assert.deepEqual(changesBetween(was, snapshotOf(data)), [])
  },
)
