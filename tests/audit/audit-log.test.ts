import { CreateBucketCommand, GetObjectCommand, PutBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { clientEnv, coffer, type Ran } from '../cli/coffer-command.ts'
import { readerTest } from '../independent-reader/run-reader.ts'
import { ACCESS_KEY, ACCOUNT, s3Client, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { CHECKOUT } from '../checkout.ts'
import { flipped, StoppedData } from '../tamper/stopped-data.ts'
import { auditReader } from './audit-reader.ts'

interface Place {
  readonly folder: string
  readonly data: string
  server: SpawnedCoffer
  readonly run: (...words: readonly string[]) => Promise<Ran>
  /** Runs what has to end with 0, and gives its output. */
  readonly ok: (...words: readonly string[]) => Promise<string>
  restart(): Promise<void>
}

async function place(t: TestContext, workers = 1): Promise<Place> {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const data = join(directory.path, 'data')
  const here: Place = {
    ...{ folder: directory.path, data, server: await spawnServer({ data, workers }) },
    run: (...words) => coffer(words, { env: clientEnv(here.server.endpoint) }),
    ok: async (...words) => {
      const ran = await here.run(...words)
      assert.equal(ran.code, 0, `${words.join(' ')}: ${ran.stderr}${ran.stdout}`)
      return ran.stdout
    },
    restart: async () => {
      here.server = await spawnServer({ data, workers })
    },
  }
  t.after(() => here.server.kill().catch(() => undefined))
  return here
}

type Fields = Readonly<Record<string, unknown>>

function linesOf(text: string): readonly Fields[] {
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value: unknown = JSON.parse(line)
      assert.ok(isFields(value))
      return value
    })
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/** A bucket under a key, an object written and read, a read that was refused, and a second key that nobody uses. */
async function doSomething({ server, ok, run }: Place): Promise<{ readonly key: string; readonly unused: string }> {
  const client = s3Client(server)
  await client.send(new CreateBucketCommand({ Bucket: 'photos' }))
  const key = (await ok('key', 'create', '--alias', 'used')).trim()
  const unused = (await ok('key', 'create', '--alias', 'unused')).trim()
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } } as const
  const ServerSideEncryptionConfiguration = { Rules: [rule] }
  await client.send(new PutBucketEncryptionCommand({ Bucket: 'photos', ServerSideEncryptionConfiguration }))
  await client.send(new PutObjectCommand({ Bucket: 'photos', Key: 'a', Body: 'a body' }))
  await (await client.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a' }))).Body?.transformToString()
  await ok('key', 'disable', 'used', '--yes', '--confirm', '2')
  await assert.rejects(client.send(new GetObjectCommand({ Bucket: 'photos', Key: 'a' })))
  await ok('key', 'enable', 'used')
  client.destroy()
  assert.equal((await run('key', 'show', 'nobody')).code, 3)
  return { key, unused }
}

test(
  'OBSA-40 every change is one record, every use and refusal another, in the names of CloudTrail',
  readerTest(),
  async (t) => {
    const here = await place(t, 2)
    const { ok } = here
    const { key, unused } = await doSomething(here)
    const events = linesOf(await ok('audit', 'export'))
    const named = (name: string): readonly Fields[] => events.filter(({ eventName }) => eventName === name)
    for (const name of ['CreateBucket', 'PutBucketEncryption', 'DisableKey', 'EnableKey', 'GenerateDataKey']) {
      assert.equal(named(name).length, 1, name)
    }
    assert.equal(named('CreateKey').length, 2)
    const [created] = named('CreateBucket')
    assert.deepEqual(created?.['userIdentity'], {
      ...{ type: 'Root', principalId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT },
      accessKeyId: ACCESS_KEY,
    })
    assert.match(String(created['userAgent']), /aws-sdk-js/)
    assert.equal(created['sourceIPAddress'], '127.0.0.1')
    assert.deepEqual(created['requestParameters'], { bucketName: 'photos' })
    assert.deepEqual(
      [created['readOnly'], created['managementEvent'], created['responseElements']],
      [false, true, null],
    )
    const decrypts = named('Decrypt')
    assert.deepEqual(
      decrypts.map(({ errorCode }) => errorCode),
      [undefined, 'KeyDisabled'],
    )
    const [decrypt] = decrypts
    assert.deepEqual(decrypt?.['requestParameters'], {
      keyId: key,
      encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::photos/a' },
    })
    assert.equal(decrypt['sourceIPAddress'], 's3.amazonaws.com')
    const ids = events.map(({ eventID }) => eventID)
    assert.equal(new Set(ids).size, ids.length)

    const zipped = join(here.folder, 'audit.jsonl.gz')
    await ok('audit', 'export', '--gzip', '--to', zipped)
    assert.ok(linesOf(gunzipSync(readFileSync(zipped)).toString()).length >= events.length)
    assert.equal((await here.run('audit', 'export', '--to', zipped)).code, 5)

    const usage = await ok('audit', 'key-usage', '--key', 'used', '--since', '1h')
    assert.match(usage, /root +kms:GenerateDataKey +done +1/)
    assert.match(usage, /root +kms:Decrypt +failed +1/)
    assert.match(usage, /arn:aws:s3:::photos\/a/)
    const idOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)
    assert.equal((await ok('key', 'list', '--unused-since', '1h', '-o', 'id')).trim(), idOf(unused))
    assert.match(await ok('audit', 'tail', '--limit', '3'), /^TIME/)
    assert.match(await ok('audit', 'search', '--key', key, '--action', 'kms:Dec*'), /key-disabled/)
  },
)

