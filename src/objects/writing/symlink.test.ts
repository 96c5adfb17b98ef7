import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreFailure, type ObjectKey, type OperationOf } from '../../operations/index.ts'
import { copyObject } from './copy-object.ts'
import { deleteObject } from './delete-object.ts'
import {
  BUCKET,
  bytesOf,
  drain,
  get,
  keyName,
  PROPERTIES,
  put,
  refusedWith,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import type { Follow } from '../reading/follow-symlink.ts'
import { getObject } from '../reading/get-object.ts'
import { headObject } from '../reading/head-object.ts'
import { listObjects } from '../listing/list-objects.ts'
import { getSymlink, putSymlink } from './symlink.ts'

const READ = { bucket: BUCKET, conditions: {}, withChecksums: false, overrides: {} } as const

async function link(at: Engine, key: string, target: string, changes: Partial<OperationOf<'put-symlink'>> = {}) {
  const operation = { kind: 'put-symlink', bucket: BUCKET, key: keyName(key), target: keyName(target) } as const
  return putSymlink(at.rooms, await at.permit('bucket'), { ...operation, properties: PROPERTIES, ...changes })
}

/** Follows links with a right to everything, and remembers what it was asked for. */
function follower(at: Engine, asked: ObjectKey[] = []): Follow {
  return (target) => {
    asked.push(target)
    return at.permit('bucket')
  }
}

async function read(at: Engine, key: string, follow: Follow = follower(at)) {
  const wanted = { kind: 'get-object', key: keyName(key), ...READ } as const
  const result = await getObject(at.rooms, await at.permit('bucket'), wanted, follow)
  return { ...result, bytes: await drain(result.body) }
}

test('a link reads as what it stands for, as that is now, and says that it is a link', async () => {
  const at = await withBucket()
  await link(at, 'link', 'target')
  for (const size of [10, 30_000]) {
    await put(at, 'target', bytesOf(size))
    const result = await read(at, 'link')
    assert.ok(result.bytes.equals(bytesOf(size)))
    assert.equal(result.object.bySymlink, true)
    const wanted = { kind: 'head-object', key: keyName('link'), ...READ } as const
    const { object } = await headObject(at.rooms, await at.permit('bucket'), wanted, follower(at))
    assert.deepEqual([object.size, object.bySymlink], [size, true])
  }
  assert.equal((await read(at, 'target')).object.bySymlink, undefined)
})

test('T-073 T-074 the right to what a link stands for is asked for, and its refusal is the answer', async () => {
  const at = await withBucket()
  await put(at, 'secret', bytesOf(10))
  await link(at, 'link', 'secret')
  const asked: ObjectKey[] = []
  await read(at, 'link', follower(at, asked))
  assert.deepEqual(asked, ['secret'])
  const denied: Follow = () => {
    throw new StoreFailure({ kind: 'access-denied' })
  }
  await assert.rejects(read(at, 'link', denied), refusedWith('access-denied'))
  const head = { kind: 'head-object', key: keyName('link'), ...READ } as const
  await assert.rejects(headObject(at.rooms, await at.permit('bucket'), head, denied), refusedWith('access-denied'))
})

test('a link to nothing, to a link, and to itself', async () => {
  const at = await withBucket()
  await link(at, 'one', 'two')
  await assert.rejects(read(at, 'one'), refusedWith('symlink-target-missing'))
  await link(at, 'two', 'one')
  await assert.rejects(read(at, 'one'), refusedWith('invalid-symlink-target'))
  await assert.rejects(link(at, 'self', 'self'), refusedWith('invalid-symlink-target'))
})

test('a link can be looked at, listed, copied as a link and removed; an object is no link', async () => {
  const at = await withBucket()
  await put(at, 'target', bytesOf(10))
  await link(at, 'link', 'target')
  const look = async (key: string) =>
    getSymlink(at.rooms, await at.permit('bucket'), { kind: 'get-symlink', bucket: BUCKET, key: keyName(key) })
  assert.deepEqual((await look('link')).target, 'target')
  assert.deepEqual((await look('link')).properties.metadata, PROPERTIES.metadata)
  await assert.rejects(look('target'), refusedWith('not-a-symlink'))
  const source = { bucket: BUCKET, key: keyName('link'), conditions: {} }
  await copyObject(at.rooms, await at.permit('bucket', 'bucket'), {
    ...{ kind: 'copy-object', bucket: BUCKET, key: keyName('copy'), source, encryption: { kind: 'default' } },
  })
  assert.equal((await look('copy')).target, 'target')
  const { objects } = await listObjects(at.rooms, await at.permit('bucket'), {
    ...{ kind: 'list-objects', bucket: BUCKET, prefix: '', delimiter: '', after: '', maxKeys: 10, fetchOwner: false },
  })
  assert.deepEqual(
    objects.map(({ key, type }) => [key, type]),
    [
      ['copy', 'symlink'],
      ['link', 'symlink'],
      ['target', undefined],
    ],
  )
  await deleteObject(at.rooms, await at.permit('bucket'), {
    kind: 'delete-object',
    bucket: BUCKET,
    key: keyName('link'),
  })
  assert.equal((await get(at, 'target')).bytes.length, 10)
})

test('a link is made only where nothing is, when it is told so', async () => {
  const at = await withBucket()
  await put(at, 'k', bytesOf(1))
  await assert.rejects(
    link(at, 'k', 't', { condition: { kind: 'if-none-match-any' } }),
    refusedWith('precondition-failed'),
  )
})
