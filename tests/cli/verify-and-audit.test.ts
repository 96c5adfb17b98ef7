import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { spawnServer, testDirectory } from '../servers.ts'
import { clientEnv, coffer, member, type Ran } from './coffer-command.ts'

const LARGE_BYTES = 200_000

function blobsOf(data: string): readonly string[] {
  const root = join(data, 'blobs')
  return readdirSync(root).flatMap((shard) => readdirSync(join(root, shard)).map((name) => join(root, shard, name)))
}

test('verify: 0 over a whole store, 7 when a blob is changed or gone; audit search finds what was done and what was refused', async (t) => {
  const directory = testDirectory()
  t.after(() => directory.remove())
  const data = join(directory.path, 'data')
  let server = await spawnServer({ data })
  t.after(() => server.kill().catch(() => undefined))
  const run = (...words: readonly string[]): Promise<Ran> => coffer(words, { env: clientEnv(server.endpoint) })
  const ok = async (...words: readonly string[]): Promise<string> => {
    const ran = await run(...words)
    assert.equal(ran.code, 0, `${words.join(' ')}: ${ran.stderr}${ran.stdout}`)
    return ran.stdout
  }
  await ok('bucket', 'create', 'whole')
  const arn = (await ok('key', 'create', '--alias', 'whole')).trim()
  const input = Buffer.alloc(LARGE_BYTES, 'plaintext ')
  for (const [name, words] of [
    ['small', ['--mode', 's3']],
    ['large', ['--mode', 's3']],
    ['kms', ['--mode', 'kms', '--key', arn]],
  ] as const) {
    const env = clientEnv(server.endpoint)
    const body = name === 'small' ? 'small' : input
    assert.equal((await coffer(['object', 'put', '-', `whole/${name}`, ...words], { env, input: body })).code, 0)
  }
  const whole = await ok('verify')
  assert.match(whole, /^sealed +3 of 3$/m)
  assert.match(whole, /^readable +3 +damaged 0 +keys missing 0$/m)
  assert.match(whole, /^counters +agree +index agrees +orphans 0/m)

  const denied = await coffer(['object', 'get', 'whole/kms'], {
    env: { ...clientEnv(server.endpoint), COFFER_SECRET_KEY: 'wrong-secret-0123456789-0123456789-012345' },
  })
  assert.equal(denied.code, 4)
  await ok('object', 'get', 'whole/kms', join(directory.path, 'out'))
  const uses = await ok('audit', 'search', '--action', 'kms:*', '-o', 'jsonl')
  const actions = uses
    .trim()
    .split('\n')
    .map((line) => member(line, 'action'))
  for (const action of ['kms:CreateKey', 'kms:GenerateDataKey', 'kms:Decrypt']) {
    assert.ok(actions.includes(action), `${action} in ${actions.join(' ')}`)
  }
  assert.match(await ok('audit', 'search', '--since', '1h', '--limit', '5'), /^TIME +CALLER +ACTION +RESULT/)
  const none = await run('audit', 'search', '--since', '2100-01-01')
  assert.deepEqual({ code: none.code, stdout: none.stdout }, { code: 0, stdout: '' })
  assert.equal((await run('audit', 'search', '--since', 'yesterday')).code, 2)

  assert.equal(await server.stop(), 0)
  const [changed = assert.fail(), gone = assert.fail()] = blobsOf(data)
  const bytes = readFileSync(changed)
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 40) ^ 1, bytes.length - 40)
  writeFileSync(changed, bytes)
  rmSync(gone)
  server = await spawnServer({ data })
  const damaged = await run('verify')
  assert.equal(damaged.code, 7, damaged.stderr)
  assert.match(damaged.stdout, /^readable +1 +damaged 2/m)
  assert.match(damaged.stdout, /whole\/(large|kms) +version/)
  const json = await run('verify', '--json')
  assert.equal(json.code, 7)
  assert.equal(member(json.stdout, 'readable'), 1)
  assert.equal(await server.stop(), 0)
})
