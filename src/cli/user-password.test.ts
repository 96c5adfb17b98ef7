import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from './cli-bench.fixture.ts'

const SET = { 'update-login-profile': {} }
const PASSWORD = 'correct horse battery'

test('a password is typed twice, unseen, and is sent in the body', async () => {
  const { exitCode, calls, out, talk } = await run('user password alice', SET, { answers: [PASSWORD, PASSWORD] })
  assert.equal(exitCode, 0, talk)
  const body = { name: 'alice', password: PASSWORD, mustChange: true, orCreate: true }
  assert.deepEqual(calls, [{ kind: 'update-login-profile', target: {}, body }])
  assert.ok(!`${out}${talk}`.includes(PASSWORD))
  const other = await run('user password alice', SET, { answers: [PASSWORD, 'another one of them'] })
  assert.deepEqual([other.exitCode, other.calls.length], [2, 0])
})

test('without a terminal it comes by standard input, and never as an argument', async () => {
  const piped = await run('user password alice --keep --secret-from -', SET, { input: `${PASSWORD}\n` })
  assert.equal(piped.exitCode, 0, piped.talk)
  assert.deepEqual(piped.calls[0]?.body, { name: 'alice', password: PASSWORD, mustChange: false, orCreate: true })
  const none = await run('user password alice', SET)
  assert.deepEqual([none.exitCode, none.calls.length], [2, 0])
  const inLine = await run(`user password alice ${PASSWORD.replaceAll(' ', '-')}`, SET)
  assert.deepEqual([inLine.exitCode, inLine.calls.length], [2, 0])
})

test('it is taken away', async () => {
  const { exitCode, calls } = await run('user password alice --remove', { 'delete-login-profile': {} })
  assert.equal(exitCode, 0)
  assert.deepEqual(calls, [{ kind: 'delete-login-profile', target: {}, body: { name: 'alice' } }])
})
