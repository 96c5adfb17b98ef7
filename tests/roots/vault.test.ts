import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { environmentOf, parseRootKey, resolveRootKey } from '../../src/config/index.ts'
import { outboundTo } from '../../src/http/index.ts'
import { openRootProvider, RootRefused, RootUnavailable, type RootProvider } from '../../src/kms/index.ts'
import { KEEPER_BREAKER_MS } from '../../src/kms/roots/remote-keeper.ts'
import { vaultRoot } from '../../src/kms/roots/vault.ts'
import type { VaultLogin } from '../../src/kms/roots/vault-login.ts'
import { rootSettingOf } from '../../src/processes/root-setting.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { LEASE_SECONDS, ROLE_ID, SECRET_ID, TOKEN, vaultContract, type VaultContract } from './vault-contract.ts'

const CLUSTER_KEY = new SecretBytes(Buffer.from('the cluster key of thirty-two by'))
const CLUSTER_ID = Buffer.alloc(16, 3)
const ANSWER_MS = 300

/** A provider over the real outbound door, with a clock and timers that the test moves. */
class UnderTest {
  nowMs = 0
  timers: { readonly work: () => void; readonly atMs: number; cancelled: boolean }[] = []
  readonly root: RootProvider

  constructor(contract: VaultContract, login: VaultLogin) {
    const { hostname, port } = new URL(contract.address)
    const target = { secure: false, host: hostname, port: Number(port) }
    const send = outboundTo(target, { totalMs: ANSWER_MS, answerBytes: 4_096 })
    const vault = { address: contract.address, mount: 'transit', key: 'coffer', namespace: undefined, login, send }
    this.root = vaultRoot(vault, {
      now: () => this.nowMs,
      later: (work, afterMs) => {
        const timer = { work, atMs: this.nowMs + afterMs, cancelled: false }
        this.timers.push(timer)
        return { cancel: () => (timer.cancelled = true) }
      },
    })
  }

  pass(ms: number): void {
    this.nowMs += ms
    const due = this.timers.filter((timer) => timer.atMs <= this.nowMs)
    this.timers = this.timers.filter((timer) => timer.atMs > this.nowMs)
    for (const timer of due) if (!timer.cancelled) timer.work()
  }
}

const byToken = (): VaultLogin => ({ kind: 'token', token: new SecretBytes(Buffer.from(TOKEN)) })
const byRole = (): VaultLogin => ({
  ...{ kind: 'approle', mount: 'approle', roleId: ROLE_ID },
  secretId: new SecretBytes(Buffer.from(SECRET_ID)),
})

async function contractOf(t: TestContext): Promise<VaultContract> {
  const contract = await vaultContract()
  t.after(async () => {
    await contract.close()
    assert.deepEqual(contract.violations, [])
  })
  return contract
}

for (const [name, login] of [['a token', byToken] as const, ['AppRole', byRole] as const]) {
  test(`the transit engine by ${name}: it opens what it wrapped, for the same version and deployment only`, async (t) => {
    const contract = await contractOf(t)
    const { root } = new UnderTest(contract, login())
    const wrapped = await root.wrap(CLUSTER_KEY, 3, CLUSTER_ID)
    assert.ok((await root.unwrap(wrapped, 3))?.equals(CLUSTER_KEY))
    assert.equal(await root.unwrap(wrapped, 4), undefined)
    const elsewhere = Buffer.from(wrapped)
    elsewhere[20] = 0xff
    assert.equal(await root.unwrap(elsewhere, 3), undefined, 'another deployment')
    const again = await root.wrap(CLUSTER_KEY, 3, CLUSTER_ID)
    assert.notEqual(await root.identify(wrapped), await root.identify(again), 'each wrap has a root key of its own')
    assert.equal(wrapped.includes(CLUSTER_KEY.expose((bytes) => Buffer.from(bytes))), false)
  })
}

test('a rotated transit key opens what its former versions wrapped; another key of the same name does not', async (t) => {
  const contract = await contractOf(t)
  const { root } = new UnderTest(contract, byToken())
  const before = await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  await root.renew?.()
  const after = await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  assert.match(after.toString('latin1'), /vault:v2:/)
  for (const wrapped of [before, after]) assert.ok((await root.unwrap(wrapped, 1))?.equals(CLUSTER_KEY))
  contract.replaceKey()
  assert.equal(await root.unwrap(before, 1), undefined)
})

test('a lease is renewed at two thirds, on and on, and the role logs in anew when that is refused', async (t) => {
  const contract = await contractOf(t)
  const at = new UnderTest(contract, byRole())
  const wrapped = await at.root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  const count = (path: string): number => contract.calls.filter((call) => call.path.endsWith(path)).length
  at.pass((LEASE_SECONDS * 1000 * 2) / 3 - 1)
  assert.ok(await at.root.unwrap(wrapped, 1))
  assert.equal(count('renew-self'), 0)
  for (let rounds = 1; rounds <= 3; rounds++) {
    at.pass((LEASE_SECONDS * 1000 * 2) / 3)
    assert.ok(await at.root.unwrap(wrapped, 1))
    assert.equal(count('renew-self'), rounds)
  }
  assert.equal(count('login'), 1)
  contract.fault = (call) => (call.path.endsWith('renew-self') ? { status: 403, body: { errors: ['no'] } } : undefined)
  at.pass((LEASE_SECONDS * 1000 * 2) / 3)
  assert.ok(await at.root.unwrap(wrapped, 1))
  assert.equal(count('login'), 2)
})

