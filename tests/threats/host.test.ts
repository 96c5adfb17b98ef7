import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, test, type TestContext } from 'node:test'
import { coffer } from '../cli/coffer-command.ts'
import { changesBetween, snapshotOf } from '../cli/directory-snapshot.ts'
import { filesHolding, spawnServer, testDirectory, type SpawnedCoffer, type SpawnOptions } from '../servers.ts'
import { askRaw, openRaw, type RawTarget } from './raw-socket.ts'
import { signedBytes, type Header, type WireRequest } from './wire-request.ts'

const directory = testDirectory()
/** Data of an earlier start, which each test copies. */
const original = join(directory.path, 'original')
const CANARY = 'canary-of-a-plaintext-0123456789-'

before(async () => {
  const server = await spawnServer({ data: original })
  assert.equal(await server.stop(), 0)
})
after(() => directory.remove())

function copyOfData(name: string): string {
  const path = join(directory.path, name)
  execFileSync('cp', ['-a', original, path])
  return path
}

async function serverOf(t: TestContext, options: SpawnOptions): Promise<SpawnedCoffer> {
  const server = await spawnServer(options)
  t.after(() => server.kill().catch(() => undefined))
  return server
}

function targetOf(server: SpawnedCoffer): RawTarget {
  return { port: Number(/:(\d+)$/.exec(server.endpoint)?.[1]) }
}

async function ok(server: SpawnedCoffer, request: WireRequest, status = 200): Promise<Buffer> {
  const answer = await askRaw(targetOf(server), signedBytes(request))
  assert.equal(answer.status, status, answer.body.toString())
  return answer.body
}

function start(data: string, env: Readonly<Record<string, string>> = {}, cwd?: string) {
  const more = { COFFER_DATA: data, COFFER_LISTEN: '127.0.0.1:0', COFFER_WORKERS: '1', ...env }
  return coffer(['serve'], { env: more, ...(cwd === undefined ? {} : { cwd }) })
}

/** Every path below a directory, itself too, with its kind and rights. */
function rightsBelow(path: string): readonly (readonly [path: string, kind: string, mode: number])[] {
  const stats = lstatSync(path)
  const kind = stats.isDirectory() ? 'directory' : stats.isFile() ? 'file' : stats.isSocket() ? 'socket' : 'other'
  const below = stats.isDirectory() ? readdirSync(path).flatMap((name) => rightsBelow(join(path, name))) : []
  return [[path, kind, stats.mode & 0o777], ...below]
}

