import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseIsoDate } from './iso-date.ts'

test('T-126 a date is what it says, and nothing else is one', () => {
  const good: readonly (readonly [string, number])[] = [
    ['2026-02-28', Date.UTC(2026, 1, 28)],
    ['2026-02-28T01:02Z', Date.UTC(2026, 1, 28, 1, 2)],
    ['2026-02-28T01:02:03Z', Date.UTC(2026, 1, 28, 1, 2, 3)],
    ['2026-02-28T01:02:03.5Z', Date.UTC(2026, 1, 28, 1, 2, 3, 500)],
    ['2026-02-28T01:02:03.123456789Z', Date.UTC(2026, 1, 28, 1, 2, 3, 123)],
    ['2026-02-28T01:02:03+02:30', Date.UTC(2026, 1, 27, 22, 32, 3)],
    ['2024-02-29T00:00:00-01:00', Date.UTC(2024, 1, 29, 1)],
  ]
  for (const [text, atMs] of good) assert.equal(parseIsoDate(text), atMs, text)
  const bad = [
    ...['', '1', '2025-02-31', '2025-02-29', '2025-13-01', '2025-00-10', '2025-01-01T24:00:00Z', '10000-01-01'],
    ...['2025-01-01T00:00:00+99:00', '2025-01-01T00:00:00', ' 2025-01-01', '2025-01-01 ', '1969-12-31', '+2025-01-01'],
    ...['20250101', '2025-1-1', '٢٠٢٥-01-01', '2025-01-01T00:60:00Z', '2025-01-01T00:00:61Z', 'tomorrow', '1e3'],
    '1970-01-01T00:00:00+01:00',
  ]
  for (const text of bad) assert.equal(parseIsoDate(text), undefined, text)
})
