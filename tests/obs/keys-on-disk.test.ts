/** What lies on the disk after uploads through the official client into an encrypted bucket. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { canaryBody, canaryMark, foundBelow, spellings } from '../canaries/canary-search.ts'
import { linesOf, readerTest, runReader } from '../independent-reader/run-reader.ts'
import { spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { ObsClient, OBS_REGION } from './obs-client.ts'

const Bucket = 'on-disk'
/** In a row, in a stream, and in a stream of several segments. */
const SIZES = [100, 20_000, 200_000] as const
const AES_KEY_DIGITS = 64

const directory = testDirectory()
const data = join(directory.path, 'data')
const mark = canaryMark()
let server: SpawnedCoffer
let obs: ObsClient

before(async () => {
  server = await spawnServer({ data, env: { COFFER_REGION: OBS_REGION } })
  obs = new ObsClient(server, { style: 'path' })
  await obs.done('createBucket', { Bucket })
  await obs.done('setBucketEncryption', {
    Bucket,
    Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'kms' } },
  })
})
after(async () => {
  await server.kill().catch(() => undefined)
  directory.remove()
})

test('OBSA-01 OBSA-02 an object is encrypted before it is stored, and sent as it came, whole and in part', async () => {
  for (const size of SIZES) {
    const body = canaryBody(mark, 'obs', size)
    await obs.done('putObject', { Bucket, Key: `${size}`, Body: body })
    const whole = await obs.done('getObject', { Bucket, Key: `${size}` })
    assert.equal(String(whole['Content']), body.toString('utf8'))
    const part = await obs.done('getObject', { Bucket, Key: `${size}`, Range: 'bytes=10-59' })
    assert.equal(String(part['Content']), body.subarray(10, 60).toString('utf8'))
  }
  const needles = spellings('a body', Buffer.from(mark))
  assert.deepEqual(foundBelow(directory.path, needles), [])
  assert.ok(!server.output().includes(mark))
})

test('OBSA-03 its key is one of AES with 256 bits, with which a second reader opens it', readerTest(), async () => {
  assert.equal(await server.stop(), 0)
  const lines = linesOf(runReader('directory', data, '--show-keys'), 'version')
  assert.equal(lines.length, SIZES.length)
  for (const line of lines) {
    assert.deepEqual([line['cipher'], line['mode'], typeof line['sha256']], ['aes-256', 'sse-kms', 'string'])
    const keys: unknown = line['plainKeys']
    assert.ok(Array.isArray(keys) && keys.length > 0)
    for (const key of keys) assert.equal(String(key).length, AES_KEY_DIGITS)
  }
})
