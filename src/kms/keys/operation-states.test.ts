import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreFailure, type KeySpec } from '../../operations/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { wrapOutside, bringIn } from '../material/imports.fixture.ts'
import { allRows, deployment, OURS, rootOf, type Deployment } from './keys.fixture.ts'
import type { KeyServer } from '../create-key-service.ts'
import { KeyStoreUnavailable, type KeyStore, type MaterialHandle, type MaterialImports } from '../stores/key-store.ts'
import { createMemoryKeyStore } from '../stores/memory.ts'

const STATES = ['enabled', 'disabled', 'pending-import', 'pending-deletion', 'unavailable'] as const
type State = (typeof STATES)[number]
type Expected =
  'ok' | 'key-disabled' | 'key-invalid-state' | 'key-unavailable' | 'key-conflict' | 'unsupported-operation'

const OK = 'ok'
const OFF = 'key-disabled'
const BAD = 'key-invalid-state'
const AWAY = 'key-unavailable'
const US = rootOf(OURS)
const MATERIAL = Buffer.alloc(32, 'of somebody else')
const HOW = { wrapping: 'RSAES_OAEP_SHA_256', wrappingKey: 'RSA_2048' } as const

/** A key for imported material in a state; `blob` was wrapped under it, `other` is a key that is enabled. */
interface Place {
  readonly keys: KeyServer
  readonly key: string
  readonly other: string
  readonly blob: Buffer
  readonly otherBlob: Buffer
}

/** A store that can be taken away. */
function leaving(): { readonly keyStore: KeyStore; readonly reach: { away: boolean } } {
  const memory = createMemoryKeyStore()
  const reach = { away: false }
  const guarded =
    <Given extends readonly unknown[], Result>(work: (...given: Given) => Promise<Result>) =>
    async (...given: Given): Promise<Result> => {
      if (reach.away) throw new KeyStoreUnavailable()
      return work(...given)
    }
  const { imports } = memory
  assert.ok(imports !== undefined)
  const keyStore: KeyStore = {
    create: guarded((handle: MaterialHandle, spec?: KeySpec) => memory.create(handle, spec)),
    wrap: guarded((...all: Parameters<KeyStore['wrap']>) => memory.wrap(...all)),
    unwrap: guarded((...all: Parameters<KeyStore['unwrap']>) => memory.unwrap(...all)),
    release: guarded((handles: readonly MaterialHandle[]) => memory.release(handles)),
    discard: guarded((handles: readonly MaterialHandle[]) => memory.discard(handles)),
    reachable: async () => !reach.away,
    imports: { put: guarded((...all: Parameters<MaterialImports['put']>) => imports.put(...all)) },
  }
  return { keyStore, reach }
}

const PLAINTEXT = new SecretBytes(Buffer.from('plaintext'))

/** Expected in the order of `STATES` (the states of the KMS developer guide; what differs is in docs/keys.md). */
type Row = readonly [readonly [Expected, Expected, Expected, Expected, Expected], (at: Place) => Promise<unknown>]
const USED: Row[0] = [OK, OFF, BAD, BAD, AWAY]
const LOOKED: Row[0] = [OK, OK, OK, OK, OK]
const POINTED: Row[0] = [OK, OK, OK, BAD, OK]

