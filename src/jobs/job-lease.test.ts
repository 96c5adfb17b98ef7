import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryMetadata } from '../storage/index.ts'
import { createJobLease, LEASE_MS } from './job-lease.ts'

test('the lease of a process that died is free after 30 seconds, and it cannot take it back', async () => {
  const store = createMemoryMetadata()
  let nowMs = Date.UTC(2026, 0, 2)
  const lease = (): ReturnType<typeof createJobLease> => createJobLease(store, 'garbage', () => nowMs)
  const [dead, next] = [lease(), lease()]
  assert.equal(await dead.hold(), true)
  nowMs += LEASE_MS - 1
  assert.equal(await next.hold(), false)
  assert.equal(await dead.hold(), true)
  nowMs += LEASE_MS
  assert.equal(await next.hold(), true)
  // It was only paused.
  assert.equal(await dead.hold(), false)
  await dead.release()
  assert.equal(await dead.hold(), false)
  await next.release()
  assert.equal(await dead.hold(), true)
})

test('of two that reach for a free lease at once one has it', async () => {
  const store = createMemoryMetadata()
  const leases = Array.from({ length: 8 }, () => createJobLease(store, 'garbage', () => 1_000))
  const held = await Promise.all(leases.map((one) => one.hold()))
  assert.equal(held.filter(Boolean).length, 1)
})

test('a lease that seems to last longer than any can is free: the clock has gone back since it was taken', async () => {
  const store = createMemoryMetadata()
  let nowMs = Date.UTC(2026, 0, 2)
  const [dead, next] = Array.from({ length: 2 }, () => createJobLease(store, 'garbage', () => nowMs))
  assert.equal(await dead?.hold(), true)
  nowMs -= 5 * 60 * 60_000
  assert.equal(await next?.hold(), true)
  assert.equal(await dead?.hold(), false)
  nowMs += 5 * 60 * 60_000
  assert.equal(await dead?.hold(), true)
})
