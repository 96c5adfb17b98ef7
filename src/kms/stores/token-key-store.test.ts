import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import { after, test, type TestContext } from 'node:test'
import { SecretBytes } from '../../secrets/index.ts'
import { createMemoryMetadata } from '../../storage/index.ts'
import { isTokenBlob, readBlob } from '../wraps/ciphertext-blob.ts'
import { contextBytes } from '../wraps/context-bytes.ts'
import { bytesOf, deployment, isFailure, OURS, rootOf, seeded, type Deployment } from '../keys/keys.fixture.ts'
import { TOKEN_DISCARD_ROWS } from '../kms-rows.ts'
import { CKA, CKK_AES, CKO_SECRET_KEY, loadCryptoki } from '../tokens/cryptoki.ts'
import { NEEDS_TOKEN, softToken, type SoftToken } from '../tokens/soft-token.fixture.ts'
import { createTokenAgent } from '../tokens/token-agent.ts'
import { BREAKER_MS, tokenOver } from '../tokens/token-client.ts'
import { TokenSession } from '../tokens/token-session.ts'
import type { Token } from '../tokens/token.ts'
import { hexOf, isRefused, textOf, textsOf, vectorCases } from '../wraps/vectors.fixture.ts'
import { keyStoreConformance } from './conformance.ts'
import {
  KeyStoreUnavailable,
  MaterialExhausted,
  MaterialMissing,
  type KeyStore,
  type MaterialHandle,
} from './key-store.ts'
import { createLocalKeyStore } from './local.ts'
import { createTokenKeyStore } from './pkcs11.ts'
import { createResidentKeyStore } from './resident.ts'
import { createUseBudget, MAX_TOKEN_USES, TOKEN_USES_AT_ONCE } from './use-budget.ts'

const HANDLE = { keyUid: 'ab'.repeat(16), version: 1 }
const PLAINTEXT = new SecretBytes(Buffer.from('thirty-two bytes of plaintext...'))
const CONTEXT = Buffer.from('context')

function tokenOf(soft: SoftToken, clock: { nowMs: number }): Token {
  const { modulePath, label } = soft
  const agent = createTokenAgent({ modulePath, token: { label }, pin: Buffer.from(soft.pin) })
  return tokenOver('the token', agent, () => clock.nowMs)
}

interface Resident extends Deployment {
  readonly soft: SoftToken
  readonly tokenStore: KeyStore
  /** Lets the breaker's time pass. */
  readonly pass: () => void
}

/** A key service whose new keys are made in a token. */
async function resident(t: TestContext, budget: { mostUses?: number; usesAtOnce?: number } = {}): Promise<Resident> {
  const soft = softToken()
  t.after(() => soft.remove())
  const store = createMemoryMetadata()
  const clock = { nowMs: 0 }
  const now = (): number => clock.nowMs
  const token = createTokenKeyStore({ store, token: tokenOf(soft, clock), now, ...budget })
  const first = await deployment({ store })
  const local = createLocalKeyStore({ store, cluster: first.cluster })
  const keyStore = createResidentKeyStore({ store, local, token })
  const made = await deployment({ store, keyStore })
  return { ...made, soft, tokenStore: token, pass: () => (clock.nowMs += BREAKER_MS) }
}

if (NEEDS_TOKEN.skip === undefined) {
  const soft = softToken()
  after(() => soft.remove())
  keyStoreConformance('pkcs11', { shared: true }, async () => {
    // A token for all of them: what one left behind is not the next one's.
    const store = createMemoryMetadata()
    const clock = { nowMs: 0 }
    const token = tokenOf(soft, clock)
    for (const uid of ['01', '02']) {
      for (const version of [1, 2]) {
        const id = `${uid.repeat(16)}0000000${version}`
        await token.destroyKey({ label: `coffer/${uid.repeat(16)}/${version}`, id })
      }
    }
    const open = (): KeyStore => createTokenKeyStore({ store, token, now: () => clock.nowMs })
    return {
      keyStore: open(),
      commit: async (fragment) => {
        assert.equal((await store.commit(fragment)).kind, 'committed')
      },
      reopened: async () => createTokenKeyStore({ store, token: tokenOf(soft, clock), now: () => clock.nowMs }),
    }
  })
} else {
  test('key store pkcs11', NEEDS_TOKEN, () => undefined)
}

