import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { NEEDS_TOKEN, softToken } from '../../src/kms/tokens/soft-token.fixture.ts'
import { COFFER, run, type Ran } from '../cli/coffer-command.ts'
import { KEY_ARN, SECRET_KEY as KMS_SECRET, ACCESS_KEY_ID, awsKmsContract } from '../roots/aws-kms-contract.ts'
import { TOKEN, vaultContract } from '../roots/vault-contract.ts'
import { s3Client, spawnServer, testDirectory } from '../servers.ts'
import { importing } from './loaded-files.ts'

const BODY = Buffer.alloc(40_000, 'root points ')
const around = (...verbs: readonly string[]): readonly string[] =>
  verbs.flatMap((verb) => [`${verb}:before-metadata-commit`, `${verb}:after-metadata-commit`])
const MOVING = around('add-root-wraps', 'remove-root-wraps')
const CLUSTER = around('begin-cluster-key', 'renew-wraps', 'end-cluster-keys')

/** A data directory whose root is moved and rotated by the host's commands, which die at a point that is armed. */
class RootPlace {
  readonly directory: string
  readonly data: string
  readonly #armed: string
  env: Readonly<Record<string, string>>

  constructor(t: TestContext) {
    const directory = testDirectory()
    t.after(() => directory.remove())
    this.directory = directory.path
    this.data = join(directory.path, 'data')
    this.#armed = join(directory.path, 'armed')
    this.env = { COFFER_DATA: this.data }
  }

  async fill(): Promise<void> {
    const server = await spawnServer({ data: this.data, env: this.env })
    const client = s3Client(server)
    await client.send(new CreateBucketCommand({ Bucket: 'things' }))
    const encryption = { ServerSideEncryption: 'aws:kms' } as const
    await client.send(new PutObjectCommand({ Bucket: 'things', Key: 'one', Body: BODY, ...encryption }))
    client.destroy()
    assert.equal(await server.stop(), 0)
  }

  command(words: readonly string[], env = this.env): Promise<Ran> {
    const hook = importing('fault-hook.js', { armed: this.#armed })
    return run(process.execPath, [...hook, COFFER, 'root', ...words], { env })
  }

  /** The command dies at the point, by a signal. */
  async dieAt(point: string, words: readonly string[]): Promise<void> {
    writeFileSync(this.#armed, point)
    const ran = await this.command(words)
    assert.equal(ran.code, null, `${point}: ${ran.stderr}`)
    assert.ok(existsSync(`${this.#armed}.hit`), `nobody passed ${point}`)
    rmSync(`${this.#armed}.hit`)
  }

  async opens(env = this.env): Promise<boolean> {
    return (await this.command(['verify'], env)).code === 0
  }

  /** A server starts and everything is there. */
  async assertThere(): Promise<void> {
    const server = await spawnServer({ data: this.data, env: this.env })
    const client = s3Client(server)
    const got = await client.send(new GetObjectCommand({ Bucket: 'things', Key: 'one' }))
    assert.ok(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(BODY))
    client.destroy()
    assert.equal(await server.stop(), 0)
  }

  async wraps(): Promise<number> {
    const { stdout, stderr } = await this.command(['status', '--json'])
    const status = JSON.parse(stdout || assert.fail(stderr)) as { readonly wraps: number }
    return status.wraps
  }
}

/** Dies at each point in turn; each time the data opens as it is configured, and in the end the command is finished. */
async function throughAll(place: RootPlace, points: readonly string[], words: readonly string[]): Promise<void> {
  for (const point of points) {
    await place.dieAt(point, words)
    assert.ok(await place.opens(), `after ${point}`)
  }
  const done = await place.command(words)
  assert.equal(done.code, 0, done.stderr)
  assert.equal(await place.wraps(), 1)
  await place.assertThere()
}

test('a root file that is rotated, and a cluster key, with a kill at every point: finished by the next command', async (t) => {
  const place = new RootPlace(t)
  await place.fill()
  await throughAll(place, [...MOVING, 'root-file.rename', 'root-file.renamed'], ['rotate', '--yes'])
  await throughAll(place, CLUSTER, ['rotate', '--cluster-key'])
})

/** Moves there with a kill at every point; at each of them one of both roots opens the data, and a repeat ends it. */
async function moveThere(place: RootPlace, to: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const there = { ...place.env, ...more, COFFER_ROOT_KEY: to }
  place.env = { ...place.env, ...more }
  const words = ['move', '--to', to, '--yes']
  for (const point of MOVING) {
    await place.dieAt(point, words)
    const [here, beyond] = [await place.opens(), await place.opens(there)]
    assert.ok(here || beyond, `after ${point}`)
    if (!here) place.env = there
  }
  if (place.env !== there) {
    const moved = await place.command(words)
    assert.equal(moved.code, 0, moved.stderr)
    place.env = there
  }
  assert.equal(await place.wraps(), 1)
  await place.assertThere()
}

test('from a file to a token, rotated there, with a kill at every point', NEEDS_TOKEN, async (t) => {
  const place = new RootPlace(t)
  await place.fill()
  const soft = softToken('coffer')
  t.after(() => soft.remove())
  const uri = `pkcs11:token=coffer?module-path=${soft.modulePath}&pin-source=file:${soft.pinFile}`
  await moveThere(place, uri, soft.env)
  rmSync(join(place.data, 'root.key'))
  await throughAll(place, MOVING, ['rotate', '--yes'])
})

test('from a file to Vault, to AWS KMS, and back to a file, with a kill at every point', async (t) => {
  const place = new RootPlace(t)
  await place.fill()
  const [vault, kms] = [await vaultContract(), await awsKmsContract()]
  t.after(async () => {
    await Promise.all([vault.close(), kms.close()])
    assert.deepEqual([...vault.violations, ...kms.violations], [])
  })
  const secret = (name: string, text: string): string => {
    const path = join(place.directory, name)
    writeFileSync(path, text, { mode: 0o600 })
    return `file:${path}`
  }
  await moveThere(place, `vault:${vault.address}/transit/coffer?token=${secret('token', TOKEN)}`)
  await throughAll(place, MOVING, ['rotate', '--yes'])
  const query = `endpoint=${kms.endpoint}&access-key-id=${ACCESS_KEY_ID}&secret-key=${secret('kms', KMS_SECRET)}`
  await moveThere(place, `aws-kms:${KEY_ARN}?${query}`)
  await moveThere(place, `file:${join(place.directory, 'back.key')}`)
})
