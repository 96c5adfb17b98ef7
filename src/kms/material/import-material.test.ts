import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { HMAC_SPECS, MAC_ALGORITHM_OF, WRAPPING_ALGORITHMS } from '../../operations/index.ts'
import { IMPORT_TOKEN_MS, MAX_IMPORT_TOKENS } from './import-tokens.ts'
import { bringIn, wrapOutside } from './imports.fixture.ts'
import {
  allRows,
  anotherProcess,
  deployment,
  isFailure,
  OURS,
  rootOf,
  START_MS,
  type Deployment,
} from '../keys/keys.fixture.ts'

const US = rootOf(OURS)
const HOUR_MS = 3_600_000
const ONE = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7 + 3))
const TWO = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 11 + 5))
const HOW = { wrapping: 'RSAES_OAEP_SHA_256', wrappingKey: 'RSA_2048' } as const

/** Each algorithm, and each size of key. */
const WRAPPINGS = [
  ['RSA_2048', WRAPPING_ALGORITHMS],
  ['RSA_3072', ['RSAES_OAEP_SHA_256']],
  ['RSA_4096', ['RSA_AES_KEY_WRAP_SHA_1']],
] as const

async function external(): Promise<Deployment & { readonly key: string }> {
  const all = await deployment()
  const { arn } = await all.keys.createKey(US, { description: '', origin: 'external' })
  return { ...all, key: arn }
}

async function stateOf({ keys }: Pick<Deployment, 'keys'>, key: string): Promise<string> {
  return (await keys.describeKey(US, key)).state
}

test('a key for imported material waits for it, takes it in by every wrapping, and works in every process', async () => {
  for (const [wrappingKey, wrappings] of WRAPPINGS) {
    for (const wrapping of wrappings) {
      const all = await external()
      const before = await all.keys.describeKey(US, all.key)
      assert.deepEqual(
        [before.state, before.origin, before.version, before.materialId],
        ['pending-import', 'external', 0, undefined],
      )
      await assert.rejects(all.keys.generateDataKey(US, { key: all.key, context: {} }), isFailure('key-invalid-state'))
      const materialId = await bringIn(all, all.key, ONE, {}, { wrapping, wrappingKey })
      const described = await all.keys.describeKey(US, all.key)
      assert.deepEqual([described.state, described.materialId], ['enabled', materialId])
      const { blob, plaintext } = await all.keys.generateDataKey(US, { key: all.key, context: {} })
      const other = await anotherProcess(all)
      assert.ok((await other.decrypt(US, { blob, context: {} })).plaintext.equals(plaintext))
    }
  }
})

test('HMAC keys take in as many bytes as their hash has, and no others', async () => {
  for (const spec of [HMAC_SPECS[0], HMAC_SPECS[3]]) {
    const all = await deployment()
    const { arn: key } = await all.keys.createKey(US, {
      ...{ description: '', origin: 'external', spec, usage: 'GENERATE_VERIFY_MAC' },
    })
    const algorithm = MAC_ALGORITHM_OF[spec]
    const hash = algorithm.replace('HMAC_SHA_', 'sha')
    const bytes = createHmac(hash, '').digest()
    for (const wrong of [bytes.subarray(1), Buffer.concat([bytes, Buffer.of(0)])]) {
      await assert.rejects(bringIn(all, key, wrong), isFailure('invalid-ciphertext'))
    }
    await assert.rejects(bringIn(all, key, bytes, { importType: 'new' }), isFailure('invalid-argument'))
    await bringIn(all, key, bytes)
    const { mac } = await all.keys.uses['generate-mac'](US, { key, message: Buffer.from('m'), algorithm })
    assert.deepEqual(Buffer.from(mac), createHmac(hash, bytes).update('m').digest())
    await assert.rejects(bringIn(all, key, Buffer.alloc(bytes.length, 1)), isFailure('incorrect-key-material'))
  }
})

