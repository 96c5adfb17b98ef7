import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { ListBucketsCommand, S3ServiceException } from '@aws-sdk/client-s3'
import { ACCESS_KEY, s3Client, SECRET_KEY, spawnServer, testDirectory } from '../servers.ts'
import { clientOf, COFFER, coffer } from './coffer-command.ts'
import { changesBetween, snapshotOf } from './directory-snapshot.ts'

const LIMIT_MS = 30_000
const ROOT = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64')
const WORDS = 'correct horse battery staple'

/** A start that is expected to answer sealed; resolves with its address. */
async function serveSealed(t: TestContext, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [COFFER, 'serve'], {
    env: {
      ...{ PATH: process.env['PATH'], COFFER_LISTEN: '127.0.0.1:0', COFFER_WORKERS: '1' },
      ...{ COFFER_ACCESS_KEY: ACCESS_KEY, COFFER_SECRET_KEY: SECRET_KEY, ...env },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  t.after(() => child.kill('SIGKILL'))
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString('utf8')))
  const endpoint = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not sealed: ${stderr}`)), LIMIT_MS)
    child.stderr.on('data', (data: Buffer) => {
      stderr += data.toString('utf8')
      const url = /answers at (\S+?),/.exec(stderr)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    })
    void ended.then((code) => reject(new Error(`ended with ${code}: ${stderr}`)))
  })
  return {
    ...{ endpoint, stdout: () => stdout, stderr: () => stderr },
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

async function assertSealed(endpoint: string): Promise<void> {
  const ready = await fetch(`${endpoint}/-/ready`)
  assert.equal(ready.status, 503)
  assert.match(await ready.text(), /sealed/)
  assert.equal((await fetch(`${endpoint}/-/live`)).status, 200)
  const client = s3Client({ endpoint })
  await assert.rejects(
    client.send(new ListBucketsCommand({})),
    (error: unknown) => error instanceof S3ServiceException && error.$metadata.httpStatusCode === 503,
  )
  client.destroy()
  const status = await clientOf(endpoint)('status')
  assert.equal(status.code, 6, status.stderr)
  assert.match(status.stderr, /sealed/)
}

test('a root whose provider is away: sealed, and nothing is changed; it unseals by itself', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const data = join(directory.path, 'data')
  const credential = join(directory.path, 'the-root')
  writeFileSync(credential, ROOT, { mode: 0o600 })
  const env = { COFFER_ROOT_KEY: 'systemd-credential:the-root', CREDENTIALS_DIRECTORY: directory.path }
  const first = await spawnServer({ data, env })
  assert.equal(await first.stop(), 0)
  rmSync(credential)
  const was = snapshotOf(data)
  const sealed = await serveSealed(t, { COFFER_DATA: data, ...env })
  await assertSealed(sealed.endpoint)
  assert.equal(sealed.stdout(), '', 'it is not ready')
  assert.deepEqual(
    changesBetween(was, snapshotOf(data)).filter((line) => !line.includes('/run/')),
    [],
  )
  writeFileSync(credential, ROOT, { mode: 0o600 })
  const deadline = performance.now() + LIMIT_MS
  while (!sealed.stdout().includes('coffer ready') && performance.now() < deadline) await setImmediate()
  const endpoint = /api=(\S+)/.exec(sealed.stdout())?.[1] ?? assert.fail(sealed.stderr())
  assert.equal((await clientOf(endpoint)('status')).code, 0)
  assert.equal(await sealed.stop(), 0)
})

test('a variable that is not set cannot be set later: the start is refused, and nothing is changed', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const data = join(directory.path, 'data')
  const first = await spawnServer({ data, env: { COFFER_ROOT_KEY: 'env:THE_ROOT', THE_ROOT: ROOT } })
  assert.equal(await first.stop(), 0)
  const was = snapshotOf(data)
  const ran = await coffer(['serve'], {
    env: { COFFER_DATA: data, COFFER_ROOT_KEY: 'env:THE_ROOT', COFFER_LISTEN: '127.0.0.1:0' },
  })
  assert.equal(ran.code, 2)
  assert.match(ran.stderr, /THE_ROOT, which is not set/)
  assert.deepEqual(changesBetween(was, snapshotOf(data)), [])
})

test('a wrong passphrase: sealed; the right one opens', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const data = join(directory.path, 'data')
  const words = join(directory.path, 'words')
  writeFileSync(words, WORDS, { mode: 0o600 })
  const env = { COFFER_ROOT_KEY: `passphrase:file:${words}` }
  const first = await spawnServer({ data, env })
  assert.equal(await first.stop(), 0)
  writeFileSync(words, `${WORDS} and one more`)
  const sealed = await serveSealed(t, { COFFER_DATA: data, ...env })
  assert.match(sealed.stderr(), /the passphrase does not open this data/)
  assert.equal(sealed.stderr().includes(WORDS), false)
  await assertSealed(sealed.endpoint)
  assert.equal(await sealed.stop(), 0)
  writeFileSync(words, WORDS)
  const again = await spawnServer({ data, env })
  assert.equal((await clientOf(again.endpoint)('status')).code, 0)
  assert.equal(await again.stop(), 0)
})

test('a first start without its root refuses and makes nothing: there is nothing to wait for', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const ran = await coffer(['serve'], {
    env: { COFFER_DATA: join(directory.path, 'data'), COFFER_ROOT_KEY: 'env:THE_ROOT', COFFER_LISTEN: '127.0.0.1:0' },
  })
  assert.ok(ran.code === 2 || ran.code === 6, ran.stderr)
  assert.match(ran.stderr, /THE_ROOT/)
  assert.equal(ran.stdout, '')
})
