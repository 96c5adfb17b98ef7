import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperationOf, Results } from '../../operations/index.ts'
import { createBucket } from '../buckets/create-bucket.ts'
import { BUCKET, bucketName, bytesOf, put, refusedWith, seeded, withBucket, type Engine } from '../engine.fixture.ts'
import { listObjects } from './list-objects.ts'

async function list(
  at: Engine,
  changes: Partial<OperationOf<'list-objects'>> = {},
  bucket = 'bucket',
): Promise<Results['list-objects']> {
  const operation: OperationOf<'list-objects'> = {
    kind: 'list-objects',
    bucket: bucketName(bucket),
    prefix: '',
    delimiter: '',
    after: '',
    maxKeys: 1_000,
    fetchOwner: false,
    ...changes,
  }
  return listObjects(at.rooms, await at.permit(bucket), operation)
}

/** What a listing has to say, by definition: names in byte order, rolled up at the delimiter. */
function expected(names: readonly string[], prefix: string, delimiter: string): readonly string[] {
  const sorted = [...names].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
  const shown: string[] = []
  for (const name of sorted) {
    if (!name.startsWith(prefix)) continue
    const cut = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length)
    const entry = cut < 0 ? name : name.slice(0, cut + delimiter.length)
    if (shown.at(-1) !== entry) shown.push(entry)
  }
  return shown
}

test('T-033 random names, prefixes and delimiters: every page size gives exactly the names and groups, once', async () => {
  const random = seeded(11)
  const letters = ['a', 'b', '/', '//', '\u0001', 'é', '\u{10ffff}', ' ']
  const at = await withBucket()
  const names = new Set<string>()
  while (names.size < 60) {
    const length = 1 + Math.floor(random() * 5)
    names.add(Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join(''))
  }
  for (const name of names) await put(at, name, bytesOf(1))
  for (const prefix of ['', 'a', 'a/', '\u{10ffff}', 'zz', 'x'.repeat(1_500)]) {
    for (const delimiter of ['', '/', '//', '\u{10ffff}', 'é', '\0', 'y'.repeat(1_500)]) {
      const whole = expected([...names], prefix, delimiter)
      for (const maxKeys of [1, 3, 1_000]) {
        const seen: string[] = []
        let page = await list(at, { prefix, delimiter, maxKeys })
        for (;;) {
          const entries = [...page.objects.map((one) => String(one.key)), ...page.groups]
          assert.ok(entries.length <= maxKeys)
          seen.push(...entries.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))))
          assert.equal(page.truncated, page.nextContinuation !== undefined)
          if (page.nextContinuation === undefined) break
          page = await list(at, { prefix, delimiter, maxKeys, continuation: page.nextContinuation })
        }
        assert.deepEqual(seen, whole)
        const marked: string[] = []
        for (let after = ''; ;) {
          const next = await list(at, { prefix, delimiter, maxKeys, after })
          marked.push(...next.groups, ...next.objects.map((one) => one.key))
          if (!next.truncated) break
          after = next.last ?? assert.fail()
        }
        assert.deepEqual(marked.sort(), [...whole].sort())
      }
    }
  }
})

test('T-032 a continuation token of another bucket, an edited one, or any text is no token', async () => {
  const at = await withBucket()
  await createBucket(at.rooms, await at.permit(), { kind: 'create-bucket', bucket: bucketName('other') })
  for (const name of ['secret-1', 'secret-2']) await put(at, name, bytesOf(1))
  const { nextContinuation } = await list(at, { maxKeys: 1 })
  assert.ok(nextContinuation !== undefined)
  assert.equal((await list(at, { continuation: nextContinuation })).objects[0]?.key, 'secret-2')
  const bytes = Buffer.from(nextContinuation, 'base64url')
  const wrong = ['', 'x', 'A'.repeat(1_000_000), `${nextContinuation}A`, bytes.subarray(0, -1).toString('base64url')]
  for (let place = 0; place < bytes.length; place += 5) {
    const edited = Buffer.from(bytes)
    edited.writeUInt8(edited.readUInt8(place) ^ 1, place)
    wrong.push(edited.toString('base64url'))
  }
  for (const continuation of wrong) {
    await assert.rejects(list(at, { continuation }), refusedWith('invalid-argument'))
  }
  await assert.rejects(list(at, { continuation: nextContinuation }, 'other'), refusedWith('invalid-argument'))
  assert.ok(!Buffer.from(nextContinuation, 'base64url').includes('secret'))
})

test('T-156 what a listing reads is bounded by what it returns, with large groups and many versions below', async () => {
  const at = await withBucket('enabled')
  for (let index = 0; index < 300; index++) await put(at, `group/${index}`, bytesOf(1))
  for (let index = 0; index < 100; index++) await put(at, 'one', bytesOf(1))
  let rows = 0
  const counted: Engine = {
    ...at,
    rooms: {
      ...at.rooms,
      store: {
        inlineBytes: at.store.inlineBytes,
        getMany: (keys, signal) => at.store.getMany(keys, signal),
        sum: (counter) => at.store.sum(counter),
        commit: (batch) => at.store.commit(batch),
        close: () => at.store.close(),
        async scan(range, signal) {
          const page = await at.store.scan(range, signal)
          rows += page.rows.length
          return page
        },
        async scanGroups(range, signal) {
          const page = await at.store.scanGroups(range, signal)
          rows += page.entries.length
          return page
        },
      },
    },
  }
  const page = await list(counted, { delimiter: '/' })
  assert.deepEqual([page.groups, page.objects.map((one) => one.key)], [['group/'], ['one']])
  assert.equal(rows, 2)
})

test('no keys asked for: an empty answer that is not truncated', async () => {
  const at = await withBucket()
  await put(at, 'a', bytesOf(1))
  assert.deepEqual(await list(at, { maxKeys: 0 }), { objects: [], groups: [], truncated: false })
  assert.equal(BUCKET, 'bucket')
})
