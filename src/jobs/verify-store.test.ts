import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useCounter } from '../kms/index.ts'
import { putBucketEncryption } from '../objects/buckets/bucket-encryption.ts'
import { BUCKET, CALLER, put, withBucket, type Engine } from '../objects/engine.fixture.ts'
import { verifyStore } from './verify-store.ts'

const REQUEST = { caller: CALLER, requestId: 'verify' } as const

async function remarksOf(at: Engine): Promise<readonly string[]> {
  const report = await verifyStore(at.rooms, await at.permit(), { liveEpochs: new Set() })
  assert.equal(report.countersAgree, report.remarks.length === 0)
  return report.remarks
}

test('the counts of every key are compared: of what is held, of what is not, and of what defaults hold', async () => {
  const at = await withBucket()
  const { arn } = await at.kms.createKey(REQUEST, { description: 'held' })
  const { arn: free } = await at.kms.createKey(REQUEST, { description: 'free' })
  await put(at, 'name', Buffer.from('body'), { encryption: { kind: 'sse-kms', key: arn } })
  await at.kms.rotateKey(REQUEST, arn)
  await put(at, 'other', Buffer.from('body'), { encryption: { kind: 'sse-kms', key: arn } })
  const rule = { mode: 'sse-kms', cipher: 'aes-256', key: arn, bucketKey: false } as const
  await putBucketEncryption(at.rooms, await at.permit('bucket'), {
    ...{ kind: 'put-bucket-encryption', bucket: BUCKET, change: { rule } },
  })
  assert.deepEqual(await remarksOf(at), [])
  const [held, unheld] = [await at.kms.resolve(REQUEST, arn), await at.kms.resolve(REQUEST, free)]
  for (const [keyUid, version, kind] of [
    [held.keyUid, 1, 'version'],
    [held.keyUid, 2, 'default'],
    [unheld.keyUid, 1, 'version'],
    [unheld.keyUid, 1, 'upload'],
    [unheld.keyUid, 1, 'default'],
  ] as const) {
    const add = (delta: bigint) =>
      at.store.commit({ checks: [], writes: [{ kind: 'add', counter: useCounter(keyUid, version, kind), delta }] })
    await add(1n)
    const remarks = await remarksOf(at)
    assert.equal(remarks.length, 1)
    assert.ok(remarks[0]?.startsWith(`key ${keyUid}/${version}: counted`), remarks[0])
    await add(-1n)
  }
  assert.deepEqual(await remarksOf(at), [])
})
