import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { setFaultHook } from '../../storage/index.ts'
import { checksumOf } from '../bodies/checksums.ts'
import { createBucket } from '../buckets/create-bucket.ts'
import { deleteBucket } from '../buckets/delete-bucket.ts'
import {
  blobIds,
  bodyOf,
  BUCKET,
  bytesOf,
  customerKey,
  get,
  keyName,
  put,
  PROPERTIES,
  refusedWith,
  withBucket,
} from '../engine.fixture.ts'
import { putObject } from './put-object.ts'

const SIZES = [0, 1, 16_382, 16_383, 16_384, 65_535, 65_536, 65_537, 1_048_575, 1_048_576, 1_100_000]

test('a body of every boundary size comes back, inline up to 16,383 bytes and in a blob above', async () => {
  const at = await withBucket()
  for (const size of SIZES) {
    const before = (await blobIds(at)).length
    const body = bytesOf(size)
    const stored = await put(at, `size-${size}`, body)
    assert.equal(stored.etag, createHash('md5').update(body).digest('hex'))
    assert.equal((await blobIds(at)).length - before, size > 16_383 ? 1 : 0)
    const read = await get(at, `size-${size}`, { withChecksums: true })
    assert.deepEqual(read.bytes, body)
    assert.equal(read.object.etag, stored.etag)
    assert.deepEqual(read.object.metadata, PROPERTIES.metadata)
    assert.equal(read.object.checksums[0]?.algorithm, 'crc64nvme')
    assert.deepEqual(read.object.checksums[0].value, await checksumOf('crc64nvme', body))
  }
})

test('a body of unknown length is the same as one whose length is known', async () => {
  const at = await withBucket()
  for (const size of [0, 10, 16_384, 200_000]) {
    const body = bytesOf(size)
    await put(at, 'unknown', body, {}, bodyOf(body, { length: undefined, pieceBytes: 1_000 }))
    assert.deepEqual((await get(at, 'unknown')).bytes, body)
  }
})

test('T-017 a short body, or a longer one, is incomplete and leaves neither object nor blob', async () => {
  const at = await withBucket()
  for (const size of [100, 100_000]) {
    for (const length of [size * 2, size - 1]) {
      const body = bodyOf(bytesOf(size), { length })
      await assert.rejects(put(at, 'short', bytesOf(size), {}, body), refusedWith('incomplete-body'))
    }
  }
  await assert.rejects(get(at, 'short'), refusedWith('no-such-key'))
  assert.deepEqual(await blobIds(at), [])
})

test('T-055 a digest that is not the body’s is refused before anything is committed', async () => {
  const at = await withBucket()
  for (const size of [1_000, 100_000]) {
    const body = bytesOf(size)
    const wrong = Buffer.alloc(16, 1)
    await assert.rejects(put(at, 'k', body, { expect: { md5: wrong } }), refusedWith('bad-digest'))
    const value = Buffer.alloc(32, 1)
    const expect = { checksum: { algorithm: 'sha256', value } } as const
    await assert.rejects(put(at, 'k', body, { expect }), refusedWith('bad-digest'))
    const trailer = (await checksumOf('crc32', Buffer.from('other'))).toString('base64')
    const byTrailer = { checksum: { algorithm: 'crc32', value: 'trailer' } } as const
    await assert.rejects(
      put(at, 'k', body, { expect: byTrailer }, bodyOf(body, { trailer })),
      refusedWith('bad-digest'),
    )
    await assert.rejects(put(at, 'k', body, { expect: byTrailer }), refusedWith('malformed-trailer'))
    const right = (await checksumOf('crc32', body)).toString('base64')
    const stored = await put(at, 'k', body, { expect: byTrailer }, bodyOf(body, { trailer: right }))
    assert.equal(stored.checksums[0]?.algorithm, 'crc32')
  }
})