test('a token that was revoked: a role logs in once more; a fixed token is out, and says so without itself', async (t) => {
  const contract = await contractOf(t)
  const role = new UnderTest(contract, byRole())
  const wrapped = await role.root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  const fixed = new UnderTest(contract, byToken())
  contract.revokeTokens()
  assert.ok(await role.root.unwrap(wrapped, 1))
  await assert.rejects(fixed.root.unwrap(wrapped, 1), (error: unknown) => {
    assert.ok(error instanceof RootUnavailable)
    assert.match(error.message, /token or its policy/)
    assert.equal(error.message.includes(TOKEN), false)
    return true
  })
})

test('a login that is refused refuses the start: waiting does not help', async (t) => {
  const contract = await contractOf(t)
  const login = { ...byRole(), secretId: new SecretBytes(Buffer.from('wrong')) } as VaultLogin
  await assert.rejects(new UnderTest(contract, login).root.wrap(CLUSTER_KEY, 1, CLUSTER_ID), RootRefused)
})

const AWAY: readonly (readonly [string, VaultContract['fault']])[] = [
  ['sealed', () => ({ status: 503, body: { errors: ['Vault is sealed'] } })],
  ['standby', () => ({ status: 429 })],
  ['broken', () => ({ status: 500, body: { errors: ['internal'] } })],
  ['a redirect', () => ({ status: 307 })],
  ['silent', () => 'hang'],
  ['not JSON', () => ({ status: 200, body: 'hello' })],
  ['endless', () => ({ status: 200, body: { data: { plaintext: 'A'.repeat(10_000) } } })],
]
for (const [name, fault] of AWAY) {
  test(`T-118, T-137: a key server that is ${name} is away, and serves again afterwards`, async (t) => {
    const contract = await contractOf(t)
    const at = new UnderTest(contract, byToken())
    const wrapped = await at.root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
    contract.fault = fault
    await assert.rejects(at.root.unwrap(wrapped, 1), RootUnavailable)
    const before = contract.calls.length
    await assert.rejects(at.root.unwrap(wrapped, 1), /a moment ago/)
    assert.equal(contract.calls.length, before, 'the breaker is open')
    contract.fault = () => undefined
    at.pass(KEEPER_BREAKER_MS)
    assert.ok((await at.root.unwrap(wrapped, 1))?.equals(CLUSTER_KEY))
  })
}

test('T-118: a key server that answers with other bytes opens nothing', async (t) => {
  const contract = await contractOf(t)
  const { root } = new UnderTest(contract, byToken())
  const wrapped = await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
  for (const length of [0, 16, 31, 32, 33]) {
    const plaintext = Buffer.alloc(length, 1).toString('base64')
    contract.fault = (call) =>
      call.path.includes('decrypt') ? { status: 200, body: { data: { plaintext } } } : undefined
    assert.equal(await root.unwrap(wrapped, 1), undefined, `${length} bytes`)
  }
})

test('nobody listens: away, by the setting as it is written in the configuration', async (t) => {
  const contract = await vaultContract()
  await contract.close()
  t.after(() => undefined)
  const text = `vault:${contract.address}/transit/coffer?token=env:VAULT_TOKEN_OF_TEST`
  const env = environmentOf({ VAULT_TOKEN_OF_TEST: TOKEN })
  const root = await openRootProvider(rootSettingOf(resolveRootKey(parseRootKey(text), env)))
  await assert.rejects(root.wrap(CLUSTER_KEY, 1, CLUSTER_ID), /ECONNREFUSED/)
  assert.equal(env.get('VAULT_TOKEN_OF_TEST'), undefined, 'it left the environment')
})

const REAL = process.env['COFFER_TEST_VAULT_ADDR']
const REAL_TOKEN = process.env['COFFER_TEST_VAULT_TOKEN']
// No package brings a Vault: the contract above is what every run shows, and this is for who has a real one.
if (REAL !== undefined && REAL_TOKEN !== undefined) {
  test('a real Vault or OpenBao, with a transit key `coffer`: wraps, rotates, unwraps', async () => {
    const env = environmentOf({ VAULT_TOKEN_OF_TEST: REAL_TOKEN })
    const text = `vault:${REAL}/transit/coffer?token=env:VAULT_TOKEN_OF_TEST`
    const root = await openRootProvider(rootSettingOf(resolveRootKey(parseRootKey(text), env)))
    const before = await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
    await root.renew?.()
    const after = await root.wrap(CLUSTER_KEY, 1, CLUSTER_ID)
    for (const wrapped of [before, after]) assert.ok((await root.unwrap(wrapped, 1))?.equals(CLUSTER_KEY))
    const changed = Buffer.from(before)
    changed[20] = (changed[20] ?? 0) ^ 1
    assert.equal(await root.unwrap(changed, 1), undefined)
  })
}
