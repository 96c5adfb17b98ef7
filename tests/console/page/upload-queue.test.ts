import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { UnfinishedUploads, type Shelf } from '../../../console/src/uploads/unfinished.ts'
import { besides, UploadQueue, type Upload } from '../../../console/src/uploads/upload-queue.ts'
import type { UploadSource } from '../../../console/src/uploads/upload-wire.ts'
import { FakeServer, type Fault } from './fake-server.ts'

const MIB = 1024 * 1024
/** Three parts, the last one short. */
const LARGE_BYTES = 16 * MIB + 5

function fileOf(name: string, size: number, lastModified = 1): UploadSource & { readonly bytes: Buffer } {
  const bytes = Buffer.alloc(size, `${name} `)
  return {
    name,
    size,
    type: 'text/plain',
    lastModified,
    bytes,
    slice: (from, to) => new Blob([bytes.subarray(from, to)]),
  }
}

function shelf(): Shelf {
  const kept = new Map<string, string>()
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => void kept.set(name, text) }
}

const statesOf = (queue: UploadQueue): readonly string[] => queue.uploads.map(({ state }) => state)

/** A queue, and a way to wait until nothing of it runs. */
function started(server: FakeServer, storage = shelf()) {
  const watchers = new Set<() => void>()
  const queue = new UploadQueue(server, new UnfinishedUploads(storage), () => watchers.forEach((look) => look()))
  const until = async (right: (uploads: readonly Upload[]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!right(queue.uploads)) return
        watchers.delete(look)
        resolve()
      }
      watchers.add(look)
      look()
    })
  const settled = async (): Promise<void> =>
    until((uploads) => uploads.every(({ state }) => state !== 'waiting' && state !== 'running'))
  return { queue, until, settled }
}

const steady = (): FakeServer =>
  new FakeServer(
    () => 'none',
    () => 0,
  )

test('a small file goes in one request, a large one in parts, and both arrive whole', async () => {
  const server = steady()
  const { queue, settled } = started(server)
  const files = [fileOf('small.txt', 10), fileOf('large.txt', LARGE_BYTES), fileOf('empty.txt', 0)]
  queue.add(
    'photos',
    files.map((file) => ({ key: file.name, file })),
    { mode: 'sse-kms', key: 'k' },
  )
  await settled()
  for (const { name, bytes } of files) {
    assert.ok(server.objects.get(name)?.bytes.equals(bytes), name)
    assert.equal(server.objects.get(name)?.mode, 'sse-kms')
  }
  assert.equal(queue.finished, 3)
  assert.equal(server.uploads.size, 0)
})

test('paused, what arrived stays; resumed, only what is missing is sent', async () => {
  const server = steady()
  const { queue, settled, until } = started(server)
  queue.add('photos', [{ key: 'large.txt', file: fileOf('large.txt', LARGE_BYTES) }], undefined)
  await until((uploads) => uploads.some(({ sentBytes }) => sentBytes > 0))
  queue.pause(1)
  await settled()
  assert.deepEqual(statesOf(queue), ['paused'])
  assert.equal(server.uploads.size, 1)
  const before = server.arrived.length
  queue.resume(1)
  await settled()
  assert.equal(queue.uploads[0]?.state, 'done')
  assert.equal(new Set(server.arrived).size, 3)
  assert.equal(server.arrived.length, 3, `no part twice, ${before} before the pause`)
})

test('cancelled, nothing is left on the server: while it runs, and while it is paused', async () => {
  const server = steady()
  const { queue, settled, until } = started(server)
  const large = (key: string) => ({ key, file: fileOf(key, LARGE_BYTES) })
  queue.add('photos', [large('one'), large('two')], undefined)
  await until((uploads) => uploads.every(({ sentBytes }) => sentBytes > 0))
  queue.pause(2)
  queue.cancel(1)
  await settled()
  queue.cancel(2)
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([server.uploads.size, server.objects.size], [0, 0])
  assert.deepEqual(
    queue.uploads.map(({ state }) => state),
    ['cancelled', 'cancelled'],
  )
})

test('the page was closed: the same file goes on where it was, another one begins anew', async () => {
  const server = steady()
  const storage = shelf()
  const first = started(server, storage)
  first.queue.add('photos', [{ key: 'a', file: fileOf('a', LARGE_BYTES) }], undefined)
  await first.until((uploads) => uploads.some(({ sentBytes }) => sentBytes > 0))
  first.queue.pause(1)
  await first.settled()
  const parts = server.arrived.length
  assert.ok(parts > 0)

  const other = started(server, storage)
  other.queue.add('photos', [{ key: 'a', file: fileOf('a', LARGE_BYTES, 2) }], undefined)
  assert.equal(other.queue.uploads[0]?.resumed, false)
  other.queue.cancel(1)
  await other.settled()

  const again = started(server, storage)
  again.queue.add('photos', [{ key: 'a', file: fileOf('a', LARGE_BYTES) }], undefined)
  await again.settled()
  assert.equal(again.queue.uploads[0]?.state, 'done')
  assert.equal(server.objects.get('a')?.bytes.length, LARGE_BYTES)
})

