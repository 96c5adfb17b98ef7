import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deployment, isFailure, OURS, rootOf, START_MS } from './keys.fixture.ts'
import { describeRecord, keyAt, openKeyRecord, sealKeyRecord, stateFor, type KeyRecord } from './key-record.ts'
import { keyRow } from '../kms-rows.ts'
import { currentVersion, materialId, type ImportedMaterial } from './material-version.ts'

const UID = '0123456789abcdef'.repeat(2)
const COMMON = {
  uid: UID,
  keyId: 'key-1',
  account: OURS,
  region: 'us-east-1',
  description: '',
  createdMs: START_MS,
  manager: 'customer',
  state: 'enabled',
  aliases: [],
} as const
/** As the first release wrote them. */
const OLD = { ...COMMON, versions: [{ createdMs: START_MS, origin: 'initial' }] }

function external(...imported: readonly ImportedMaterial[]): KeyRecord {
  const versions = imported.map((one) => ({ createdMs: START_MS, origin: 'initial' as const, imported: one }))
  return { ...COMMON, spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT', origin: 'external', versions }
}

test('a record from before there were kinds of keys opens as a symmetric key whose material was made here', async () => {
  const { records } = await deployment()
  const sealed = (value: unknown): { readonly key: Uint8Array; readonly value: Buffer } => ({
    key: keyRow(UID),
    value: records.seal({ rowKey: keyRow(UID), clear: Uint8Array.of(1), secret: Buffer.from(JSON.stringify(value)) }),
  })
  const opened = openKeyRecord(records, sealed(OLD))
  assert.deepEqual(
    [opened.spec, opened.usage, opened.origin, currentVersion(opened)],
    ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', 'coffer', 1],
  )
  assert.deepEqual(openKeyRecord(records, { key: keyRow(UID), value: sealKeyRecord(records, opened) }), opened)
  const wrong = [
    { ...OLD, spec: 'HMAC_1' },
    { ...OLD, usage: 'EVERYTHING' },
    { ...OLD, origin: 'elsewhere' },
    { ...OLD, versions: [] },
    { ...OLD, versions: [{ createdMs: 1, origin: 'initial', imported: { state: 'lost' } }] },
    { ...OLD, versions: [{ createdMs: 1, origin: 'initial', imported: { state: 'gone', waits: false } }] },
    { ...OLD, versions: [{ createdMs: 1, origin: 'initial', rotatedMs: -1 }] },
    [],
    null,
  ]
  for (const one of wrong) assert.throws(() => openKeyRecord(records, sealed(one)), isFailure('integrity'))
})

test('imported material is gone at the millisecond at which its time is over, and with it the key', () => {
  const key = external({ state: 'present', expiryMs: START_MS + 10 }, { state: 'present' })
  assert.equal(keyAt(key, START_MS + 9), key)
  const after = keyAt(key, START_MS + 10)
  assert.deepEqual([after.state, after.versions[0]?.imported?.state], ['pending-import', 'gone'])
  assert.equal(keyAt({ ...key, state: 'pending-deletion' }, START_MS + 10).state, 'pending-deletion')
  const waiting = external({ state: 'present' }, { state: 'present', waits: true, expiryMs: START_MS })
  assert.deepEqual([keyAt(waiting, START_MS).state, currentVersion(waiting)], ['enabled', 1])
  assert.equal(stateFor('disabled', external({ state: 'awaited' }).versions), 'pending-import')
})

test('ids of material: one for each version, the same for ever, and none before anything was imported', async () => {
  const { keys, clock } = await deployment()
  const request = rootOf(OURS)
  const { keyId, materialId: first } = await keys.createKey(request, { description: '' })
  assert.match(first ?? '', /^[0-9a-f]{64}$/)
  clock.nowMs += 5
  const { materialId: second } = await keys.rotateKey(request, keyId)
  assert.notEqual(second, first)
  assert.equal((await keys.describeKey(request, keyId)).materialId, second)
  const awaited = describeRecord(external({ state: 'awaited' }))
  assert.deepEqual([awaited.materialId, awaited.version], [undefined, 0])
  // Fixed for ever: clients may have kept it.
  const old: KeyRecord = { ...external(), versions: [{ createdMs: START_MS, origin: 'initial' }] }
  assert.equal(materialId(old), '39329591bcd4859618fabf0c164924ee30b6b90bf933cede14185d108b4f2bea')
})