test(
  'OBSA-34, OBSA-35: a new key is made in the token; its blobs say that the token did the work',
  NEEDS_TOKEN,
  async (t) => {
    const { keys, store } = await resident(t)
    const { arn } = await keys.createKey(rootOf(OURS), { description: 'resident' })
    const wanted = { key: arn, context: { a: 'b' } }
    const { plaintext, blob } = await keys.generateDataKey(rootOf(OURS), wanted)
    assert.ok(isTokenBlob(blob))
    const opened = await keys.decrypt(rootOf(OURS), { blob, context: { a: 'b' } })
    assert.ok(opened.plaintext.equals(plaintext))
    await assert.rejects(keys.decrypt(rootOf(OURS), { blob, context: { a: 'c' } }), isFailure('invalid-ciphertext'))
    const { rows } = await store.scan({ start: Buffer.from('wrap/key/'), end: Buffer.from('wrap/key0'), limit: 10 })
    assert.deepEqual(rows, [], 'no material in any row')
  },
)

test('a token blob: every flipped bit refuses, with one answer', NEEDS_TOKEN, async (t) => {
  const { tokenStore } = await resident(t)
  await tokenStore.create(HANDLE)
  const blob = await tokenStore.wrap(HANDLE, PLAINTEXT, CONTEXT)
  const random = seeded(3)
  for (let tries = 0; tries < 150; tries++) {
    const bit = Math.floor(random() * blob.length * 8)
    const changed = Buffer.from(blob)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.equal(await tokenStore.unwrap(HANDLE, changed, CONTEXT), undefined, `bit ${bit}`)
  }
  assert.ok((await tokenStore.unwrap(HANDLE, blob, CONTEXT))?.equals(PLAINTEXT))
})

test(
  'suite 3 of the second implementation: each blob opens, or is refused, in a token with its material',
  NEEDS_TOKEN,
  async (t) => {
    const { soft, tokenStore } = await resident(t)
    const cases = vectorCases('envelopes/ckb1-token')
    const material = hexOf(cases[0] ?? assert.fail(), 'material')
    const uid = hexOf(cases[0] ?? assert.fail(), 'blob').toString('hex', 8, 24)
    const handles = [1, 2].map((version) => ({ keyUid: uid, version }))
    for (const handle of handles) await putIntoToken(soft, handle, material)
    for (const one of cases) {
      const blob = hexOf(one, 'blob')
      assert.deepEqual(hexOf(one, 'material'), material)
      const named = readBlob(blob)
      const context = contextBytes(textsOf(one, 'context'))
      // A blob that names a version which is not there is not of this handle.
      const handle = handles.find(({ version }) => version === named?.version) ?? handles[0] ?? assert.fail()
      const opened = await tokenStore.unwrap(handle, blob, context)
      const expected = isRefused(one) ? undefined : hexOf(one, 'plaintext')
      assert.deepEqual(opened === undefined ? undefined : bytesOf(opened), expected, textOf(one, 'name'))
    }
    const blob = await tokenStore.wrap(handles[0] ?? assert.fail(), PLAINTEXT, CONTEXT)
    assert.equal(blob.length, 84 + PLAINTEXT.length + 16)
    assert.deepEqual(blob.subarray(40, 84), Buffer.alloc(44))
    const decipher = createDecipheriv('aes-256-gcm', material, blob.subarray(28, 40), { authTagLength: 16 })
    decipher.setAAD(Buffer.concat([blob.subarray(0, 84), CONTEXT]))
    decipher.setAuthTag(blob.subarray(-16))
    const opened = Buffer.concat([decipher.update(blob.subarray(84, -16)), decipher.final()])
    assert.deepEqual(opened, bytesOf(PLAINTEXT))
    // A token that would make keys which could leave it is not used to make any.
    await assert.rejects(tokenStore.create(handles[0] ?? assert.fail()), KeyStoreUnavailable)
  },
)

