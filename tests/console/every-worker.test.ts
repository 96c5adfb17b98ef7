import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { spawnServer, type SpawnedCoffer } from '../servers.ts'
import { openPage, signIn } from './console-client.ts'

const directory = mkdtempSync(join(tmpdir(), 'coffer-console-'))
let servers: readonly SpawnedCoffer[] = []

/** Where a server that was started says that its console is. */
function consoleOf(server: SpawnedCoffer): string {
  return /^coffer ready api=\S+ console=(\S+)/m.exec(server.output())?.[1] ?? assert.fail(server.output())
}

before(async () => {
  const places = ['one', 'two'].map((name) => join(directory, name))
  servers = await Promise.all(places.map((data) => spawnServer({ data, workers: 2 })))
})
after(async () => {
  await Promise.all(servers.map((server) => server.stop()))
  rmSync(directory, { recursive: true })
})

test('a session holds in every worker, and ends in every worker', async () => {
  const [server] = servers
  assert.ok(server !== undefined)
  const page = await openPage(consoleOf(server))
  for (let at = 0; at < 16; at++) assert.equal((await page.call('session')).status, 200)
  assert.equal((await page.call('session', { method: 'DELETE' })).status, 204)
  for (let at = 0; at < 16; at++) assert.equal((await page.call('session')).status, 401)
})

test('T-148 attempts are counted across workers', async () => {
  const [server] = servers
  assert.ok(server !== undefined)
  const statuses: number[] = []
  for (let at = 0; at < 12; at++) {
    statuses.push((await signIn(consoleOf(server), 'CFRNOBODYNOBODYNOBOD', 'w'.repeat(40))).status)
  }
  assert.equal(statuses.filter((status) => status === 401).length, 5)
})

test('two deployments on one host do not sign each other out', async () => {
  const [one, two] = servers
  assert.ok(one !== undefined && two !== undefined)
  const [first, second] = [await openPage(consoleOf(one)), await openPage(consoleOf(two))]
  // A browser sends both cookies to both: cookies have no port.
  const cookie = `${first.cookie}; ${second.cookie}`
  assert.equal((await first.call('session', { headers: { cookie } })).status, 200)
  assert.equal((await second.call('session', { headers: { cookie } })).status, 200)
})
