import assert from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { clientEnv, coffer, member, type Ran } from './coffer-command.ts'

const directory = testDirectory()
let server: SpawnedCoffer
const run = (...words: readonly string[]): Promise<Ran> => coffer(words, { env: clientEnv(server.endpoint) })

/** A command that must end with 0; its standard output. */
async function answerOf(...words: readonly string[]): Promise<string> {
  const ran = await run(...words)
  assert.equal(ran.code, 0, `${words.join(' ')}: ${ran.stderr}`)
  return ran.stdout
}

before(async () => {
  server = await spawnServer({ data: join(directory.path, 'data') })
})
after(async () => {
  await server.kill().catch(() => undefined)
  directory.remove()
})

test('status: people read it, scripts parse it', async () => {
  assert.match(await answerOf('status'), /^serving +\d+\.\d+\.\d+, 1 worker, up /m)
  const json = await answerOf('status', '--json')
  assert.equal(member(json, 'state'), 'serving')
  assert.equal(member(json, 'account'), '000000000001')
  assert.equal(await answerOf('status', '-o', 'id'), 'serving\n')
})

test('bucket: create, list, show, delete; an empty list is exit 0 and a sentence on stderr', async () => {
  const empty = await run('bucket', 'list', '--prefix', 'none-of-these')
  assert.deepEqual({ code: empty.code, stdout: empty.stdout }, { code: 0, stdout: '' })
  assert.match(empty.stderr, /There are no buckets/)
  await answerOf('bucket', 'create', 'made')
  const again = await run('bucket', 'create', 'made')
  assert.equal(again.code, 5, 'it exists')
  assert.match(again.stderr, /^request \S+$/m)
  const unchanged = await run('bucket', 'create', 'made', '--if-missing')
  assert.equal(unchanged.code, 0)
  assert.match(unchanged.stderr, /unchanged/)
  assert.match(
    await answerOf('buckets', 'list'),
    /^NAME +CREATED +REGION\nmade +\d{4}-\d\d-\d\d \d\d:\d\d +us-east-1$/m,
  )
  assert.equal(await answerOf('bucket', 'list', '-o', 'id'), 'made\n')
  assert.equal(member(await answerOf('bucket', 'list', '--json'), 'buckets', 0, 'name'), 'made')
  assert.equal(member(await answerOf('bucket', 'list', '-o', 'jsonl'), 'name'), 'made')
  assert.match(await answerOf('bucket', 'show', 's3://made'), /^encryption +AES256$/m)
  const unconfirmed = await run('bucket', 'delete', 'made')
  assert.equal(unconfirmed.code, 9)
  assert.match(unconfirmed.stderr, /--yes/)
  await answerOf('bucket', 'delete', 'made', '--yes')
  assert.equal((await run('bucket', 'show', 'made')).code, 3)
})

test('object: what is put comes back byte by byte, to a file and to standard output; copies; deletes', async () => {
  await answerOf('bucket', 'create', 'objects')
  const file = join(directory.path, 'in')
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 31) % 256))
  writeFileSync(file, bytes)
  const put = await run('object', 'put', file, 'objects/dir/a b+%.bin', '--content-type', 'image/png')
  assert.match(put.stderr, /stored 97\.7 KiB|stored 98 KiB/)
  const out = join(directory.path, 'out')
  await answerOf('object', 'get', 'objects/dir/a b+%.bin', out)
  assert.deepEqual(readFileSync(out), bytes)
  assert.equal(statSync(out).mode & 0o077, 0)
  const taken = await run('object', 'get', 'objects/dir/a b+%.bin', out)
  assert.notEqual(taken.code, 0, 'a file that exists is not replaced')
  await answerOf('object', 'get', 'objects/dir/a b+%.bin', out, '--overwrite')

  const piped = await coffer(['object', 'put', '-', 'objects/piped'], {
    env: clientEnv(server.endpoint),
    input: 'from a pipe',
  })
  assert.equal(piped.code, 0, piped.stderr)
  assert.equal(await answerOf('object', 'get', 'objects/piped', '-'), 'from a pipe')
  assert.match(await answerOf('object', 'list', 'objects'), /piped/)
  assert.equal(await answerOf('object', 'list', 'objects', '-o', 'id'), 'dir/a b+%.bin\npiped\n')
  assert.match(await answerOf('object', 'show', 'objects/dir/a b+%.bin'), /image\/png/)

  await answerOf('object', 'copy', 'objects/piped', 'objects/copied')
  assert.equal(await answerOf('object', 'get', 'objects/copied'), 'from a pipe')
  assert.equal((await run('object', 'delete', 'objects/copied')).code, 9)
  await answerOf('object', 'delete', 'objects/copied', '--yes')
  const gone = await run('object', 'get', 'objects/copied')
  assert.deepEqual({ code: gone.code, stdout: gone.stdout }, { code: 3, stdout: '' })
})

