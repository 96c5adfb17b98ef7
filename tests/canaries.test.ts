import { GetBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { signRequest, UNSIGNED_PAYLOAD } from '../src/auth/index.ts'
import { SecretBytes } from '../src/secrets/index.ts'
import { adminClient } from './admin-calls.ts'
import {
  canaryBody,
  canaryKey,
  canaryMark,
  foundBelow,
  foundIn,
  openFilesOf,
  processesBelow,
  spellings,
  type Needle,
} from './canaries/canary-search.ts'
import { CanaryRoads } from './canaries/canary-roads.ts'
import { makeModes, type ObjectMode } from './object-modes.ts'
import { ACCESS_KEY, REGION, s3Client, spawnServer, testDirectory, type SpawnedCoffer } from './servers.ts'

const LINUX = existsSync('/proc/self/fd')

/** What must be found nowhere, besides the marks: digests of bodies and of the customer's key, and the root itself. */
function digestNeedles(roads: CanaryRoads, customerKey: Buffer): readonly Needle[] {
  const digest = (algorithm: string, bytes: Buffer): Buffer => createHash(algorithm).update(bytes).digest()
  return [
    ...spellings('the MD5 of the customer key', digest('md5', customerKey)),
    ...spellings('the SHA-256 of the customer key', digest('sha256', customerKey)),
    ...roads.bodies
      .filter(({ key }) => ['inline', 'large'].includes(key))
      .map(({ mode, key, body }) => ({ name: `the MD5 of ${mode.name} ${key}`, bytes: digest('md5', body) })),
  ]
}

/** `root.key` holds 32 bytes in base64; they belong into no other file. */
function rootNeedles(data: string): readonly Needle[] {
  const bytes = Buffer.from(readFileSync(join(data, 'root.key'), 'latin1').trim(), 'base64')
  assert.equal(bytes.length, 32)
  return spellings('the root key', bytes)
}

/** Begins a body and never ends it: so it is on its way when the server dies. */
async function beginBody(server: SpawnedCoffer, mode: ObjectMode, secret: string, body: Buffer): Promise<void> {
  const { host, hostname, port } = new URL(server.endpoint)
  const path = `/${mode.bucket}/interrupted`
  const customer: readonly (readonly [string, string])[] =
    mode.customer.SSECustomerKey === undefined
      ? []
      : [
          ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
          ['x-amz-server-side-encryption-customer-key', mode.customer.SSECustomerKey],
          [
            'x-amz-server-side-encryption-customer-key-md5',
            createHash('md5').update(Buffer.from(mode.customer.SSECustomerKey, 'base64')).digest('base64'),
          ],
        ]
  const { headers } = signRequest(
    {
      ...{ method: 'PUT', host, rawPath: path, rawQuery: '', payloadHash: UNSIGNED_PAYLOAD },
      headers: [['content-length', String(body.length * 2)], ...customer],
    },
    { accessKeyId: ACCESS_KEY, secret: new SecretBytes(Buffer.from(secret)), region: REGION, timeMs: Date.now() },
  )
  const outgoing = request({ host: hostname, port, path, method: 'PUT', headers: Object.fromEntries(headers) })
  // The server's death is the end of it.
  outgoing.on('error', () => undefined)
  await new Promise<void>((resolve, reject) => outgoing.write(body, (error) => (error ? reject(error) : resolve())))
}

interface Run {
  readonly data: string
  readonly temporary: string
  readonly mark: string
  readonly secret: string
  readonly workers: number
}

async function start(t: TestContext, run: Run): Promise<SpawnedCoffer> {
  const server = await spawnServer({
    data: run.data,
    workers: run.workers,
    env: { COFFER_SECRET_KEY: run.secret, COFFER_LOG_LEVEL: 'debug', TMPDIR: run.temporary },
  })
  t.after(() => server.kill().catch(() => undefined))
  return server
}

function clientOf(server: SpawnedCoffer, run: Run): ReturnType<typeof s3Client> {
  return s3Client(server, { credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: run.secret } })
}

/** Everything that the server left anywhere. */
function foundAnywhere(run: Run, outputs: readonly string[], needles: readonly Needle[]): readonly string[] {
  const root = join(run.data, 'root.key')
  return [
    ...foundBelow(run.data, needles).filter((found) => !found.startsWith(`${root}: the root key`)),
    ...foundBelow(run.temporary, needles),
    ...outputs.flatMap((output) => foundIn('the output', Buffer.from(output), needles)),
  ]
}

