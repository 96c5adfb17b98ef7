import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperationOf } from '../../operations/index.ts'
import { copyObject } from '../writing/copy-object.ts'
import { BUCKET, bytesOf, drain, keyName, put, refusedWith, withBucket } from '../engine.fixture.ts'
import { getObject } from './get-object.ts'
import { headObject } from './head-object.ts'
import { getObjectAcl, putObjectAcl, versionAccess } from '../writing/object-acl.ts'
import { getObjectTagging } from '../writing/object-tagging.ts'
import { bucketOf } from '../permitted-bucket.ts'

const key = keyName('k')
const at = { bucket: BUCKET, key } as const
const READ = { ...at, conditions: {}, withChecksums: false, overrides: {} } as const

test('a right that rests on the list of a version is none to the version that replaced it meanwhile', async () => {
  const made = await withBucket()
  const { rooms } = made
  await put(made, 'k', bytesOf(100))
  const plain = await made.permit('bucket', 'bucket')
  const access = await versionAccess(rooms, bucketOf(plain), key, undefined)
  assert.ok(access !== undefined)
  const pinned = { ...plain, pinned: { target: access.sealId, source: access.sealId } }
  const asked = { ...READ, kind: 'get-object' } as const
  assert.deepEqual(await drain((await getObject(rooms, pinned, asked)).body), bytesOf(100))
  await put(made, 'k', bytesOf(200, 1))
  const again = refusedWith('contended')
  await assert.rejects(getObject(rooms, pinned, asked), again)
  await assert.rejects(headObject(rooms, pinned, { ...READ, kind: 'head-object' }), again)
  await assert.rejects(getObjectAcl(rooms, pinned, { ...at, kind: 'get-object-acl' }), again)
  await assert.rejects(getObjectTagging(rooms, pinned, { ...at, kind: 'get-object-tagging' }), again)
  const acl = { kind: 'canned', canned: 'private' } as const
  await assert.rejects(putObjectAcl(rooms, pinned, { ...at, kind: 'put-object-acl', acl }), again)
  const copy: OperationOf<'copy-object'> = {
    kind: 'copy-object',
    bucket: BUCKET,
    key: keyName('copy'),
    encryption: { kind: 'default' },
    source: { ...at, conditions: {} },
  }
  await assert.rejects(copyObject(rooms, { ...plain, pinned: { source: access.sealId } }, copy), again)
  // Who is judged anew reads what is there now.
  const now = await versionAccess(rooms, bucketOf(plain), key, undefined)
  assert.ok(now !== undefined)
  const renewed = { ...plain, pinned: { target: now.sealId } }
  assert.deepEqual(await drain((await getObject(rooms, renewed, asked)).body), bytesOf(200, 1))
})
