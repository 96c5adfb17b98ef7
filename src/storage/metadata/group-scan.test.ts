import assert from 'node:assert/strict'
import { test } from 'node:test'
import { collectGroups } from './group-scan.ts'

const DELIMITER = Buffer.from('/')
const END = Buffer.from('~')

/** Keys `g<group>/<n>`, sorted, and a walk over them that counts its starts and its steps. */
function walked(sizes: readonly number[], limit: number): { groups: number; starts: number; steps: number } {
  const keys = sizes.flatMap((size, group) =>
    Array.from({ length: size }, (_, index) =>
      Buffer.from(`g${`${group}`.padStart(4, '0')}/${`${index}`.padStart(6, '0')}`),
    ),
  )
  let starts = 0
  let steps = 0
  const range = { start: Buffer.from('g'), end: END, limit, from: 0, delimiter: DELIMITER }
  const { entries } = collectGroups(range, function* (start) {
    starts += 1
    // Bisected, so that only what is walked is counted.
    let [low, high] = [0, keys.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (Buffer.compare(keys[middle] ?? END, start) < 0) low = middle + 1
      else high = middle
    }
    for (const key of keys.slice(low)) {
      steps += 1
      yield key
    }
  })
  const expected = sizes.slice(0, limit).map((_, group) => `g${`${group}`.padStart(4, '0')}/`)
  assert.deepEqual(
    entries.map((entry) => ('group' in entry ? entry.group.toString() : 'a key')),
    expected,
  )
  return { groups: entries.length, starts, steps }
}

test('small groups are walked through without a seek, large ones are left by one each', () => {
  assert.equal(walked(new Array<number>(500).fill(4), 500).starts, 1)
  const { starts, steps } = walked(new Array<number>(200).fill(1_000), 150)
  assert.equal(starts, 151)
  assert.ok(steps < 151 + 10, `${steps} steps`)
})

test('the first group that is not small ends the walking: no mix of groups costs more than a few steps each', () => {
  for (let size = 1; size < 20; size++) {
    const sizes = Array.from({ length: 300 }, (_, group) => (group % 3 === 1 ? size : 1 + (group % 7)))
    const { groups, starts, steps } = walked(sizes, 300)
    assert.equal(groups, 300)
    assert.ok(starts <= 301 && steps <= 300 * 8, `${starts} seeks and ${steps} steps`)
  }
})
