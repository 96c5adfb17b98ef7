import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { ACCESS_KEY, SECRET_KEY, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { clientEnv, coffer, run, type Ran } from './coffer-command.ts'
import { golden } from './golden.ts'
import { NEEDS_TERMINAL } from './needs-terminal.ts'

const directory = testDirectory()
let server: SpawnedCoffer
const client = (...words: readonly string[]): Promise<Ran> => coffer(words, { env: clientEnv(server.endpoint) })

before(async () => {
  server = await spawnServer({ data: join(directory.path, 'data') })
})
after(async () => {
  await server.kill().catch(() => undefined)
  directory.remove()
})

/** Every exit code that a healthy server can cause; 7 is shown with a damaged store, 6 with a sealed one as well. */
const EXITS: readonly (readonly [code: number, why: string, words: readonly string[]])[] = [
  [0, 'done', ['bucket', 'list']],
  [2, 'an unknown flag', ['bucket', 'list', '--prefx', 'a']],
  [2, 'an unknown verb', ['bucket', 'lst']],
  [2, 'a name that is none', ['bucket', 'create', 'UPPER']],
  [3, 'not found', ['bucket', 'show', 'nobody-has-this']],
  [3, 'a key that is not there', ['key', 'show', 'nobody']],
  [9, 'not confirmed', ['object', 'delete', 'a/b']],
]

for (const [code, why, words] of EXITS) {
  test(`exit code ${code}: ${why}`, async () => {
    const ran = await client(...words)
    assert.equal(ran.code, code, ran.stderr)
    if (code !== 0) assert.equal(ran.stdout, '')
    if (code !== 0) assert.match(ran.stderr, /^coffer: \S/m)
  })
}

test('exit code 2: no access key is configured; 4: the secret is wrong; 5: it exists; 6: nobody answers', async () => {
  assert.equal((await coffer(['bucket', 'list'], { env: { COFFER_ENDPOINT: server.endpoint } })).code, 2)
  const wrong = { ...clientEnv(server.endpoint), COFFER_SECRET_KEY: 'wrong-secret-0123456789-0123456789-012345' }
  assert.equal((await coffer(['bucket', 'list'], { env: wrong })).code, 4)
  assert.equal((await client('bucket', 'create', 'twice')).code, 0)
  assert.equal((await client('bucket', 'create', 'twice')).code, 5)
  const away = await coffer(['bucket', 'list'], { env: clientEnv('http://127.0.0.1:1') })
  assert.equal(away.code, 6, away.stderr)
  assert.match(away.stderr, /127\.0\.0\.1:1/)
})

test('a misspelt subject, verb and flag are told the nearest one', async () => {
  for (const [words, near] of [
    [['buket', 'list'], 'bucket'],
    [['bucket', 'crate', 'a'], 'create'],
    [['bucket', 'list', '--prefx', 'a'], '--prefix'],
    [['help', 'buckt'], 'bucket'],
  ] as const) {
    const ran = await client(...words)
    assert.equal(ran.code, 2)
    assert.match(ran.stderr, new RegExp(`(D|d)id you mean ${near}\\?`))
  }
})

test('NO_COLOR and --color=never leave no escape sequence, --color=always has them; standard output has none ever', async () => {
  const escapes = (text: string): boolean => text.includes('\u001b[')
  const words = ['bucket', 'show', 'nobody-has-this']
  assert.equal(escapes((await client(...words)).stderr), false, 'no terminal')
  assert.equal(escapes((await client(...words, '--color=always')).stderr), true)
  const off = await coffer([...words, '--color=always'], { env: { ...clientEnv(server.endpoint), NO_COLOR: '1' } })
  assert.equal(escapes(off.stdout), false)
  assert.equal(escapes((await client(...words, '--color=never')).stderr), false)
})

test('T-167 a flag that would carry a secret is refused with the reason, and its value is not repeated', async () => {
  for (const flag of ['--secret-key', '--password', '--token']) {
    const ran = await client('bucket', 'list', `${flag}=canary-canary`)
    assert.equal(ran.code, 2)
    assert.match(ran.stderr, /secret on a command line/)
    assert.equal(ran.stderr.includes('canary'), false)
  }
})

test('help connect: the block for JavaScript works as it is printed', async () => {
  const ran = await coffer(['help', 'connect'], { env: { COFFER_ENDPOINT: server.endpoint } })
  assert.equal(ran.code, 0, ran.stderr)
  const [, options] = /^JavaScript, S3 +new S3Client\(\{ (.*) \}\)$/m.exec(ran.stdout) ?? []
  assert.ok(options !== undefined, ran.stdout)
  // The printed text itself is run, in a process of its own.
  const script = `
    import { S3Client, CreateBucketCommand, PutObjectCommand, GetObjectCommand } from '@aws-sdk/client-s3'
    const client = new S3Client({ ${options} })
    await client.send(new CreateBucketCommand({ Bucket: 'connected' }))
    await client.send(new PutObjectCommand({ Bucket: 'connected', Key: 'a', Body: 'by the book' }))
    const got = await client.send(new GetObjectCommand({ Bucket: 'connected', Key: 'a' }))
    process.stdout.write(await got.Body.transformToString())
    client.destroy()`
  const env = { AWS_ACCESS_KEY_ID: ACCESS_KEY, AWS_SECRET_ACCESS_KEY: SECRET_KEY }
  const connected = await run(process.execPath, ['--input-type=module', '-e', script], { env })
  assert.equal(connected.stdout, 'by the book', connected.stderr)
})

test('help: the subjects, a subject, a command; each with an example', async () => {
  const alone = await coffer([])
  assert.equal(alone.code, 0)
  assert.match(alone.stdout, /The first day:/)
  for (const words of [['help'], ['help', 'bucket'], ['bucket', 'encryption', 'set', '-h']]) {
    const ran = await coffer(words)
    assert.equal(ran.code, 0, ran.stderr)
    assert.match(ran.stdout, /^Usage: coffer/m)
  }
  assert.match(
    (await coffer(['bucket', 'encryption', 'set', '-h'])).stdout,
    /^Examples:\n {2}coffer bucket encryption set/m,
  )
  assert.match((await coffer(['version'])).stdout, /\d+\.\d+\.\d+/)
})

test('tables for people: as they are kept in golden/, on terminals of 80 and 140 columns', NEEDS_TERMINAL, async () => {
  const s3 = new S3Client({
    ...{ region: 'us-east-1', endpoint: server.endpoint, forcePathStyle: true },
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  })
  await s3.send(new CreateBucketCommand({ Bucket: 'golden' }))
  const long = `${'a-folder-with-a-long-name/'.repeat(4)}the-last-part-of-the-name.bin`
  for (const [Key, bytes] of [
    ['a.txt', 3],
    [long, 70_000],
    ['中文/照片.jpg', 5_000_000],
    ['line\nbreak and \u001b[31mred', 0],
  ] as const) {
    await s3.send(new PutObjectCommand({ Bucket: 'golden', Key, Body: Buffer.alloc(bytes) }))
  }
  s3.destroy()
  assert.equal((await client('key', 'create', '--key-id', 'golden-key', '--alias', 'golden')).code, 0)
  for (const columns of [80, 140]) {
    await golden(`object-list-${columns}`, columns, ['object', 'list', 'golden'], clientEnv(server.endpoint))
    await golden(`key-list-${columns}`, columns, ['key', 'list'], clientEnv(server.endpoint))
  }
})
