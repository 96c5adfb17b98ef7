import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownVectors } from '../../tests/own-vectors.ts'
import { StoreFailure } from '../operations/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { createRecordSealer } from './record-sealer.ts'

interface RecordCase {
  readonly id: number
  readonly comment: string
  readonly metadataKey: string
  readonly epoch: string
  readonly counter: number
  readonly rowKey: string
  readonly clear: string
  readonly secret: string
  readonly masked?: string
  readonly value: string
  readonly result: 'valid' | 'invalid'
}

/** Sealing again counts up to the case's number; beyond this the case is only opened. */
const MAX_COUNTED = 1000

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const cases = ownVectors('records/records.json') as readonly RecordCase[]

for (const one of cases) {
  test(`vector records/${one.id}: ${one.comment}: ${one.result}`, () => {
    const metadataKey = (): SecretBytes => new SecretBytes(hex(one.metadataKey))
    const reader = createRecordSealer({ metadataKey: metadataKey() })
    const open = () => reader.open(hex(one.rowKey), hex(one.value))
    if (one.result === 'invalid') {
      assert.throws(open, (error) => error instanceof StoreFailure && error.failure.kind === 'integrity')
      return
    }
    const opened = open()
    assert.equal(Buffer.from(opened.clear).toString('hex'), one.clear)
    assert.equal(Buffer.from(opened.secret).toString('hex'), one.secret)
    assert.equal(opened.masked && Buffer.from(opened.masked).toString('hex'), one.masked)
    if (one.counter > MAX_COUNTED) return
    const sealer = createRecordSealer({ metadataKey: metadataKey(), epoch: hex(one.epoch) })
    const record = { rowKey: hex(one.rowKey), clear: hex(one.clear), secret: hex(one.secret) }
    const whole = one.masked === undefined ? record : { ...record, masked: hex(one.masked) }
    for (let counter = 0; counter < one.counter; counter++) sealer.seal(record)
    assert.equal(sealer.seal(whole).toString('hex'), one.value)
  })
}

test('there are vectors of both kinds', () => {
  assert.ok(cases.filter(({ result }) => result === 'valid').length >= 5)
  assert.ok(cases.filter(({ result }) => result === 'invalid').length >= 10)
})
