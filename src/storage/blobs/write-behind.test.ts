import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import type { LayerFile } from '../file-layer.ts'
import { GatherBudget, MAX_UNIT_BYTES, MAX_UNITS_IN_FLIGHT, MIN_UNIT_BYTES, WriteBehind } from './write-behind.ts'

interface HeldWrite {
  readonly position: number
  readonly pieces: readonly Uint8Array[]
  /** Lets so many of its bytes through; all of them without a number. */
  finish(bytes?: number): void
  fail(error: Error): void
}

/** A file whose writes end when the test says so. */
function heldFile(): { readonly handle: LayerFile; readonly held: HeldWrite[]; bytes(): Buffer } {
  const held: HeldWrite[] = []
  const written = new Map<number, Buffer>()
  const never = (): never => assert.fail('only writes are expected')
  const handle: LayerFile = {
    ...{ fd: -1, read: never, stat: never, datasync: never, sync: never, close: never },
    writev: (pieces, position) =>
      new Promise((resolve, reject) => {
        const whole = Buffer.concat(pieces)
        held.push({
          ...{ position, pieces, fail: reject },
          finish: (bytes = whole.length) => {
            written.set(position, whole.subarray(0, bytes))
            resolve({ bytesWritten: bytes })
          },
        })
      }),
  }
  const bytes = (): Buffer => {
    const parts = [...written].sort(([one], [other]) => one - other)
    let end = 0
    for (const [position, part] of parts) {
      assert.equal(position, end, 'neither a gap nor an overlap')
      end += part.length
    }
    return Buffer.concat(parts.map(([, part]) => part))
  }
  return { handle, held, bytes }
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  const note = (): void => void (settled = true)
  promise.then(note, note)
  for (let turn = 0; turn < 3; turn++) await turnOfTheLoop()
  return settled
}

const unit = (fill: number): Buffer => Buffer.alloc(MAX_UNIT_BYTES, fill)

test('small pieces are gathered, and written as one unit of them', async () => {
  const file = heldFile()
  const behind = new WriteBehind(file.handle, new GatherBudget())
  for (let count = 0; count < 15; count++) await behind.push([Buffer.alloc(65_536, count), Buffer.alloc(16, count)])
  assert.equal(file.held.length, 0, 'less than a unit: nothing is written yet')
  await behind.push([Buffer.alloc(65_536, 15), Buffer.alloc(0)])
  assert.equal(file.held.length, 1)
  assert.equal(file.held[0]?.pieces.length, 31, 'the pieces themselves: nothing is copied together')
  file.held[0].finish()
  await behind.flush()
  assert.equal(behind.bytes, 16 * 65_536 + 15 * 16)
  await behind.end()
})

test('a disk that does not keep up holds the sender, and nothing is lost or turned around', async () => {
  const file = heldFile()
  const behind = new WriteBehind(file.handle, new GatherBudget())
  for (let count = 0; count < MAX_UNITS_IN_FLIGHT; count++) await behind.push([unit(count)])
  const waits = behind.push([unit(9)])
  assert.equal(await isSettled(waits), false)
  assert.equal(file.held.length, MAX_UNITS_IN_FLIGHT)
  // The second is done before the first: positions, not the order of ends, say where bytes go.
  file.held[1]?.finish()
  await waits
  assert.equal(file.held.length, MAX_UNITS_IN_FLIGHT + 1)
  const flushed = behind.flush()
  assert.equal(await isSettled(flushed), false)
  file.held[0]?.finish()
  file.held[2]?.finish()
  await flushed
  assert.ok(file.bytes().equals(Buffer.concat([unit(0), unit(1), unit(9)])))
  await behind.end()
})

test('a short write is gone on with where it stopped', async () => {
  const file = heldFile()
  const behind = new WriteBehind(file.handle, new GatherBudget())
  await behind.push([unit(1).subarray(0, 100), unit(2)])
  file.held[0]?.finish(150)
  while (file.held.length < 2) await turnOfTheLoop()
  assert.equal(file.held[1]?.position, 150)
  file.held[1].finish()
  await behind.flush()
  assert.ok(file.bytes().equals(Buffer.concat([unit(1).subarray(0, 100), unit(2)])))
  await behind.end()
})

test('what failed behind is told by the next call, and by every call after it', async () => {
  const file = heldFile()
  const behind = new WriteBehind(file.handle, new GatherBudget())
  await behind.push([unit(1)])
  file.held[0]?.fail(new Error('EIO'))
  await turnOfTheLoop()
  await assert.rejects(behind.push([Buffer.from('more')]), /EIO/)
  await assert.rejects(behind.flush(), /EIO/)
  await behind.end()
  await behind.end()
})

test('a failure reaches the sender that waits for room', async () => {
  const file = heldFile()
  const behind = new WriteBehind(file.handle, new GatherBudget())
  for (let count = 0; count < MAX_UNITS_IN_FLIGHT; count++) await behind.push([unit(count)])
  const waits = behind.push([unit(9)])
  file.held[0]?.fail(new Error('ENOSPC'))
  await assert.rejects(waits, /ENOSPC/)
  file.held[1]?.finish()
  await behind.end()
})

test('many blobs share the memory: the more of them, the smaller their units', async () => {
  const budget = new GatherBudget()
  const join = (): WriteBehind => new WriteBehind(heldFile().handle, budget)
  const some = Array.from({ length: 8 }, join)
  assert.equal(budget.unitBytes, MAX_UNIT_BYTES)
  const more = Array.from({ length: 24 }, join)
  assert.equal(budget.unitBytes, MAX_UNIT_BYTES / 4)
  const crowd = Array.from({ length: 4_000 }, join)
  assert.equal(budget.unitBytes, MIN_UNIT_BYTES)
  for (const one of [...some, ...more, ...crowd]) {
    await one.end()
    await one.end()
  }
  assert.equal(budget.unitBytes, MAX_UNIT_BYTES)
})
