import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Check, Write } from '../../storage/index.ts'
import { settled } from './place-version.ts'

const key = (text: string): Buffer => Buffer.from(text)
const put = (name: string, value: string): Write => ({ kind: 'put', key: key(name), value: key(value) })
const add = (name: string, delta: bigint): Write => ({ kind: 'add', counter: key(name), delta })

test('a batch has one write for each row, the last, and one sum for each counter that changes', () => {
  const { writes } = settled([], {
    checks: [],
    writes: [
      { kind: 'delete', key: key('a') },
      add('bytes', 5n),
      put('b', '1'),
      add('versions', 1n),
      put('a', '2'),
      add('bytes', -7n),
      add('versions', -1n),
      put('aa', '3'),
    ],
  })
  assert.deepEqual(writes, [put('a', '2'), put('b', '1'), put('aa', '3'), add('bytes', -2n)])
})

test('guards come before the checks of a decision', () => {
  const checks: readonly Check[] = [{ kind: 'absent', key: key('live') }]
  const guards: readonly Check[] = [{ kind: 'revision', key: key('gen'), revision: '1' }]
  assert.deepEqual(settled(guards, { checks, writes: [] }).checks, [...guards, ...checks])
  assert.deepEqual(settled([], { checks, writes: [] }).checks, checks)
})
