import assert from 'node:assert/strict'
import { GetObjectCommand, PutObjectCommand, CreateBucketCommand } from '@aws-sdk/client-s3'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { s3Client, SECRET_KEY, spawnServer, testDirectory } from '../servers.ts'
import { clientOf } from './coffer-command.ts'

const LINUX = existsSync('/proc/self/environ')

/** The server's processes: itself, and everything below it. */
function processesOf(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'latin1')) ?? []
      parents.set(Number(name), Number(parent))
    } catch {
      // It ended while we looked.
    }
  }
  const below = (one: number): readonly number[] =>
    [...parents].flatMap(([child, parent]) => (parent === one ? [child, ...below(child)] : []))
  return [pid, ...below(pid)]
}

function listeningPorts(): ReadonlySet<string> {
  return new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].filter(existsSync).flatMap((path) =>
      readFileSync(path, 'latin1')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => fields[3] === '0A')
        .map((fields) => fields[1] ?? ''),
    ),
  )
}

test(
  'T-167 no process of the server has a setting or a secret in its environment or its command line',
  { skip: !LINUX && 'needs /proc' },
  async (t) => {
    const directory = testDirectory()
    t.after(() => directory.remove())
    const server = await spawnServer({ data: directory.path, workers: 2, env: { CANARY: 'canary-of-the-environment' } })
    t.after(() => server.kill().catch(() => undefined))
    const pid = server.process.pid ?? assert.fail()
    const [, ...children] = processesOf(pid)
    assert.equal(children.length, 4, 'writer, jobs and two workers')
    for (const child of children) {
      const environment = readFileSync(`/proc/${child}/environ`, 'latin1')
      assert.doesNotMatch(environment, /COFFER_|canary/)
      const commandLine = readFileSync(`/proc/${child}/cmdline`, 'latin1')
      assert.equal(commandLine.includes(SECRET_KEY), false)
    }
    assert.equal(readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(SECRET_KEY), false)
    assert.equal(await server.stop(), 0)
  },
)

test('T-168 SIGUSR1 opens no inspector, in no process', { skip: !LINUX && 'needs /proc' }, async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const server = await spawnServer({ data: directory.path, workers: 2 })
  t.after(() => server.kill().catch(() => undefined))
  const before = listeningPorts()
  const all = processesOf(server.process.pid ?? assert.fail())
  assert.equal(all.length, 5)
  for (const pid of all) process.kill(pid, 'SIGUSR1')
  // Requests after the signals: they were delivered by then.
  for (let request = 0; request < 8; request++) assert.equal((await clientOf(server.endpoint)('status')).code, 0)
  assert.deepEqual(
    processesOf(server.process.pid ?? assert.fail()).toSorted(),
    all.toSorted(),
    'nobody was killed by it',
  )
  const opened = [...listeningPorts()].filter((one) => !before.has(one) && one.endsWith(':240D'))
  assert.deepEqual(opened, [], 'port 9229')
  assert.doesNotMatch(server.output(), /Debugger listening/)
  assert.equal(await server.stop(), 0)
})

for (const workers of [1, 2]) {
  test(`SIGTERM lets a transfer in flight end, then the server ends with 0 (${workers} workers)`, async (t) => {
    const directory = testDirectory()
    t.after(() => directory.remove())
    const server = await spawnServer({ data: directory.path, workers })
    t.after(() => server.kill().catch(() => undefined))
    const client = s3Client(server)
    t.after(() => client.destroy())
    await client.send(new CreateBucketCommand({ Bucket: 'drain' }))
    const body = Buffer.alloc(48 * 1024 * 1024, 7)
    await client.send(new PutObjectCommand({ Bucket: 'drain', Key: 'large', Body: body }))
    const got = await client.send(new GetObjectCommand({ Bucket: 'drain', Key: 'large' }))
    // Headers are here, most of the body is not: more than every buffer on the way holds.
    const stopped = server.stop()
    const bytes = (await got.Body?.transformToByteArray()) ?? assert.fail()
    assert.equal(Buffer.from(bytes).equals(body), true)
    assert.equal(await stopped, 0)
    await assert.rejects(fetch(`${server.endpoint}/-/live`), 'it is gone')
  })
}

test('whoever loses the primary ends: no process stays behind a kill', { skip: !LINUX && 'needs /proc' }, async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const server = await spawnServer({ data: directory.path, workers: 2 })
  t.after(() => server.kill().catch(() => undefined))
  const pid = server.process.pid ?? assert.fail()
  const [, ...children] = processesOf(pid)
  process.kill(pid, 'SIGKILL')
  const alive = (): readonly number[] => children.filter((child) => isRunning(child))
  const deadline = performance.now() + 10_000
  while (alive().length > 0 && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(alive(), [])
  const again = await spawnServer({ data: directory.path, workers: 2 })
  t.after(() => again.kill().catch(() => undefined))
  assert.equal(await again.stop(), 0)
})

function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
