import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BucketEncryption, EncryptionRequest } from '../operations/index.ts'
import { decideMode, wouldChangeMode } from './decide-mode.ts'
import { demandSm4 } from './segment-cipher.ts'
import { customerKey, refusedWith, rootCaller } from './test-scope.fixture.ts'

const base = { cipher: 'aes-256', bucketKey: false, explicit: true } as const
const BUCKETS = {
  none: { ...base, mode: 'none', explicit: false },
  s3: { ...base, mode: 'sse-s3', explicit: false },
  s3WithBucketKey: { ...base, mode: 'sse-s3', bucketKey: true },
  kms: { ...base, mode: 'sse-kms', key: 'bucket-key-text', bucketKey: true },
  kmsPlain: { ...base, mode: 'sse-kms' },
  dsse: { ...base, mode: 'dsse-kms', key: 'dsse-key-text', bucketKey: true },
} satisfies Record<string, BucketEncryption>
const customer = customerKey(1)
const context = { a: 'b' }

/** Each line: the bucket's default, the request, what is decided. The table of docs/encryption.md. */
const TABLE: readonly (readonly [keyof typeof BUCKETS, EncryptionRequest, Record<string, unknown>])[] = [
  ['none', { kind: 'default' }, { mode: 'none' }],
  ['s3', { kind: 'default' }, { mode: 'sse-s3' }],
  ['kms', { kind: 'default' }, { mode: 'sse-kms', key: 'bucket-key-text', bucketKey: true, context: undefined }],
  ['kms', { kind: 'default', bucketKey: false }, { mode: 'sse-kms', key: 'bucket-key-text', bucketKey: false }],
  ['kmsPlain', { kind: 'default' }, { mode: 'sse-kms', key: undefined, bucketKey: false }],
  ['kmsPlain', { kind: 'default', bucketKey: true }, { mode: 'sse-kms', bucketKey: true }],
  ['dsse', { kind: 'default' }, { mode: 'dsse-kms', key: 'dsse-key-text' }],
  ['kms', { kind: 'sse-s3' }, { mode: 'sse-s3' }],
  ['none', { kind: 'sse-s3' }, { mode: 'sse-s3' }],
  // A mode that names no key means the managed key, not the bucket's; only the flag is the bucket's.
  ['kms', { kind: 'sse-kms' }, { mode: 'sse-kms', key: undefined, bucketKey: true }],
  ['kms', { kind: 'sse-kms', key: 'mine', bucketKey: false }, { mode: 'sse-kms', key: 'mine', bucketKey: false }],
  ['s3', { kind: 'sse-kms', key: 'mine' }, { mode: 'sse-kms', key: 'mine', bucketKey: false }],
  ['s3WithBucketKey', { kind: 'sse-kms', key: 'mine' }, { mode: 'sse-kms', key: 'mine', bucketKey: true }],
  // A context of the client's own goes with a data key of its own.
  ['kms', { kind: 'sse-kms', context }, { mode: 'sse-kms', bucketKey: false, context }],
  ['kms', { kind: 'sse-kms', context: {} }, { mode: 'sse-kms', bucketKey: true, context: undefined }],
  ['s3', { kind: 'dsse-kms', key: 'mine', bucketKey: true, context }, { mode: 'dsse-kms', key: 'mine', context }],
  ['dsse', { kind: 'dsse-kms' }, { mode: 'dsse-kms', key: undefined }],
  ['kms', { kind: 'sse-c', customer }, { mode: 'sse-c', customer }],
]

for (const [bucket, request, expected] of TABLE) {
  test(`T-098 a write into a bucket with default ${bucket}, asking ${JSON.stringify(request)}`, () => {
    const decided: Record<string, unknown> = { ...decideMode(request, BUCKETS[bucket], rootCaller()) }
    assert.equal(decided['cipher'], 'aes-256')
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(decided[name], value, name)
  })
}

test('KMS modes, asked for or by default, are refused to other signatures and to anonymous callers', () => {
  for (const caller of [rootCaller('ak', 'sigv2'), { kind: 'anonymous' } as const]) {
    for (const [bucket, request, { mode }] of TABLE) {
      const decide = () => decideMode(request, BUCKETS[bucket], caller)
      if (mode === 'sse-kms' || mode === 'dsse-kms') assert.throws(decide, refusedWith('invalid-argument'))
      else assert.equal(decide().mode, mode)
    }
  }
})

test('SM4 goes with one layer under keys of the server; with anything else it is refused, not weakened', () => {
  for (const mode of ['sse-s3', 'sse-kms'] as const) {
    const bucket = { ...base, mode, cipher: 'sm4' } as const
    assert.equal(decideMode({ kind: 'default' }, bucket, rootCaller()).cipher, 'sm4')
    assert.equal(decideMode({ kind: mode, cipher: 'sm4' }, BUCKETS.none, rootCaller()).cipher, 'sm4')
    assert.equal(decideMode({ kind: mode }, bucket, rootCaller()).cipher, 'aes-256')
  }
  for (const mode of ['none', 'dsse-kms'] as const) {
    const bucket = { ...base, mode, cipher: 'sm4' } as const
    assert.throws(() => decideMode({ kind: 'default' }, bucket, rootCaller()), refusedWith('not-implemented'))
  }
  const asked = { kind: 'dsse-kms', cipher: 'sm4' } as const
  assert.throws(() => decideMode(asked, BUCKETS.none, rootCaller()), refusedWith('not-implemented'))
})

test('SM4 is refused where the runtime has none', () => {
  assert.throws(() => demandSm4(false), refusedWith('not-implemented'))
  demandSm4(true)
})

test('a copy onto itself changes something if it asks, if somebody set the default, or if mode or cipher differ', () => {
  const stored = { mode: 'sse-s3', cipher: 'aes-256' } as const
  assert.equal(wouldChangeMode(stored, { kind: 'default' }, BUCKETS.s3), false)
  assert.equal(wouldChangeMode(stored, { kind: 'default' }, BUCKETS.none), false)
  assert.equal(wouldChangeMode({ ...stored, cipher: 'sm4' }, { kind: 'default' }, BUCKETS.s3), true)
  assert.equal(wouldChangeMode({ ...stored, mode: 'none' }, { kind: 'default' }, BUCKETS.s3), false)
  assert.equal(wouldChangeMode({ ...stored, mode: 'sse-kms' }, { kind: 'default' }, BUCKETS.s3), true)
  assert.equal(wouldChangeMode({ ...stored, mode: 'sse-c' }, { kind: 'default' }, BUCKETS.s3), true)
  assert.equal(wouldChangeMode(stored, { kind: 'sse-s3' }, BUCKETS.s3), true)
  assert.equal(wouldChangeMode(stored, { kind: 'default', bucketKey: false }, BUCKETS.s3), true)
  assert.equal(wouldChangeMode(stored, { kind: 'default' }, { ...BUCKETS.s3, explicit: true }), true)
})
