import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { CHECKOUT } from './checkout.ts'

/** Every format of docs/object-format.md and docs/key-hierarchy.md, session tokens, and every scheme of docs/signatures.md: right and wrong cases, at least. */
const FORMATS: Readonly<Record<string, readonly [right: number, wrong: number]>> = {
  'segments/streams.json': [16, 40],
  'segments/sm4-streams.json': [16, 42],
  'records/records.json': [5, 15],
  'records/versions.json': [27, 23],
  'envelopes/cdk1.json': [5, 15],
  'envelopes/ckb1.json': [3, 10],
  'envelopes/ckb1-blobs.json': [16, 33],
  'envelopes/ckb1-token.json': [4, 9],
  'envelopes/crw1.json': [3, 20],
  'envelopes/crw2.json': [6, 25],
  'envelopes/crx1.json': [2, 16],
  'envelopes/cwk1.json': [6, 15],
  'envelopes/import-wraps.json': [20, 36],
  // Functions without a way to fail: what goes in gives what comes out.
  'envelopes/contexts.json': [8, 0],
  'envelopes/checksums.json': [5, 0],
  'envelopes/key-material.json': [24, 0],
  'audit/ledger.json': [15, 18],
  'sessions/cst1.json': [5, 18],
  'policies/conditions.json': [80, 80],
  'signatures/sigv4-header.json': [10, 18],
  'signatures/sigv4-query.json': [7, 11],
  'signatures/sigv4-chunked.json': [6, 23],
  'signatures/sigv2.json': [10, 16],
}
const LEAST_CASES = 200

function isWrong(one: unknown): boolean {
  assert.ok(typeof one === 'object' && one !== null)
  if ('result' in one) return one.result === 'invalid'
  if ('refused' in one) return true
  if ('holds' in one) return one.holds === false
  return 'expect' in one && typeof one.expect === 'object' && one.expect !== null && 'refused' in one.expect
}

function casesIn(path: string): readonly unknown[] {
  const file: unknown = JSON.parse(readFileSync(join(CHECKOUT, 'vectors', path), 'utf8'))
  assert.ok(typeof file === 'object' && file !== null)
  const [cases] = Object.entries(file).flatMap(([name, value]: [string, unknown]) =>
    ['tests', 'cases', 'vectors'].includes(name) && Array.isArray(value) ? [value] : [],
  )
  return cases ?? assert.fail(`${path} holds no cases`)
}

test('S3-10 part every format has vectors, at least 200 in all, most of them wrong', (t) => {
  const folders = readdirSync(join(CHECKOUT, 'vectors'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const files = folders.flatMap(({ name }) =>
    readdirSync(join(CHECKOUT, 'vectors', name)).map((file) => `${name}/${file}`),
  )
  assert.deepEqual(files.filter((file) => file.endsWith('.json')).toSorted(), Object.keys(FORMATS).toSorted())
  let [right, wrong] = [0, 0]
  for (const [path, [leastRight, leastWrong]] of Object.entries(FORMATS)) {
    const cases = casesIn(path)
    const bad = cases.filter(isWrong).length
    const good = cases.length - bad
    assert.ok(good >= leastRight && bad >= leastWrong, `${path}: ${good} right, ${bad} wrong`)
    right += good
    wrong += bad
    t.diagnostic(`${path}: ${good} right, ${bad} wrong`)
  }
  t.diagnostic(`${right + wrong} in all, ${wrong} of them wrong`)
  assert.ok(right + wrong >= LEAST_CASES && wrong > right)
})
