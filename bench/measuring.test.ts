import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerReader } from './answer-reader.ts'
import { parseOptions } from './options.ts'
import { quantileOf, ratiosOf, spreadOf } from './statistics.ts'

const SIZED = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12345'
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\na\r\n0123456789\r\n0\r\n\r\n'

test('answers are read whole, wherever they are cut', () => {
  for (const [text, body] of [
    [SIZED, '12345'],
    [CHUNKED, '123450123456789'],
    ['HTTP/1.1 503 Away\r\ncontent-length: 0\r\n\r\n', ''],
  ] as const) {
    for (let cut = 0; cut < text.length; cut++) {
      const reader = new AnswerReader({ keep: true, bodiless: false })
      const first = reader.push(Buffer.from(text.slice(0, cut)))
      assert.equal(first, undefined, `ended at ${cut}`)
      const answer = reader.push(Buffer.from(text.slice(cut))) ?? assert.fail(`no end after ${cut}`)
      assert.deepEqual([answer.status, answer.body?.toString()], [Number(text.slice(9, 12)), body])
    }
  }
})

test('an answer to HEAD has no body, and one that is longer than it said is refused', () => {
  const head = new AnswerReader({ keep: true, bodiless: true })
  assert.equal(head.push(Buffer.from(SIZED.slice(0, -5)))?.bodyBytes, 0)
  const reader = new AnswerReader({ keep: false, bodiless: false })
  assert.throws(() => reader.push(Buffer.from(`${SIZED}6`)), /longer than it said/)
})

test('spreads, quantiles and ratios are what they are called; nothing measured is an error', () => {
  assert.deepEqual(spreadOf([3, 1, 2, 10]), { min: 1, median: 2.5, max: 10 })
  assert.equal(quantileOf([0, 10], 0.99), 9.9)
  assert.deepEqual(ratiosOf([10, 30], [20, 10]), [0.5, 3])
  assert.throws(() => spreadOf([]), RangeError)
  assert.throws(() => ratiosOf([1], []), RangeError)
})

test('options that are not understood are refused', () => {
  assert.equal(parseOptions(['--quick', '--rounds', '2'])?.rounds, 2)
  assert.equal(
    parseOptions(['--only', 'HEAD'])?.scenarios.every(({ verb }) => verb === 'head'),
    true,
  )
  for (const bad of [['--seconds'], ['--seconds', '0'], ['--rounds', '1.5'], ['--fast']]) {
    assert.equal(parseOptions(bad), undefined, bad.join(' '))
  }
})
