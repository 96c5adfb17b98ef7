import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EncryptionRequest, OperationOf, Results } from '../../operations/index.ts'
import { checksumOf } from './checksums.ts'
import { completeUpload } from '../uploads/complete-upload.ts'
import { copyObject } from '../writing/copy-object.ts'
import { createUpload } from '../uploads/create-upload.ts'
import {
  bodyOf,
  BUCKET,
  bytesOf,
  CALLER,
  customerKey,
  get,
  keyName,
  PROPERTIES,
  put,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { headObject } from '../reading/head-object.ts'
import { listParts } from '../uploads/list-parts.ts'
import { uploadPart } from '../uploads/upload-part.ts'

/** Published by OSS's and COS's documentation, and by the CRC catalogue (CRC-64/XZ). */
const KNOWN: readonly (readonly [string, bigint])[] = [
  ['', 0n],
  ['123456789', 11051210869376104954n],
  ['hello', 11177612005948864433n],
  ['Hello OSS', 5213097489099810948n],
]
const MODES: Readonly<Record<string, (key: string) => EncryptionRequest>> = {
  default: () => ({ kind: 'default' }),
  'sse-kms': (key) => ({ kind: 'sse-kms', key, bucketKey: true }),
  'dsse-kms': (key) => ({ kind: 'dsse-kms', key }),
  'sse-c': () => ({ kind: 'sse-c', customer: customerKey(3) }),
}
const REQUEST = { caller: CALLER, requestId: 'request' }

async function head(at: Engine, key: string, changes: Partial<OperationOf<'head-object'>> = {}) {
  const wanted = { kind: 'head-object', bucket: BUCKET, key: keyName(key), conditions: {}, overrides: {} } as const
  const found = await headObject(at.rooms, await at.permit('bucket'), { ...wanted, withChecksums: true, ...changes })
  return found.object
}

test('a body for which it is wanted has the CRC-64 that OSS and COS publish, and it is given to who asks', async () => {
  const at = await withBucket()
  for (const [text, value] of KNOWN) {
    const stored = await put(at, 'k', Buffer.from(text), { expect: { crc64: true } })
    assert.equal(stored.crc64, value)
    assert.deepEqual(stored.checksums, [], 'it is no checksum of S3’s')
    assert.equal((await get(at, 'k', { withChecksums: true })).object.crc64, value)
    assert.equal((await get(at, 'k')).object.crc64, undefined)
    assert.equal((await head(at, 'k')).crc64, value)
  }
})

test('an object of S3’s has none, and its checksum as ever', async () => {
  const at = await withBucket()
  const stored = await put(at, 'k', bytesOf(100))
  assert.equal(stored.crc64, undefined)
  const { object } = await get(at, 'k', { withChecksums: true })
  assert.equal(object.crc64, undefined)
  assert.equal(object.checksums[0]?.algorithm, 'crc64nvme')
})

for (const [mode, wished] of Object.entries(MODES)) {
  test(`in ${mode} it is kept of small and large bodies, beside a named checksum too, and shown whole with a range`, async () => {
    const at = await withBucket()
    const { arn } = await at.kms.createKey(REQUEST, { description: '' })
    const encryption = wished(arn)
    const customer = encryption.kind === 'sse-c' ? { customer: encryption.customer } : {}
    for (const size of [0, 100, 20_000, 1_100_000]) {
      const body = bytesOf(size)
      const value = (await checksumOf('crc64ecma', body)).readBigUInt64BE()
      for (const named of [{}, { checksum: { algorithm: 'sha256', value: 'compute' } }] as const) {
        const stored = await put(at, 'k', body, { encryption, expect: { crc64: true, ...named } })
        assert.equal(stored.crc64, value)
        assert.deepEqual(
          stored.checksums.map(({ algorithm }) => algorithm),
          'checksum' in named ? ['sha256'] : [],
        )
        const asked = { withChecksums: true, ...customer }
        const read = await get(at, 'k', asked)
        assert.equal(read.object.crc64, value)
        assert.deepEqual(read.object.checksums, stored.checksums)
        if (size === 0) continue
        const piece = await get(at, 'k', { ...asked, range: { kind: 'from', first: 1, last: 5 } })
        assert.equal(piece.object.crc64, value)
        assert.deepEqual(piece.object.checksums, [])
        assert.equal((await head(at, 'k', { ...customer, range: { kind: 'from', first: 1, last: 5 } })).crc64, value)
      }
    }
  })
}

test('T-112 whoever cannot open the data is not told its CRC-64', async () => {
  const at = await withBucket()
  const { arn, keyId } = await at.kms.createKey(REQUEST, { description: '' })
  await put(at, 'k', bytesOf(50), { encryption: { kind: 'sse-kms', key: arn }, expect: { crc64: true } })
  assert.notEqual((await head(at, 'k')).crc64, undefined)
  await at.kms.disableKey(REQUEST, keyId)
  assert.equal((await head(at, 'k')).crc64, undefined)
})

async function upload(at: Engine, parts: readonly { readonly body: Buffer; readonly crc64: boolean }[]) {
  const target = { bucket: BUCKET, key: keyName('big') }
  const permit = await at.permit('bucket')
  const encryption = { kind: 'default' } as const
  const { uploadId } = await createUpload(at.rooms, permit, {
    ...{ kind: 'create-upload', ...target, properties: PROPERTIES, encryption },
  })
  const listed: { partNumber: number; etag: string }[] = []
  const sums: (bigint | undefined)[] = []
  for (const [index, { body, crc64 }] of parts.entries()) {
    const expect: OperationOf<'upload-part'>['expect'] = crc64 ? { crc64: true } : {}
    const operation = { kind: 'upload-part', ...target, uploadId, partNumber: index + 1, expect } as const
    const made = await uploadPart(at.rooms, permit, operation, bodyOf(body))
    listed.push({ partNumber: index + 1, etag: made.etag })
    sums.push(made.crc64)
  }
  const shown = await listParts(at.rooms, permit, {
    ...{ kind: 'list-parts', ...target, uploadId, partNumberMarker: 0, maxParts: 10 },
  })
  assert.deepEqual(
    shown.parts.map(({ crc64 }) => crc64),
    sums,
  )
  const complete = { kind: 'complete-upload', ...target, uploadId, parts: listed, minPartBytes: 100 * 1024 } as const
  const first = await completeUpload(at.rooms, permit, complete)
  const again = await completeUpload(at.rooms, permit, complete)
  assert.deepEqual(again, first)
  return first
}

test('the whole of an upload has it when each part has; parts may be as small as the vendor allows', async () => {
  const at = await withBucket()
  const bodies = [bytesOf(100 * 1024, 1), bytesOf(150_000, 2), bytesOf(10, 3)]
  const done: Results['complete-upload'] = await upload(
    at,
    bodies.map((body) => ({ body, crc64: true })),
  )
  const value = (await checksumOf('crc64ecma', Buffer.concat(bodies))).readBigUInt64BE()
  assert.equal(done.crc64, value)
  assert.equal((await get(at, 'big', { withChecksums: true })).object.crc64, value)
  const mixed = await upload(
    at,
    bodies.map((body, index) => ({ body, crc64: index !== 1 })),
  )
  assert.equal(mixed.crc64, undefined)
})

test('a copy has it where it is wanted, and where its source has it', async () => {
  const at = await withBucket()
  const body = bytesOf(30_000)
  const value = (await checksumOf('crc64ecma', body)).readBigUInt64BE()
  await put(at, 'with', body, { expect: { crc64: true } })
  await put(at, 'without', body)
  const copy = async (from: string, changes: Partial<OperationOf<'copy-object'>>) => {
    const source = { bucket: BUCKET, key: keyName(from), conditions: {} }
    return copyObject(at.rooms, await at.permit('bucket', 'bucket'), {
      ...{ kind: 'copy-object', bucket: BUCKET, key: keyName('copy'), source, encryption: { kind: 'default' } },
      ...changes,
    })
  }
  assert.equal((await copy('with', {})).crc64, value)
  assert.equal((await copy('without', {})).crc64, undefined)
  assert.equal((await copy('without', { crc64: true })).crc64, value)
  const both = await copy('without', { crc64: true, checksum: 'sha1' })
  assert.deepEqual([both.crc64, both.checksums[0]?.algorithm], [value, 'sha1'])
})