test('of two conditional creates at once exactly one wins', async () => {
  const at = await withBucket()
  const condition = { kind: 'if-none-match-any' } as const
  const tries = Array.from({ length: 8 }, (_, seed) => put(at, 'once', bytesOf(20_000, seed), { condition }))
  const outcomes = await Promise.allSettled(tries)
  assert.equal(outcomes.filter((one) => one.status === 'fulfilled').length, 1)
  for (const one of outcomes) if (one.status === 'rejected') refusedWith('precondition-failed')(one.reason)
  assert.equal((await blobIds(at)).length, 1)
})

test('If-Match replaces only what it names, and needs something to be there', async () => {
  const at = await withBucket()
  const first = await put(at, 'k', bytesOf(10))
  const next = await put(at, 'k', bytesOf(11), { condition: { kind: 'if-match', etag: first.etag } })
  const stale = put(at, 'k', bytesOf(12), { condition: { kind: 'if-match', etag: first.etag } })
  await assert.rejects(stale, refusedWith('precondition-failed'))
  const absent = put(at, 'other', bytesOf(12), { condition: { kind: 'if-match', etag: next.etag } })
  await assert.rejects(absent, refusedWith('no-such-key'))
})

test('S3-11 T-112 the ETag of KMS and SSE-C objects is not the MD5, and differs for the same bytes', async () => {
  const at = await withBucket()
  const body = bytesOf(5_000)
  const md5 = createHash('md5').update(body).digest('hex')
  for (const encryption of [
    { kind: 'sse-kms' },
    { kind: 'dsse-kms' },
    { kind: 'sse-c', customer: customerKey(1) },
  ] as const) {
    const [one, two] = [await put(at, 'a', body, { encryption }), await put(at, 'b', body, { encryption })]
    assert.notEqual(one.etag, md5)
    assert.notEqual(one.etag, two.etag)
    const customer = encryption.kind === 'sse-c' ? { customer: encryption.customer } : {}
    assert.deepEqual((await get(at, 'a', customer)).bytes, body)
  }
})

test('a commit that waits for a bucket which is deleted and made again never lands in the new one', async () => {
  const at = await withBucket()
  const permit = await at.permit('bucket')
  await deleteBucket(at.rooms, await at.permit('bucket'), { kind: 'delete-bucket', bucket: BUCKET })
  await createBucket(at.rooms, await at.permit(), { kind: 'create-bucket', bucket: BUCKET })
  const operation = {
    kind: 'put-object',
    bucket: BUCKET,
    key: keyName('k'),
    properties: PROPERTIES,
    encryption: { kind: 'default' },
    expect: {},
  } as const
  for (const size of [10, 100_000]) {
    const late = putObject(at.rooms, permit, operation, bodyOf(bytesOf(size)))
    await assert.rejects(late, refusedWith('no-such-bucket'))
  }
  assert.deepEqual(await blobIds(at), [])
  await assert.rejects(get(at, 'k'), refusedWith('no-such-key'))
})

test('T-161 metadata too large for a row is refused with the limit', async () => {
  const at = await withBucket()
  const metadata = [['big', 'x'.repeat(70_000)]] as const
  const properties = { ...PROPERTIES, metadata }
  await assert.rejects(put(at, 'k', bytesOf(10), { properties }), refusedWith('metadata-too-large'))
  await assert.rejects(put(at, 'k', bytesOf(20_000), { properties }), refusedWith('metadata-too-large'))
  assert.deepEqual(await blobIds(at), [])
})

test('a write cut off at any fault point leaves the old object or the new one, whole', async () => {
  const at = await withBucket()
  const points = [
    ['put-object:before-blob-commit', false],
    ['put-object:after-blob-commit', false],
    ['put-object:before-metadata-commit', false],
    ['put-object:after-metadata-commit', true],
  ] as const
  for (const [point, happened] of points) {
    await put(at, 'k', bytesOf(50_000, 1))
    setFaultHook((name) => {
      if (name === point) throw new Error(point)
    })
    try {
      await assert.rejects(put(at, 'k', bytesOf(60_000, 2)), { message: point })
    } finally {
      setFaultHook()
    }
    assert.deepEqual((await get(at, 'k')).bytes, happened ? bytesOf(60_000, 2) : bytesOf(50_000, 1))
  }
})
