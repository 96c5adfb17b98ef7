import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ACCESS_KEY, memoryServer } from '../servers.ts'
import { codeOf, signIn } from './console-client.ts'

const WRONG = 'w'.repeat(40)
const NAME = 'CFRSOMEBODYELSE00001'
let server: RunningCoffer
let url = ''
let nowMs = Date.now()

before(async () => {
  server = await memoryServer({
    console: true,
    now: () => nowMs,
    settings: { COFFER_TRUSTED_PROXIES: '127.0.0.1', COFFER_CONSOLE_INSECURE_SIGN_IN: 'on' },
  })
  url = server.consoleUrl ?? ''
})
after(() => server.close())

/** From some address behind the proxy. */
async function from(address: string, accessKeyId: string, secret = WRONG): Promise<number> {
  const answer = await signIn(url, accessKeyId, secret, { 'x-forwarded-for': address })
  return answer.status
}

test('T-148 five wrong secrets for one name, from wherever, and it waits, twice as long each time', async () => {
  const statuses: number[] = []
  for (let at = 0; at < 7; at++) statuses.push(await from(`10.0.0.${at}`, NAME))
  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429])
  const answer = await signIn(url, NAME, WRONG, { 'x-forwarded-for': '10.0.1.1' })
  assert.equal(codeOf(answer), 'TooManyAttempts')
  assert.equal(answer.headers['retry-after'], '30')
  nowMs += 30_000
  assert.equal(await from('10.0.1.2', NAME), 401)
  nowMs += 59_000
  assert.equal(await from('10.0.1.3', NAME), 429)
  nowMs += 1_000
  assert.equal(await from('10.0.1.4', NAME), 401)
})

test('T-148 twenty from one address for as many names, and that address waits; others do not', async () => {
  const statuses: number[] = []
  for (let at = 0; at < 21; at++) statuses.push(await from('10.9.9.9', `CFRNAME${at}`.padEnd(20, '0')))
  assert.deepEqual(statuses, [...Array.from({ length: 20 }, () => 401), 429])
  assert.equal(await from('10.9.9.10', 'CFRSOMEBODYQUITEELSE'), 401)
})

test('T-148 two hundred at once are no way around', async () => {
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, at) => from(`10.7.0.${at}`, 'CFRATONCEATONCEATONC')),
  )
  assert.ok(answers.filter((status) => status === 401).length <= 5)
  assert.ok(answers.every((status) => status === 401 || status === 429))
})

test('T-148 the root is locked out from afar, and never on its own machine', async () => {
  for (let at = 0; at < 10; at++) await from(`10.6.0.${at}`, ACCESS_KEY)
  const { secretAccessKey } = server
  assert.equal(await from('10.6.1.1', ACCESS_KEY, secretAccessKey), 429)
  assert.equal((await signIn(url)).status, 200)
})