const OPERATIONS: Readonly<Record<string, Row>> = {
  encrypt: [USED, ({ keys, key }) => keys.uses.encrypt(US, { key, plaintext: PLAINTEXT, context: {} })],
  decrypt: [USED, ({ keys, blob }) => keys.uses.decrypt(US, { ciphertext: blob, context: {} })],
  're-encrypt from it': [
    USED,
    ({ keys, blob, other }) =>
      keys.uses['re-encrypt'](US, { ciphertext: blob, sourceContext: {}, key: other, context: {} }),
  ],
  're-encrypt to it': [
    USED,
    ({ keys, otherBlob, key }) =>
      keys.uses['re-encrypt'](US, { ciphertext: otherBlob, sourceContext: {}, key, context: {} }),
  ],
  'generate-data-key': [
    USED,
    ({ keys, key }) => keys.uses['generate-data-key'](US, { key, sizeBytes: 32, context: {} }),
  ],
  'generate-data-key-without-plaintext': [
    USED,
    ({ keys, key }) => keys.uses['generate-data-key-without-plaintext'](US, { key, sizeBytes: 32, context: {} }),
  ],
  'generate-data-key-pair': [
    USED,
    ({ keys, key }) => keys.uses['generate-data-key-pair'](US, { key, pairSpec: 'ECC_NIST_P256', context: {} }),
  ],
  'generate-data-key-pair-without-plaintext': [
    USED,
    ({ keys, key }) =>
      keys.uses['generate-data-key-pair-without-plaintext'](US, { key, pairSpec: 'ECC_NIST_P256', context: {} }),
  ],
  // A bucket key that is held spares the key store, so it does not matter whether that answers.
  'authorize a use': [
    [OK, OFF, BAD, BAD, OK],
    async ({ keys, key }) => keys.authorizeUse(US, await keys.resolve(US, key), 'Decrypt', {}),
  ],
  'describe-key': [LOOKED, ({ keys, key }) => keys.describeKey(US, key)],
  dependents: [LOOKED, ({ keys, key }) => keys.dependents(US, key)],
  'list-aliases': [LOOKED, ({ keys, key }) => keys.listAliases(US, key)],
  'get-key-rotation': [LOOKED, ({ keys, key }) => keys.materials['get-key-rotation'](US, { key })],
  'list-key-rotations': [
    LOOKED,
    ({ keys, key }) => keys.materials['list-key-rotations'](US, { key, everything: true }),
  ],
  'depend on it': [
    POINTED,
    async ({ keys, key }) => keys.reference(await keys.resolve(US, key), { kind: 'version', id: Buffer.alloc(16) }),
  ],
  'create-alias': [POINTED, ({ keys, key }) => keys.setAlias(US, `alias/${key.slice(-36)}`, key, true)],
  'enable-key': [[OK, OK, BAD, BAD, OK], ({ keys, key }) => keys.enableKey(US, key)],
  'disable-key': [[OK, OK, BAD, BAD, OK], ({ keys, key }) => keys.disableKey(US, key)],
  // Nothing waits for a rotation here, and imported material has no schedule.
  'rotate-key': [['key-conflict', OFF, BAD, BAD, 'key-conflict'], ({ keys, key }) => keys.rotateKey(US, key)],
  'set-key-rotation': [
    ['unsupported-operation', OFF, BAD, BAD, 'unsupported-operation'],
    ({ keys, key }) => keys.setRotation(US, key, 90),
  ],
  'schedule-key-deletion': [POINTED, ({ keys, key }) => keys.scheduleDeletion(US, key, 7)],
  'cancel-key-deletion': [[BAD, BAD, BAD, OK, BAD], ({ keys, key }) => keys.cancelDeletion(US, key)],
  'get-import-parameters': [POINTED, ({ keys, key }) => keys.materials['get-import-parameters'](US, { key, ...HOW })],
  'import-key-material': [[OK, OK, OK, BAD, AWAY], ({ keys, key }) => bringIn({ keys }, key, MATERIAL)],
  'delete-imported-key-material': [
    [OK, OK, OK, OK, AWAY],
    ({ keys, key }) => keys.materials['delete-imported-key-material'](US, { key }),
  ],
}

async function placeIn(state: State): Promise<{ readonly all: Deployment; readonly at: Place }> {
  const { keyStore, reach } = leaving()
  const all = await deployment({ keyStore })
  const { keys } = all
  const other = (await keys.createKey(US, { description: '' })).arn
  const { arn: key } = await keys.createKey(US, { description: '', origin: 'external' })
  await bringIn(all, key, MATERIAL)
  const { blob } = await keys.generateDataKey(US, { key, context: {} })
  const { blob: otherBlob } = await keys.generateDataKey(US, { key: other, context: {} })
  if (state === 'disabled') await keys.disableKey(US, key)
  if (state === 'pending-import') await keys.materials['delete-imported-key-material'](US, { key })
  if (state === 'pending-deletion') await keys.scheduleDeletion(US, key, 7)
  reach.away = state === 'unavailable'
  return { all, at: { keys, key, other, blob, otherBlob } }
}

async function outcomeOf(done: Promise<unknown>): Promise<string> {
  try {
    await done
    return OK
  } catch (error) {
    if (error instanceof StoreFailure) return error.failure.kind
    throw error
  }
}

