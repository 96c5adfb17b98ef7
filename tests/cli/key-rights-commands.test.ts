import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ACCOUNT, memoryServer, testDirectory } from '../servers.ts'
import { clientOf, member, type Ran } from './coffer-command.ts'

const directory = testDirectory()
const ROOT = `arn:aws:iam::${ACCOUNT}:root`
let run: (...words: readonly string[]) => Promise<Ran>
let close: () => Promise<void>

before(async () => {
  const server = await memoryServer()
  run = clientOf(server.endpoint)
  close = () => server.close()
  assert.equal((await run('key', 'create', '--alias', 'photos')).code, 0)
})
after(async () => {
  await close()
  directory.remove()
})

async function answerOf(...words: readonly string[]): Promise<string> {
  const ran = await run(...words)
  assert.equal(ran.code, 0, `${words.join(' ')}: ${ran.stderr}`)
  return ran.stdout
}

test('key policy: show, set, unchanged, refused; the text stays byte for byte', async () => {
  const shown = await answerOf('key', 'policy', 'show', 'photos')
  assert.equal(member(shown, 'Id'), 'key-default-1')
  const file = join(directory.path, 'policy.json')
  const statement = { Sid: 'a', Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' }
  const text = `${JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, undefined, 2)}\n`
  writeFileSync(file, text)
  assert.match((await run('key', 'policy', 'set', 'photos', file)).stderr, /has another policy/)
  assert.equal(await answerOf('key', 'policy', 'show', 'photos'), text)
  assert.match((await run('key', 'policy', 'set', 'photos', file)).stderr, /unchanged/)
  for (const bad of ['{', text.replace('kms:*', 'kms:Encrypt')]) {
    writeFileSync(file, bad)
    const refused = await run('key', 'policy', 'set', 'photos', file)
    assert.equal(refused.code, 2, refused.stderr)
    assert.match(refused.stderr, /^coffer: /m)
  }
  assert.equal(await answerOf('key', 'policy', 'show', 'photos'), text)
  assert.equal((await run('key', 'policy', 'set', 'photos', join(directory.path, 'none.json'))).code, 2)
  assert.equal((await run('key', 'policy', 'show', 'nobody')).code, 3)
})

test('key grant: create, list, revoke', async () => {
  const words = ['key', 'grant', 'create', 'photos', '--to', ROOT, '--operation', 'Decrypt', 'Encrypt']
  const made = await answerOf(...words, '--context', 'tenant=a', '--name', 'g', '--json')
  const id = String(member(made, 'id'))
  assert.match(id, /^[0-9a-f]{64}$/)
  assert.ok(String(member(made, 'token')).length > 0)
  const listed = await answerOf('key', 'grants', 'list', 'photos', '--json')
  assert.equal(member(listed, 'grants', 0, 'id'), id)
  assert.deepEqual(member(listed, 'grants', 0, 'operations'), ['Decrypt', 'Encrypt'])
  assert.deepEqual(member(listed, 'grants', 0, 'contextSubset'), [{ key: 'tenant', value: 'a' }])
  assert.equal(member(listed, 'grants', 0, 'token'), undefined)
  assert.equal(await answerOf('key', 'grant', 'list', 'photos', '-o', 'id'), `${id}\n`)
  assert.equal((await run('key', 'grant', 'create', 'photos', '--to', ROOT)).code, 2)
  assert.equal((await run(...words.slice(0, -2), 'Fly')).code, 2)
  assert.equal((await run('key', 'grant', 'revoke', 'photos', id)).code, 9, 'not without being confirmed')
  assert.match((await run('key', 'grant', 'revoke', 'photos', id, '--yes')).stderr, /is revoked/)
  const gone = await run('key', 'grant', 'list', 'photos')
  assert.equal(gone.stdout, '')
  assert.match(gone.stderr, /There are no grants/)
  assert.equal((await run('key', 'grant', 'revoke', 'photos', id, '--yes')).code, 3)
})
