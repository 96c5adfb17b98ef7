import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { readBlob } from '../../src/kms/wraps/ciphertext-blob.ts'
import { deployment, OURS, rootOf, type Deployment } from '../../src/kms/keys/keys.fixture.ts'
import { TOKEN_DISCARD_ROWS } from '../../src/kms/kms-rows.ts'
import { createLocalKeyStore } from '../../src/kms/stores/local.ts'
import { MaterialMissing, type KeyStore, type MaterialHandle } from '../../src/kms/stores/key-store.ts'
import { createTokenKeyStore } from '../../src/kms/stores/pkcs11.ts'
import { createResidentKeyStore } from '../../src/kms/stores/resident.ts'
import { NEEDS_TOKEN, softToken, type SoftToken } from '../../src/kms/tokens/soft-token.fixture.ts'
import { createTokenAgent } from '../../src/kms/tokens/token-agent.ts'
import { tokenOver } from '../../src/kms/tokens/token-client.ts'
import { setFaultHook, type MetadataStore } from '../../src/storage/index.ts'
import { BY_TOKEN } from './fault-points.ts'

const DAY_MS = 86_400_000

after(() => setFaultHook())

class Died extends Error {}

interface Process extends Deployment {
  readonly inToken: KeyStore
}

/** One process over a token and rows that stay. */
async function begin(soft: SoftToken, store?: MetadataStore): Promise<Process> {
  const ground = await deployment(store === undefined ? {} : { store })
  const setUp = { modulePath: soft.modulePath, token: { label: soft.label }, pin: Buffer.from(soft.pin) }
  const token = tokenOver('the token', createTokenAgent(setUp), () => 0)
  const inToken = createTokenKeyStore({ store: ground.store, token, now: () => 0, usesAtOnce: 10, mostUses: 30 })
  const local = createLocalKeyStore({ store: ground.store, cluster: ground.cluster })
  const keyStore = createResidentKeyStore({ store: ground.store, local, token: inToken })
  return { ...(await deployment({ store: ground.store, keyStore })), inToken }
}

function dieAt(point: string): void {
  let passed = false
  setFaultHook((name) => {
    if (name !== point || passed) return
    passed = true
    throw new Died(point)
  })
}

for (const point of BY_TOKEN.filter((one) => one.startsWith('reserve-token-uses'))) {
  test(`dying at ${point}: what was reserved is lost at most, and the key goes on`, NEEDS_TOKEN, async (t) => {
    const soft = softToken()
    t.after(() => soft.remove())
    const first = await begin(soft)
    const { arn } = await first.keys.createKey(rootOf(OURS), { description: 'reserved' })
    const wanted = { key: arn, context: {} }
    dieAt(point)
    await assert.rejects(first.keys.generateDataKey(rootOf(OURS), wanted), Died)
    const next = await begin(soft, first.store)
    const made = []
    for (let uses = 0; uses < 40; uses++) made.push(await next.keys.generateDataKey(rootOf(OURS), wanted))
    const versions = made.map(({ blob }) => readBlob(blob)?.version)
    assert.deepEqual([versions[0], versions.filter((one) => one === 1).length <= 30], [1, true])
    for (const { blob, plaintext } of made) {
      const opened = await next.keys.decrypt(rootOf(OURS), { blob, context: {} })
      assert.ok(opened.plaintext.equals(plaintext))
    }
  })
}

const DISCARDING = [
  'destroy-key:after-metadata-commit',
  ...BY_TOKEN.filter((one) => one.startsWith('forget-discarded')),
]
for (const point of DISCARDING) {
  test(`dying at ${point}: the next process takes what was given up out of the token`, NEEDS_TOKEN, async (t) => {
    const soft = softToken()
    t.after(() => soft.remove())
    const first = await begin(soft)
    const keep = await first.keys.createKey(rootOf(OURS), { description: 'stays' })
    const kept = await first.keys.generateDataKey(rootOf(OURS), { key: keep.arn, context: {} })
    const { arn } = await first.keys.createKey(rootOf(OURS), { description: 'given up' })
    const { blob } = await first.keys.generateDataKey(rootOf(OURS), { key: arn, context: {} })
    const handle: MaterialHandle = readBlob(blob) ?? assert.fail()
    await first.keys.scheduleDeletion(rootOf(OURS), arn, 7)
    first.clock.nowMs += 8 * DAY_MS
    dieAt(point)
    await assert.rejects(first.keys.destroyDueKeys(first.root, 10), Died)
    const next = await begin(soft, first.store)
    next.clock.nowMs += 8 * DAY_MS
    await next.keys.destroyDueKeys(next.root, 10)
    await assert.rejects(next.inToken.unwrap(handle, blob, Buffer.alloc(0)), MaterialMissing)
    assert.deepEqual((await next.store.scan({ ...TOKEN_DISCARD_ROWS, limit: 10 })).rows, [])
    const opened = await next.keys.decrypt(rootOf(OURS), { blob: kept.blob, context: {} })
    assert.ok(opened.plaintext.equals(kept.plaintext))
  })
}
