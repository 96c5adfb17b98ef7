import assert from 'node:assert/strict'
import { chmodSync, cpSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { before, test, after } from 'node:test'
import { spawnServer, testDirectory } from '../servers.ts'
import { coffer, type Ran } from './coffer-command.ts'
import { changesBetween, snapshotOf } from './directory-snapshot.ts'

const directory = testDirectory()
/** Data of an earlier start, with a bucket's worth of rows; each test takes a copy. */
const original = join(directory.path, 'original')

before(async () => {
  const server = await spawnServer({ data: original })
  assert.equal(await server.stop(), 0)
})
after(() => directory.remove())

function copyOfData(name: string): string {
  const path = join(directory.path, name)
  cpSync(original, path, { recursive: true, filter: (from) => !from.endsWith('.sock') })
  chmodSync(path, 0o700)
  return path
}

function start(data: string, more: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return coffer(['serve'], { env: { COFFER_DATA: data, COFFER_LISTEN: '127.0.0.1:0', COFFER_WORKERS: '1', ...more } })
}

function assertRefused(ran: Ran, sentence: RegExp): void {
  assert.equal(ran.code, 2, ran.stderr)
  assert.equal(ran.stdout, '')
  assert.match(ran.stderr, sentence)
  assert.match(ran.stderr, /^coffer: .*(\n {2}try: \S|Did you mean \S+\?\n$)/m)
}

test('a data directory of another root key is refused in a sentence, and not a byte of it changes', async () => {
  const data = copyOfData('other-root')
  const foreign = join(directory.path, 'foreign')
  const server = await spawnServer({ data: foreign })
  assert.equal(await server.stop(), 0)
  cpSync(join(foreign, 'root.key'), join(data, 'root.key'))
  const was = snapshotOf(data)
  assertRefused(await start(data), /belongs to another root key \(data: \w+.*: \w+.*\)\. Nothing was changed\./)
  assert.deepEqual(changesBetween(was, snapshotOf(data)), [])
})

test('a missing root key of data that exists is refused: a start makes none anew', async () => {
  const data = copyOfData('no-root')
  rmSync(join(data, 'root.key'))
  const was = snapshotOf(data)
  assertRefused(await start(data), /root\.key/)
  assert.deepEqual(changesBetween(was, snapshotOf(data)), [])
})

test('a root key that others can read is refused', async () => {
  const data = copyOfData('readable-root')
  chmodSync(join(data, 'root.key'), 0o644)
  const was = snapshotOf(data)
  assertRefused(await start(data), /root\.key/)
  assert.deepEqual(changesBetween(was, snapshotOf(data)), [])
})

test('T-170 a root key that is a link is refused', async () => {
  const data = copyOfData('linked-root')
  cpSync(join(data, 'root.key'), join(directory.path, 'elsewhere.key'))
  chmodSync(join(directory.path, 'elsewhere.key'), 0o600)
  rmSync(join(data, 'root.key'))
  symlinkSync(join(directory.path, 'elsewhere.key'), join(data, 'root.key'))
  const was = snapshotOf(data)
  assertRefused(await start(data), /root\.key/)
  assert.deepEqual(changesBetween(was, snapshotOf(data)), [])
})

test('a root key that is cut short is refused', async () => {
  const data = copyOfData('short-root')
  writeFileSync(join(data, 'root.key'), 'coffer')
  const was = snapshotOf(data)
  assertRefused(await start(data), /root\.key/)
  assert.deepEqual(changesBetween(was, snapshotOf(data)), [])
})

test('a port that is taken is refused with an address to try', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : assert.fail()
  try {
    for (const workers of ['1', '2']) {
      const ran = await start(join(directory.path, `port-${workers}`), {
        COFFER_LISTEN: `127.0.0.1:${port}`,
        COFFER_WORKERS: workers,
      })
      assertRefused(ran, new RegExp(`the port ${port} is taken`))
      assert.equal(existsSync(join(directory.path, `port-${workers}`)), false, 'a secret was made that nobody saw')
    }
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
})

test('an unknown setting is refused with the nearest name, on every road', async () => {
  const data = join(directory.path, 'never')
  assertRefused(
    await start(data, { COFFER_WORKRES: '2' }),
    /COFFER_WORKRES is not a setting\. Did you mean COFFER_WORKERS\?/,
  )
  const flag = await coffer(['serve', '--workrs', '2'], { env: { COFFER_DATA: data } })
  assert.equal(flag.code, 2)
  assert.match(flag.stderr, /--workrs.*\n?.*--workers/)
  const file = join(directory.path, 'coffer.yaml')
  writeFileSync(file, 'workrs: 2\n', { mode: 0o600 })
  const named = await coffer(['serve', '--config', file], { env: { COFFER_DATA: data } })
  assert.equal(named.code, 2)
  assert.match(named.stderr, /workrs.*workers/)
})

test('T-167 a bad setting is told by its name, and a secret is told by no value', async () => {
  const data = join(directory.path, 'never')
  const canary = 'canary canary canary canary'
  const ran = await start(data, { COFFER_ACCESS_KEY: 'CFRTESTTESTTESTTEST1', COFFER_SECRET_KEY: canary })
  assert.equal(ran.code, 2)
  assert.match(ran.stderr, /COFFER_SECRET_KEY/)
  assert.equal((ran.stdout + ran.stderr).includes(canary), false)
  const flag = await coffer(['serve', '--secret-key', 'canary-canary-canary-canary'])
  assert.equal(flag.code, 2)
  assert.match(flag.stderr, /secret on a command line/)
  assert.equal(flag.stderr.includes('canary-canary'), false)
})

test('a data directory in use is refused, by a start and by a host command', async (t) => {
  const data = copyOfData('in-use')
  const server = await spawnServer({ data })
  t.after(() => server.kill().catch(() => undefined))
  const ran = await start(data)
  assertRefused(ran, /is in use by a running Coffer/)
  const host = await coffer(['root', 'status'], { env: { COFFER_DATA: data } })
  assert.notEqual(host.code, 0)
  assert.match(host.stderr, /is in use by a running Coffer/)
  assert.equal(await server.stop(), 0)
})

test('T-168 a start under an inspector, with a profile or with dumps is refused', async () => {
  const data = join(directory.path, 'never')
  for (const option of ['--heapsnapshot-signal=SIGUSR2', '--report-on-fatalerror', '--insecure-http-parser']) {
    const ran = await start(data, { NODE_OPTIONS: option })
    assert.equal(ran.code, 2, `${option}: ${ran.stderr}`)
    assert.match(ran.stderr, /NODE_OPTIONS is not allowed/)
  }
})
