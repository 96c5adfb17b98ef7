import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { filesHolding, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { clientEnv, coffer, member, type Ran } from './coffer-command.ts'

const directory = testDirectory()
const data = join(directory.path, 'data')
let server: SpawnedCoffer
const run = (...words: readonly string[]): Promise<Ran> => coffer(words, { env: clientEnv(server.endpoint) })

before(async () => {
  server = await spawnServer({ data, workers: 2 })
})
after(async () => {
  await server.kill().catch(() => undefined)
  directory.remove()
})

/** As the root of an account that `account create` showed. */
function as(created: string): (...words: readonly string[]) => Promise<Ran> {
  const env = {
    ...clientEnv(server.endpoint),
    COFFER_ACCESS_KEY: String(member(created, 'account', 'rootAccessKey')),
    COFFER_SECRET_KEY: String(member(created, 'rootSecret')),
  }
  return (...words) => coffer(words, { env })
}

test('account: create, list, show, set, disable, enable, in every process, and nothing of the secret stays', async () => {
  const kept = await run('account', 'create', '--name', 'lab')
  assert.equal(kept.code, 2, kept.stderr)
  assert.match(kept.stderr, /Nothing was changed/)
  const created = await run('account', 'create', '--name', 'lab', '--uid', '1234567890123456', '--show', '--json')
  assert.equal(created.code, 0, created.stderr)
  const id = String(member(created.stdout, 'account', 'account'))
  const lab = as(created.stdout)
  assert.equal((await lab('bucket', 'create', 'of-the-lab')).code, 0)
  assert.equal((await run('bucket', 'list')).stdout, '')
  assert.match((await run('account', 'list')).stdout, new RegExp(`^${id} +lab +on `, 'm'))
  assert.match((await run('account', 'show', id)).stdout, /^vendors +uid=1234567890123456$/m)
  const set = await run('account', 'set', id, '--name', '', '--uin', '77', '--json')
  assert.deepEqual(member(set.stdout, 'account', 'vendors'), { uid: '1234567890123456', uin: '77' })
  assert.equal(member(set.stdout, 'account', 'name'), undefined)
  assert.equal((await run('account', 'create', id, '--show')).code, 5)
  assert.equal((await run('account', 'show', '999999999999')).code, 3)
  assert.equal((await run('account', 'disable', id)).code, 9)
  assert.equal((await run('account', 'disable', id, '--yes')).code, 0)
  // Each connection may reach another worker.
  for (let round = 0; round < 6; round++) assert.equal((await lab('bucket', 'list')).code, 4)
  assert.equal((await run('account', 'enable', id)).code, 0)
  assert.equal((await lab('bucket', 'list', '-o', 'id')).stdout, 'of-the-lab\n')
  const secret = String(member(created.stdout, 'rootSecret'))
  assert.deepEqual(filesHolding(data, [Buffer.from(secret)]), [])
  assert.ok(!server.output().includes(secret))
})

test('T-086 T-089 accounts are for the first one to say, which stays on', async () => {
  const created = await run('account', 'create', '--show', '--json')
  const other = as(created.stdout)
  const id = String(member(created.stdout, 'account', 'account'))
  for (const words of [
    ['list'],
    ['show', id],
    ['set', id, '--name', 'x'],
    ['disable', id, '--yes'],
    ['create', '--show'],
  ]) {
    const ran = await other('account', ...words)
    assert.equal(ran.code, 4, words.join(' '))
    assert.match(ran.stderr, /coffer:[A-Z]/)
  }
  assert.notEqual((await run('account', 'disable', '000000000001', '--yes')).code, 0)
  assert.equal((await run('account', 'list')).code, 0)
})