for (const [index, state] of STATES.entries()) {
  test(`states: what every operation answers on a key that is ${state}, and that a refusal changes nothing`, async () => {
    let { all, at } = await placeIn(state)
    const seen: Record<string, string> = {}
    const expected: Record<string, string> = {}
    for (const [name, [row, run]] of Object.entries(OPERATIONS)) {
      expected[name] = row[index] ?? assert.fail()
      const before = await allRows(all.store)
      seen[name] = await outcomeOf(run(at))
      if (seen[name] !== OK && !TWO_STEPS.has(name)) assert.deepEqual(await allRows(all.store), before, name)
      if ((await at.keys.describeKey(US, at.key)).state !== state) ({ all, at } = await placeIn(state))
    }
    assert.deepEqual(seen, expected)
  })
}

/** Begin with a step that is allowed: parameters for an import. */
const TWO_STEPS = new Set(['import-key-material'])

test('states: HMAC keys and key pairs are used when they are enabled, and not else', async () => {
  const all = await deployment()
  const { keys } = all
  const mac = (await keys.createKey(US, { description: '', spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC' })).arn
  const pair = (await keys.createKey(US, { description: '', spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY' })).arn
  const message = Buffer.from('m')
  const signing = { key: pair, message, messageType: 'raw', algorithm: 'ECDSA_SHA_256' } as const
  const { signature } = await keys.uses.sign(US, signing)
  const macing = { key: mac, message, algorithm: 'HMAC_SHA_256' } as const
  const { mac: made } = await keys.uses['generate-mac'](US, macing)
  const uses = [
    () => keys.uses['generate-mac'](US, macing),
    () => keys.uses['verify-mac'](US, { ...macing, mac: made }),
    () => keys.uses['get-public-key'](US, { key: pair }),
    () => keys.uses.sign(US, signing),
    () => keys.uses.verify(US, { ...signing, signature }),
  ]
  const expectAll = async (expected: string): Promise<void> => {
    for (const use of uses) assert.equal(await outcomeOf(use()), expected)
  }
  await expectAll(OK)
  for (const key of [mac, pair]) {
    assert.equal(await outcomeOf(keys.rotateKey(US, key)), 'unsupported-operation')
    assert.equal(await outcomeOf(keys.setRotation(US, key, 90)), 'unsupported-operation')
    const listing = keys.materials['list-key-rotations'](US, { key, everything: true })
    assert.equal(await outcomeOf(listing), 'unsupported-operation')
    const status = { keyArn: key, enabled: false, rotations: 0 }
    assert.deepEqual(await keys.materials['get-key-rotation'](US, { key }), status)
    await keys.disableKey(US, key)
  }
  await expectAll(OFF)
  for (const key of [mac, pair]) await keys.scheduleDeletion(US, key, 7)
  await expectAll(BAD)
  all.clock.nowMs += 8 * 86_400_000
  assert.equal((await keys.destroyDueKeys(all.root, 10)).destroyed, 2)
  await expectAll('key-not-found')
})

test('a key store that is away when a key is to be made or to rotate: unavailable, and nothing is left', async () => {
  const { keyStore, reach } = leaving()
  const all = await deployment({ keyStore })
  const { keyId } = await all.keys.createKey(US, { description: '' })
  const before = await allRows(all.store)
  reach.away = true
  assert.equal(await outcomeOf(all.keys.createKey(US, { description: '' })), AWAY)
  assert.equal(await outcomeOf(all.keys.rotateKey(US, keyId)), AWAY)
  assert.deepEqual(await allRows(all.store), before)
  reach.away = false
  assert.equal((await all.keys.rotateKey(US, keyId)).version, 2)
})

test('T-107 an import that the key store does not take leaves its token for the next attempt', async () => {
  const { keyStore, reach } = leaving()
  const { keys } = await deployment({ keyStore })
  const { arn: key } = await keys.createKey(US, { description: '', origin: 'external' })
  const { importToken, publicKey } = await keys.materials['get-import-parameters'](US, { key, ...HOW })
  const wrappedMaterial = wrapOutside(publicKey, HOW.wrapping, MATERIAL)
  const wanted = { key, importToken, wrappedMaterial, expires: false }
  reach.away = true
  assert.equal(await outcomeOf(keys.materials['import-key-material'](US, wanted)), AWAY)
  reach.away = false
  assert.equal(await outcomeOf(keys.materials['import-key-material'](US, wanted)), OK)
})