test('the audit log verifies; a record is proved; the second reader agrees with both', readerTest(), async (t) => {
  const here = await place(t, 2)
  const { ok, folder } = here
  await doSomething(here)
  assert.match(await ok('audit', 'verify'), /^complete and unchanged: \d+ records in \d+ segments/)
  const notes = join(folder, 'checkpoint')
  writeFileSync(notes, await ok('audit', 'export', '--checkpoint'))
  await ok('audit', 'verify', '--checkpoint', notes)
  const ledger = join(folder, 'ledger.jsonl')
  await ok('audit', 'export', '--format', 'ledger', '--to', ledger)
  const verifierKey = (await ok('audit', 'key', '-o', 'id')).trim()
  const read = auditReader('ledger', ledger, notes, verifierKey)
  assert.equal(read.code, 0, read.said)
  assert.match(read.said, /in one chain/)
  const [record] = linesOf(await ok('audit', 'search', '--action', 's3:CreateBucket', '-o', 'jsonl'))
  const proof = join(folder, 'proof.json')
  writeFileSync(proof, await ok('audit', 'prove', String(record?.['id']), '-o', 'json'))
  assert.match(auditReader('proof', proof).said, /^record \d+ of \d+ is proved$/)
  writeFileSync(proof, readFileSync(proof, 'utf8').replace('s3:CreateBucket', 's3:DeleteBucket'))
  assert.equal(auditReader('proof', proof).code, 1)
  assert.equal((await here.run('audit', 'prove', '00000000-0000-8000-8000-000000000000')).code, 2)
  const vectors = auditReader('vectors', join(CHECKOUT, 'vectors', 'audit', 'ledger.json'))
  assert.equal(vectors.code, 0, vectors.said)
  // A clean stop seals and signs what was recorded last.
  const before = readFileSync(join(here.data, 'audit-checkpoints'), 'utf8')
  await ok('bucket', 'create', 'last')
  assert.equal(await here.server.stop(), 0)
  const path = join(here.data, 'audit-checkpoints')
  const after = readFileSync(path, 'utf8')
  assert.ok(after.startsWith(before) && after.length > before.length)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await here.restart()
  await ok('audit', 'verify', '--checkpoint', path)
})

const SEGMENT = Buffer.concat([Buffer.of(1), Buffer.from('audit-ledger/'), Buffer.alloc(8)])

test('a log that was touched on the disk is found, and where: exit 7', async (t) => {
  const here = await place(t)
  await doSomething(here)
  await here.ok('audit', 'verify')
  assert.equal(await here.server.stop(), 0)
  const copy = join(here.folder, 'copy')
  cpSync(here.data, copy, { recursive: true })
  const restored = (): void => {
    rmSync(here.data, { recursive: true })
    cpSync(copy, here.data, { recursive: true })
  }
  const change = async (act: (data: StoppedData) => void): Promise<string> => {
    const stopped = await StoppedData.open(here.data)
    act(stopped)
    await stopped.close()
    await here.restart()
    const ran = await here.run('audit', 'verify')
    assert.equal(ran.code, 7, ran.stdout)
    const json = await here.run('audit', 'verify', '--json')
    assert.equal(json.code, 7)
    assert.equal(await here.server.stop(), 0)
    restored()
    return ran.stdout
  }
  const edited = await change((data) => data.putRow(SEGMENT, flipped(data.row(SEGMENT), data.row(SEGMENT).length - 40)))
  assert.match(edited, /^broken at record 0: segment 0 was changed and does not open/)
  const gone = await change((data) => data.removeRow(SEGMENT))
  assert.match(gone, /^broken at record 0: segment 0 is missing/)
  assert.ok(existsSync(join(here.data, 'audit-checkpoints')))
  rmSync(join(here.data, 'audit-checkpoints'))
  assert.match(await change(() => undefined), /^broken: the file of checkpoints is gone/)
})

test('an older state that was put back is told by the file of checkpoints, or by one that left the machine', async (t) => {
  const here = await place(t)
  await doSomething(here)
  assert.equal(await here.server.stop(), 0)
  const copy = join(here.folder, 'copy')
  cpSync(here.data, copy, { recursive: true })
  await here.restart()
  await here.ok('bucket', 'create', 'later')
  const notes = join(here.folder, 'notes')
  writeFileSync(notes, await here.ok('audit', 'export', '--checkpoint'))
  assert.equal(await here.server.stop(), 0)
  rmSync(join(here.data, 'metadata'), { recursive: true })
  cpSync(join(copy, 'metadata'), join(here.data, 'metadata'), { recursive: true })
  await here.restart()
  const told = await here.run('audit', 'verify')
  assert.equal(told.code, 7, told.stdout)
  assert.match(told.stdout, /of the file speaks of \d+ records|of the file does not fit/)
  assert.equal(await here.server.stop(), 0)
  rmSync(here.data, { recursive: true })
  cpSync(copy, here.data, { recursive: true })
  await here.restart()
  assert.equal((await here.run('audit', 'verify')).code, 0)
  const outside = await here.run('audit', 'verify', '--checkpoint', notes)
  assert.equal(outside.code, 7)
  assert.match(outside.stdout, /the checkpoint that was handed in/)
})