test('deleted material makes the key wait; only the same bytes bring it back, and then everything opens again', async () => {
  const all = await external()
  const { keys, key } = all
  const materialId = await bringIn(all, key, ONE)
  const { blob, plaintext } = await keys.generateDataKey(US, { key, context: {} })
  const gone = await keys.materials['delete-imported-key-material'](US, { key })
  assert.deepEqual(gone, { keyArn: key, materialId })
  assert.equal(await stateOf(all, key), 'pending-import')
  for (const process of [keys, await anotherProcess(all)]) {
    await assert.rejects(process.decrypt(US, { blob, context: {} }), isFailure('key-invalid-state'))
  }
  await keys.materials['delete-imported-key-material'](US, { key })
  for (const importType of [undefined, 'existing'] as const) {
    const terms = importType === undefined ? {} : { importType }
    await assert.rejects(bringIn(all, key, TWO, terms), isFailure('incorrect-key-material'))
  }
  await assert.rejects(bringIn(all, key, ONE, { materialId: 'f'.repeat(64) }), isFailure('incorrect-key-material'))
  assert.equal(await stateOf(all, key), 'pending-import')
  assert.equal(await bringIn(all, key, ONE, { materialId }), materialId)
  assert.ok((await keys.decrypt(US, { blob, context: {} })).plaintext.equals(plaintext))
})

test('material goes at the millisecond at which its time is over, and the job leaves nothing of it', async () => {
  const all = await external()
  const { keys, key, clock } = all
  const validToMs = START_MS + HOUR_MS
  const materialId = await bringIn(all, key, ONE, { validToMs })
  assert.equal((await keys.describeKey(US, key)).expiryMs, validToMs)
  const { blob, plaintext } = await keys.generateDataKey(US, { key, context: {} })
  clock.nowMs = validToMs - 1
  await keys.decrypt(US, { blob, context: {} })
  clock.nowMs = validToMs
  assert.equal(await stateOf(all, key), 'pending-import')
  await assert.rejects(keys.decrypt(US, { blob, context: {} }), isFailure('key-invalid-state'))
  const wraps = async (): Promise<number> =>
    (await allRows(all.store)).filter((row) => Buffer.from(row.key).toString('latin1').startsWith('wrap/key/')).length
  assert.equal(await wraps(), 1)
  assert.deepEqual(await keys.expireDueMaterial(10), { expired: 1, more: false })
  assert.equal(await wraps(), 0)
  assert.deepEqual(await keys.expireDueMaterial(10), { expired: 0, more: false })
  const [event] = all.audited.filter(({ action }) => action === 'kms:ImportedKeyMaterialExpired')
  assert.deepEqual([event?.resource, event?.detail?.['keyMaterialId']], [key, materialId])
  // What is gone is shredded as a deleted key is: with the next cluster key.
  assert.equal((await keys.destroyDueKeys(all.root, 10)).clusterVersion, 2)
  await bringIn(all, key, ONE, { validToMs: validToMs + HOUR_MS })
  assert.ok((await keys.decrypt(US, { blob, context: {} })).plaintext.equals(plaintext))
})

test('the same bytes again change how long they stay, before and after their time', async () => {
  const all = await external()
  await bringIn(all, all.key, ONE, { validToMs: START_MS + HOUR_MS, materialDescription: 'from the safe' })
  await bringIn(all, all.key, ONE)
  assert.equal((await all.keys.describeKey(US, all.key)).expiryMs, undefined)
  all.clock.nowMs += 2 * HOUR_MS
  assert.deepEqual(await all.keys.expireDueMaterial(10), { expired: 0, more: false })
  assert.equal(await stateOf(all, all.key), 'enabled')
  const listed = await all.keys.materials['list-key-rotations'](US, { key: all.key, everything: true })
  assert.equal(listed.materials[0]?.description, 'from the safe')
})