/** What processes hold open besides the data: logs, temporary files, files without a name. */
function foundInOpenFiles(server: SpawnedCoffer, run: Run, needles: readonly Needle[]): readonly string[] {
  return processesBelow(server.process.pid ?? assert.fail()).flatMap((pid) =>
    openFilesOf(pid, run.data).flatMap(({ name, path }) => foundIn(name, readFileSync(path), needles)),
  )
}

for (const workers of [1, 2]) {
  test(
    `S3-04 S3-09 S3-10 T-172 T-173 no canary of any mode and any road lies on the disk or in the output (workers ${workers})`,
    { skip: !LINUX && 'needs /proc', timeout: 120_000 },
    async (t) => {
      const directory = testDirectory()
      t.after(() => directory.remove())
      const mark = canaryMark()
      const folders = { data: join(directory.path, 'data'), temporary: join(directory.path, 'temporary') }
      mkdirSync(folders.temporary)
      const run: Run = { ...folders, mark, secret: `${mark}SecretAccessKey`, workers }
      const customerKey = canaryKey(mark)

      const first = await start(t, run)
      const client = clientOf(first, run)
      const admin = adminClient(first, run.secret)
      const modes = await makeModes(client, admin, { customerKey, versioned: true })
      assert.equal(modes.length, 5)
      await assertDefaults(client, modes)
      const roads = new CanaryRoads(client, mark)
      for (const mode of modes) await roads.all(mode)
      await roads.verify()

      const needles = [
        ...spellings('a canary', Buffer.from(mark)),
        ...digestNeedles(roads, customerKey),
        ...rootNeedles(run.data),
      ]
      const exported = await admin.call('export-audit', {}, { format: 'ledger' })
      const events = await admin.call('export-audit', {}, { format: 'cloudtrail' })
      const audited = JSON.stringify([await admin.call('search-audit', {}, { limit: 1_000 }), exported, events])
      // An encryption context is for the audit to show: it is no secret (but on the disk it is sealed as all the rest).
      const withoutContexts = audited.replaceAll(`${mark}-context`, '')
      const metrics = await (await fetch(`${first.endpoint}/-/metrics`)).text()
      for (const mode of modes) await beginBody(first, mode, run.secret, canaryBody(mark, 'interrupted', 700_000))
      assert.deepEqual(foundInOpenFiles(first, run, needles), [], 'open files')
      await first.kill()
      const answers = [first.output(), withoutContexts, metrics]
      assert.deepEqual(foundAnywhere(run, answers, needles), [], 'after SIGKILL')

      const second = await start(t, run)
      const again = clientOf(second, run)
      await again.send(new PutObjectCommand({ Bucket: 'mode-sse-s3', Key: 'visible-name', Body: mark }))
      for (const mode of modes) await new CanaryRoads(again, mark).all(mode)
      assert.equal(await second.stop(), 0)
      assert.deepEqual(foundAnywhere(run, [second.output()], needles), [], 'after a clean stop')

      // That the search can find: names are readable on the disk, and so is a canary that is put there.
      const name = [{ name: 'a name', bytes: Buffer.from('visible-name') }]
      assert.ok(foundBelow(run.data, name).some((found) => found.endsWith('data.mdb: a name')))
      const control = join(run.data, 'control')
      for (const needle of needles) {
        writeFileSync(control, Buffer.concat([Buffer.alloc(1_001), needle.bytes, Buffer.alloc(7)]))
        assert.ok(
          foundAnywhere(
            run,
            [],
            needles.filter((one) => one === needle),
          ).length === 1,
          needle.name,
        )
      }
    },
  )
}

async function assertDefaults(client: ReturnType<typeof s3Client>, modes: readonly ObjectMode[]): Promise<void> {
  for (const mode of modes) {
    const answer = await client.send(new GetBucketEncryptionCommand({ Bucket: mode.bucket }))
    const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? []
    const byDefault = rule?.ApplyServerSideEncryptionByDefault
    assert.equal(byDefault?.SSEAlgorithm, mode.shown ?? 'AES256')
    assert.equal(byDefault.KMSMasterKeyID, mode.keyArn)
    assert.equal(rule?.BucketKeyEnabled, mode.name === 'bucket-key')
  }
}
