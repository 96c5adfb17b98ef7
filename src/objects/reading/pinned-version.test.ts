import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperationOf } from '../../operations/index.ts'
import { copyObject } from '../writing/copy-object.ts'
import { BUCKET, bytesOf, drain, keyName, PROPERTIES, put, refusedWith, withBucket } from '../engine.fixture.ts'
import { getObject } from './get-object.ts'
import { headObject } from './head-object.ts'
import { getObjectAcl, putObjectAcl, versionAccess } from '../writing/object-acl.ts'
import { deleteObject } from '../writing/delete-object.ts'
import { getObjectTagging, putObjectTagging } from '../writing/object-tagging.ts'
import { restoreObject } from '../writing/restore-object.ts'
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
  const seen = { sealId: access.sealId }
  const pinned = { ...plain, pinned: { target: seen, source: seen } }
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
  await assert.rejects(copyObject(rooms, { ...plain, pinned: { source: seen } }, copy), again)
  // Who is judged anew reads what is there now.
  const now = await versionAccess(rooms, bucketOf(plain), key, undefined)
  assert.ok(now !== undefined)
  const renewed = { ...plain, pinned: { target: { sealId: now.sealId } } }
  assert.deepEqual(await drain((await getObject(rooms, renewed, asked)).body), bytesOf(200, 1))
})

test('a right that rests on tags is none to the version with other tags, and what was missing stays missing', async () => {
  const made = await withBucket()
  const { rooms } = made
  const properties = { ...PROPERTIES, tags: [['class', 'open']] as const }
  await put(made, 'k', bytesOf(100), { properties })
  const plain = await made.permit('bucket')
  const access = await versionAccess(rooms, bucketOf(plain), key, undefined)
  assert.ok(access !== undefined)
  const { sealId, tags } = access
  const judged = { ...plain, pinned: { target: { sealId, tags } } }
  const missing = { ...plain, pinned: { target: {} } }
  const read = { ...READ, kind: 'get-object' } as const
  const remove = { ...at, kind: 'delete-object' } as const
  const retag = { ...at, kind: 'put-object-tagging', tags: [['class', 'secret']] } as const
  assert.deepEqual(await drain((await getObject(rooms, judged, read)).body), bytesOf(100))
  await putObjectTagging(rooms, plain, retag)
  for (const pinned of [judged, missing]) {
    await assert.rejects(getObject(rooms, pinned, read), refusedWith('contended'))
    await assert.rejects(deleteObject(rooms, pinned, remove), refusedWith('contended'))
    await assert.rejects(putObjectTagging(rooms, pinned, retag), refusedWith('contended'))
    const lesser = { ...at, kind: 'restore-object', days: 1 } as const
    await assert.rejects(restoreObject(rooms, pinned, lesser), refusedWith('contended'))
  }
  await deleteObject(rooms, plain, remove)
  // There is nothing that anybody could have judged.
  await deleteObject(rooms, judged, remove)
})