test('a disabled key stays so when its material is brought again; one that waited is enabled', async () => {
  const all = await external()
  await bringIn(all, all.key, ONE)
  await all.keys.disableKey(US, all.key)
  await bringIn(all, all.key, ONE, { validToMs: START_MS + HOUR_MS })
  assert.equal(await stateOf(all, all.key), 'disabled')
  all.clock.nowMs += HOUR_MS
  assert.equal(await stateOf(all, all.key), 'pending-import')
  await bringIn(all, all.key, ONE)
  assert.equal(await stateOf(all, all.key), 'enabled')
})

test('a key that is to be deleted: no import, material may go, cancelling leads to where the material is', async () => {
  const all = await external()
  const { keys, key } = all
  await bringIn(all, key, ONE)
  const parameters = await keys.materials['get-import-parameters'](US, { key, ...HOW })
  await keys.scheduleDeletion(US, key, 7)
  const wrappedMaterial = wrapOutside(parameters.publicKey, HOW.wrapping, ONE)
  const late = { key, importToken: parameters.importToken, wrappedMaterial, expires: false }
  await assert.rejects(keys.materials['import-key-material'](US, late), isFailure('key-invalid-state'))
  await assert.rejects(keys.materials['get-import-parameters'](US, { key, ...HOW }), isFailure('key-invalid-state'))
  await keys.materials['delete-imported-key-material'](US, { key })
  assert.equal(await stateOf(all, key), 'pending-deletion')
  await keys.cancelDeletion(US, key)
  assert.equal(await stateOf(all, key), 'pending-import')
  await keys.materials['import-key-material'](US, late)
  assert.equal(await stateOf(all, key), 'enabled')
})

test('T-107 an import with a wrong wrap, another token, a used or an ended one, or other bytes: refused, and nothing changed', async () => {
  const all = await external()
  const { keys, key, clock } = all
  const other = (await keys.createKey(US, { description: '', origin: 'external' })).arn
  const own = (await keys.createKey(US, { description: '' })).arn
  const { importToken, publicKey } = await keys.materials['get-import-parameters'](US, { key, ...HOW })
  const wrapped = wrapOutside(publicKey, HOW.wrapping, ONE)
  const wanted = { key, importToken, wrappedMaterial: wrapped, expires: false }
  const ofAnother = await keys.materials['get-import-parameters'](US, { key: other, ...HOW })
  const changed = Buffer.from(wrapped)
  changed[7] = (changed[7] ?? 0) ^ 1
  const long = Buffer.from(importToken)
  long.writeBigUInt64BE(BigInt(START_MS + 2 * IMPORT_TOKEN_MS), 4)
  const over = Buffer.from(importToken)
  over.writeBigUInt64BE(0n, 4)
  const refusals = [
    ['invalid-ciphertext', { wrappedMaterial: changed }],
    ['invalid-ciphertext', { wrappedMaterial: Buffer.alloc(0) }],
    ['invalid-ciphertext', { wrappedMaterial: Buffer.alloc(9_000) }],
    ['invalid-ciphertext', { wrappedMaterial: wrapOutside(publicKey, 'RSAES_OAEP_SHA_1', ONE) }],
    ['invalid-ciphertext', { wrappedMaterial: wrapOutside(publicKey, 'RSA_AES_KEY_WRAP_SHA_256', ONE) }],
    ['invalid-ciphertext', { wrappedMaterial: wrapOutside(ofAnother.publicKey, HOW.wrapping, ONE) }],
    ['invalid-ciphertext', { wrappedMaterial: wrapOutside(publicKey, HOW.wrapping, ONE.subarray(1)) }],
    ['invalid-import-token', { importToken: ofAnother.importToken }],
    ['invalid-import-token', { importToken: Buffer.alloc(44) }],
    ['invalid-import-token', { importToken: Buffer.from(importToken).subarray(1) }],
    ['invalid-import-token', { importToken: long }],
    ['invalid-import-token', { importToken: over }],
    ['unsupported-operation', { key: own }],
    ['incorrect-key-material', { importType: 'existing' }],
    ['invalid-argument', { expires: true }],
    ['invalid-argument', { validToMs: START_MS + 1 }],
    ['invalid-argument', { expires: true, validToMs: START_MS }],
    ['invalid-argument', { expires: true, validToMs: START_MS + 366 * 24 * HOUR_MS }],
    ['invalid-argument', { materialDescription: 'x'.repeat(257) }],
    ['invalid-argument', { materialDescription: '<b>' }],
    ['invalid-argument', { importType: 'new', materialId: 'f'.repeat(64) }],
  ] as const
  const before = await allRows(all.store)
  for (const [kind, change] of refusals) {
    const attempt = keys.materials['import-key-material'](US, { ...wanted, ...change })
    await assert.rejects(attempt, isFailure(kind), `${kind} ${Object.keys(change).join()}`)
  }
  assert.deepEqual(await allRows(all.store), before)
  clock.nowMs += IMPORT_TOKEN_MS
  await assert.rejects(keys.materials['import-key-material'](US, wanted), isFailure('expired-import-token'))
  await keys.expireDueMaterial(10)
  await assert.rejects(keys.materials['import-key-material'](US, wanted), isFailure('expired-import-token'))
  clock.nowMs = START_MS
  const again = await keys.materials['get-import-parameters'](US, { key, ...HOW })
  const good = {
    ...wanted,
    importToken: again.importToken,
    wrappedMaterial: wrapOutside(again.publicKey, HOW.wrapping, ONE),
  }
  await keys.materials['import-key-material'](US, good)
  await assert.rejects(keys.materials['import-key-material'](US, good), isFailure('invalid-import-token'))
})

