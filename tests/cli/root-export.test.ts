import assert from 'node:assert/strict'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { spawnServer, testDirectory } from '../servers.ts'
import { coffer } from './coffer-command.ts'

const WORDS = 'correct horse battery staple'

test('root export and import: a copy under a passphrase brings a lost root key file back', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const data = join(directory.path, 'data')
  const words = join(directory.path, 'words')
  const copy = join(directory.path, 'root.backup')
  writeFileSync(words, WORDS, { mode: 0o600 })
  const server = await spawnServer({ data })
  assert.equal(await server.stop(), 0)
  const env = { COFFER_DATA: data }
  const rootKey = join(data, 'root.key')
  const secret = readFileSync(rootKey, 'utf8').trim()

  const exported = await coffer(['root', 'export', '--to-passphrase', copy, '--secret-from', words], { env })
  assert.equal(exported.code, 0, exported.stderr)
  assert.equal(statSync(copy).mode & 0o777, 0o600)
  assert.equal(`${readFileSync(copy, 'utf8')}${exported.stdout}${exported.stderr}`.includes(secret), false)
  const twice = await coffer(['root', 'export', '--to-passphrase', copy, '--secret-from', words], { env })
  assert.equal(twice.code, 2, 'nothing is written over')

  rmSync(rootKey)
  const importing = ['root', 'import', '--from-passphrase', copy, '--secret-from', words, '--to', rootKey]
  writeFileSync(words, `${WORDS} and more`)
  const wrong = await coffer(importing, { env })
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /another passphrase/)
  writeFileSync(words, WORDS)
  const imported = await coffer(importing, { env })
  assert.equal(imported.code, 0, imported.stderr)
  assert.equal(readFileSync(rootKey, 'utf8').trim(), secret)
  assert.equal((await coffer(['root', 'verify'], { env })).code, 0)
  assert.equal((await coffer(importing, { env })).code, 2, 'nothing is written over')

  const moved = ['root', 'move', '--to', `passphrase:file:${words}`, '--yes']
  assert.equal((await coffer(moved, { env })).code, 0)
  const none = await coffer(['root', 'export', '--to-passphrase', `${copy}2`, '--secret-from', words], {
    env: { ...env, COFFER_ROOT_KEY: `passphrase:file:${words}` },
  })
  assert.equal(none.code, 2)
  assert.match(none.stderr, /your own memory/)
})
