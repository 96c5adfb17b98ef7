import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CreateMultipartUploadCommand } from '@aws-sdk/client-s3'
import { s3Client, spawnServer, testDirectory, type SpawnedCoffer } from '../servers.ts'
import { clientEnv, coffer, member, type Ran } from './coffer-command.ts'

const directory = testDirectory()
let server: SpawnedCoffer
const run = (...words: readonly string[]): Promise<Ran> => coffer(words, { env: clientEnv(server.endpoint) })

async function answerOf(...words: readonly string[]): Promise<string> {
  const ran = await run(...words)
  assert.equal(ran.code, 0, `${words.join(' ')}: ${ran.stderr}`)
  return ran.stdout
}

async function put(path: string, ...words: readonly string[]): Promise<void> {
  const ran = await coffer(['object', 'put', '-', path, ...words], { env: clientEnv(server.endpoint), input: 'x' })
  assert.equal(ran.code, 0, ran.stderr)
}

before(async () => {
  server = await spawnServer({ data: join(directory.path, 'data') })
})
after(async () => {
  await server.kill().catch(() => undefined)
  directory.remove()
})

test('key: create, list, show, disable, enable, rotate, delete, undelete', async () => {
  const created = await run('key', 'create', '--alias', 'letters', '--description', 'for work', '--json')
  assert.equal(created.code, 0, created.stderr)
  const id = String(member(created.stdout, 'key', 'id'))
  assert.match(id, /^[0-9a-f-]{36}$/)
  assert.equal((await run('key', 'create', '--alias', 'letters')).code, 5)
  assert.equal(await answerOf('key', 'create', '--alias', 'letters', '--if-missing', '-o', 'id'), `${id}\n`)
  assert.match(await answerOf('key', 'list'), new RegExp(`^${id} +enabled +1 .*alias/letters$`, 'm'))
  const shown = await answerOf('key', 'show', 'letters')
  assert.match(shown, /^about +for work$/m)
  assert.match(shown, /^depends +nothing$/m)
  for (const name of ['letters', 'alias/letters', id])
    assert.equal(await answerOf('key', 'show', name, '-o', 'id'), `${id}\n`)

  await answerOf('key', 'disable', 'letters')
  assert.equal(member(await answerOf('key', 'show', 'letters', '--json'), 'key', 'state'), 'disabled')
  await answerOf('key', 'enable', 'letters')
  assert.match((await run('key', 'rotate', 'letters')).stderr, /rotated, version 2/)
  assert.match(await answerOf('key', 'rotation', 'show', 'letters'), /\S/)

  assert.equal((await run('key', 'delete', 'letters')).code, 9, 'not without being confirmed')
  const dry = await run('key', 'delete', 'letters', '--dry-run')
  assert.equal(dry.code, 0)
  assert.match(dry.stderr, /Nothing depends on alias\/letters/)
  assert.equal(member(await answerOf('key', 'show', 'letters', '--json'), 'key', 'state'), 'enabled')
  assert.match(
    (await run('key', 'delete', 'letters', '--yes', '--pending-days', '7')).stderr,
    /Undo: coffer key undelete/,
  )
  assert.match(await answerOf('key', 'show', 'letters'), /^state +pending.* until \d{4}-/m)
  await answerOf('key', 'undelete', id)
  assert.equal(member(await answerOf('key', 'show', id, '--json'), 'key', 'state'), 'disabled')
  assert.equal((await run('key', 'delete', 'letters', '--yes', '--pending-days', '6')).code, 2)
  assert.equal((await run('key', 'show', 'nobody')).code, 3)
})

test('key alias: list, set, remove', async () => {
  const id = (await answerOf('key', 'create', '-o', 'id')).trim()
  await answerOf('key', 'alias', 'set', 'nick', id)
  assert.equal(await answerOf('key', 'show', 'nick', '-o', 'id'), `${id}\n`)
  assert.match(await answerOf('key', 'alias', 'list'), /alias\/nick/)
  await answerOf('key', 'alias', 'remove', 'nick', '--yes')
  assert.equal((await run('key', 'show', 'alias/nick')).code, 3)
})

test('key delete: a key in use is refused with exact counts; disabling it needs the exact number', async () => {
  const arn = (await answerOf('key', 'create', '--alias', 'used')).trim()
  await answerOf('bucket', 'create', 'users')
  await answerOf('bucket', 'encryption', 'set', 'users', '--mode', 'kms', '--key', arn, '--bucket-key')
  for (const name of ['a', 'b', 'c']) await put(`users/${name}`)
  await answerOf('key', 'rotate', 'used')
  await put('users/d', '--mode', 'kms', '--key', arn)
  const client = s3Client(server)
  const upload = { Bucket: 'users', Key: 'e', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: arn } as const
  await client.send(new CreateMultipartUploadCommand(upload))
  client.destroy()

  const refused = await run('key', 'delete', 'used', '--yes')
  assert.equal(refused.code, 5)
  assert.match(refused.stderr, /4 object versions, 1 upload and 1 bucket default need it\./)
  assert.match(refused.stderr, /can never be read again/)
  const depends = await answerOf('key', 'depends', 'used')
  assert.match(depends, /^depends +4 object versions, 1 upload and 1 bucket default$/m)

  const unconfirmed = await run('key', 'disable', 'used', '--yes')
  assert.equal(unconfirmed.code, 9)
  assert.match(unconfirmed.stderr, /--yes --confirm 6/)
  await answerOf('object', 'delete', 'users/a', '--yes')
  const changed = await run('key', 'disable', 'used', '--yes', '--confirm', '6')
  assert.equal(changed.code, 5, 'the number that was shown is not the present one')
  assert.match(changed.stderr, /now 5 depend/)
  await answerOf('key', 'disable', 'used', '--yes', '--confirm', '5')
  const sealed = await run('object', 'get', 'users/b')
  assert.equal(sealed.code, 5, sealed.stderr)
  assert.equal(sealed.stdout, '')
  await answerOf('key', 'enable', 'used')
  assert.equal(await answerOf('object', 'get', 'users/b'), 'x')
})
