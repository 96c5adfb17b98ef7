import assert from 'node:assert/strict'
import fc from 'fast-check'
import { allKeys, commit, hex, keysOf, put, remove, text, valueOf } from './conformance-steps.ts'
import type { Register } from './conformance.ts'
import type { GroupEntry, Key, MetadataStore } from './metadata-store.ts'

const START = Buffer.alloc(0)
const END = Buffer.alloc(1_200, 0xff)

/** Groups are shown with a star behind them. */
const shown = (entries: readonly GroupEntry[]): readonly string[] =>
  entries.map((entry) =>
    'group' in entry ? `${Buffer.from(entry.group).toString()}*` : Buffer.from(entry.key).toString(),
  )

async function filled(store: MetadataStore, keys: readonly Key[]): Promise<void> {
  for (let from = 0; from < keys.length; from += 1_000) {
    await commit(
      store,
      keys.slice(from, from + 1_000).map((key) => put(key, key)),
    )
  }
}

export function registerReads(register: Register): void {
  registerGetMany(register)
  registerScans(register)
  registerGroups(register)
  registerModels(register)

  register('an aborted signal rejects every read with its reason', async (store) => {
    await commit(store, [put(text('a'))])
    const reason = new Error('the client went away')
    const signal = AbortSignal.abort(reason)
    await assert.rejects(store.getMany([text('a')], signal), reason)
    await assert.rejects(store.scan({ start: START, end: END, limit: 1 }, signal), reason)
    await assert.rejects(
      store.scanGroups({ start: START, end: END, limit: 1, from: 0, delimiter: text('/') }, signal),
      reason,
    )
    assert.equal(await valueOf(store, text('a')), 'x')
  })

  register('a paused reader delays nobody: commits go on between the pages of a scan', async (store) => {
    const keys = Array.from({ length: 100 }, (_, index) => text(`k${`${index}`.padStart(3, '0')}`))
    await filled(store, keys)
    const first = await store.scan({ start: START, end: END, limit: 10 })
    for (let round = 0; round < 20; round++)
      await commit(
        store,
        keys.map((key) => put(key, `${round}`)),
      )
    await commit(store, [remove(text('k010'))])
    const second = await store.scan({ start: text('k010'), end: END, limit: 10 })
    assert.equal(Buffer.from(first.rows[9]?.key ?? []).toString(), 'k009')
    assert.equal(Buffer.from(second.rows[0]?.key ?? []).toString(), 'k011')
    assert.equal(Buffer.from(second.rows[0]?.value ?? []).toString(), '19')
  })
}

function registerGetMany(register: Register): void {
  register('getMany answers in the order asked, repeats and gaps included', async (store) => {
    await filled(store, [text('a'), text('b')])
    const rows = await store.getMany([text('b'), text('none'), text('a'), text('b')])
    assert.deepEqual(
      rows.map((row) => row && Buffer.from(row.key).toString()),
      ['b', undefined, 'a', 'b'],
    )
    assert.deepEqual(await store.getMany([]), [])
  })

  register('getMany and scan are one snapshot each, whatever is committed meanwhile', async (store) => {
    const keys = Array.from({ length: 20 }, (_, index) => text(`k${`${index}`.padStart(2, '0')}`))
    const write = (round: number): Promise<unknown> =>
      commit(
        store,
        keys.map((key) => put(key, `${round}`)),
      )
    await write(0)
    const writing = (async () => {
      for (let round = 1; round <= 20; round++) await write(round)
    })()
    for (let round = 0; round < 20; round++) {
      const rows = await store.getMany(keys)
      assert.equal(new Set(rows.map((row) => Buffer.from(row?.value ?? []).toString())).size, 1)
      const page = await store.scan({ start: START, end: END, limit: 20 })
      assert.equal(new Set(page.rows.map((row) => Buffer.from(row.value).toString())).size, 1)
    }
    await writing
  })

  register('what a reader does to its rows changes nothing', async (store) => {
    await commit(store, [put(text('a'), 'value')])
    const [row] = await store.getMany([text('a')])
    Buffer.from(row?.value.buffer ?? new ArrayBuffer(0), row?.value.byteOffset, row?.value.length).fill(0)
    assert.equal(await valueOf(store, text('a')), 'value')
  })
}