test('object tags: set, show, remove', async () => {
  await answerOf('bucket', 'create', 'tagged')
  await coffer(['object', 'put', '-', 'tagged/a'], { env: clientEnv(server.endpoint), input: 'x' })
  await answerOf('object', 'tags', 'set', 'tagged/a', 'year=2026', 'owner=ann')
  const shown = await answerOf('object', 'tags', 'show', 'tagged/a', '--json')
  assert.deepEqual(
    [member(shown, 'tags', 0, 'key'), member(shown, 'tags', 0, 'value'), member(shown, 'tags', 1, 'key')].toSorted(),
    ['2026', 'owner', 'year'].toSorted(),
  )
  await answerOf('object', 'tags', 'remove', 'tagged/a')
  const none = await run('object', 'tags', 'show', 'tagged/a')
  assert.deepEqual({ code: none.code, stdout: none.stdout }, { code: 0, stdout: '' })
  assert.equal((await run('object', 'tags', 'set', 'tagged/a', 'no-equals')).code, 2)
})

test('bucket versioning: a delete keeps the version, which can be fetched', async () => {
  await answerOf('bucket', 'create', 'versions')
  await answerOf('bucket', 'versioning', 'set', 'versions', 'enabled')
  const put = await coffer(['object', 'put', '-', 'versions/a', '-o', 'id'], {
    env: clientEnv(server.endpoint),
    input: 'first',
  })
  assert.equal(put.code, 0, put.stderr)
  const versionId = put.stdout.trim()
  assert.match(versionId, /^[0-9a-f]{32}$/)
  assert.match((await run('object', 'delete', 'versions/a', '--yes')).stderr, /older versions are kept/)
  assert.equal((await run('object', 'get', 'versions/a')).code, 3)
  assert.equal(await answerOf('object', 'get', 'versions/a', '-', '--version-id', versionId), 'first')
  assert.equal((await run('bucket', 'delete', 'versions', '--yes')).code, 5, 'not empty')
})

test('S3-15 bucket encryption set warns of a key that is unknown, disabled or pending deletion, and saves it; --strict refuses', async () => {
  await answerOf('bucket', 'create', 'warned')
  const unknown = await run('bucket', 'encryption', 'set', 'warned', '--mode', 'kms', '--key', 'alias/nobody')
  assert.equal(unknown.code, 0, unknown.stderr)
  assert.match(unknown.stderr, /warning: the key alias\/nobody is unknown/)
  assert.match(await answerOf('bucket', 'encryption', 'show', 'warned'), /^key +alias\/nobody\nresolves to +unknown$/m)

  const arn = (await answerOf('key', 'create', '--alias', 'sleepy')).trim()
  await answerOf('key', 'disable', 'sleepy')
  const disabled = await run('bucket', 'encryption', 'set', 'warned', '--mode', 'kms', '--key', arn)
  assert.equal(disabled.code, 0)
  assert.match(disabled.stderr, /warning: .* is disabled/)
  const doomed = (await answerOf('key', 'create', '--alias', 'doomed')).trim()
  await answerOf('key', 'delete', 'doomed', '--yes')
  const strict = await run('bucket', 'encryption', 'set', 'warned', '--mode', 'kms', '--key', doomed, '--strict')
  assert.equal(strict.code, 5, strict.stderr)
  assert.equal(member(await answerOf('bucket', 'encryption', 'show', 'warned', '--json'), 'key'), arn)
  const pending = await run('bucket', 'encryption', 'set', 'warned', '--mode', 'kms', '--key', doomed)
  assert.equal(pending.code, 0)
  assert.match(pending.stderr, /warning: .* is pending/)
})

test('bucket encryption: set, show, unchanged, remove; uploads follow it', async () => {
  await answerOf('bucket', 'create', 'sealed')
  const arn = (await answerOf('key', 'create', '--alias', 'sealing')).trim()
  const words = ['bucket', 'encryption', 'set', 'sealed', '--mode', 'kms', '--key', arn, '--bucket-key'] as const
  assert.match((await run(...words)).stderr, /sealed: KMS, key arn.*, bucket key on\. Was: AES256\./)
  assert.match((await run(...words)).stderr, /unchanged/)
  assert.match(await answerOf('bucket', 'encryption', 'show', 'sealed'), /^as seen by +s3 aws:kms$/m)
  const put = await coffer(['object', 'put', '-', 'sealed/a', '--json'], {
    env: clientEnv(server.endpoint),
    input: 'x',
  })
  assert.equal(member(put.stdout, 'encryption', 'mode'), 'sse-kms')
  await answerOf('bucket', 'encryption', 'remove', 'sealed')
  assert.equal(member(await answerOf('bucket', 'encryption', 'show', 'sealed', '--json'), 'mode'), 'sse-s3')
  assert.equal((await run('bucket', 'encryption', 'set', 'sealed', '--mode', 's3', '--key', arn)).code, 2)
})

test('T-167 no secret stands in what a command writes, with -v and with a wrong secret', async () => {
  const secret = 'canary-secret-0123456789-0123456789-01234'
  const ran = await coffer(['status', '-v'], { env: { ...clientEnv(server.endpoint), COFFER_SECRET_KEY: secret } })
  assert.equal(ran.code, 4)
  assert.equal((ran.stdout + ran.stderr).includes(secret), false)
  assert.doesNotMatch(ran.stdout + ran.stderr, /Signature=/)
  assert.match(ran.stderr, /POST \/-\/admin\/v1\S* 403 \S+/)
})
