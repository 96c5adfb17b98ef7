import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Checksum, EncryptionRequest } from '../operations/index.ts'
import {
  bodyOf,
  collect,
  customerKey,
  inPieces,
  refusedWith,
  rootCaller,
  scopeOf,
  sealWhole,
  world,
  type World,
} from './test-scope.fixture.ts'

const arnOf = (id: string): string => `arn:aws:kms:us-east-1:000000000001:key/${id}`
const SOURCES: readonly EncryptionRequest[] = [
  { kind: 'sse-s3' },
  { kind: 'sse-kms', key: 'k1' },
  { kind: 'sse-kms', key: 'k1', context: { team: 'blue' } },
  { kind: 'sse-kms', key: 'k1', bucketKey: true },
]
const checksum: Checksum = { algorithm: 'crc32', type: 'full-object', value: Buffer.from('abcd') }

function prepared(): World & { readonly old: ReturnType<World['kms']['addKey']> } {
  const made = world()
  const old = made.kms.addKey('k1')
  made.kms.addKey('k2')
  return { ...made, old }
}

for (const request of SOURCES) {
  for (const bucketKey of [false, true]) {
    const name = `${JSON.stringify(request)} to another key, bucket key ${bucketKey}`
    test(`rewrap of streams: ${name}: the data stays, and the old key is no longer needed`, async () => {
      const at = prepared()
      const scope = scopeOf(1)
      const keys = await at.encryption.beginWrite(scope, request)
      const body = bodyOf(30_000)
      const { sealed, stream } = sealWhole(keys, body, body.length)
      await at.rows.commit(await keys.reference('version'))
      const masked = keys.maskChecksums('streams', 0, [checksum])
      const target = { keyArn: arnOf('k2'), bucketKey }
      const after = await at.encryption.rewrap(scope, keys.stored('streams'), target, undefined, masked)
      assert.equal((await at.rows.commit(after.fragment)).kind, 'committed')
      const references = [...at.rows.rows.values()].map(({ key }) => Buffer.from(key).toString())
      assert.equal(references.filter((key) => key.startsWith('use/')).length, 1)
      assert.equal(references.filter((key) => key.startsWith(`use/${at.old.keyUid}`)).length, 0)
      at.old.state = 'disabled'
      at.kms.rotateServiceKey('000000000001')
      const read = await at.another().beginRead(scope, after.stored, undefined, 'streams')
      const whole = { first: 0, length: body.length }
      assert.deepEqual(await collect(read.openStream(0, stream, whole, inPieces(sealed))), body)
      assert.deepEqual(read.unmaskChecksums('streams', 0, after.checksums), [checksum])
      assert.ok(after.checksums.every((one) => one.masked))
      assert.equal(read.shown.keyArn, arnOf('k2'))
      assert.equal(read.shown.bucketKey, bucketKey ? true : undefined)
    })

    test(`rewrap of an inline body: ${name}: it is sealed again`, async () => {
      const at = prepared()
      const scope = scopeOf(1)
      const keys = await at.encryption.beginWrite(scope, request)
      const sealed = keys.sealInline(bodyOf(1000))
      const masked = keys.maskChecksums('inline', 0, [checksum])
      const target = { keyArn: arnOf('k2'), bucketKey }
      const after = await at.encryption.rewrap(scope, keys.stored('inline'), target, sealed, masked)
      at.old.state = 'disabled'
      const read = await at.another().beginRead(scope, after.stored, undefined, 'inline')
      assert.deepEqual(read.openInline(after.inline ?? assert.fail()), bodyOf(1000))
      assert.deepEqual(read.unmaskChecksums('inline', 0, after.checksums), [checksum])
    })
  }
}

test('rewrap under the same version of the same key keeps the one reference', async () => {
  const at = prepared()
  const keys = await at.encryption.beginWrite(scopeOf(1), { kind: 'sse-kms', key: 'k1' })
  sealWhole(keys, bodyOf(20_000), 20_000)
  const target = { keyArn: arnOf('k1'), bucketKey: true }
  const after = await at.encryption.rewrap(scopeOf(1), keys.stored('streams'), target, undefined, [])
  assert.deepEqual(after.fragment.writes, [])
})

test('rewrap refuses other sources, other names of keys, other accounts, other signatures, missing rights', async () => {
  const at = prepared()
  const scope = scopeOf(1)
  const target = { keyArn: arnOf('k2'), bucketKey: false }
  for (const request of [
    { kind: 'dsse-kms', key: 'k1' },
    { kind: 'sse-c', customer: customerKey(1) },
  ] as const) {
    const stored = (await at.encryption.beginWrite(scope, request)).stored('streams')
    await assert.rejects(at.encryption.rewrap(scope, stored, target, undefined, []), refusedWith('invalid-request'))
  }
  const stored = (await at.encryption.beginWrite(scope, { kind: 'sse-kms', key: 'k1' })).stored('streams')
  for (const keyArn of ['k2', 'alias/x', 'arn:aws:kms:us-east-1:000000000001:alias/x', `${arnOf('k2')}\n`]) {
    const named = { ...target, keyArn }
    await assert.rejects(at.encryption.rewrap(scope, stored, named, undefined, []), refusedWith('invalid-request'))
  }
  const foreign = { ...target, keyArn: 'arn:aws:kms:us-east-1:000000000002:key/k2' }
  await assert.rejects(at.encryption.rewrap(scope, stored, foreign, undefined, []), refusedWith('access-denied'))
  const old = scopeOf(1, { caller: rootCaller('ak1', 'sigv2') })
  await assert.rejects(at.encryption.rewrap(old, stored, target, undefined, []), refusedWith('invalid-argument'))
  for (const right of ['Decrypt', 'GenerateDataKey', 'Encrypt']) {
    at.kms.denied.add(`ak1 ${right}`)
    await assert.rejects(at.encryption.rewrap(scope, stored, target, undefined, []), refusedWith('access-denied'))
    at.kms.denied.clear()
  }
})