test('a key has at most ten wrapping keys at a time; with one more the one that ends first is given up', async () => {
  const all = await external()
  const { keys, key, clock } = all
  const tokens = []
  for (let index = 0; index <= MAX_IMPORT_TOKENS; index++) {
    tokens.push(await keys.materials['get-import-parameters'](US, { key, ...HOW }))
    clock.nowMs += 1_000
  }
  const [first, second] = tokens
  assert.ok(first !== undefined && second !== undefined)
  const attempt = ({ importToken, publicKey }: typeof first): Promise<unknown> =>
    keys.materials['import-key-material'](US, {
      ...{ key, importToken, wrappedMaterial: wrapOutside(publicKey, HOW.wrapping, ONE), expires: false },
    })
  await assert.rejects(attempt(first), isFailure('invalid-import-token'))
  await attempt(second)
  const left = (await allRows(all.store)).filter((row) =>
    Buffer.from(row.key).toString('latin1').startsWith('wrap/import/'),
  )
  assert.equal(left.length, MAX_IMPORT_TOKENS - 1)
  clock.nowMs += IMPORT_TOKEN_MS
  await keys.expireDueMaterial(100)
  const names = (await allRows(all.store)).map((row) => Buffer.from(row.key).toString('latin1'))
  assert.deepEqual(
    names.filter((name) => name.includes('import/') || name.startsWith('due/expire')),
    [],
  )
})

test('T-101 imported bytes and private halves of wrapping keys are in no row and no record', async () => {
  const all = await external()
  await bringIn(all, all.key, ONE, { materialDescription: 'words' })
  await all.keys.materials['get-import-parameters'](US, { key: all.key, ...HOW })
  const stored = Buffer.concat((await allRows(all.store)).map((row) => row.value))
  const said = JSON.stringify(all.audited)
  assert.ok(!stored.includes(ONE) && !said.includes(ONE.toString('hex')) && !said.includes(ONE.toString('base64')))
  // The beginning of every PKCS #8 of an RSA key.
  assert.ok(!stored.includes(Buffer.from('300d06092a864886f70d0101010500', 'hex')))
})

