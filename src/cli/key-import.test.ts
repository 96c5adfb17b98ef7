import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { JobJson, KeyJson } from '../dialects/admin/wire.ts'
import { run } from './cli-bench.fixture.ts'

const directory = mkdtempSync(join(tmpdir(), 'coffer-import-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const KEY: { readonly key: KeyJson } = {
  key: {
    ...{ id: '3f2a9c1e-0000-4000-8000-000000000000', arn: 'arn:aws:kms:us-east-1:000000000001:key/3f2a' },
    ...{ account: '000000000001', region: 'us-east-1', state: 'pending-import', description: '', version: 0 },
    ...{ created: '2026-11-20T14:00:00.000Z', manager: 'customer', origin: 'external', aliases: [] },
  },
}
const GIVEN = {
  token: 'dG9rZW4=',
  publicKey: 'AAAA',
  publicKeyPem: '-----BEGIN PUBLIC KEY-----\n',
  expires: '2026-11-23T00:00:00.000Z',
}

test('the first step writes the wrapping key and the token, for this user alone', async () => {
  const to = join(directory, 'wrap')
  const done = await run(`key import ${KEY.key.id} --parameters-to ${to}`, {
    'describe-key': KEY,
    'get-import-parameters': GIVEN,
  })
  assert.equal(done.exitCode, 0, done.talk)
  assert.equal(readFileSync(join(to, 'import-token'), 'utf8'), 'dG9rZW4=\n')
  assert.equal(statSync(join(to, 'wrapping-key.pem')).mode & 0o077, 0)
})

test('the second step sends what was wrapped; one without the other is no step', async () => {
  const material = join(directory, 'wrapped')
  writeFileSync(join(directory, 'import-token'), 'dG9rZW4=\n')
  writeFileSync(material, Buffer.from([1, 2, 3]))
  const answers = { 'describe-key': KEY, 'import-key-material': { keyArn: KEY.key.arn, materialId: 'm' } }
  const done = await run(`key import ${KEY.key.id} --from ${directory} --material ${material}`, answers)
  assert.equal(done.exitCode, 0, done.talk)
  assert.deepEqual(done.calls.at(-1)?.body, { token: 'dG9rZW4=', material: 'AQID' })
  assert.equal((await run(`key import ${KEY.key.id} --from ${directory}`, answers)).exitCode, 2)
  assert.equal((await run(`key import ${KEY.key.id}`, answers)).exitCode, 2)
  assert.equal(
    (await run(`key import ${KEY.key.id} --from ${directory} --material ${directory}/none`, answers)).exitCode,
    2,
  )
})

test('a policy is validated from a file; a fault has its place, and an exit code', async () => {
  const file = join(directory, 'policy.json')
  writeFileSync(file, '{')
  const problems = [{ message: 'a member is missing', line: 3, column: 7 }]
  const bad = await run(`policy validate ${file}`, { 'validate-policy': { valid: false, problems } })
  assert.deepEqual([bad.exitCode, bad.out], [1, `${file}:3:7: a member is missing\n`])
  assert.deepEqual(bad.calls[0]?.body, { text: '{', language: 's3', use: 'people' })
  const fine = await run(`policy validate ${file}`, { 'validate-policy': { valid: true, problems: [] } })
  assert.equal(fine.exitCode, 0)
  assert.equal((await run(`policy validate ${file} --language none`, {})).exitCode, 2)
})

test('jobs are listed and paused', async () => {
  const jobs: readonly JobJson[] = [
    { name: 'scrub', state: 'waiting', paused: true, pausable: true, units: 3, failures: 0 },
  ]
  const listed = await run('job list', { 'list-jobs': { jobs } })
  assert.match(listed.out, /scrub\s+paused\s+3\s+0/)
  const paused = await run('job pause scrub', { 'control-job': {} })
  assert.deepEqual(paused.calls, [{ kind: 'control-job', target: {}, body: { job: 'scrub', act: 'pause' } }])
})
