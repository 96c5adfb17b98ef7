import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreFailure, type VersionId } from '../../operations/index.ts'
import { accountCounter, bucketCounter } from '../rows/row-keys.ts'
import { deleteObject } from './delete-object.ts'
import {
  ACCOUNT,
  BUCKET,
  bytesOf,
  get,
  keyName,
  put,
  refusedWith,
  seeded,
  setVersioning,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { listObjects } from '../listing/list-objects.ts'
import { listObjectVersions } from '../listing/list-object-versions.ts'

async function remove(at: Engine, key: string, versionId?: VersionId): ReturnType<typeof deleteObject> {
  const named = versionId === undefined ? {} : { versionId }
  const operation = { kind: 'delete-object', bucket: BUCKET, key: keyName(key), ...named } as const
  return deleteObject(at.rooms, await at.permit('bucket'), operation)
}

async function versionsOf(at: Engine, maxKeys = 1_000): ReturnType<typeof listObjectVersions> {
  const operation = { kind: 'list-object-versions', bucket: BUCKET, prefix: '', delimiter: '', keyMarker: '' } as const
  return listObjectVersions(at.rooms, await at.permit('bucket'), { ...operation, maxKeys })
}

test('an unversioned bucket keeps one object of a name, shows no version id, and deletes for good', async () => {
  const at = await withBucket()
  const first = await put(at, 'k', bytesOf(10))
  assert.equal(first.versionId, undefined)
  await put(at, 'k', bytesOf(20))
  assert.equal((await get(at, 'k')).bytes.length, 20)
  assert.deepEqual(await remove(at, 'k'), { deleteMarker: false })
  assert.deepEqual(await remove(at, 'k'), { deleteMarker: false })
  await assert.rejects(get(at, 'k'), refusedWith('no-such-key'))
  assert.equal((await versionsOf(at)).versions.length, 0)
})

test('a delete marker hides; removing it brings the version below back; removing the newest promotes the next', async () => {
  const at = await withBucket('enabled')
  const one = await put(at, 'k', bytesOf(1))
  const two = await put(at, 'k', bytesOf(2))
  const marker = await remove(at, 'k')
  assert.equal(marker.deleteMarker, true)
  await assert.rejects(get(at, 'k'), (error) => {
    assert.ok(error instanceof StoreFailure && error.failure.kind === 'no-such-key')
    return error.failure.deleteMarker === marker.versionId
  })
  assert.ok(marker.versionId !== undefined && two.versionId !== undefined && one.versionId !== undefined)
  await assert.rejects(get(at, 'k', { versionId: marker.versionId }), refusedWith('method-not-allowed'))
  assert.equal((await get(at, 'k', { versionId: one.versionId })).bytes.length, 1)
  await remove(at, 'k', marker.versionId)
  assert.equal((await get(at, 'k')).bytes.length, 2)
  await remove(at, 'k', two.versionId)
  assert.equal((await get(at, 'k')).object.versionId, one.versionId)
})

test('the version id of another object is no version of this one', async () => {
  const at = await withBucket('enabled')
  const one = await put(at, 'a', bytesOf(1))
  await put(at, 'b', bytesOf(2))
  assert.ok(one.versionId !== undefined)
  await assert.rejects(get(at, 'b', { versionId: one.versionId }), refusedWith('no-such-version'))
})

/** The rules of versioning, on lists: newest first. What the engine does is compared with this. */
class Model {
  readonly names = new Map<string, { id: string; size: number | undefined; isNull: boolean }[]>()
  state: 'unversioned' | 'enabled' | 'suspended' = 'unversioned'

  of(name: string): { id: string; size: number | undefined; isNull: boolean }[] {
    const list = this.names.get(name) ?? []
    this.names.set(name, list)
    return list
  }

  /** `size` undefined: a delete marker. */
  add(name: string, id: string, size: number | undefined): void {
    const isNull = this.state !== 'enabled'
    const kept = this.of(name).filter((one) => !(isNull && one.isNull))
    this.names.set(name, [{ id, size, isNull }, ...kept])
  }

  drop(name: string, id: string): void {
    this.names.set(
      name,
      this.of(name).filter((one) => one.id !== id),
    )
  }
}

async function compare(at: Engine, model: Model): Promise<void> {
  const listing = await versionsOf(at)
  const expected = [...model.names.entries()]
    .sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    .flatMap(([name, list]) =>
      list.map((one, index) => [name, one.id, one.size ?? 0, one.size === undefined, index === 0]),
    )
  const shown = listing.versions.map((one) => [one.key, one.versionId, one.size, one.deleteMarker, one.isLatest])
  assert.deepEqual(shown, expected)
  const current = [...model.names.entries()].flatMap(([name, [top]]) => (top?.size === undefined ? [] : [name]))
  const operation = { kind: 'list-objects', bucket: BUCKET, prefix: '', delimiter: '', after: '' } as const
  const objects = await listObjects(at.rooms, await at.permit('bucket'), {
    ...operation,
    maxKeys: 1_000,
    fetchOwner: false,
  })
  assert.deepEqual(new Set(objects.objects.map((one) => one.key)), new Set(current))
  const bucket = (await at.permit('bucket')).bucket
  assert.ok(bucket !== undefined)
  const stored = [...model.names.values()].flat().filter((one) => one.size !== undefined)
  const bytes = stored.reduce((sum, one) => sum + (one.size ?? 0), 0)
  assert.equal(await at.store.sum(bucketCounter(bucket.uuid, 'versions')), BigInt(stored.length))
  assert.equal(await at.store.sum(bucketCounter(bucket.uuid, 'bytes')), BigInt(bytes))
  assert.equal(await at.store.sum(accountCounter(ACCOUNT, 'bytes')), BigInt(bytes))
}

test('thousands of random operations agree with a small model of versions, and so do the counters', async () => {
  for (const seed of [1, 2, 3]) {
    const random = seeded(seed)
    const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)]
    const at = await withBucket()
    const model = new Model()
    for (let step = 0; step < 1_200; step++) {
      const name = pick(['a', 'a/', 'a\u0001', 'aa', 'b', '\u{10ffff}']) ?? 'a'
      const dice = random()
      // The clock stands still, and goes back at times: order must not depend on it.
      if (dice > 0.9) at.pass(Math.floor(random() * 3) - 1)
      if (dice < 0.45) {
        const size = Math.floor(random() * 40)
        const stored = await put(at, name, bytesOf(size, step))
        model.add(name, stored.versionId ?? 'null', size)
      } else if (dice < 0.6) {
        const gone = await remove(at, name)
        if (model.state === 'unversioned') model.drop(name, 'null')
        else model.add(name, gone.versionId ?? '', undefined)
      } else if (dice < 0.85) {
        const victim = pick(model.of(name))
        if (victim === undefined) continue
        const versionId = (await versionsOf(at)).versions.find((one) => one.versionId === victim.id)?.versionId
        await remove(at, name, versionId)
        model.drop(name, victim.id)
      } else if (dice < 0.87) {
        model.state = random() < 0.5 ? 'enabled' : 'suspended'
        await setVersioning(at, model.state)
      } else {
        const top = model.of(name)[0]
        const read = get(at, name)
        if (top?.size === undefined) await assert.rejects(read, refusedWith('no-such-key'))
        else assert.equal((await read).bytes.length, top.size)
      }
      if (step % 40 === 0) await compare(at, model)
    }
    await compare(at, model)
  }
})

