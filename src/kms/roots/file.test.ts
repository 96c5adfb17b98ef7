import assert from 'node:assert/strict'
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { bytesOf } from '../keys/keys.fixture.ts'
import { RootRefused, RootUnavailable } from './root-provider.ts'
import { createRootFile, fileRoot } from './file.ts'
import { openRootProvider } from './open-root.ts'
import { parseRootKey, rootKeyText } from './root-key-text.ts'

const CLUSTER_KEY = new SecretBytes(Buffer.from('abcdefghijklmnopqrstuvwxyz012345'))
const CLUSTER_ID = Buffer.alloc(16, 9)
const GOOD_TEXT = `${Buffer.from('0123456789abcdefghijklmnopqrstuv').toString('base64')}\n`

function directory(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'coffer-root-'))
  t.after(() => {
    rmSync(path, { recursive: true })
  })
  return path
}

test('T-169 a new root file is 0600 whatever the umask, holds 32 random bytes, and leaves nothing beside it', async (t) => {
  for (const mask of [0o000, 0o077, 0o277]) {
    const folder = directory(t)
    const path = join(folder, 'keys', 'root.key')
    const before = process.umask(0)
    try {
      mkdirSync(join(folder, 'keys'), { mode: 0o700 })
      process.umask(mask)
      await createRootFile(path)
    } finally {
      process.umask(before)
    }
    assert.equal(lstatSync(path).mode & 0o7777, 0o600)
    assert.deepEqual(readdirSync(join(folder, 'keys')), ['root.key'])
    assert.match(readFileSync(path, 'latin1'), /^[A-Za-z0-9+/]{43}=\n$/)
  }
})

test('a root file is never overwritten, and two makers at once leave one key', async (t) => {
  const path = join(directory(t), 'root.key')
  const outcomes = await Promise.allSettled([createRootFile(path), createRootFile(path), createRootFile(path)])
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1)
  const made = readFileSync(path)
  await assert.rejects(createRootFile(path), RootRefused)
  assert.deepEqual(readFileSync(path), made)
})

test('a missing root file can be created, and what it wraps is opened by the file read again', async (t) => {
  const path = join(directory(t), 'root.key')
  const root = await fileRoot(path)
  assert.equal(root.canCreate, true)
  await assert.rejects(root.wrap(CLUSTER_KEY, 1, CLUSTER_ID), RootUnavailable)
  await root.create()
  assert.equal(root.canCreate, false)
  const wrapped = await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  assert.ok((await (await fileRoot(path)).unwrap(wrapped, 1))?.equals(CLUSTER_KEY))
  await assert.rejects(root.create(), RootRefused)
})

test('T-169 a root file that others can read or change refuses, whichever bit it is', async (t) => {
  const path = join(directory(t), 'root.key')
  writeFileSync(path, GOOD_TEXT)
  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o777]) {
    chmodSync(path, mode)
    await assert.rejects(fileRoot(path), RootRefused, mode.toString(8))
  }
  for (const mode of [0o600, 0o400]) {
    chmodSync(path, mode)
    await assert.doesNotReject(fileRoot(path))
  }
})

test('T-169 a link, a directory and a foreign owner refuse', async (t) => {
  const folder = directory(t)
  const real = join(folder, 'real.key')
  writeFileSync(real, GOOD_TEXT, { mode: 0o600 })
  symlinkSync(real, join(folder, 'link.key'))
  await assert.rejects(fileRoot(join(folder, 'link.key')), RootRefused)
  await assert.rejects(fileRoot(folder), RootRefused)
  // A second name of the same file is the same file.
  linkSync(real, join(folder, 'second.key'))
  await assert.doesNotReject(fileRoot(join(folder, 'second.key')))
  const { getuid } = process
  assert.ok(getuid !== undefined)
  process.getuid = () => getuid.call(process) + 1
  t.after(() => {
    process.getuid = getuid
  })
  await assert.rejects(fileRoot(real), RootRefused)
})

