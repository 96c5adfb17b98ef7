import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bucketKeyRange } from './encryption-rows.ts'
import type { SealScope } from './object-encryption.ts'
import { bodyOf, refusedWith, rootCaller, scopeOf, world, type World } from './test-scope.fixture.ts'

const REQUEST = { kind: 'sse-kms', key: 'k1', bucketKey: true } as const
const HOUR_MS = 60 * 60 * 1000

async function write(at: World, scope: SealScope, encryption = at.encryption): Promise<string> {
  const keys = await encryption.beginWrite(scope, REQUEST)
  keys.sealInline(bodyOf(10))
  const stored = keys.stored('inline')
  assert.ok(stored.mode === 'sse-kms' && stored.bucketKeyId !== undefined)
  return stored.bucketKeyId
}

function prepared(limits?: Parameters<typeof world>[0]): World & { readonly key: ReturnType<World['kms']['addKey']> } {
  const made = world(limits)
  return { ...made, key: made.kms.addKey('k1') }
}

test('S3-12 100 writes by one principal are one GenerateDataKey, one by one and at once', async () => {
  for (const atOnce of [false, true]) {
    const at = prepared()
    const numbers = Array.from({ length: 100 }, (_, index) => index)
    if (atOnce) await Promise.all(numbers.map(async (number) => write(at, scopeOf(number))))
    else for (const number of numbers) await write(at, scopeOf(number))
    assert.equal(at.kms.count('GenerateDataKey'), 1)
    assert.equal(at.kms.count('Decrypt'), 0)
    assert.equal(at.kms.count('authorize GenerateDataKey'), 100)
  }
})

test('S3-12 one GenerateDataKey serves all processes; another principal fetches for itself', async () => {
  const at = prepared()
  const first = await write(at, scopeOf(1))
  assert.equal(await write(at, scopeOf(2), at.another()), first)
  assert.equal(await write(at, scopeOf(3, { caller: rootCaller('ak2') })), first)
  assert.equal(at.kms.count('GenerateDataKey'), 1)
  assert.equal(at.kms.count('Decrypt'), 2)
})

test('processes that make a bucket key at the same moment end with the same one', async () => {
  const at = prepared()
  const processes = Array.from({ length: 5 }, () => at.another())
  const ids = await Promise.all(processes.map(async (one, index) => write(at, scopeOf(index), one)))
  assert.equal(new Set(ids).size, 1)
})

test('T-108 a kept bucket key opens nothing for who lacks Decrypt, nor under a key that was disabled', async () => {
  const at = prepared()
  const keys = await at.encryption.beginWrite(scopeOf(1), REQUEST)
  const stored = keys.stored('inline')
  const read = async (accessKeyId: string) =>
    at.encryption.beginRead(scopeOf(1, { caller: rootCaller(accessKeyId) }), stored, undefined, 'inline')
  await read('ak1')
  at.kms.denied.add('ak2 Decrypt')
  await assert.rejects(read('ak2'), refusedWith('access-denied'))
  at.kms.denied.add('ak1 Decrypt')
  await assert.rejects(read('ak1'), refusedWith('access-denied'))
  at.kms.denied.clear()
  at.kms.denied.add('ak1 GenerateDataKey')
  await assert.rejects(write(at, scopeOf(2)), refusedWith('access-denied'))
  at.kms.denied.clear()
  at.key.state = 'disabled'
  await assert.rejects(read('ak1'), refusedWith('key-disabled'))
  await assert.rejects(write(at, scopeOf(2)), refusedWith('key-disabled'))
})

test('reads with a kept bucket key spare the key store and are asked about each time', async () => {
  const at = prepared()
  const keys = await at.encryption.beginWrite(scopeOf(1), REQUEST)
  const stored = keys.stored('inline')
  const fresh = at.another()
  for (let count = 0; count < 50; count++) await fresh.beginRead(scopeOf(1), stored, undefined, 'inline')
  assert.equal(at.kms.count('Decrypt'), 1)
  assert.equal(at.kms.count('authorize Decrypt'), 50)
  at.pass(5 * 60 * 1000)
  await fresh.beginRead(scopeOf(1), stored, undefined, 'inline')
  assert.equal(at.kms.count('Decrypt'), 2)
})

test('a bucket key wraps for an hour; what it wrapped opens afterwards', async () => {
  const at = prepared()
  const keys = await at.encryption.beginWrite(scopeOf(1), REQUEST)
  const sealed = keys.sealInline(bodyOf(10))
  const stored = keys.stored('inline')
  const first = await write(at, scopeOf(2))
  at.pass(HOUR_MS - 1)
  assert.equal(await write(at, scopeOf(3)), first)
  at.pass(1)
  const second = await write(at, scopeOf(4))
  assert.notEqual(second, first)
  assert.equal(await write(at, scopeOf(5), at.another()), second)
  const read = await at.another().beginRead(scopeOf(1), stored, undefined, 'inline')
  assert.deepEqual(read.openInline(sealed), bodyOf(10))
})

test('a bucket key is retired after its number of wraps', async () => {
  const limits = { encryptForMs: HOUR_MS, maxWraps: 10, keepMs: HOUR_MS, maxKept: 10 }
  const at = prepared(limits)
  const ids: string[] = []
  for (let count = 0; count < 25; count++) ids.push(await write(at, scopeOf(count)))
  assert.equal(new Set(ids).size, 3)
  assert.equal(new Set(ids.slice(0, 10)).size, 1)
  assert.equal(at.kms.count('GenerateDataKey'), 3)
})

test('no more principals are kept than the limit says, and all of them still write', async () => {
  const at = prepared({ encryptForMs: HOUR_MS, maxWraps: 1000, keepMs: HOUR_MS, maxKept: 2 })
  for (const name of ['a', 'b', 'c', 'a']) await write(at, scopeOf(1, { caller: rootCaller(name) }))
  assert.equal(at.kms.count('GenerateDataKey'), 1)
  assert.equal(at.kms.count('Decrypt'), 3)
})

test('rotation, another bucket and another key each mean another bucket key', async () => {
  const at = prepared()
  at.kms.addKey('k2')
  const first = await write(at, scopeOf(1))
  at.kms.rotate(at.key)
  const rotated = await write(at, scopeOf(2))
  const bucket = { ...scopeOf(3).bucket, uuid: new Uint8Array(16).fill(6) }
  const elsewhere = await write(at, scopeOf(3, { bucket }))
  const keys = await at.encryption.beginWrite(scopeOf(4), { ...REQUEST, key: 'k2' })
  const other = keys.stored('inline')
  assert.ok(other.mode === 'sse-kms')
  assert.equal(new Set([first, rotated, elsewhere, other.bucketKeyId]).size, 4)
  const { start, end } = bucketKeyRange(bucket.uuid)
  const inRange = [...at.rows.rows.values()].filter(
    ({ key }) => Buffer.compare(key, start) >= 0 && Buffer.compare(key, end) < 0,
  )
  assert.equal(inRange.length, 1)
})

test('T-116 a bucket key row that was changed on the disk is refused', async () => {
  const at = prepared()
  await write(at, scopeOf(1))
  for (const { value } of at.rows.rows.values()) value.set([(value.at(-1) ?? 0) ^ 1], value.length - 1)
  await assert.rejects(write(at, scopeOf(2), at.another()), refusedWith('integrity'))
})
