import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBlobId } from './blob-id.ts'
import { BlobDamaged, BlobMissing, BlobUnavailable, type BlobId, type BlobStore } from './blob-store.ts'

const MIB = 1024 * 1024

/** Bytes that differ by position, so that a swapped or repeated piece shows. */
function patterned(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = (seed * 2_654_435_761 + 1) >>> 0
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[at] = state >>> 24
  }
  return bytes
}

async function collect(store: BlobStore, id: BlobId, offset: number, length: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of store.read(id, { offset, length })) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

async function stored(store: BlobStore, bytes: Uint8Array): Promise<BlobId> {
  const writer = await store.create()
  await writer.write([bytes])
  assert.deepEqual(await writer.commit(), { bytes: bytes.length })
  return writer.id
}

async function ids(store: BlobStore): Promise<readonly BlobId[]> {
  const found: BlobId[] = []
  for await (const blob of store.list()) found.push(blob.id)
  return found.sort()
}

/** Registers the tests that every maker passes. `open` gives a fresh, empty store each time. */
export function blobConformance(name: string, open: () => Promise<BlobStore>): void {
  const check = (says: string, body: (store: BlobStore) => Promise<void>): void => {
    test(`${name} blobs: ${says}`, async () => {
      const store = await open()
      try {
        await body(store)
      } finally {
        await store.close()
      }
    })
  }
  registerWrites(check)
  registerReads(check)
  registerRemovals(check)

  test(`${name} blobs: after close every call rejects`, async () => {
    const store = await open()
    const id = await stored(store, Buffer.from('x'))
    await store.close()
    await store.close()
    await assert.rejects(store.create(), BlobUnavailable)
    await assert.rejects(collect(store, id, 0, 1), BlobUnavailable)
    await assert.rejects(store.remove([id]), BlobUnavailable)
    await assert.rejects(ids(store), BlobUnavailable)
  })
}

type Register = (says: string, body: (store: BlobStore) => Promise<void>) => void

function registerWrites(check: Register): void {
  for (const length of [0, 1, 4_095, 4_096, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 3 * MIB + 7]) {
    check(`${length} bytes come back as they were written`, async (store) => {
      const bytes = patterned(length, length)
      const id = await stored(store, bytes)
      assert.ok((await collect(store, id, 0, length)).equals(bytes))
    })
  }

  check('ids are 48 hexadecimal digits, begin with the epoch, and never repeat', async (store) => {
    assert.match(store.epoch, /^[0-9a-f]{16}$/)
    const seen = new Set<string>()
    for (let count = 0; count < 50; count++) {
      const writer = await store.create()
      assert.ok(isBlobId(writer.id) && writer.id.startsWith(store.epoch))
      seen.add(writer.id)
      await writer.discard()
    }
    assert.equal(seen.size, 50)
  })

  check('pieces are joined in the order of the calls, also of calls that were not awaited', async (store) => {
    const pieces = Array.from({ length: 40 }, (_, index) => patterned(100_000 + index, index))
    const writer = await store.create()
    await Promise.all([
      ...pieces.map((piece) => writer.write([piece.subarray(0, 10), Buffer.alloc(0), piece.subarray(10)])),
      writer.write([]),
    ])
    const whole = Buffer.concat(pieces)
    assert.deepEqual(await writer.commit(), { bytes: whole.length })
    assert.ok((await collect(store, writer.id, 0, whole.length)).equals(whole))
  })

  check('thousands of small pieces in one call are one blob', async (store) => {
    const whole = patterned(5_000 * 3, 3)
    const writer = await store.create()
    await writer.write(Array.from({ length: 5_000 }, (_, index) => whole.subarray(index * 3, index * 3 + 3)))
    await writer.commit()
    assert.ok((await collect(store, writer.id, 0, whole.length)).equals(whole))
  })

  check('what was discarded is gone, also after a commit, and discarding twice is no error', async (store) => {
    const open = await store.create()
    await open.write([Buffer.from('half')])
    await open.discard()
    await open.discard()
    await assert.rejects(open.write([Buffer.from('more')]), BlobUnavailable)
    await assert.rejects(open.commit(), BlobUnavailable)
    const committed = await store.create()
    await committed.write([Buffer.from('whole')])
    await committed.commit()
    await committed.discard()
    await assert.rejects(collect(store, committed.id, 0, 1), BlobMissing)
    assert.deepEqual(await ids(store), [])
  })

  check('a committed blob takes no more bytes and no second commit', async (store) => {
    const writer = await store.create()
    await writer.write([Buffer.from('once')])
    await writer.commit()
    await assert.rejects(writer.write([Buffer.from('more')]), BlobUnavailable)
    await assert.rejects(writer.commit(), BlobUnavailable)
    assert.equal((await collect(store, writer.id, 0, 4)).toString(), 'once')
  })

  check('many blobs may be written at once', async (store) => {
    const blobs = await Promise.all(
      Array.from({ length: 64 }, async (_, index) => {
        const bytes = patterned(10_000 + index, index)
        return { id: await stored(store, bytes), bytes }
      }),
    )
    for (const { id, bytes } of blobs) assert.ok((await collect(store, id, 0, bytes.length)).equals(bytes))
    assert.deepEqual(await ids(store), blobs.map((blob) => blob.id).sort())
  })
}

