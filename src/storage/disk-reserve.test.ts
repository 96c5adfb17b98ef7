import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DiskReserve } from './disk-reserve.ts'

const MIB = 1024 * 1024

async function reserveOf(totalMib: number, now = true) {
  const disk = { freeMib: totalMib, away: false, looks: 0 }
  const clock = { ms: 0 }
  const lookNow = () => {
    disk.looks++
    if (disk.away) throw new Error('EIO')
    return { bavail: disk.freeMib, blocks: totalMib, bsize: MIB }
  }
  const look = async () => lookNow()
  const reserve = await DiskReserve.of({ look, monotonicMs: () => clock.ms, ...(now ? { lookNow } : {}) })
  const free = async (mib: number): Promise<readonly [short: boolean, scarce: boolean]> => {
    disk.freeMib = mib
    clock.ms += 100
    return [reserve.short, reserve.scarce]
  }
  return { reserve, disk, free, clock }
}

test('a large disk keeps 256 MiB, a small one a twentieth, and half of that is scarce', async () => {
  const large = await reserveOf(1_000_000)
  assert.deepEqual(await large.free(256), [false, false])
  assert.deepEqual(await large.free(255), [true, false])
  assert.deepEqual(await large.free(127), [true, true])
  assert.deepEqual(await large.free(300), [false, false], 'room is seen without a restart')
  const small = await reserveOf(100)
  assert.deepEqual(await small.free(5), [false, false])
  assert.deepEqual(await small.free(4), [true, false])
})

test('a disk with hardly anything free takes nothing at all', async () => {
  const { reserve, free } = await reserveOf(1_000_000)
  await free(4)
  assert.equal(reserve.empty, false)
  await free(3)
  assert.equal(reserve.empty, true)
  await free(0)
  assert.equal(reserve.empty, true)
})

test('asking looks at most every 100 ms, and a disk that cannot be asked is as it was', async () => {
  const { reserve, disk, free } = await reserveOf(1_000)
  for (let count = 0; count < 1_000; count++) assert.equal(reserve.short, false)
  assert.equal(disk.looks, 1)
  assert.deepEqual(await free(1), [true, true])
  disk.away = true
  assert.deepEqual(await free(900), [true, true])
})

test('without a look at once, the look before counts until it was refreshed', async () => {
  const { reserve, disk, clock } = await reserveOf(1_000, false)
  disk.freeMib = 0
  clock.ms += 100
  assert.equal(reserve.short, false)
  clock.ms += 100
  await reserve.refresh()
  assert.equal(reserve.short, true)
  disk.freeMib = 900
  clock.ms += 100
  await reserve.refresh()
  assert.equal(reserve.short, false)
  assert.equal(disk.looks, 4)
})