function registerScans(register: Register): void {
  register('a scan returns [start, end) in byte order, and says whether there is more', async (store) => {
    await filled(store, ['61', '6100', '61ff', '62', '6201', 'ff', 'ffff', '00', '80', '7f'].map(hex))
    assert.deepEqual(await allKeys(store), ['00', '61', '6100', '61ff', '62', '6201', '7f', '80', 'ff', 'ffff'])
    const page = (start: string, end: string, limit: number, reverse = false): ReturnType<MetadataStore['scan']> =>
      store.scan({ start: hex(start), end: hex(end), limit, reverse })
    assert.deepEqual(keysOf((await page('61', '62', 10)).rows), ['61', '6100', '61ff'])
    assert.equal((await page('61', '62', 10)).more, false)
    assert.equal((await page('61', '62', 3)).more, false)
    assert.equal((await page('61', '62', 2)).more, true)
    assert.deepEqual(keysOf((await page('61', '62', 2)).rows), ['61', '6100'])
    assert.deepEqual(await page('62', '61', 10), { rows: [], more: false })
    assert.deepEqual(await page('61', '61', 10), { rows: [], more: false })
    assert.deepEqual(await page('61', '62', 0), { rows: [], more: true })
    assert.deepEqual(await page('63', '64', 0), { rows: [], more: false })
  })

  register('a reverse scan returns the same rows from the end, its end still left out', async (store) => {
    await filled(store, ['00', '61', '6100', '62', 'ffff'].map(hex))
    const page = async (start: string, end: string, limit: number): Promise<readonly string[]> =>
      keysOf((await store.scan({ start: hex(start), end: hex(end), limit, reverse: true })).rows)
    assert.deepEqual(await page('', 'ff'.repeat(3), 10), ['ffff', '62', '6100', '61', '00'])
    assert.deepEqual(await page('61', '62', 10), ['6100', '61'])
    assert.deepEqual(await page('61', '6201', 2), ['62', '6100'])
    assert.deepEqual(await page('62', '61', 10), [])
    const { more } = await store.scan({ start: hex('61'), end: hex('6201'), limit: 2, reverse: true })
    assert.equal(more, true)
  })

  register('valueBytes may cut values, never below what is asked', async (store) => {
    await commit(store, [put(text('a'), Buffer.alloc(5_000, 1)), put(text('b'), 'abc')])
    for (const valueBytes of [0, 2, 100, 5_000]) {
      const { rows } = await store.scan({ start: START, end: END, limit: 10, valueBytes })
      assert.ok((rows[0]?.value.length ?? -1) >= Math.min(valueBytes, 5_000))
      assert.ok((rows[1]?.value.length ?? -1) >= Math.min(valueBytes, 3))
    }
    const whole = await store.scan({ start: START, end: END, limit: 10 })
    assert.equal(whole.rows[0]?.value.length, 5_000)
  })
}

function registerGroups(register: Register): void {
  const groups = (
    store: MetadataStore,
    delimiter: string,
    options: { readonly start?: string; readonly end?: string; readonly limit?: number; readonly from?: number } = {},
  ): ReturnType<MetadataStore['scanGroups']> =>
    store.scanGroups({
      start: options.start === undefined ? START : text(options.start),
      end: options.end === undefined ? END : text(options.end),
      limit: options.limit ?? 100,
      from: options.from ?? 0,
      delimiter: text(delimiter),
    })

  register('rows that share a prefix up to the delimiter come back as one group', async (store) => {
    await filled(store, ['a', 'b/', 'b/1', 'b/2/x', 'c', 'c/1', 'd//', 'e'].map(text))
    const page = await groups(store, '/')
    assert.deepEqual(shown(page.entries), ['a', 'b/*', 'c', 'c/*', 'd/*', 'e'])
    assert.equal(page.more, false)
    assert.deepEqual(shown((await groups(store, '/', { from: 2 })).entries), [
      'a',
      'b/',
      'b/1',
      'b/2/*',
      'c',
      'c/1',
      'd//*',
      'e',
    ])
    assert.deepEqual(shown((await groups(store, '/', { from: 100 })).entries).length, 8)
  })

  register('a group counts as one of the limit, and more says whether anything is behind it', async (store) => {
    await filled(store, ['a/1', 'a/2', 'a/3', 'b', 'c/1', 'c/2'].map(text))
    for (const [limit, expected, more] of [
      [0, [], true],
      [1, ['a/*'], true],
      [2, ['a/*', 'b'], true],
      [3, ['a/*', 'b', 'c/*'], false],
      [4, ['a/*', 'b', 'c/*'], false],
    ] as const) {
      const page = await groups(store, '/', { limit })
      assert.deepEqual(shown(page.entries), expected)
      assert.equal(page.more, more)
    }
  })

  register('a scan of groups begins and ends where it is told, also inside a group', async (store) => {
    await filled(store, ['a/1', 'a/2', 'b/1', 'b/2', 'b/3'].map(text))
    assert.deepEqual(shown((await groups(store, '/', { start: 'a/2' })).entries), ['a/*', 'b/*'])
    assert.deepEqual(shown((await groups(store, '/', { start: 'a0' })).entries), ['b/*'])
    const inside = await groups(store, '/', { end: 'b/2' })
    assert.deepEqual(shown(inside.entries), ['a/*', 'b/*'])
    assert.equal(inside.more, false)
    assert.deepEqual((await groups(store, '/', { start: 'b', end: 'a' })).entries, [])
  })

  register(
    'delimiters of several bytes, and ones that overlap themselves, are found at their first place',
    async (store) => {
      await filled(store, ['a--', 'a---b', 'a-b', 'b--c--d', 'é/é', 'é'].map(text))
      assert.deepEqual(shown((await groups(store, '--')).entries), ['a--*', 'a-b', 'b--*', 'é', 'é/é'])
      assert.deepEqual(shown((await groups(store, 'é')).entries), ['a--', 'a---b', 'a-b', 'b--c--d', 'é*'])
    },
  )

  register('groups whose prefix ends in FF bytes are passed over, and the rows behind them found', async (store) => {
    await filled(
      store,
      ['61ff', '61ff00', '61ffff', '61ffffff', '62', 'ff', 'ff00', 'ffff', 'ffff01', 'ffffff'].map(hex),
    )
    const page = async (delimiter: string, from: number): Promise<readonly string[]> => {
      const { entries } = await store.scanGroups({
        start: START,
        end: END,
        limit: 100,
        from,
        delimiter: hex(delimiter),
      })
      return entries.map((entry) =>
        'group' in entry ? `${Buffer.from(entry.group).toString('hex')}*` : Buffer.from(entry.key).toString('hex'),
      )
    }
    assert.deepEqual(await page('ff', 0), ['61ff*', '62', 'ff*'])
    assert.deepEqual(await page('ffff', 0), ['61ff', '61ff00', '61ffff*', '62', 'ff', 'ff00', 'ffff*'])
    assert.deepEqual(await page('ff', 1), ['61ff*', '62', 'ff', 'ff00', 'ffff*'])
  })

  register('a page costs what it returns: groups are found by seeking', async (store) => {
    const keys = Array.from({ length: 20_000 }, (_, index) => text(`big/${`${index}`.padStart(6, '0')}`))
    await filled(store, [...keys, text('last')])
    const page = await groups(store, '/', { limit: 2 })
    assert.deepEqual(shown(page.entries), ['big/*', 'last'])
  })
}