test('what is there is asked about; written over or kept beside', async () => {
  const server = steady()
  const { queue, settled } = started(server)
  queue.add('photos', [{ key: 'a.txt', file: fileOf('a.txt', 3) }], undefined)
  await settled()
  queue.add('photos', [{ key: 'a.txt', file: fileOf('b', 4) }], undefined)
  await settled()
  assert.equal(queue.uploads[1]?.state, 'exists')
  queue.keepBoth(2)
  await settled()
  assert.deepEqual([...server.objects.keys()], ['a.txt', 'a (2).txt'])
  queue.add('photos', [{ key: 'a.txt', file: fileOf('c', 5) }], undefined)
  await settled()
  queue.resume(4, { overwrite: true })
  await settled()
  assert.equal(server.objects.get('a.txt')?.bytes.length, 5)
})

test('names beside a name', () => {
  assert.deepEqual(['a.txt', 'a (2).txt', 'dir/a', 'dir.d/a', 'x.tar.gz', '.env'].map(besides), [
    'a (2).txt',
    'a (3).txt',
    'dir/a (2)',
    'dir.d/a (2)',
    'x.tar (2).gz',
    '.env (2)',
  ])
})

test('bytes that change on the way are sent again once; twice, and it says so', async () => {
  let changes = 1
  const server = new FakeServer(
    (method) => (method === 'PUT' && changes-- > 0 ? 'changed' : 'none'),
    () => 0,
  )
  const { queue, settled } = started(server)
  queue.add('photos', [{ key: 'a', file: fileOf('a', 9) }], undefined)
  await settled()
  assert.equal(queue.uploads[0]?.state, 'done')
  changes = 2
  queue.add('photos', [{ key: 'b', file: fileOf('b', 9) }], undefined)
  await settled()
  assert.equal(queue.uploads[1]?.failure?.code, 'ChangedOnTheWay')
})

test('signed out, uploads wait; signed in again, they go on', async () => {
  const server = steady()
  const { queue, settled } = started(server)
  let signedOut = true
  const send = server.send
  Object.assign(server, {
    send: async (sending: Parameters<typeof send>[0]) => {
      if (!signedOut) return send(sending)
      const { ApiFailure } = await import('../../../console/src/api/failure.ts')
      throw new ApiFailure(401, { code: 'NoSession' })
    },
  })
  queue.add('photos', [{ key: 'a', file: fileOf('a', 9) }], undefined)
  await settled()
  assert.deepEqual(statesOf(queue), ['paused'])
  signedOut = false
  queue.signedInAgain()
  await settled()
  assert.equal(queue.uploads[0]?.state, 'done')
})

test('whatever the network loses and the person presses: what is done is whole, and what is cancelled is gone', async () => {
  const faults: readonly Fault[] = ['none', 'none', 'none', 'none', 'lost-request', 'lost-answer', 'busy', 'changed']
  const press = fc.record({ id: fc.integer({ min: 1, max: 3 }), what: fc.constantFrom('pause', 'resume', 'cancel') })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(faults.length - 1), { minLength: 40, maxLength: 40 }),
      fc.array(press, { maxLength: 6 }),
      async (drawn, presses) => {
        let at = 0
        const server = new FakeServer(
          () => faults[drawn[at++] ?? 0] ?? 'none',
          () => 0.5,
        )
        const { queue, settled, until } = started(server)
        const files = [fileOf('a', LARGE_BYTES), fileOf('b', 100), fileOf('c', LARGE_BYTES)]
        queue.add(
          'photos',
          files.map((file) => ({ key: file.name, file })),
          undefined,
        )
        for (const { id, what } of presses) {
          await until((uploads) => uploads.some(({ sentBytes }) => sentBytes > 0))
          if (what === 'pause') queue.pause(id)
          else if (what === 'resume') queue.resume(id)
          else queue.cancel(id)
          await new Promise((resolve) => setImmediate(resolve))
        }
        await settled()
        for (const [index, { state, key }] of queue.uploads.entries()) {
          const stored = server.objects.get(key)?.bytes
          if (state === 'done') assert.ok(stored?.equals(files[index]?.bytes ?? Buffer.alloc(0)))
          // Never half of a file, whatever was pressed.
          else assert.ok(stored === undefined || stored.equals(files[index]?.bytes ?? Buffer.alloc(0)))
        }
      },
    ),
    { seed: 7, numRuns: 10 },
  )
})
