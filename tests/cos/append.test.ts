import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cosBench, refused } from './cos-bench.ts'

const bench = await cosBench()
const { cos } = bench

test('COS-05 an object grows by appends, each at its end', async () => {
  const at = await bench.bucket()
  const first = await cos.appendObject({ ...at, Key: 'log', Body: 'one ', Position: 0 })
  assert.equal(first.headers?.['x-cos-next-append-position'], '4')
  await cos.appendObject({ ...at, Key: 'log', Body: 'two', Position: 4 })
  const got = await cos.getObject({ ...at, Key: 'log' })
  assert.equal(got.Body.toString(), 'one two')
  await refused(cos.appendObject({ ...at, Key: 'log', Body: 'x', Position: 4 }), 409, 'AppendPositionErr')
})
