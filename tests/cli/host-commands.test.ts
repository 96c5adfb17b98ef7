import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { spawnServer, testDirectory } from '../servers.ts'
import { clientEnv, coffer, member, type Ran } from './coffer-command.ts'
import { changesBetween, snapshotOf } from './directory-snapshot.ts'

const directory = testDirectory()
const data = join(directory.path, 'data')
const host = (env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ran> =>
  coffer(words, { env: { COFFER_DATA: data, ...env } })

/** Starts over the data, stores or reads one object, stops. */
async function withServer(
  env: Readonly<Record<string, string>>,
  act: (endpoint: string) => Promise<void>,
): Promise<void> {
  const server = await spawnServer({ data, env })
  try {
    await act(server.endpoint)
  } finally {
    assert.equal(await server.stop(), 0)
  }
}

async function assertOpens(env: Readonly<Record<string, string>>): Promise<void> {
  await withServer(env, async (endpoint) => {
    const got = await coffer(['object', 'get', 'kept/a'], { env: clientEnv(endpoint) })
    assert.deepEqual({ code: got.code, stdout: got.stdout }, { code: 0, stdout: 'kept through every move' }, got.stderr)
  })
}

before(() =>
  withServer({}, async (endpoint) => {
    const env = clientEnv(endpoint)
    assert.equal((await coffer(['bucket', 'create', 'kept'], { env })).code, 0)
    const put = await coffer(['object', 'put', '-', 'kept/a'], { env, input: 'kept through every move' })
    assert.equal(put.code, 0)
  }),
)
after(() => directory.remove())

test('root status and root verify tell where the root is and that it opens; nothing is written', async () => {
  const was = snapshotOf(data).filter((line) => !line.includes('/metadata/'))
  const status = await host({}, 'root', 'status')
  assert.equal(status.code, 0, status.stderr)
  assert.match(status.stdout, /^root +file +.*root\.key$/m)
  assert.match(status.stdout, /^id +[0-9a-f]{16}$/m)
  assert.match(status.stdout, /^cluster key +version 1, wrapped once$/m)
  const verify = await host({}, 'root', 'verify', '--json')
  assert.equal(verify.code, 0)
  assert.match(String(member(verify.stdout, 'rootId')), /^[0-9a-f]{16}$/)
  assert.deepEqual(
    changesBetween(
      was,
      snapshotOf(data).filter((line) => !line.includes('/metadata/')),
    ),
    [],
  )
})

test('root rotate: a new key at the same place; the former one no longer opens, the data is untouched', async () => {
  const former = join(directory.path, 'former.key')
  cpSync(join(data, 'root.key'), former)
  const blobs = snapshotOf(join(data, 'blobs'))
  const unconfirmed = await host({}, 'root', 'rotate')
  assert.equal(unconfirmed.code, 9)
  assert.deepEqual(readFileSync(join(data, 'root.key')), readFileSync(former))
  const rotated = await host({}, 'root', 'rotate', '--yes')
  assert.equal(rotated.code, 0, rotated.stderr)
  assert.notDeepEqual(readFileSync(join(data, 'root.key')), readFileSync(former))
  assert.equal(existsSync(join(data, 'root.key.new')), false)
  assert.deepEqual(changesBetween(blobs, snapshotOf(join(data, 'blobs'))), [])
  assert.notEqual((await host({ COFFER_ROOT_KEY: `file:${former}` }, 'root', 'verify')).code, 0)
  await assertOpens({})
})

test('root move: to a passphrase and back to a file; the place that was left opens nothing', async () => {
  const words = join(directory.path, 'words')
  writeFileSync(words, 'correct horse battery staple', { mode: 0o600 })
  const passphrase = { COFFER_ROOT_KEY: `passphrase:file:${words}` }
  const moved = await host({}, 'root', 'move', '--to', `passphrase:file:${words}`, '--yes')
  assert.equal(moved.code, 0, moved.stderr)
  assert.match(moved.stderr, /is no longer needed; old backups still need it/)
  assert.equal((await host({}, 'root', 'verify')).code, 2, 'the file is not the root any more')
  await assertOpens(passphrase)
  const file = join(directory.path, 'moved.key')
  const back = await host(passphrase, 'root', 'move', '--to', `file:${file}`, '--yes')
  assert.equal(back.code, 0, back.stderr)
  await assertOpens({ COFFER_ROOT_KEY: `file:${file}` })
  const wrong = await host(passphrase, 'root', 'verify')
  assert.notEqual(wrong.code, 0)
  cpSync(file, join(data, 'root.key'))
})

test('what was done to the root on the host is in the audit log, and the log verifies', async () => {
  await withServer({}, async (endpoint) => {
    const env = clientEnv(endpoint)
    const found = await coffer(['audit', 'search', '--action', 'coffer:*', '-o', 'jsonl'], { env })
    const lines = found.stdout.trim().split('\n')
    const actions = lines.map((line) => String(member(line, 'action'))).filter((action) => action.endsWith('RootKey'))
    assert.deepEqual(actions, ['coffer:MoveRootKey', 'coffer:MoveRootKey', 'coffer:RotateRootKey'], found.stderr)
    const verified = await coffer(['audit', 'verify'], { env })
    assert.equal(verified.code, 0, verified.stderr)
  })
})

test('a host command where there is no data says so and makes none', async () => {
  const none = join(directory.path, 'none')
  const ran = await coffer(['root', 'status'], { env: { COFFER_DATA: none } })
  assert.equal(ran.code, 2)
  assert.match(ran.stderr, /there is no data in /)
  assert.equal(existsSync(none), false)
})

test('config show --sources: flag, variable, file and default, and a secret is shown as set', async () => {
  const file = join(directory.path, 'coffer.yaml')
  writeFileSync(file, 'region: eu-west-7\nhttp:\n  idleMs: 1234\n', { mode: 0o600 })
  const secret = 'canary-secret-0123456789-0123456789-01234'
  const env = { COFFER_ACCESS_KEY: 'CFRTESTTESTTESTTEST1', COFFER_SECRET_KEY: secret, COFFER_WORKERS: '3' }
  const shown = await coffer(['config', 'show', '--sources', '--config', file], { env })
  assert.equal(shown.code, 0, shown.stderr)
  assert.match(shown.stdout, /^region +\S*file.*coffer\.yaml.* +COFFER_REGION +eu-west-7$|^region .*eu-west-7$/m)
  assert.match(shown.stdout, /^workers .*COFFER_WORKERS +3$/m)
  assert.match(shown.stdout, /^account +default +COFFER_ACCOUNT +000000000001$/m)
  assert.match(shown.stdout, /^secretKey .* set$/m)
  assert.equal(shown.stdout.includes(secret), false)
  const got = await coffer(['config', 'get', 'http.idleMs', '--config', file], { env })
  assert.deepEqual({ code: got.code, stdout: got.stdout }, { code: 0, stdout: '1234\n' })
  const misspelt = await coffer(['config', 'get', 'workrs'])
  assert.equal(misspelt.code, 3)
  assert.match(misspelt.stderr, /Did you mean workers\?/)
})