test('rotation on demand: new material waits, becomes current, and what the old one wrapped still opens', async () => {
  const all = await external()
  const { keys, key, clock } = all
  const { materials } = keys
  const first = await bringIn(all, key, ONE)
  const old = await keys.generateDataKey(US, { key, context: {} })
  await assert.rejects(keys.rotateKey(US, key), isFailure('key-conflict'))
  clock.nowMs += HOUR_MS
  await assert.rejects(bringIn(all, key, ONE, { importType: 'new' }), isFailure('incorrect-key-material'))
  const second = await bringIn(all, key, TWO, { importType: 'new', materialDescription: 'second' })
  assert.notEqual(second, first)
  assert.equal((await keys.describeKey(US, key)).materialId, first)
  const third = Buffer.alloc(32, 9)
  await assert.rejects(bringIn(all, key, third, { importType: 'new' }), isFailure('key-conflict'))
  const waiting = (await materials['list-key-rotations'](US, { key, everything: true })).materials
  assert.deepEqual(waiting, [
    { materialId: first, state: 'current', imported: 'imported', expires: false },
    { materialId: second, state: 'pending-rotation', imported: 'imported', expires: false, description: 'second' },
  ])
  clock.nowMs += HOUR_MS
  await keys.rotateKey(US, key)
  assert.equal((await keys.describeKey(US, key)).materialId, second)
  const { materials: rotations } = await materials['list-key-rotations'](US, { key, everything: false })
  assert.deepEqual(
    rotations.map(({ materialId, rotation }) => ({ materialId, rotation })),
    [{ materialId: second, rotation: { atMs: START_MS + 2 * HOUR_MS, type: 'on-demand' } }],
  )
  const fresh = await keys.generateDataKey(US, { key, context: {} })
  for (const { blob, plaintext } of [old, fresh]) {
    assert.ok((await keys.decrypt(US, { blob, context: {} })).plaintext.equals(plaintext))
  }
  // Every generation is needed: with one of them gone the key waits, whichever it is.
  await materials['delete-imported-key-material'](US, { key, materialId: first })
  await assert.rejects(keys.decrypt(US, { blob: fresh.blob, context: {} }), isFailure('key-invalid-state'))
  await bringIn(all, key, ONE)
  await keys.decrypt(US, { blob: fresh.blob, context: {} })
  await assert.rejects(keys.setRotation(US, key, 90), isFailure('unsupported-operation'))
})

test('material that waits for its rotation may go and give its place to other bytes, and the key goes on', async () => {
  const all = await external()
  const { keys, key } = all
  await bringIn(all, key, ONE)
  const second = await bringIn(all, key, TWO, { importType: 'new', validToMs: START_MS + HOUR_MS })
  await keys.materials['delete-imported-key-material'](US, { key, materialId: second })
  assert.equal(await stateOf(all, key), 'enabled')
  await assert.rejects(keys.rotateKey(US, key), isFailure('key-conflict'))
  const third = await bringIn(all, key, Buffer.alloc(32, 9), { importType: 'new' })
  assert.notEqual(third, second)
  await keys.rotateKey(US, key)
  const { blob, plaintext } = await keys.generateDataKey(US, { key, context: {} })
  assert.ok((await (await anotherProcess(all)).decrypt(US, { blob, context: {} })).plaintext.equals(plaintext))
  const named = keys.materials['delete-imported-key-material'](US, { key, materialId: second })
  await assert.rejects(named, isFailure('invalid-argument'))
})

test('only keys for imported material know imports', async () => {
  const all = await deployment()
  const { arn: key } = await all.keys.createKey(US, { description: '' })
  await assert.rejects(
    all.keys.materials['get-import-parameters'](US, { key, ...HOW }),
    isFailure('unsupported-operation'),
  )
  const gone = all.keys.materials['delete-imported-key-material'](US, { key })
  await assert.rejects(gone, isFailure('unsupported-operation'))
  const pair = all.keys.createKey(US, {
    ...{ description: '', origin: 'external', spec: 'RSA_2048', usage: 'SIGN_VERIFY' },
  })
  await assert.rejects(pair, isFailure('unsupported-operation'))
})
