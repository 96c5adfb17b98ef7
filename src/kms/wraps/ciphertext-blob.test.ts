import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SecretBytes } from '../../secrets/index.ts'
import { MAX_BLOB_BYTES, openBlob, readBlob, sealBlob } from './ciphertext-blob.ts'
import { sealCommitted } from './committing-wrap.ts'
import { contextBytes, MAX_CONTEXT_BYTES } from './context-bytes.ts'
import { bytesOf, isFailure, keyFromHex } from '../keys/keys.fixture.ts'
import { hexOf, isRefused, textOf, textsOf, vectorCases } from './vectors.fixture.ts'

const CASES = vectorCases('envelopes/ckb1-blobs')
const UID = '00112233445566778899aabbccddeeff'
const MATERIAL = keyFromHex('0f'.repeat(32))

test('CKB1: every blob of the second implementation opens to its plaintext', () => {
  const good = CASES.filter((one) => !isRefused(one))
  assert.ok(good.length >= 16)
  for (const one of good) {
    const opened = openBlob(
      keyFromHex(textOf(one, 'material')),
      hexOf(one, 'blob'),
      contextBytes(textsOf(one, 'context')),
    )
    assert.ok(opened !== undefined, textOf(one, 'name'))
    assert.deepEqual(bytesOf(opened), hexOf(one, 'plaintext'), textOf(one, 'name'))
  }
})

test('CKB1: sealed again with the same salt, each blob comes out byte for byte', () => {
  for (const one of CASES.filter((candidate) => !isRefused(candidate))) {
    const blob = hexOf(one, 'blob')
    const again = sealCommitted(
      { label: 'coffer/kms-blob/v1', headerBytes: 52 },
      keyFromHex(textOf(one, 'material')),
      blob.subarray(0, 52),
      hexOf(one, 'plaintext'),
      contextBytes(textsOf(one, 'context')),
    )
    assert.deepEqual(again, blob, textOf(one, 'name'))
  }
})

test('CKB1: every damaged blob of the second implementation is refused', () => {
  const bad = CASES.filter(isRefused)
  assert.ok(bad.length >= 30)
  for (const one of bad) {
    const opened = openBlob(
      keyFromHex(textOf(one, 'material')),
      hexOf(one, 'blob'),
      contextBytes(textsOf(one, 'context')),
    )
    assert.equal(opened, undefined, textOf(one, 'name'))
  }
})

test('CKB1 and contexts: the vectors of the object format say the same', () => {
  for (const one of vectorCases('envelopes/ckb1')) {
    const material = keyFromHex(textOf(one, 'material'))
    const opened = openBlob(material, hexOf(one, 'blob'), contextBytes(textsOf(one, 'context')))
    const expected = textOf(one, 'result') === 'valid' ? hexOf(one, 'plaintext') : undefined
    assert.deepEqual(opened === undefined ? undefined : bytesOf(opened), expected, textOf(one, 'comment'))
  }
  for (const one of vectorCases('envelopes/contexts')) {
    assert.deepEqual(contextBytes(textsOf(one, 'context')), hexOf(one, 'canonical'))
  }
})

test('T-107 CKB1: every single flipped bit and every shorter length refuses', () => {
  const context = contextBytes({ 'aws:s3:arn': 'arn:aws:s3:::photos' })
  const blob = sealBlob(MATERIAL, { keyUid: UID, version: 1 }, new SecretBytes(Buffer.alloc(32, 7)), context)
  assert.equal(blob.length, 132)
  for (let bit = 0; bit < blob.length * 8; bit++) {
    const changed = Buffer.from(blob)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.equal(openBlob(MATERIAL, changed, context), undefined, `bit ${bit}`)
  }
  for (let length = 0; length < blob.length; length++) {
    assert.equal(openBlob(MATERIAL, blob.subarray(0, length), context), undefined, `length ${length}`)
  }
  assert.ok(openBlob(MATERIAL, blob, context) !== undefined)
})

test('CKB1: two wraps of the same bytes have nothing in common behind the version', () => {
  const plaintext = new SecretBytes(Buffer.alloc(32, 7))
  const [one, two] = [1, 2].map(() => sealBlob(MATERIAL, { keyUid: UID, version: 9 }, plaintext, Buffer.alloc(0)))
  assert.ok(one !== undefined && two !== undefined)
  assert.deepEqual(one.subarray(0, 28), two.subarray(0, 28))
  assert.notDeepEqual(one.subarray(28, 52), two.subarray(28, 52))
  assert.notDeepEqual(one.subarray(84, 116), two.subarray(84, 116))
  assert.deepEqual(readBlob(one), { keyUid: UID, version: 9 })
})

test('CKB1: the longest blob is 4,196 bytes', () => {
  const longest = sealBlob(MATERIAL, { keyUid: UID, version: 1 }, new SecretBytes(Buffer.alloc(4_096)), Buffer.alloc(0))
  assert.equal(longest.length, 4_196)
  assert.equal(MAX_BLOB_BYTES, 4_196)
  assert.ok(readBlob(longest) !== undefined)
})

test('contexts: the order of pairs does not count, text that is not Unicode and 8 KiB and more are refused', () => {
  assert.deepEqual(contextBytes({ a: '1', b: '2' }), contextBytes({ b: '2', a: '1' }))
  assert.notDeepEqual(contextBytes({ ab: 'c' }), contextBytes({ a: 'bc' }))
  assert.equal(contextBytes({}).length, 0)
  assert.throws(() => contextBytes({ a: '\ud800' }), isFailure('invalid-argument'))
  assert.equal(contextBytes({ a: 'x'.repeat(MAX_CONTEXT_BYTES - 7) }).length, MAX_CONTEXT_BYTES)
  assert.throws(() => contextBytes({ a: 'x'.repeat(MAX_CONTEXT_BYTES - 6) }), isFailure('invalid-argument'))
  assert.throws(() => contextBytes({ a: 'x'.repeat(70_000) }), isFailure('invalid-argument'))
})