test('versions are listed page by page without a gap or a repeat, for every page size', async () => {
  const at = await withBucket('enabled')
  for (let round = 0; round < 6; round++) {
    for (const name of ['a', 'a/b', 'a/c', 'b', 'c/d']) {
      if ((round + name.length) % 4 === 3) await remove(at, name)
      else await put(at, name, bytesOf(round))
    }
  }
  for (const delimiter of ['', '/']) {
    const operation = { kind: 'list-object-versions', bucket: BUCKET, prefix: '', delimiter } as const
    const permit = await at.permit('bucket')
    const whole = await listObjectVersions(at.rooms, permit, { ...operation, keyMarker: '', maxKeys: 1_000 })
    for (const maxKeys of [1, 2, 3, 7]) {
      const seen: unknown[] = []
      const groups: string[] = []
      let markers: { keyMarker: string; versionIdMarker?: VersionId } = { keyMarker: '' }
      for (;;) {
        const page = await listObjectVersions(at.rooms, permit, { ...operation, ...markers, maxKeys })
        assert.ok(page.versions.length + page.groups.length <= maxKeys)
        seen.push(...page.versions)
        groups.push(...page.groups)
        if (!page.truncated) break
        const { nextKeyMarker, nextVersionIdMarker } = page
        markers = {
          keyMarker: nextKeyMarker ?? assert.fail(),
          ...(nextVersionIdMarker === undefined ? {} : { versionIdMarker: nextVersionIdMarker }),
        }
      }
      assert.deepEqual(seen, whole.versions)
      assert.deepEqual(groups, whole.groups)
    }
  }
})

