import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownVectors } from '../../../tests/own-vectors.ts'
import { StoreFailure } from '../../operations/index.ts'
import { createRecordSealer } from '../../records/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { openVersion, type VersionRecord } from './object-record.ts'

interface VersionCase {
  readonly id: number
  readonly comment: string
  readonly metadataKey: string
  readonly rowKey: string
  readonly value: string
  readonly result: 'valid' | 'invalid'
  readonly flags?: number
  readonly parts?: number
  readonly size?: number
  readonly order?: string
  readonly sealId?: string
  readonly detail?: unknown
  readonly inline?: string
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const cases = ownVectors('records/versions.json') as readonly VersionCase[]

function open(one: VersionCase): VersionRecord {
  const records = createRecordSealer({ metadataKey: new SecretBytes(hex(one.metadataKey)) })
  return openVersion(records, hex(one.rowKey), hex(one.value))
}

for (const one of cases) {
  test(`vector versions/${one.id}: ${one.comment}: ${one.result}`, () => {
    if (one.result === 'invalid') {
      assert.throws(
        () => open(one),
        (error) => error instanceof StoreFailure && error.failure.kind === 'integrity',
      )
      return
    }
    const version = open(one)
    const { deleteMarker, isNull, inline, parts, size, order, sealId } = version.header
    const flags = (deleteMarker ? 1 : 0) | (isNull ? 2 : 0) | (inline ? 4 : 0)
    const header = { flags, parts, size, order: String(order), sealId: Buffer.from(sealId).toString('hex') }
    const { flags: wanted, parts: count, size: bytes, order: place, sealId: id } = one
    assert.deepEqual(header, { flags: wanted, parts: count, size: bytes, order: place, sealId: id })
    assert.deepEqual(version.kind === 'object' ? version.detail : null, one.detail)
    const body = version.kind === 'object' ? version.inline : undefined
    assert.equal(Buffer.from(body ?? []).toString('hex'), one.inline)
  })
}