function registerModels(register: Register): void {
  const byte = fc.constantFrom(0x00, 0x01, 0x2f, 0x61, 0x7f, 0x80, 0xfe, 0xff)
  const key = fc.array(byte, { maxLength: 5 }).map((bytes) => Buffer.from(bytes))
  const compare = (left: Buffer, right: Buffer): number => Buffer.compare(left, right)

  register('scans of any range agree with a sorted list', async (store) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 25 }),
        key,
        key,
        fc.nat(12),
        fc.boolean(),
        async (keys, start, end, limit, reverse) => {
          await emptied(store)
          await filled(store, keys)
          const unique = [...new Map(keys.map((one) => [one.toString('hex'), one])).values()].sort(compare)
          const within = unique.filter((one) => compare(one, start) >= 0 && compare(one, end) < 0)
          if (reverse) within.reverse()
          const { rows, more } = await store.scan({ start, end, limit, reverse })
          assert.deepEqual(
            keysOf(rows),
            within.slice(0, limit).map((one) => one.toString('hex')),
          )
          assert.equal(more, within.length > limit)
        },
      ),
      { numRuns: 60, seed: 20_261_121 },
    )
  })

  register('groups of any range and delimiter agree with a sorted list', async (store) => {
    const delimiter = fc.array(byte, { minLength: 1, maxLength: 2 }).map((bytes) => Buffer.from(bytes))
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 25 }),
        key,
        delimiter,
        fc.nat(3),
        fc.nat(8),
        async (keys, start, mark, from, limit) => {
          await emptied(store)
          await filled(store, keys)
          const expected = modelGroups(keys.filter((one) => compare(one, start) >= 0).sort(compare), mark, from)
          const page = await store.scanGroups({ start, end: END, limit, from, delimiter: mark })
          const found = page.entries.map((entry) =>
            'group' in entry ? `${Buffer.from(entry.group).toString('hex')}*` : Buffer.from(entry.key).toString('hex'),
          )
          assert.deepEqual(found, expected.slice(0, limit))
          assert.equal(page.more, expected.length > limit)
        },
      ),
      { numRuns: 60, seed: 20_261_122 },
    )
  })
}

/** The same as the contract, the slow way. */
function modelGroups(sorted: readonly Buffer[], delimiter: Buffer, from: number): readonly string[] {
  const names = sorted.map((key) => {
    const index = from <= key.length ? key.indexOf(delimiter, from) : -1
    return index < 0 ? key.toString('hex') : `${key.subarray(0, index + delimiter.length).toString('hex')}*`
  })
  return names.filter((name, index) => names.indexOf(name) === index)
}

async function emptied(store: MetadataStore): Promise<void> {
  const keys = await allKeys(store)
  await commit(
    store,
    keys.map((key) => remove(hex(key))),
  )
}