/** Material that is known, put into a token by hand under the name that its blobs have. */
async function putIntoToken(soft: SoftToken, { keyUid, version }: MaterialHandle, material: Buffer): Promise<void> {
  const pin = new SecretBytes(Buffer.from(soft.pin))
  const session = new TokenSession(() => loadCryptoki(soft.modulePath), { label: soft.label }, pin)
  await session.run(({ module, session: handle }) =>
    module.C_CreateObject(handle, [
      { type: CKA.CLASS, value: CKO_SECRET_KEY },
      { type: CKA.KEY_TYPE, value: CKK_AES },
      { type: CKA.TOKEN, value: true },
      { type: CKA.PRIVATE, value: true },
      { type: CKA.LABEL, value: `coffer/${keyUid}/${version}` },
      { type: CKA.ID, value: Buffer.from(`${keyUid}0000000${version}`, 'hex') },
      { type: CKA.ENCRYPT, value: true },
      { type: CKA.DECRYPT, value: true },
      { type: CKA.VALUE, value: material },
    ]),
  )
}

test(
  'OBSA-34, T-118: token away: keys are unavailable, nothing is lost, and it goes on by itself',
  NEEDS_TOKEN,
  async (t) => {
    const { keys, soft, pass } = await resident(t)
    const { arn } = await keys.createKey(rootOf(OURS), { description: 'resident' })
    const { plaintext, blob } = await keys.generateDataKey(rootOf(OURS), { key: arn, context: {} })
    soft.takeAway()
    pass()
    await assert.rejects(keys.generateDataKey(rootOf(OURS), { key: arn, context: {} }), isFailure('key-unavailable'))
    await assert.rejects(keys.decrypt(rootOf(OURS), { blob, context: {} }), isFailure('key-unavailable'))
    await assert.rejects(keys.createKey(rootOf(OURS), { description: 'another' }), (error: unknown) => {
      return error instanceof KeyStoreUnavailable || isFailure('key-unavailable')(error)
    })
    assert.equal((await keys.describeKey(rootOf(OURS), arn)).state, 'unavailable')
    assert.deepEqual(
      (await keys.listKeys(rootOf(OURS))).map(({ state }) => state),
      ['unavailable'],
    )
    soft.bringBack()
    pass()
    pass()
    assert.ok((await keys.decrypt(rootOf(OURS), { blob, context: {} })).plaintext.equals(plaintext))
    assert.equal((await keys.describeKey(rootOf(OURS), arn)).state, 'enabled')
    assert.equal((await keys.listKeys(rootOf(OURS))).length, 1)
  },
)

