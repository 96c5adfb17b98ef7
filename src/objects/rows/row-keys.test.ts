import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyName } from '../engine.fixture.ts'
import { afterPrefix, liveKey, oldKey, oldRange, rangeOf } from './row-keys.ts'

const uuid = Buffer.alloc(16, 0xff)

test('T-033 the end of a range is found by carry, also behind FF bytes and U+10FFFF', () => {
  assert.deepEqual(afterPrefix(Buffer.from('61ff', 'hex')), Buffer.from('62', 'hex'))
  assert.deepEqual(afterPrefix(Buffer.from('61ffff', 'hex')), Buffer.from('62', 'hex'))
  const name = '\u{10ffff}'
  const { start, end } = rangeOf(liveKey(uuid, keyName(name)))
  const inside = liveKey(uuid, keyName(`${name}${name}`))
  assert.ok(Buffer.compare(start, inside) < 0 && Buffer.compare(inside, end) < 0)
})

test('T-033 the versions of a name stand by themselves, newest first, whatever names are its neighbours', () => {
  const { start, end } = oldRange(uuid, keyName('a'))
  const inRange = (key: Uint8Array): boolean => Buffer.compare(start, key) <= 0 && Buffer.compare(key, end) < 0
  assert.ok(inRange(oldKey(uuid, keyName('a'), 1)) && inRange(oldKey(uuid, keyName('a'), Number.MAX_SAFE_INTEGER)))
  for (const other of ['a\u0001', 'a\u0001b', 'aa', 'a/', 'b', '\u{10ffff}']) {
    assert.ok(!inRange(oldKey(uuid, keyName(other), 5)), other)
  }
  assert.ok(Buffer.compare(oldKey(uuid, keyName('a'), 6), oldKey(uuid, keyName('a'), 5)) < 0)
})
