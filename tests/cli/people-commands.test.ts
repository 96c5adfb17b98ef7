import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { policyOf, ROOT_ARN, trustOf } from '../people/people-bench.ts'
import { spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { clientEnv, coffer, member, type Ran } from './coffer-command.ts'

const directory = testDirectory()
let server: SpawnedCoffer
const run = (...words: readonly string[]): Promise<Ran> => coffer(words, { env: clientEnv(server.endpoint) })

async function answerOf(...words: readonly string[]): Promise<string> {
  const ran = await run(...words)
  assert.equal(ran.code, 0, `${words.join(' ')}: ${ran.stderr}`)
  return ran.stdout
}

function file(name: string, text: string): string {
  const path = join(directory.path, name)
  writeFileSync(path, text)
  return path
}

before(async () => {
  server = await spawnServer({ data: join(directory.path, 'data') })
})
after(async () => {
  await server.kill().catch(() => undefined)
  directory.remove()
})

test('user and group: create, list, show, members, delete; the exit codes say what was wrong', async () => {
  assert.match((await run('user', 'list')).stderr, /There are no users/)
  assert.match(await answerOf('user', 'create', 'alice', '--path', '/staff/'), /:user\/staff\/alice\n$/)
  assert.equal((await run('user', 'create', 'alice')).code, 5)
  assert.equal((await run('user', 'create', 'a b')).code, 2)
  assert.equal((await run('user', 'show', 'nobody')).code, 3)
  assert.equal(await answerOf('users', 'list', '-o', 'id'), 'alice\n')
  await answerOf('group', 'create', 'admins')
  assert.match((await run('user', 'add-to', 'admins', 'alice')).stderr, /alice is a member of admins/)
  assert.equal(member(await answerOf('group', 'show', 'admins', '--json'), 'members', 0), 'alice')
  assert.match(await answerOf('user', 'show', 'alice'), /^groups +admins$/m)
  assert.equal((await run('group', 'delete', 'admins', '--yes')).code, 5)
  await answerOf('user', 'remove-from', 'admins', 'alice')
  assert.equal((await run('group', 'delete', 'admins')).code, 9)
  await answerOf('group', 'delete', 'admins', '--yes')
  await answerOf('user', 'delete', 'alice', '--yes')
  assert.equal((await run('user', 'delete', 'alice', '--yes')).code, 3)
})

test('policy and access-key: a user’s rights begin and end with them', async () => {
  await answerOf('user', 'create', 'bob')
  const key = await answerOf('access-key', 'create', '--user', 'bob', '--json')
  const accessKeyId = String(member(key, 'accessKey', 'accessKeyId'))
  const env = {
    ...clientEnv(server.endpoint),
    COFFER_ACCESS_KEY: accessKeyId,
    COFFER_SECRET_KEY: String(member(key, 'secretAccessKey')),
  }
  const asBob = (...words: readonly string[]): Promise<Ran> => coffer(words, { env })
  const refused = await asBob('bucket', 'list')
  assert.equal(refused.code, 4, refused.stderr)
  const readers = file('readers.json', policyOf({ Action: 's3:ListAllMyBuckets', Resource: '*' }))
  const arn = (await answerOf('policy', 'put', 'readers', readers, '-o', 'id')).trim()
  assert.match(arn, /:policy\/readers$/)
  assert.match((await run('policy', 'attach', 'readers', '--user', 'bob')).stderr, /attached to the user bob/)
  assert.equal((await asBob('bucket', 'list')).code, 0)
  assert.match(await answerOf('policy', 'put', 'readers', readers), /:policy\/readers v2\n$/)
  assert.match(await answerOf('policy', 'list'), /^readers +v2 +1 /m)
  assert.match(await answerOf('policy', 'list', '--built-in', '-o', 'id'), /^arn:aws:iam::aws:policy\/ReadOnlyAccess$/m)
  assert.match(await answerOf('policy', 'show', 'readers'), /s3:ListAllMyBuckets/)
  await answerOf('policy', 'detach', arn, '--user', 'bob')
  assert.equal((await asBob('bucket', 'list')).code, 4)
  await answerOf('policy', 'put', 'own', readers, '--user', 'bob')
  assert.match(await answerOf('policy', 'show', 'own', '--user', 'bob'), /s3:ListAllMyBuckets/)
  assert.equal((await asBob('bucket', 'list')).code, 0)
  assert.match(await answerOf('access-key', 'list', '--user', 'bob'), new RegExp(`^${accessKeyId} +bob +active`, 'm'))
  await answerOf('access-key', 'disable', accessKeyId, '--user', 'bob')
  assert.equal((await asBob('bucket', 'list')).code, 4)
  await answerOf('access-key', 'enable', accessKeyId, '--user', 'bob')
  assert.equal((await asBob('bucket', 'list')).code, 0)
  await answerOf('access-key', 'delete', accessKeyId, '--user', 'bob', '--yes')
  assert.equal((await asBob('bucket', 'list')).code, 4)
  assert.equal((await run('policy', 'put', 'bad', file('bad.json', '{'))).code, 2)
  assert.equal((await run('policy', 'attach', 'nothing', '--user', 'bob')).code, 3)
  assert.equal((await run('policy', 'attach', 'readers')).code, 2)
  assert.equal((await run('policy', 'attach', 'readers', '--user', 'bob', '--role', 'r')).code, 2)
})

test('role and session: a role is taken for a time, and its sessions can be ended', async () => {
  const trust = file('trust.json', trustOf(ROOT_ARN))
  assert.equal((await run('role', 'create', 'reader')).code, 2)
  const arn = (await answerOf('role', 'create', 'reader', '--trust', trust, '--max-session', '7200')).trim()
  assert.match(await answerOf('role', 'show', 'reader'), /^sessions +at most 7200 seconds$/m)
  assert.equal(await answerOf('role', 'list', '-o', 'id'), 'reader\n')
  await answerOf('user', 'create', 'carol')
  const may = file('may.json', policyOf({ Action: 'sts:AssumeRole', Resource: '*' }))
  await answerOf('policy', 'put', 'may', may, '--user', 'carol')
  await answerOf(
    'policy',
    'put',
    'lists',
    file('lists.json', policyOf({ Action: 's3:ListAllMyBuckets', Resource: '*' })),
    '--role',
    'reader',
  )
  const key = await answerOf('access-key', 'create', '--user', 'carol', '--json')
  const carol = {
    ...clientEnv(server.endpoint),
    COFFER_ACCESS_KEY: String(member(key, 'accessKey', 'accessKeyId')),
    COFFER_SECRET_KEY: String(member(key, 'secretAccessKey')),
  }
  const taken = await coffer(['role', 'assume', arn, '--seconds', '900', '--json'], { env: carol })
  assert.equal(taken.code, 0, taken.stderr)
  const session = {
    ...clientEnv(server.endpoint),
    COFFER_ACCESS_KEY: String(member(taken.stdout, 'credentials', 'accessKeyId')),
    COFFER_SECRET_KEY: String(member(taken.stdout, 'credentials', 'secretAccessKey')),
    COFFER_SESSION_TOKEN: String(member(taken.stdout, 'credentials', 'sessionToken')),
  }
  assert.equal((await coffer(['bucket', 'list'], { env: session })).code, 0)
  assert.equal((await coffer(['bucket', 'list'], { env: carol })).code, 4)
  const lines = await coffer(['role', 'assume', arn], { env: carol })
  assert.match(
    lines.stdout,
    /^export COFFER_ACCESS_KEY=ASIA\w+\nexport COFFER_SECRET_KEY=\S+\nexport COFFER_SESSION_TOKEN=\S+\n$/,
  )
  assert.match((await run('session', 'revoke', '--role', 'reader')).stderr, /Sessions of the role reader/)
  assert.notEqual((await coffer(['bucket', 'list'], { env: session })).code, 0)
  assert.equal((await run('session', 'revoke')).code, 2)
})
