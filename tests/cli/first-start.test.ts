import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { filesHolding, SECRET_KEY, spawnServer, testDirectory } from '../servers.ts'
import { clientOf, COFFER, coffer, run } from './coffer-command.ts'
import { NEEDS_TERMINAL } from './needs-terminal.ts'

interface Started {
  readonly stdout: () => string
  readonly stderr: () => string
  readonly endpoint: string
  stop(): Promise<number | null>
}

const LIMIT_MS = 30_000

/** `coffer serve` off a terminal, with both outputs apart. */
async function serve(
  t: TestContext,
  env: Readonly<Record<string, string>>,
  more: { readonly flags?: readonly string[]; readonly cwd?: string } = {},
): Promise<Started> {
  const child = spawn(process.execPath, [COFFER, 'serve', ...(more.flags ?? [])], {
    cwd: more.cwd,
    env: { PATH: process.env['PATH'], COFFER_LISTEN: '127.0.0.1:0', COFFER_WORKERS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  t.after(() => child.kill('SIGKILL'))
  let [stdout, stderr] = ['', '']
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString('utf8')))
  const endpoint = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready: ${stderr}`)), LIMIT_MS)
    child.stdout.on('data', (data: Buffer) => {
      stdout += data.toString('utf8')
      const api = /api=(\S+)/.exec(stdout)?.[1]
      clearTimeout(timer)
      if (api !== undefined) resolve(api)
    })
    void ended.then(() => reject(new Error(`ended: ${stderr}`)))
  })
  return {
    ...{ endpoint, stdout: () => stdout, stderr: () => stderr },
    stop: () => {
      child.kill('SIGTERM')
      return ended
    },
  }
}

test('serve: the first start makes what is missing, the second opens it; stdout is one line both times', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const data = join(directory.path, 'made', 'here')
  const ready =
    /^coffer ready api=http:\/\/127\.0\.0\.1:\d+ console=http:\/\/127\.0\.0\.1:\d+ region=us-east-1 account=000000000001\n$/
  const first = await serve(t, { COFFER_DATA: data })
  assert.match(first.stdout(), ready)
  assert.match(first.stderr(), /first start in /)
  assert.match(first.stderr(), /access key {3}CFR/)
  assert.match(first.stderr(), /not shown, because this output is kept/)
  assert.equal(statSync(data).mode & 0o777, 0o700)
  assert.equal(statSync(join(data, 'root.key')).mode & 0o777, 0o600)
  assert.equal(await first.stop(), 0)

  const second = await serve(t, { COFFER_DATA: data })
  assert.match(second.stdout(), ready)
  assert.match(second.stderr(), /: 0 buckets, 0 versions, root key ok\n/)
  assert.doesNotMatch(second.stderr(), /Made for you|secret key/)
  assert.equal(await second.stop(), 0)
})

test('T-166 a configured secret is shown nowhere and lies nowhere in the data', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const server = await spawnServer({ data: directory.path })
  t.after(() => server.kill().catch(() => undefined))
  assert.equal((await clientOf(server.endpoint)('status')).code, 0)
  assert.equal(await server.stop(), 0)
  assert.equal(server.output().includes(SECRET_KEY), false)
  assert.deepEqual(filesHolding(directory.path, [Buffer.from(SECRET_KEY)]), [])
})

test(
  'T-166 off a terminal no secret is written; account recover-root makes one that works',
  NEEDS_TERMINAL,
  async (t) => {
    const directory = testDirectory()
    t.after(() => directory.remove())
    const env = { COFFER_DATA: directory.path }
    const first = await serve(t, env)
    const accessKey = /access key {3}(\w+)/.exec(first.stderr())?.[1] ?? assert.fail(first.stderr())
    assert.equal(await first.stop(), 0)
    const off = await coffer(['account', 'recover-root'], { env })
    assert.notEqual(off.code, 0, 'a secret off a terminal has to be asked for')
    assert.doesNotMatch(off.stdout + off.stderr, /[A-Za-z0-9+/]{40}/)

    const shown = await onTerminal(['account', 'recover-root'], env)
    assert.equal(shown.code, 0, shown.stdout)
    const secret = /secret key\s+(\S{40})/.exec(shown.stdout)?.[1] ?? assert.fail(shown.stdout)
    const second = await serve(t, env)
    const status = await coffer(['status'], {
      env: { COFFER_ENDPOINT: second.endpoint, COFFER_ACCESS_KEY: accessKey, COFFER_SECRET_KEY: secret },
    })
    assert.equal(status.code, 0, status.stderr)
    assert.equal(await second.stop(), 0)
  },
)

test(
  'T-166 on a terminal the secret is shown once, and signs; the second start does not show it',
  NEEDS_TERMINAL,
  async (t) => {
    const directory = testDirectory()
    t.after(() => directory.remove())
    const env = { COFFER_DATA: directory.path, COFFER_LISTEN: '127.0.0.1:0', COFFER_WORKERS: '1' }
    const first = await onTerminal(['serve'], env, 'coffer ready')
    const secret = /secret key\s+(\S{40})/.exec(first.stdout)?.[1] ?? assert.fail(first.stdout)
    // Once as a fact, once inside the lines to paste.
    assert.equal(first.stdout.split(secret).length - 1, 2)
    assert.equal(first.code, 0)
    assert.deepEqual(filesHolding(directory.path, [Buffer.from(secret)]), [])
    const second = await onTerminal(['serve'], env, 'coffer ready')
    assert.equal(second.stdout.includes(secret), false)
    assert.doesNotMatch(second.stdout, /secret key/)
  },
)

test('serve --memory: ready, nothing on the disk', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const server = await serve(t, {}, { flags: ['--memory'], cwd: directory.path })
  assert.match(server.stdout(), /^coffer ready api=.*\n$/)
  assert.match(server.stderr(), /nothing is kept/)
  assert.equal(await server.stop(), 0)
  assert.deepEqual(readdirSync(directory.path), [])
})

test('serve --check: looks, and makes nothing', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const data = join(directory.path, 'none')
  const good = await coffer(['serve', '--check'], { env: { COFFER_DATA: data } })
  assert.equal(good.code, 0, good.stderr)
  assert.match(good.stdout, /^ok {4}configuration/m)
  assert.equal(existsSync(data), false)
})

/**
 * A command on a pseudo-terminal of its own; ends it with Ctrl-C when `until` was shown. What it wrote is one text, as a
 * person sees it.
 */
const PTY = `
import os, pty, sys
until, words = sys.argv[1].encode(), sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(words[0], words)
shown, asked = b'', False
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    shown += data
    if until and not asked and until in shown and shown.endswith(b'\\n'):
        asked = True
        os.write(fd, b'\\x03')
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
`

async function onTerminal(words: readonly string[], env: Readonly<Record<string, string>>, until = '') {
  return run('python3', ['-c', PTY, until, process.execPath, COFFER, ...words], { env })
}
