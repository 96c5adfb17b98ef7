import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatBasicIsoDate, formatHttpDate, parseBasicIsoDate, parseHttpDate } from './http-date.ts'

test('dates: the two forms read to the millisecond they name', () => {
  assert.equal(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT'), 784_111_777_000)
  assert.equal(parseHttpDate('Thu, 01 Jan 1970 00:00:00 GMT'), 0)
  assert.equal(parseHttpDate('Thu, 29 Feb 2024 23:59:59 GMT'), Date.UTC(2024, 1, 29, 23, 59, 59))
  assert.equal(parseBasicIsoDate('20250124T061530Z'), Date.UTC(2025, 0, 24, 6, 15, 30))
  assert.equal(parseBasicIsoDate('20000229T000000Z'), Date.UTC(2000, 1, 29))
})

test('T-039 dates: everything that is not exactly the form has no value', () => {
  const bad = [
    ...['', 'x', 'abc', '1737699330', 'Fri, 24 Jan 2025', 'Fri, 24 Jan 2025 06:15:30', 'Fri, 24 Jan 2025 06:15:30 UTC'],
    ...['Sat, 24 Jan 2025 06:15:30 GMT', 'fri, 24 Jan 2025 06:15:30 GMT', 'Fri, 24 jan 2025 06:15:30 GMT'],
    ...['Fri, 4 Jan 2025 06:15:30 GMT', 'Fri, 24 Jan 25 06:15:30 GMT', 'Friday, 24-Jan-25 06:15:30 GMT'],
    ...['Fri Jan 24 06:15:30 2025', ' Fri, 24 Jan 2025 06:15:30 GMT', 'Fri, 24 Jan 2025 06:15:30 GMT '],
    ...['Fri, 24 Jan 2025 24:00:00 GMT', 'Fri, 24 Jan 2025 06:60:00 GMT', 'Fri, 24 Jan 2025 06:15:60 GMT'],
    ...['Sat, 30 Feb 2025 06:15:30 GMT', 'Sat, 29 Feb 2025 06:15:30 GMT', 'Fri, 00 Jan 2025 06:15:30 GMT'],
    ...['Wed, 31 Dec 1969 23:59:59 GMT', 'Fri, 24 Jan 2025 06:15:30 +0000', 'Fri, 24 Jan 2025 06:15:30 GMT\n'],
  ]
  for (const text of bad) assert.equal(parseHttpDate(text), undefined, JSON.stringify(text))
  const badBasic = [
    ...['', '20250124', '20250124T061530', '20250124T061530z', '2025-01-24T06:15:30Z', '20250124t061530Z'],
    ...['20251324T061530Z', '20250024T061530Z', '20250230T061530Z', '20250124T241530Z', '20250124T066030Z'],
    ...['20250124T061560Z', '00000124T061530Z', '20250124T061530Z ', '+2025124T061530Z', '20250229T000000Z'],
    ...['19000229T000000Z', '20250124T061530.000Z', '1737699330'],
  ]
  for (const text of badBasic) assert.equal(parseBasicIsoDate(text), undefined, JSON.stringify(text))
})

test('dates: +0000 stands for GMT only where asked', () => {
  const text = 'Fri, 24 Jan 2025 06:15:30 +0000'
  assert.equal(parseHttpDate(text, { zeroOffset: true }), Date.UTC(2025, 0, 24, 6, 15, 30))
  assert.equal(parseHttpDate('Fri, 24 Jan 2025 06:15:30 +0100', { zeroOffset: true }), undefined)
})

test('dates: reading undoes writing for every second until the year 9999', () => {
  const lastSecond = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000
  fc.assert(
    fc.property(fc.integer({ min: 0, max: lastSecond }), (second) => {
      assert.equal(parseHttpDate(formatHttpDate(second * 1000 + 999)), second * 1000)
      assert.equal(parseBasicIsoDate(formatBasicIsoDate(second * 1000)), second * 1000)
    }),
    { seed: 3, numRuns: 500 },
  )
})
