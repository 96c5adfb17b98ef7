import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { TokenAway, TokenRefused } from '../kms/index.ts'
import { NEEDS_TOKEN, softToken } from '../kms/tokens/soft-token.fixture.ts'
import { SecretBytes } from '../secrets/index.ts'
import { startTokenProcess, tokenBehind } from './token-process.ts'

/** Key agents that this process started. */
function agents(): readonly number[] {
  const found = spawnSync('pgrep', ['-P', String(process.pid), '-f', 'coffer-role=key-agent'], { encoding: 'utf8' })
  return found.stdout.split('\n').filter(Boolean).map(Number)
}

test('T-118: a library that hangs is ended with its process, and the next call has another', NEEDS_TOKEN, async (t) => {
  const soft = softToken()
  t.after(() => soft.remove())
  const setting = { modulePath: soft.modulePath, token: { label: soft.label }, pin: secret(soft.pin) }
  // Generous for a machine that is busy with other tests, and what a call that hangs costs here.
  const running = startTokenProcess(setting, { callMs: 8_000 })
  await tokenBehind(running).makeKey({ label: 'a', id: '01' })
  const [agent] = agents()
  assert.ok(agent !== undefined)
  process.kill(agent, 'SIGSTOP')
  await assert.rejects(tokenBehind(running).keyIds('a'), TokenAway)
  assert.equal(agents().includes(agent), false)
  assert.deepEqual(await tokenBehind(running).keyIds('a'), ['01'])
  const [next] = agents()
  assert.ok(next !== undefined && next !== agent)
  process.kill(next, 'SIGKILL')
})

test(
  'a library that is none, and one that is not there, cannot be used, and nobody waits for it',
  NEEDS_TOKEN,
  async () => {
    for (const modulePath of ['/nowhere/library.so', '/etc/hostname']) {
      const running = startTokenProcess({ modulePath, token: { label: 'a' }, pin: secret('1234') })
      await assert.rejects(tokenBehind(running).check(), TokenRefused)
    }
    for (const agent of agents()) process.kill(agent, 'SIGKILL')
  },
)

function secret(text: string): SecretBytes {
  return new SecretBytes(Buffer.from(text))
}
