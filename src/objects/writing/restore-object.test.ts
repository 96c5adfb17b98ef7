import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BUCKET,
  bytesOf,
  get,
  keyName,
  PROPERTIES,
  put,
  refusedWith,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { restoreObject } from './restore-object.ts'
import { DAY_MS } from '../locks/whole-days.ts'

async function restore(at: Engine, days: number) {
  const operation = { kind: 'restore-object', bucket: BUCKET, key: keyName('k'), days } as const
  return restoreObject(at.rooms, await at.permit('bucket'), operation)
}

test('a version of an archive class can be read at once, is restored at once, and shows it until the day ends', async () => {
  const at = await withBucket()
  await put(at, 'k', bytesOf(10), { properties: { ...PROPERTIES, storageClass: 'GLACIER' } })
  assert.equal((await get(at, 'k')).object.restoredUntilMs, undefined)
  assert.deepEqual(await restore(at, 2), { already: false })
  const until = (await get(at, 'k')).object.restoredUntilMs ?? assert.fail()
  assert.equal(until % DAY_MS, 0)
  assert.ok(until - at.now() > 2 * DAY_MS && until - at.now() <= 3 * DAY_MS)
  assert.deepEqual(await restore(at, 5), { already: true })
  assert.equal((await get(at, 'k')).object.restoredUntilMs, until + 3 * DAY_MS)
  at.pass(6 * DAY_MS)
  assert.equal((await get(at, 'k')).object.restoredUntilMs, undefined)
  assert.deepEqual(await restore(at, 1), { already: false })
})

test('what is in no archive class is not restored; days are a whole number from 1 on', async () => {
  const at = await withBucket()
  await put(at, 'k', bytesOf(10))
  await assert.rejects(restore(at, 1), refusedWith('not-archived'))
  for (const days of [0, -1, 1.5, NaN, 365_001])
    await assert.rejects(restore(at, days), refusedWith('invalid-argument'))
})
