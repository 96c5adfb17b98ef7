import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { spawnServer, testDirectory } from '../servers.ts'
import { clientOf, coffer } from './coffer-command.ts'
import { changesBetween, snapshotOf } from './directory-snapshot.ts'
import { assertSealed, readyAgain, serveSealed } from './sealed-server.ts'

const ROOT = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64')
const WORDS = 'correct horse battery staple'

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
  const endpoint = await readyAgain(sealed)
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
