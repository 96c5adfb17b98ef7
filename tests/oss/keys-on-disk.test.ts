/** What lies on the disk after uploads through the official client, as the second reader sees it. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { canaryBody, canaryMark, foundBelow, spellings } from '../canaries/canary-search.ts'
import { linesOf, readerTest, runReader, type Line } from '../independent-reader/run-reader.ts'
import { SECRET_KEY, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { OssClient, OSS_REGION, SSE } from './oss-client.ts'

const BUCKET = 'on-disk'
const UPLOADS = 100
/** How many of their keys are looked for in every file. */
const LOOKED_FOR = 12
/** More than lies in a row, so that each object has a stream and a data key of its own. */
const BODY_BYTES = 17_000
const MODES = ['none', 'AES256', 'SM4', 'KMS'] as const

const directory = testDirectory()
const data = join(directory.path, 'data')
const mark = canaryMark()
const same = canaryBody(mark, 'the same', BODY_BYTES)
let server: SpawnedCoffer

function clientOf(): OssClient {
  return new OssClient(server, { bucket: BUCKET })
}

const start = async (): Promise<SpawnedCoffer> => spawnServer({ data, env: { COFFER_REGION: OSS_REGION } })

before(async () => {
  server = await start()
  await clientOf().call('putBucket', BUCKET)
})
after(async () => {
  await server.stop()
  directory.remove()
})

test('OSS-02 what was acknowledged survives a hard kill, and nothing of it was ever on the disk in the clear', async () => {
  const client = clientOf()
  for (const mode of MODES) {
    const headers = mode === 'none' ? {} : { [SSE]: mode }
    for (const size of [100, BODY_BYTES, 1_200_000]) {
      await client.call('put', `${mode}/${size}`, canaryBody(mark, mode, size), { headers })
    }
  }
  const killed = server
  await killed.kill()
  const needles = [...spellings('a body', Buffer.from(mark)), ...spellings('the secret', Buffer.from(SECRET_KEY))]
  assert.deepEqual(foundBelow(directory.path, needles), [])
  assert.ok(!killed.output().includes(mark))
  server = await start()
  for (const mode of MODES) {
    for (const size of [100, BODY_BYTES, 1_200_000]) {
      const { content } = (await clientOf().call('get', `${mode}/${size}`)).said
      assert.ok(Buffer.isBuffer(content) && content.equals(canaryBody(mark, mode, size)), `${mode}/${size}`)
    }
  }
})

/** Of every object whose name begins so: what the reader says, after the server was stopped. */
function read(prefix: string): readonly Line[] {
  const run = runReader('directory', data)
  assert.equal(run.code, 0, run.stderr)
  return linesOf(run, 'version').filter(({ name }) => String(name).startsWith(prefix))
}

function only(line: Line, field: 'keys' | 'blobs'): unknown {
  const values: unknown = line[field]
  assert.ok(Array.isArray(values) && values.length === 1, String(line.name))
  return values[0]
}

test(
  'OSS-14 OSS-15 with AES256 each upload has its own key, which lies there only under the master key',
  readerTest(),
  async () => {
    const client = clientOf()
    for (let number = 0; number < UPLOADS; number++) {
      await client.call('put', `same/${number}`, same, { headers: { [SSE]: 'AES256' } })
    }
    await server.stop()
    try {
      const lines = read('same/')
      assert.equal(lines.length, UPLOADS)
      assert.equal(new Set(lines.map(({ sha256 }) => sha256)).size, 1)
      assert.equal(new Set(lines.map((line) => only(line, 'keys'))).size, UPLOADS)
      assert.equal(new Set(lines.map((line) => digestOf(only(line, 'blobs')))).size, UPLOADS)
      for (const line of lines) assert.deepEqual([line['mode'], line['serviceKeyVersion']], ['sse-s3', 1])
      // The reader found these keys under the service key. In the clear they are nowhere, in no spelling.
      const keys = runReader('directory', data, '--show-keys')
      const shown = linesOf(keys, 'version').flatMap((line) => keysOf(line['plainKeys']))
      assert.ok(shown.length >= UPLOADS)
      const needles = shown
        .slice(-LOOKED_FOR)
        .flatMap((key) => spellings('a data key', Buffer.from(String(key), 'hex')))
      assert.deepEqual(foundBelow(data, needles), [])
      // Without the service key nothing of it opens.
      const without = linesOf(runReader('directory', data, '--without', 'service'), 'version')
      for (const line of without.filter(({ name }) => String(name).startsWith('same/'))) {
        assert.equal(line['refused'], 'no key')
      }
    } finally {
      server = await start()
    }
  },
)

function keysOf(plain: unknown): readonly unknown[] {
  return Array.isArray(plain) ? plain : []
}

function digestOf(blob: unknown): unknown {
  assert.ok(typeof blob === 'object' && blob !== null && 'sha256' in blob)
  return blob.sha256
}

test('OSS-79 what SM4 sealed, the second reader opens by the page alone', readerTest(), async () => {
  await server.stop()
  try {
    const sealed = read('SM4/')
    assert.deepEqual(
      sealed.map(({ cipher, mode, form, size }) => [cipher, mode, form, size]).toSorted(),
      [
        ['sm4', 'sse-s3', 'inline', 100],
        ['sm4', 'sse-s3', 'stream', 1_200_000],
        ['sm4', 'sse-s3', 'stream', BODY_BYTES],
      ].toSorted(),
    )
    for (const line of sealed) assert.equal(typeof line['sha256'], 'string')
    for (const line of read('AES256/')) assert.equal(line['cipher'], 'aes-256')
  } finally {
    server = await start()
  }
})