test('what is no root key refuses: other lengths, other alphabets, other spellings, equal bytes', async (t) => {
  const path = join(directory(t), 'root.key')
  const good = GOOD_TEXT.trim()
  const bad = [
    '',
    '\n',
    good.slice(1),
    `${good}=`,
    `${good}\n\n`,
    ` ${good}`,
    good.replace('=', 'A'),
    `${good.slice(0, 42)}B=`,
    good.replace('M', '-'),
    good.replace('M', '='),
    Buffer.alloc(32, 0).toString('base64'),
    Buffer.alloc(32, 0x41).toString('base64'),
    'x'.repeat(10_000),
  ]
  for (const text of bad) {
    writeFileSync(path, text, { mode: 0o600 })
    await assert.rejects(fileRoot(path), RootRefused, JSON.stringify(text.slice(0, 60)))
  }
  for (const text of [good, `${good}\n`, `${good}\r\n`]) assert.ok(parseRootKey(Buffer.from(text)) !== undefined)
})

test('the text of a root key is standard base64, both ways', () => {
  for (let round = 0; round < 200; round++) {
    const key = new SecretBytes(randomBytes(32))
    const text = rootKeyText(key)
    assert.equal(text.toString('latin1'), `${bytesOf(key).toString('base64')}\n`)
    assert.ok(parseRootKey(text)?.equals(key))
  }
})

test('T-118 every provider opens what it wrapped, no other root does, and a missing one says so', async (t) => {
  const folder = directory(t)
  writeFileSync(join(folder, 'root.key'), GOOD_TEXT, { mode: 0o600 })
  writeFileSync(join(folder, 'credential'), Buffer.from('another root of exactly 32 bytes'), { mode: 0o600 })
  const secret = (text: string): SecretBytes => new SecretBytes(Buffer.from(text))
  const roots = await Promise.all([
    openRootProvider({ provider: 'file', path: join(folder, 'root.key') }),
    openRootProvider({ provider: 'env', variable: 'ROOT', value: secret(Buffer.alloc(32, 'env').toString('base64')) }),
    openRootProvider({ provider: 'passphrase', place: 'a test', passphrase: secret('twelve bytes and more') }),
    openRootProvider({ provider: 'systemd-credential', credential: 'c', path: join(folder, 'credential') }),
    openRootProvider({ provider: 'ephemeral' }),
  ])
  for (const [index, root] of roots.entries()) {
    const wrapped = await root.wrap(CLUSTER_KEY, 4, CLUSTER_ID)
    for (const [other, opener] of roots.entries()) {
      const opened = await opener.unwrap(wrapped, 4)
      assert.equal(opened?.equals(CLUSTER_KEY) ?? false, other === index, `${root.kind} by ${opener.kind}`)
    }
  }
  const missing = { provider: 'systemd-credential', credential: 'c', path: join(folder, 'missing') } as const
  await assert.rejects(openRootProvider(missing), RootUnavailable)
  await assert.rejects(openRootProvider({ ...missing, path: undefined }), RootUnavailable)
})

test('T-167 a refused root is refused without a byte of it in the sentence', async () => {
  const value = 'hunter2hunter2hunter2'
  const bytes = (): SecretBytes => new SecretBytes(Buffer.from(value))
  const short = new SecretBytes(Buffer.from('elevenbytes'))
  for (const opening of [
    openRootProvider({ provider: 'env', variable: 'COFFER_ROOT', value: bytes() }),
    openRootProvider({ provider: 'passphrase', place: 'env:PHRASE', passphrase: short }),
  ]) {
    await assert.rejects(opening, (error: Error) => {
      assert.ok(error instanceof RootRefused)
      assert.doesNotMatch(error.message, /hunter2|elevenbytes/)
      assert.match(error.message, /COFFER_ROOT|PHRASE/)
      return true
    })
  }
})