function registerReads(check: Register): void {
  check('any range reads exactly its bytes', async (store) => {
    const bytes = patterned(MIB + 11, 9)
    const id = await stored(store, bytes)
    const edges = [0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 512 * 1024, MIB, MIB + 10, MIB + 11]
    for (const offset of edges) {
      for (const end of edges.filter((edge) => edge >= offset)) {
        assert.ok((await collect(store, id, offset, end - offset)).equals(bytes.subarray(offset, end)))
      }
    }
  })

  check('a blob that is not there is BlobMissing, also for an empty range', async (store) => {
    const { id } = await store.create().then(async (writer) => {
      await writer.discard()
      return writer
    })
    await assert.rejects(collect(store, id, 0, 10), BlobMissing)
    await assert.rejects(collect(store, id, 0, 0), BlobMissing)
  })

  check('a blob that is shorter than asked is BlobDamaged', async (store) => {
    const id = await stored(store, Buffer.alloc(300 * 1024))
    await assert.rejects(collect(store, id, 0, 300 * 1024 + 1), BlobDamaged)
    await assert.rejects(collect(store, id, 400 * 1024, 1), BlobDamaged)
  })

  check('reads side by side keep their bytes apart, also beside one that was left early', async (store) => {
    const bodies = Array.from({ length: 6 }, (_, index) => patterned(MIB + index * 77_777, index))
    const found = await Promise.all(
      bodies.map(async (bytes, index) => {
        const id = await stored(store, bytes)
        for await (const piece of store.read(id, { offset: 0, length: bytes.length })) {
          if (piece.length > 0 && index % 2 === 0) break
        }
        return collect(store, id, 0, bytes.length)
      }),
    )
    for (const [index, bytes] of bodies.entries()) assert.ok(found[index]?.equals(bytes))
  })

  check('leaving the loop early releases the blob', async (store) => {
    const bytes = patterned(2 * MIB, 4)
    const id = await stored(store, bytes)
    for (let round = 0; round < 20; round++) {
      for await (const piece of store.read(id, { offset: 0, length: bytes.length })) {
        assert.equal(piece[0], bytes[0])
        break
      }
    }
    await store.remove([id])
    await assert.rejects(collect(store, id, 0, 1), BlobMissing)
  })

  check('an aborted signal ends a read with its reason', async (store) => {
    const id = await stored(store, Buffer.alloc(2 * MIB))
    const abort = new AbortController()
    const reason = new Error('the client went away')
    await assert.rejects(async () => {
      for await (const piece of store.read(id, { offset: 0, length: 2 * MIB }, abort.signal)) {
        assert.ok(piece.length > 0)
        abort.abort(reason)
      }
    }, reason)
    await assert.rejects(async () => {
      for await (const blob of store.list(abort.signal)) assert.fail(blob.id)
    }, reason)
  })

  check('a range that is no range is refused', async (store) => {
    const id = await stored(store, Buffer.from('x'))
    for (const [offset, length] of [
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [0, Number.NaN],
      [Number.MAX_SAFE_INTEGER, 1],
    ] as const) {
      await assert.rejects(collect(store, id, offset, length), RangeError)
    }
  })
}

function registerRemovals(check: Register): void {
  check('remove takes what is there and does not mind the rest', async (store) => {
    const kept = await stored(store, Buffer.from('kept'))
    const gone = await Promise.all(Array.from({ length: 40 }, () => stored(store, Buffer.from('gone'))))
    await store.remove([...gone, ...gone])
    await store.remove(gone)
    assert.deepEqual(await ids(store), [kept])
  })

  check('list names every blob with its size and age', async (store) => {
    const before = Date.now() - 5_000
    const id = await stored(store, Buffer.alloc(1_234))
    for await (const blob of store.list()) {
      assert.equal(blob.id, id)
      assert.equal(blob.bytes, 1_234)
      assert.ok(blob.writtenAtMs >= before && blob.writtenAtMs <= Date.now() + 5_000)
    }
  })

  check('space is sensible where it is known', async (store) => {
    const space = await store.space()
    if (space !== undefined) assert.ok(space.freeBytes >= 0 && space.freeBytes <= space.totalBytes)
  })
}
