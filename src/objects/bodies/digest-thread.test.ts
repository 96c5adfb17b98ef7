import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { PROOF_SEED, proofSize } from '../../../tests/proof-scale.ts'
import type { ObjectBody } from '../../operations/index.ts'
import { BodyDigests } from './body-digests.ts'
import { checksumOf } from './checksums.ts'
import { BLOCK_BYTES, DigestThread, MAX_BLOCKS_OUT, type DigestLane } from './digest-thread.ts'
import { blobIds, bytesOf, put, refusedWith, seeded, withBucket } from '../engine.fixture.ts'

const thread = new DigestThread()
after(() => thread.end())

const md5Of = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')
const hex = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString('hex')

async function feed(lane: DigestLane, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += 65_536) await lane.update(bytes.subarray(at, at + 65_536))
}

test('bodies that come at the same time, in pieces of any size, keep apart', async () => {
  const rounds = proofSize(3, 200)
  for (let round = 0; round < rounds; round++) {
    const seed = Number(PROOF_SEED) + round
    const random = seeded(seed)
    const choose = (below: number): number => Math.floor(random() * below)
    const bodies = Array.from({ length: 12 }, (_, index) => ({
      whole: bytesOf(choose(3 * BLOCK_BYTES), index),
      at: 0,
      lane: thread.begin({ md5: true, checksum: 'crc64nvme' }),
      leaves: choose(4) === 0,
    }))
    const open = [...bodies]
    const finished: Promise<void>[] = []
    while (open.length > 0) {
      const index = choose(open.length)
      const body = open[index] ?? assert.fail()
      const piece = body.whole.subarray(body.at, body.at + choose(2 * BLOCK_BYTES))
      body.at += piece.length
      await body.lane.update(piece)
      if (body.leaves && choose(3) === 0) {
        body.lane.abandon()
        body.lane.abandon()
        open.splice(index, 1)
      } else if (body.at === body.whole.length) {
        open.splice(index, 1)
        const { lane, whole } = body
        finished.push(
          lane.finish().then(async ({ md5, checksum }) => {
            assert.equal(hex(md5), md5Of(whole), `seed ${seed}`)
            assert.equal(hex(checksum), hex(await checksumOf('crc64nvme', whole)), `seed ${seed}`)
          }),
        )
      }
    }
    await Promise.all(finished)
  }
})

test('a sender that is faster than the thread is told to wait', async () => {
  const lane = thread.begin({ md5: true })
  const block = bytesOf(BLOCK_BYTES, 1)
  const waits = Array.from({ length: 2 * MAX_BLOCKS_OUT }, () => lane.update(block))
  assert.ok(waits.slice(0, MAX_BLOCKS_OUT - 1).every((wait) => wait === undefined))
  assert.ok(waits.slice(MAX_BLOCKS_OUT).every((wait) => wait !== undefined))
  for (const wait of waits) await wait
  const { md5 } = await lane.finish()
  assert.equal(hex(md5), md5Of(Buffer.concat(Array.from({ length: 2 * MAX_BLOCKS_OUT }, () => block))))
})

test('no plaintext stays in the memory that is passed to the thread', async () => {
  const memories: SharedArrayBuffer[] = []
  const watched = new DigestThread(() => {
    const memory = new SharedArrayBuffer(BLOCK_BYTES)
    memories.push(memory)
    return memory
  })
  const isWiped = (): boolean => memories.every((memory) => new Uint8Array(memory).every((byte) => byte === 0))
  const body = bytesOf(5 * BLOCK_BYTES + 100, 3)
  const whole = watched.begin({ md5: true })
  await feed(whole, body)
  await whole.finish()
  assert.ok(memories.length > 0 && isWiped(), 'after a whole body')

  const half = watched.begin({ md5: true })
  await feed(half, body.subarray(0, BLOCK_BYTES + 100))
  half.abandon()
  await watched.begin({ md5: true }).finish()
  assert.ok(isWiped(), 'after a body that was given up')

  const cut = watched.begin({ md5: true })
  await feed(cut, body)
  await watched.end()
  assert.ok(isWiped(), 'after the end of the thread')
  await assert.rejects(cut.finish())
})

test('when the thread ends, its bodies fail, the waiting ones too, and the next body has another thread', async () => {
  const mortal = new DigestThread()
  const body = bytesOf(2 * BLOCK_BYTES, 5)
  const waiting = mortal.begin({ md5: true })
  const block = bytesOf(BLOCK_BYTES, 1)
  const waits = Array.from({ length: 3 * MAX_BLOCKS_OUT }, () => waiting.update(block))
  const finishing = mortal.begin({ md5: true })
  await finishing.update(body.subarray(0, 10))
  const digests = finishing.finish()
  const idle = mortal.begin({ md5: true })
  const refused = refusedWith('unavailable')
  const failures = [
    ...waits.filter((wait) => wait !== undefined).map((wait) => assert.rejects(wait, refused)),
    assert.rejects(digests, refused),
  ]
  await mortal.end()
  await Promise.all(failures)
  assert.throws(() => void idle.update(body), refused)
  await assert.rejects(idle.finish(), refused)
  idle.abandon()
  waiting.abandon()
  const next = mortal.begin({ md5: true })
  await feed(next, body)
  assert.equal(hex((await next.finish()).md5), md5Of(body))
  await mortal.end()
})

test('small bodies never go to the thread', async () => {
  const none = { begin: () => assert.fail('a small body went to the thread') }
  for (const algorithm of ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const) {
    const digests = await BodyDigests.start(none, { expect: {}, md5: true, algorithm, length: 1024 * 1024 - 1 })
    const piece = bytesOf(1_000, 1)
    assert.equal(digests.update(piece), undefined)
    const { md5, checksum } = await digests.finish({ trailer: () => undefined })
    assert.equal(hex(md5), md5Of(piece))
    assert.equal(hex(checksum.value), hex(await checksumOf(algorithm, piece)))
  }
})

test('a large body has the same digests, whichever thread computes which', async () => {
  const whole = bytesOf(1_200_000, 9)
  for (const algorithm of ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const) {
    for (const md5 of [true, false]) {
      const digests = await BodyDigests.start(thread, { expect: {}, md5, algorithm, length: whole.length })
      for (let at = 0; at < whole.length; at += 65_536) await digests.update(whole.subarray(at, at + 65_536))
      const found = await digests.finish({ trailer: () => undefined })
      assert.equal(hex(found.md5), md5 ? md5Of(whole) : undefined)
      assert.equal(hex(found.checksum.value), hex(await checksumOf(algorithm, whole)))
      digests.abandon()
    }
  }
})

test('an upload whose digest thread ends in mid-body is refused, and leaves nothing', async () => {
  const store = await withBucket()
  const whole = bytesOf(1_500_000, 4)
  const body: ObjectBody = {
    length: whole.length,
    read: async function* () {
      yield whole.subarray(0, 700_000)
      await store.rooms.digestThread.end()
      yield whole.subarray(700_000)
    },
    trailer: () => undefined,
  }
  await assert.rejects(put(store, 'k', whole, {}, body), refusedWith('unavailable'))
  assert.deepEqual(await blobIds(store), [])
  await put(store, 'k', whole)
  await store.rooms.digestThread.end()
})