test('T-166 T-168 options of Node that open the process, dump it or weaken it refuse the start', async () => {
  const data = join(directory.path, 'never')
  for (const option of [
    ...['--inspect=0', '--inspect-brk=0', '--heapsnapshot-signal=SIGUSR2', '--report-on-signal'],
    ...['--report-uncaught-exception', '--insecure-http-parser', '--tls-min-v1.0', '--abort-on-uncaught-exception'],
  ]) {
    if (option.startsWith('--inspect-brk')) continue
    const ran = await start(data, { NODE_OPTIONS: option })
    assert.equal(ran.code, 2, `${option}: ${ran.stderr}`)
    assert.match(ran.stderr, new RegExp(option.split('=')[0] ?? ''))
    assert.equal(ran.stdout, '')
  }
  for (const env of [{ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, { NODE_DEBUG: 'http' }, { NODE_PATH: '/tmp' }]) {
    const ran = await start(data, env)
    assert.equal(ran.code, 2, JSON.stringify(env))
    assert.match(ran.stderr, new RegExp(Object.keys(env)[0] ?? ''))
  }
  assert.equal(existsSync(data), false)
})

test('T-169 whatever the umask and the directory’s rights: files are 0600, directories 0700, sockets nobody else’s', async (t) => {
  const data = join(directory.path, 'umask')
  mkdirSync(data)
  chmodSync(data, 0o777)
  const was = process.umask(0o000)
  let server: SpawnedCoffer
  try {
    server = await serverOf(t, { data, workers: 2 })
  } finally {
    process.umask(was)
  }
  await ok(server, { method: 'PUT', path: '/bucket-one' })
  await ok(server, { method: 'PUT', path: '/bucket-one/k', body: Buffer.alloc(300_000, 1) })
  const found = rightsBelow(data)
  assert.ok(found.filter(([, kind]) => kind === 'file').length >= 3)
  for (const [path, kind, mode] of found) {
    assert.equal(mode & 0o077, 0, `${path} is ${kind} ${mode.toString(8)}`)
    assert.notEqual(kind, 'other', path)
  }
  assert.equal(await server.stop(), 0)
})

test('T-170 parts of the data that are links, or no directories, refuse the start; nothing outside changes', async () => {
  const outside = join(directory.path, 'outside')
  mkdirSync(outside, { mode: 0o700 })
  writeFileSync(join(outside, 'file'), 'untouched')
  const cases: Readonly<Record<string, (data: string) => void>> = {
    metadata: (data) => {
      renameSync(join(data, 'metadata'), join(directory.path, 'moved-metadata'))
      symlinkSync(join(directory.path, 'moved-metadata'), join(data, 'metadata'))
    },
    blobs: (data) => {
      rmSync(join(data, 'blobs'), { recursive: true })
      symlinkSync(outside, join(data, 'blobs'))
    },
    run: (data) => {
      rmSync(join(data, 'run'), { recursive: true, force: true })
      symlinkSync(outside, join(data, 'run'))
    },
    shard: (data) => {
      const [shard] = readdirSync(join(data, 'blobs')).filter((name) => /^[0-9a-f]+$/.test(name))
      const path = join(data, 'blobs', shard ?? assert.fail())
      rmSync(path, { recursive: true })
      symlinkSync(outside, path)
    },
    'root.key': (data) => {
      rmSync(join(data, 'root.key'))
      execFileSync('mkfifo', ['-m', '600', join(data, 'root.key')])
    },
    'blobs as a file': (data) => {
      rmSync(join(data, 'blobs'), { recursive: true })
      writeFileSync(join(data, 'blobs'), '')
    },
  }
  const was = snapshotOf(outside)
  for (const [what, change] of Object.entries(cases)) {
    const data = copyOfData(`links-${what.replaceAll(' ', '-')}`)
    change(data)
    const ran = await start(data)
    assert.equal(ran.code, 2, `${what}: ${ran.code} ${ran.stdout}${ran.stderr}`)
    assert.match(ran.stderr, /^coffer: /m, what)
    assert.deepEqual(changesBetween(was, snapshotOf(outside)), [], what)
  }
  const linked = join(directory.path, 'linked-data')
  symlinkSync(copyOfData('links-target'), linked)
  const ran = await start(linked)
  assert.equal(ran.code, 2, ran.stderr)
})

test('T-172 no plaintext of uploads, parts, copies or customer keys on the disk or in an output: running, and after a kill', async (t) => {
  const data = join(directory.path, 'canaries')
  const temporary = join(directory.path, 'tmp')
  mkdirSync(temporary)
  const server = await serverOf(t, {
    data,
    workers: 2,
    cwd: temporary,
    env: { TMPDIR: temporary, COFFER_LOG_LEVEL: 'debug' },
  })
  const large = Buffer.from(CANARY.repeat(40_000), 'latin1')
  const key = Buffer.from('canary-of-a-customer-key-0123456', 'latin1')
  const md5 = execFileSync('openssl', ['dgst', '-md5', '-binary'], { input: key }).toString('base64')
  const customer: readonly Header[] = [
    ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
    ['x-amz-server-side-encryption-customer-key', key.toString('base64')],
    ['x-amz-server-side-encryption-customer-key-md5', md5],
  ]
  await ok(server, { method: 'PUT', path: '/bucket-one' })
  await ok(server, {
    method: 'PUT',
    path: '/bucket-one/small',
    body: CANARY,
    headers: [['x-amz-meta-a', `${CANARY}meta`]],
  })
  await ok(server, { method: 'PUT', path: '/bucket-one/large', body: large })
  await ok(server, {
    method: 'PUT',
    path: '/bucket-one/kms',
    body: large,
    headers: [['x-amz-server-side-encryption', 'aws:kms']],
  })
  await ok(server, { method: 'PUT', path: '/bucket-one/own', body: large, headers: customer })
  await ok(server, { method: 'PUT', path: '/bucket-one/copy', headers: [['x-amz-copy-source', '/bucket-one/large']] })
  const created = await ok(server, { method: 'POST', path: '/bucket-one/up', query: 'uploads' })
  const uploadId = /<UploadId>([0-9a-f]+)</.exec(created.toString())?.[1] ?? assert.fail()
  await ok(server, { method: 'PUT', path: '/bucket-one/up', query: `partNumber=1&uploadId=${uploadId}`, body: large })
  // One upload hangs in the middle when the server is killed.
  const hanging = await openRaw(targetOf(server))
  const bytes = signedBytes({ method: 'PUT', path: '/bucket-one/half', body: large })
  await hanging.sendAll(bytes.subarray(0, bytes.length >> 1))
  const needles = [CANARY, key.toString('latin1'), key.toString('base64')].map((text) => Buffer.from(text, 'latin1'))
  assert.deepEqual(filesHolding(data, needles), [])
  await server.kill()
  hanging.destroy()
  assert.deepEqual(filesHolding(data, needles), [], 'after the kill')
  assert.deepEqual(readdirSync(temporary), [], 'the directory for temporary files is untouched')
  for (const needle of needles) assert.equal(server.output().includes(needle.toString('latin1')), false)
  const again = await serverOf(t, { data, workers: 1 })
  assert.deepEqual(await ok(again, { path: '/bucket-one/large' }), large)
  assert.equal((await ok(again, { path: '/bucket-one/small' })).toString(), CANARY)
  assert.deepEqual(await ok(again, { path: '/bucket-one/own', headers: customer }), large)
  assert.equal(await again.stop(), 0)
})

test('T-176 a start in somebody’s directory takes nothing from it: no settings of others, no modules, no environment', async (t) => {
  const hostile = join(directory.path, 'hostile')
  const marker = join(directory.path, 'marker')
  const evil = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, 'loaded')`
  for (const name of ['lmdb', 'pino', 'commander', 'saxes', 'yaml', 'prom-client']) {
    mkdirSync(join(hostile, 'node_modules', name), { recursive: true })
    writeFileSync(join(hostile, 'node_modules', name, 'index.js'), evil)
    writeFileSync(join(hostile, 'node_modules', name, 'package.json'), `{"name":"${name}","main":"index.js"}`)
  }
  writeFileSync(join(hostile, '.env'), 'COFFER_REGION=mars-north-1\nCOFFER_ALLOW_INSECURE_SSE_C=on\n')
  writeFileSync(join(hostile, '.npmrc'), 'node-options=--inspect\n')
  writeFileSync(join(hostile, 'package.json'), '{"type":"commonjs","imports":{"#x":"./x"}}')
  const settings = join(hostile, 'coffer.yaml')
  writeFileSync(settings, 'region: mars-north-1\n')
  const data = join(directory.path, 'hostile-data')
  // A settings file that others can change decides nothing: it refuses the start. One's own is heeded.
  chmodSync(settings, 0o666)
  const refused = await start(data, {}, hostile)
  assert.equal(refused.code, 2, refused.stderr)
  assert.match(refused.stderr, /can be changed by others/)
  assert.equal(existsSync(data), false)
  rmSync(settings)
  const server = await serverOf(t, { data, cwd: hostile })
  assert.match(server.output(), /region=us-east-1/)
  assert.equal(existsSync(marker), false)
  assert.equal(await server.stop(), 0)
})

test('T-176 a settings file is a plain table: tags, aliases, duplicates, depth and unknown names refuse the start', async () => {
  const data = join(directory.path, 'yaml-data')
  const file = join(directory.path, 'named.yaml')
  const laughs = Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}, *a${at}]`).join('\n')
  for (const text of [
    'region: !!js/function "function(){}"\n',
    'region: !tag eu-west-1\n',
    `a0: &a0 [x]\n${laughs}\nregion: *a9\n`,
    'region: &r eu-west-1\nhome: *r\n',
    'region: eu-west-1\nregion: us-east-1\n',
    '__proto__: {region: eu-west-1}\n',
    'region: {a: {b: {c: {d: e}}}}\n',
    '- region\n',
    'region: eu-west-1\n---\nregion: us-east-1\n',
    'regoin: eu-west-1\n',
    `region: "${'x'.repeat(2_000_000)}"\n`,
    '<<: {region: eu-west-1}\n',
  ]) {
    writeFileSync(file, text, { mode: 0o600 })
    const ran = await coffer(['serve', '--config', file], { env: { COFFER_DATA: data } })
    assert.equal(ran.code, 2, `${text.slice(0, 60)}: ${ran.stderr}`)
    assert.equal(ran.stdout, '', text.slice(0, 60))
  }
  assert.equal(existsSync(data), false)
})
