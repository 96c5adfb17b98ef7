import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AnswerReader } from './answer-reader.ts'
import { rateOfSpeed, serialRate } from './digest-floor.ts'
import { parseOptions } from './options.ts'
import { nameOf, scenariosOf } from './scenarios.ts'
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

test('answers that are alike are known by their length, and what only looks like one is read', () => {
  const reader = new AnswerReader({ keep: false, bodiless: false })
  const answers = [
    ...[
      SIZED,
      SIZED,
      SIZED.replace('200 OK', '503 NO'),
      SIZED,
      SIZED.replace('Length: 5\r\n\r\n', 'Length: 3\r\n\r\n').slice(0, -2),
    ],
    ...['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1', '23456789', SIZED],
  ].map((text) => reader.push(Buffer.from(text)))
  assert.deepEqual(
    answers.map((answer) => answer && [answer.status, answer.bodyBytes]),
    [[200, 5], [200, 5], [503, 5], [200, 5], [200, 3], undefined, [200, 9], [200, 5]],
  )
})

test('the serial rate is that of all bytes through all primitives; openssl says its rate in one line', () => {
  assert.equal(serialRate({ sha256: 3, md5: 6, aes256Gcm: 2 }), 1)
  assert.equal(rateOfSpeed('+H:65536\n+F:25:AES-256-GCM:4280169534.69\n'), 4280169534.69)
  assert.throws(() => rateOfSpeed('+H:65536\n'), /no rate/)
})

test('lines have names of their own, and every goal is a ratio', () => {
  for (const extent of ['quick', 'usual', 'full'] as const) {
    const scenarios = scenariosOf(extent, false)
    assert.ok(scenarios.length > 0)
    assert.equal(new Set(scenarios.map(nameOf)).size, scenarios.length)
    for (const { against } of scenarios) assert.ok(against.every(({ goal = 1 }) => goal > 0 && goal < 2))
  }
  assert.ok(scenariosOf('full', false).length > scenariosOf('usual', false).length)
})

test('spreads, quantiles and ratios are what they are called; nothing measured is an error', () => {
  assert.deepEqual(spreadOf([3, 1, 2, 10]), { min: 1, median: 2.5, max: 10 })
  assert.equal(quantileOf([0, 10], 0.99), 9.9)
  assert.deepEqual(ratiosOf([10, 30], [20, 10]), [0.5, 3])
  assert.throws(() => spreadOf([]), RangeError)
  assert.throws(() => ratiosOf([1], []), RangeError)
})

test('options that are not understood are refused', () => {
  assert.equal(parseOptions(['--workers', 'cores'], 4)?.workers, 4)
  assert.equal(parseOptions(['--scale', '1000000'], 4)?.scale, 1_000_000)
  assert.equal(parseOptions(['--quick', '--rounds', '2'], 4)?.rounds, 2)
  assert.equal(
    parseOptions(['--only', 'HEAD'], 4)?.scenarios.every(({ verb }) => verb === 'head'),
    true,
  )
  for (const bad of [
    ['--seconds'],
    ['--seconds', '0'],
    ['--rounds', '1.5'],
    ['--fast'],
    ['--quick', '--full'],
    ['--scale', '5'],
  ]) {
    assert.equal(parseOptions(bad, 4), undefined, bad.join(' '))
  }
})