test('a page goes on behind a version that was deleted after it was shown, null or not, and tells the latest right', async () => {
  const at = await withBucket()
  await put(at, 'k', bytesOf(1))
  await setVersioning(at, 'enabled')
  const older = await put(at, 'k', bytesOf(2))
  await setVersioning(at, 'suspended')
  await put(at, 'k', bytesOf(3))
  await put(at, 'z', bytesOf(4))
  const list = async (
    keyMarker: string,
    versionIdMarker?: VersionId,
    delimiter = '',
  ): ReturnType<typeof listObjectVersions> =>
    listObjectVersions(at.rooms, await at.permit('bucket'), {
      kind: 'list-object-versions',
      bucket: BUCKET,
      prefix: '',
      delimiter,
      keyMarker,
      maxKeys: 1,
      ...(versionIdMarker === undefined ? {} : { versionIdMarker }),
    })
  const first = await list('')
  assert.deepEqual([first.versions[0]?.versionId, first.versions[0]?.isLatest], ['null', true])
  await remove(at, 'k', first.versions[0]?.versionId)
  const second = await list('k', first.nextVersionIdMarker)
  assert.deepEqual([second.versions[0]?.versionId, second.versions[0]?.isLatest], [older.versionId, true])
  assert.ok(second.nextVersionIdMarker !== undefined)
  await remove(at, 'k')
  const marked = await list('k', first.nextVersionIdMarker)
  assert.deepEqual([marked.versions[0]?.versionId, marked.versions[0]?.isLatest], [older.versionId, false])
  await remove(at, 'k', older.versionId)
  await remove(at, 'k', marked.versions[0]?.versionId)
  assert.equal((await list('k', second.nextVersionIdMarker)).versions[0]?.key, 'z')
})

test('a marker of a version that lies in a group goes on behind the group; one that no key can be is a place all the same', async () => {
  const at = await withBucket('enabled')
  const { versionId } = await put(at, 'a/b', bytesOf(1))
  await put(at, 'a/b', bytesOf(2))
  await put(at, 'c', bytesOf(1))
  assert.ok(versionId !== undefined)
  for (const keyMarker of ['a/b', 'a'.repeat(2_000)]) {
    const page = await listObjectVersions(at.rooms, await at.permit('bucket'), {
      kind: 'list-object-versions',
      bucket: BUCKET,
      prefix: '',
      delimiter: '/',
      keyMarker,
      versionIdMarker: versionId,
      maxKeys: 10,
    })
    assert.deepEqual([page.groups, page.versions.map((one) => String(one.key))], [[], ['c']])
  }
})

test('deletes of the newest versions that race each other leave the right version current', async () => {
  const at = await withBucket('enabled')
  for (let round = 0; round < 10; round++) {
    const base = await put(at, 'k', bytesOf(round))
    const markers = [await remove(at, 'k'), await remove(at, 'k'), await remove(at, 'k')]
    await Promise.all(markers.map(({ versionId }) => remove(at, 'k', versionId)))
    assert.equal((await get(at, 'k')).object.versionId, base.versionId)
  }
})

test('a marker is removed while the one above it goes: the object below both becomes current', async () => {
  const at = await withBucket('enabled')
  const base = await put(at, 'k', bytesOf(7))
  const lower = await remove(at, 'k')
  const upper = await remove(at, 'k')
  const commit = at.store.commit.bind(at.store)
  at.store.commit = async (batch) => {
    at.store.commit = commit
    await remove(at, 'k', upper.versionId)
    return commit(batch)
  }
  await remove(at, 'k', lower.versionId)
  assert.equal((await get(at, 'k')).object.versionId, base.versionId)
})

test('the bytes of a delimiter inside a version’s order group nothing', async () => {
  const at = await withBucket('enabled')
  // Orders are stored inverted: here their last byte but one is that of the delimiter.
  while (((at.rooms.now() * 1000) & 0xff00) >>> 8 !== (~'/'.charCodeAt(0) & 0xff)) at.pass(1)
  for (let version = 0; version < 300; version++) await put(at, version % 3 === 0 ? 'a/b' : 'k', bytesOf(1))
  const operation = { kind: 'list-object-versions', bucket: BUCKET, prefix: '', keyMarker: '' } as const
  const permit = await at.permit('bucket')
  const plain = await listObjectVersions(at.rooms, permit, { ...operation, delimiter: '', maxKeys: 1_000 })
  const grouped = await listObjectVersions(at.rooms, permit, { ...operation, delimiter: '/', maxKeys: 1_000 })
  assert.deepEqual(
    grouped.versions,
    plain.versions.filter((one) => one.key === 'k'),
  )
  assert.equal(grouped.versions.length, 200)
  assert.deepEqual(grouped.groups, ['a/'])
  const first = await listObjectVersions(at.rooms, permit, { ...operation, delimiter: '/', maxKeys: 5 })
  assert.deepEqual([first.versions.length, first.groups, first.truncated], [4, ['a/'], true])
})
