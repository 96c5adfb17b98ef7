import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Slab } from './slab.ts'

test('buffers of a slab share memory but no byte, whatever their lengths', () => {
  const slab = new Slab()
  const lengths = Array.from({ length: 200 }, (_, index) => (index * 977) % 20_000)
  const taken = lengths.map((length, index) => slab.take(length).fill(index))
  for (const [index, buffer] of taken.entries()) {
    assert.equal(buffer.length, lengths[index])
    assert.ok(buffer.every((byte) => byte === index))
  }
  assert.ok(new Set(taken.map((buffer) => buffer.buffer)).size < 100)
})