test(
  'keys from before the token go on from their rows, and their next version is in the token',
  NEEDS_TOKEN,
  async (t) => {
    const soft = softToken()
    t.after(() => soft.remove())
    const before = await deployment()
    const { arn } = await before.keys.createKey(rootOf(OURS), { description: 'from before' })
    const old = await before.keys.generateDataKey(rootOf(OURS), { key: arn, context: {} })
    const { store, cluster } = before
    const token = createTokenKeyStore({ store, token: tokenOf(soft, { nowMs: 0 }), now: () => 0 })
    const local = createLocalKeyStore({ store, cluster })
    const { keys } = await deployment({ store, keyStore: createResidentKeyStore({ store, local, token }) })
    assert.equal(isTokenBlob((await keys.generateDataKey(rootOf(OURS), { key: arn, context: {} })).blob), false)
    await keys.rotateKey(rootOf(OURS), arn)
    const fresh = await keys.generateDataKey(rootOf(OURS), { key: arn, context: {} })
    assert.deepEqual([isTokenBlob(fresh.blob), readBlob(fresh.blob)?.version], [true, 2])
    for (const { blob, plaintext } of [old, fresh]) {
      assert.ok((await keys.decrypt(rootOf(OURS), { blob, context: {} })).plaintext.equals(plaintext))
    }
    soft.takeAway()
    assert.ok((await keys.decrypt(rootOf(OURS), { blob: old.blob, context: {} })).plaintext.equals(old.plaintext))
    await assert.rejects(
      keys.createKey(rootOf(OURS), { description: 'mac', spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC' }),
      isFailure('unsupported-operation'),
    )
    const without = await deployment({ store })
    await assert.rejects(
      without.keys.decrypt(rootOf(OURS), { blob: fresh.blob, context: {} }),
      isFailure('key-invalid-state'),
      'without the token its blobs are not opened, and nothing is made in its place',
    )
  },
)

test('a destroyed key is gone from the token too; what was away then goes when it is back', NEEDS_TOKEN, async (t) => {
  const { keys, soft, pass, clock, root, store, tokenStore } = await resident(t)
  const DAY_MS = 86_400_000
  const made = []
  for (const description of ['one', 'two']) {
    const { arn } = await keys.createKey(rootOf(OURS), { description })
    const { blob } = await keys.generateDataKey(rootOf(OURS), { key: arn, context: {} })
    const facts = readBlob(blob) ?? assert.fail()
    made.push({ arn, blob, handle: { keyUid: facts.keyUid, version: facts.version } })
  }
  const [one, two] = [made[0] ?? assert.fail(), made[1] ?? assert.fail()]
  await keys.scheduleDeletion(rootOf(OURS), one.arn, 7)
  clock.nowMs += 8 * DAY_MS
  assert.equal((await keys.destroyDueKeys(root, 10)).destroyed, 1)
  await assert.rejects(tokenStore.unwrap(one.handle, one.blob, Buffer.alloc(0)), MaterialMissing)
  await keys.scheduleDeletion(rootOf(OURS), two.arn, 7)
  clock.nowMs += 8 * DAY_MS
  soft.takeAway()
  pass()
  assert.equal((await keys.destroyDueKeys(root, 10)).destroyed, 1)
  soft.bringBack()
  pass()
  assert.ok(await tokenStore.unwrap(two.handle, two.blob, Buffer.alloc(0)), 'it is still in the token')
  await keys.destroyDueKeys(root, 10)
  await assert.rejects(tokenStore.unwrap(two.handle, two.blob, Buffer.alloc(0)), MaterialMissing)
  assert.deepEqual((await store.scan({ ...TOKEN_DISCARD_ROWS, limit: 10 })).rows, [])
})

test('a version that was used as often as it may be is rotated, and the next one goes on', NEEDS_TOKEN, async (t) => {
  const { keys } = await resident(t, { mostUses: 10, usesAtOnce: 5 })
  const { arn } = await keys.createKey(rootOf(OURS), { description: 'busy' })
  const versions: number[] = []
  for (let uses = 0; uses < 25; uses++) {
    const { blob } = await keys.generateDataKey(rootOf(OURS), { key: arn, context: {} })
    versions.push(readBlob(blob)?.version ?? 0)
  }
  assert.deepEqual(versions, [...Array<number>(10).fill(1), ...Array<number>(10).fill(2), ...Array<number>(5).fill(3)])
  assert.equal((await keys.describeKey(rootOf(OURS), arn)).version, 3)
})

test('uses are reserved before they happen: a process that dies loses what it reserved, never the other way round', async () => {
  const store = createMemoryMetadata()
  const options = { store, mostUses: 30, usesAtOnce: 10 }
  const budgets = [createUseBudget(options), createUseBudget(options)]
  let taken = 0
  for (const budget of budgets) {
    for (let uses = 0; uses < 3; uses++, taken++) await budget.take(HANDLE)
  }
  // Both are gone now; a third has what is left, which is less than what was not used.
  const third = createUseBudget(options)
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => third.take(HANDLE)))
  const given = outcomes.filter(({ status }) => status === 'fulfilled').length
  assert.deepEqual([taken, given], [6, 10])
  await assert.rejects(third.take(HANDLE), MaterialExhausted)
  await createUseBudget(options).take({ ...HANDLE, version: 2 })
  assert.ok(MAX_TOKEN_USES + 256 * TOKEN_USES_AT_ONCE < 2 ** 32, 'what many processes reserve at once fits too')
})
