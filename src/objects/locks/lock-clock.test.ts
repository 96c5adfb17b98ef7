import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLockClock } from './lock-clock.ts'

const HOUR_MS = 3_600_000

test('a wall clock that is moved forward does not move the clock of locks; moved back it does', () => {
  let [wallMs, steadyMs] = [Date.UTC(2026, 0, 1), 5_000]
  const { lockNow: clock, lockFrom } = createLockClock(
    () => wallMs,
    () => steadyMs,
  )
  assert.equal(clock(), wallMs)
  wallMs += HOUR_MS
  steadyMs += HOUR_MS
  assert.equal(clock(), wallMs)
  const trueMs = wallMs
  wallMs += 1_000 * 24 * HOUR_MS
  assert.ok(clock() - trueMs < 2 * 60_000, 'a thousand days ahead count as a minute or so')
  steadyMs += HOUR_MS
  assert.ok(clock() - trueMs - HOUR_MS < 2 * 60_000)
  wallMs = trueMs - HOUR_MS
  assert.equal(clock(), wallMs)
  assert.ok(lockFrom() >= trueMs, 'what begins now is counted from no earlier time')
})
