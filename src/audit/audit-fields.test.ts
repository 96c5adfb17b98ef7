import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanField, cleanRecord, MAX_CONTEXT_CHARS, MAX_FIELD_CHARS, MAX_RECORD_BYTES } from './audit-fields.ts'
import type { AuditRecord } from './audit-record.ts'
import { recordLine } from './audit-rows.ts'

const RECORD: AuditRecord = {
  timeMs: 1_700_000_000_000,
  requestId: 'R1',
  action: 's3:PutObject',
  resource: 'arn:aws:s3:::b/k',
  caller: 'arn:aws:iam::000000000001:root',
  outcome: 'refused',
  failure: 'access-denied',
}

const HOSTILE: readonly (readonly [string, string, string])[] = [
  ['line feed', 'a\nb', 'a\\u{a}b'],
  ['carriage return', 'a\rb', 'a\\u{d}b'],
  ['escape', '\u001b[31m', '\\u{1b}[31m'],
  ['NUL', '\0', '\\u{0}'],
  ['C1 control', '\u0085', '\\u{85}'],
  ['line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['paragraph separator', 'a\u2029b', 'a\\u{2029}b'],
  ['direction override', 'a\u202eb', 'a\\u{202e}b'],
  ['lone high surrogate', 'a\ud800b', 'a\\u{d800}b'],
  ['lone low surrogate', 'a\udc00b', 'a\\u{dc00}b'],
  ['the escape itself', 'a\\u{a}b', 'a\\\\u{a}b'],
  ['a pair and letters of every script', 'ä 語 😀', 'ä 語 😀'],
]

for (const [name, text, expected] of HOSTILE) {
  test(`T-160 (part) a field with ${name} is escaped, without ambiguity`, () => {
    assert.equal(cleanField(text), expected)
  })
}

test('T-160 (part) a record is one line, whatever its fields hold', () => {
  const hostile = HOSTILE.map(([, text]) => text).join('"')
  const record = cleanRecord({
    ...RECORD,
    requestId: hostile,
    resource: hostile,
    caller: hostile,
    action: hostile,
    failure: hostile,
    detail: { reason: hostile },
  })
  assert.equal(
    recordLine(record)
      .trimEnd()
      .split(/[\n\r\u2028\u2029]/).length,
    1,
  )
})

test('T-160 (part) a field of 8 KiB is cut, and says so', () => {
  const { resource } = cleanRecord({ ...RECORD, resource: 'x'.repeat(8_192) })
  assert.equal(resource.length, MAX_FIELD_CHARS)
  assert.ok(resource.endsWith('…'))
})

test('a name that is not in the list is left out and named, without its value', () => {
  const { detail } = cleanRecord({ ...RECORD, detail: { keyVersion: '3', authorization: 'AWS4 …', secret: 'x' } })
  assert.deepEqual(detail, { keyVersion: '3', omitted: 'authorization,secret' })
})

test('an encryption context of 8 KiB is kept whole', () => {
  const encryptionContext = JSON.stringify({ a: 'x'.repeat(MAX_CONTEXT_CHARS - 8) })
  assert.equal(encryptionContext.length, MAX_CONTEXT_CHARS)
  assert.equal(
    cleanRecord({ ...RECORD, detail: { encryptionContext } }).detail?.['encryptionContext'],
    encryptionContext,
  )
})

test('a record never outgrows its limit', () => {
  const long = '語'.repeat(MAX_CONTEXT_CHARS)
  const record = cleanRecord({ ...RECORD, detail: { encryptionContext: long, sourceEncryptionContext: long } })
  assert.ok(Buffer.byteLength(recordLine(record)) <= MAX_RECORD_BYTES)
  assert.deepEqual(record.detail, { omitted: 'everything: too long' })
})
