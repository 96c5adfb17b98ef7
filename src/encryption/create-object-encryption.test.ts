import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EncryptionRequest } from '../operations/index.ts'
import type { SealScope, StoredEncryption, WriteKeys } from './object-encryption.ts'
import {
  bodyOf,
  collect,
  customerKey,
  inPieces,
  PLAIN_BUCKET,
  refusedWith,
  rootCaller,
  scopeOf,
  sealWhole,
  world,
  type World,
} from './test-scope.fixture.ts'

const customer = customerKey(9)
const MODES: readonly (readonly [name: string, request: EncryptionRequest])[] = [
  ['sse-s3', { kind: 'sse-s3' }],
  ['sse-kms', { kind: 'sse-kms', key: 'k1' }],
  ['sse-kms with a context', { kind: 'sse-kms', key: 'k1', context: { team: 'blue' } }],
  ['sse-kms with a bucket key', { kind: 'sse-kms', key: 'k1', bucketKey: true }],
  ['dsse-kms', { kind: 'dsse-kms', key: 'k1' }],
  ['sse-c', { kind: 'sse-c', customer }],
]

function prepared(): World {
  const made = world()
  made.kms.addKey('k1')
  return made
}

/** What a row gives back: the engine keeps it as JSON. */
function kept(stored: StoredEncryption): StoredEncryption {
  const copy: StoredEncryption = structuredClone(stored)
  return copy
}

function keyFor(request: EncryptionRequest): typeof customer | undefined {
  return request.kind === 'sse-c' ? customer : undefined
}

async function written(
  at: World,
  scope: SealScope,
  request: EncryptionRequest,
): Promise<{ readonly keys: WriteKeys; readonly sealed: Buffer; readonly stored: StoredEncryption }> {
  const keys = await at.encryption.beginWrite(scope, request)
  return { keys, sealed: keys.sealInline(bodyOf(500)), stored: kept(keys.stored('inline')) }
}

for (const [name, request] of MODES) {
  test(`${name}: inline bodies of every boundary size open again, and their canary is not in what is stored`, async () => {
    const at = prepared()
    for (const [index, length] of [0, 1, 500, 16_367, 16_368, 16_383].entries()) {
      const scope = scopeOf(index)
      const body = bodyOf(length)
      const keys = await at.encryption.beginWrite(scope, request)
      const sealed = keys.sealInline(body)
      const stored = kept(keys.stored('inline'))
      if (length >= 500) assert.equal(sealed.indexOf(body.subarray(0, 32)), -1)
      const read = await at.another().beginRead(scope, stored, keyFor(request), 'inline')
      assert.deepEqual(read.openInline(sealed), body)
    }
  })

  test(`${name}: T-116 an inline body under another seal id, or with a byte flipped, does not open`, async () => {
    const at = prepared()
    const one = await written(at, scopeOf(1), request)
    const other = await written(at, scopeOf(2), request)
    const read = await at.encryption.beginRead(scopeOf(1), one.stored, keyFor(request), 'inline')
    assert.throws(() => read.openInline(other.sealed), refusedWith('integrity'))
    for (let at = 0; at < one.sealed.length; at += 13) {
      const damaged = Buffer.from(one.sealed)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 0x40, at)
      assert.throws(() => read.openInline(damaged), refusedWith('integrity'))
    }
    const moved = async (): Promise<unknown> => {
      const keys = await at.encryption.beginRead(scopeOf(2), one.stored, keyFor(request), 'inline')
      return keys.openInline(one.sealed)
    }
    await assert.rejects(moved, refusedWith('integrity', 'access-denied'))
  })

  test(`${name}: streams with both segment sizes give every boundary range back`, async () => {
    const at = prepared()
    for (const [index, [length, known]] of [
      [40_000, 40_000],
      [140_000, undefined],
    ].entries()) {
      const scope = scopeOf(index)
      const body = bodyOf(length ?? 0)
      const keys = await at.encryption.beginWrite(scope, request)
      const { sealed, stream } = sealWhole(keys, body, known, 3)
      assert.equal(stream.sealedLength, sealed.length)
      assert.equal(stream.segmentBytes, known === undefined ? 65_536 : 16_384)
      assert.equal(sealed.indexOf(body.subarray(0, 32)), -1)
      const read = await at.another().beginRead(scope, kept(keys.stored('streams')), keyFor(request), 'streams')
      const edges = [0, 1, stream.segmentBytes - 1, stream.segmentBytes, stream.segmentBytes + 1, body.length]
      for (const first of edges) {
        for (const end of edges) {
          if (end < first) continue
          const range = { first, length: end - first }
          const where = read.sealedRange(stream, first, end - first)
          const bytes = sealed.subarray(where.offset, where.offset + where.length)
          const opened = await collect(read.openStream(3, stream, range, inPieces(bytes, 9_999)))
          assert.deepEqual(opened, body.subarray(first, end), `${first}-${end}`)
        }
      }
    }
  })

  test(`${name}: T-111 no byte of a damaged segment is yielded; cut, longer and moved streams are refused`, async () => {
    const at = prepared()
    const scope = scopeOf(1)
    const body = bodyOf(40_000)
    const keys = await at.encryption.beginWrite(scope, request)
    const { sealed, stream } = sealWhole(keys, body, body.length, 1)
    const read = await at.encryption.beginRead(scope, kept(keys.stored('streams')), keyFor(request), 'streams')
    const whole = { first: 0, length: body.length }
    for (let offset = 0; offset < sealed.length; offset += 1999) {
      const damaged = Buffer.from(sealed)
      damaged.writeUInt8(damaged.readUInt8(offset) ^ 1, offset)
      const seen: Uint8Array[] = []
      await assert.rejects(async () => {
        for await (const piece of read.openStream(1, stream, whole, inPieces(damaged))) seen.push(piece)
      }, refusedWith('integrity'))
      const prefix = Buffer.concat(seen)
      assert.deepEqual(prefix, body.subarray(0, prefix.length))
      assert.ok(prefix.length <= Math.max(0, offset))
    }
    const refused = async (part: number, bytes: Uint8Array): Promise<void> =>
      assert.rejects(collect(read.openStream(part, stream, whole, inPieces(bytes))), refusedWith('integrity'))
    await refused(1, sealed.subarray(0, -1))
    await refused(1, sealed.subarray(0, 56 + 16_400))
    await refused(1, Buffer.concat([sealed, Buffer.of(0)]))
    await refused(2, sealed)
    await assert.rejects(
      collect(read.openStream(1, { ...stream, length: stream.length - 1 }, whole, inPieces(sealed))),
      refusedWith('integrity'),
    )
  })

  test(`${name}: an upload is resumed by another process, and its parts open under the version's keys`, async () => {
    const at = prepared()
    const scope = scopeOf(1)
    const created = await at.encryption.beginWrite(scope, request)
    const stored = kept(created.stored('streams'))
    const resumed = await at.another().resumeWrite(scope, stored, keyFor(request))
    assert.deepEqual(resumed.stored('streams'), stored)
    const body = bodyOf(20_000)
    const { sealed, stream } = sealWhole(resumed, body, body.length, 7)
    const again = sealWhole(resumed, body, body.length, 7)
    assert.notDeepEqual(again.stream.layers, stream.layers)
    const read = await at.encryption.beginRead(scope, stored, keyFor(request), 'streams')
    const whole = { first: 0, length: body.length }
    assert.deepEqual(await collect(read.openStream(7, stream, whole, inPieces(sealed))), body)
  })

  test(`${name}: T-112 checksums come back, and stand in the record only where everybody may see them`, async () => {
    const at = prepared()
    const scope = scopeOf(1)
    const keys = await at.encryption.beginWrite(scope, request)
    const checksum = { algorithm: 'sha256', type: 'composite', value: bodyOf(32), parts: 3 } as const
    for (const form of ['inline', 'streams'] as const) {
      const [stored] = keys.maskChecksums(form, 4, [checksum])
      assert.ok(stored)
      const plain = Buffer.from(checksum.value).toString('base64')
      assert.equal(stored.value === plain, request.kind === 'sse-s3')
      const read = await at.encryption.beginRead(scope, kept(keys.stored(form)), keyFor(request), form)
      assert.deepEqual(read.unmaskChecksums(form, 4, [stored]), [checksum])
      if (stored.masked) assert.notDeepEqual(read.unmaskChecksums(form, 5, [stored]), [checksum])
      const [again] = keys.maskChecksums(form, 4, [checksum])
      if (stored.masked) assert.notEqual(again?.value, stored.value)
    }
  })

  test(`${name}: disposed keys are of no use`, async () => {
    const keys = await prepared().encryption.beginWrite(scopeOf(1), request)
    keys.dispose()
    assert.throws(() => keys.sealInline(bodyOf(1)))
    assert.throws(() => keys.sealStream(0, 1))
    assert.throws(() => keys.stored('inline'))
  })
}

test('an empty stream is read as 72 authenticated bytes', async () => {
  const at = prepared()
  const keys = await at.encryption.beginWrite(scopeOf(1), { kind: 'sse-s3' })
  const { sealed, stream } = sealWhole(keys, Buffer.alloc(0), 0)
  const read = await at.encryption.beginRead(scopeOf(1), keys.stored('streams'), undefined, 'streams')
  assert.deepEqual(read.sealedRange(stream, 0, 0), { offset: 0, length: 72 })
  assert.equal((await collect(read.openStream(0, stream, { first: 0, length: 0 }, inPieces(sealed)))).length, 0)
  sealed.writeUInt8(sealed.readUInt8(71) ^ 1, 71)
  await assert.rejects(
    collect(read.openStream(0, stream, { first: 0, length: 0 }, inPieces(sealed))),
    refusedWith('integrity'),
  )
})

test('what answers show: the key that was used by its ARN, the bucket key, the context on writes only', async () => {
  const at = prepared()
  at.kms.aliases.set('alias/mine', 'k1')
  const arn = 'arn:aws:kms:us-east-1:000000000001:key/k1'
  const context = { team: 'blue' }
  const request = { kind: 'sse-kms', key: 'alias/mine', context } as const
  const keys = await at.encryption.beginWrite(scopeOf(1), request)
  const base = { mode: 'sse-kms', cipher: 'aes-256', keyArn: arn }
  assert.deepEqual(keys.shown, { ...base, context })
  const read = await at.encryption.beginRead(scopeOf(1), keys.stored('inline'), undefined, 'inline')
  assert.deepEqual(read.shown, base)
  assert.deepEqual(at.encryption.describe(scopeOf(1), keys.stored('inline'), undefined), base)
  const shared = await at.encryption.beginWrite(scopeOf(2), { kind: 'sse-kms', key: 'k1', bucketKey: true })
  assert.deepEqual(shared.shown, { ...base, bucketKey: true })
})

test('T-105 a context is bound: a blob replayed with another one does not open', async () => {
  const at = prepared()
  const keys = await at.encryption.beginWrite(scopeOf(1), { kind: 'sse-kms', key: 'k1', context: { team: 'blue' } })
  const stored = keys.stored('inline')
  assert.ok(stored.mode === 'sse-kms')
  assert.deepEqual(stored.context, { team: 'blue', 'aws:s3:arn': 'arn:aws:s3:::bucket/key-1' })
  const changed = { ...stored, context: { ...stored.context, team: 'red' } }
  await assert.rejects(
    async () => at.encryption.beginRead(scopeOf(1), changed, undefined, 'inline'),
    refusedWith('integrity'),
  )
})

test('reading needs Decrypt and an enabled key, each time', async () => {
  const at = world()
  const key = at.kms.addKey('k1')
  for (const request of MODES.map(([, one]) => one).filter((one) => one.kind.endsWith('kms'))) {
    const { stored, sealed } = await written(at, scopeOf(1), request)
    const get = async () => at.encryption.beginRead(scopeOf(1), stored, undefined, 'inline')
    at.kms.denied.add('ak1 Decrypt')
    await assert.rejects(get(), refusedWith('access-denied'))
    at.kms.denied.clear()
    assert.equal((await get()).openInline(sealed).length, 500)
    key.state = 'disabled'
    await assert.rejects(get(), refusedWith('key-disabled'))
    await assert.rejects(async () => at.encryption.beginWrite(scopeOf(2), request), refusedWith('key-disabled'))
    key.state = 'enabled'
    assert.equal((await get()).openInline(sealed).length, 500)
  }
})

test('T-102 SSE-C: missing, needless, wrong and short keys are refused each in its way, by HEAD as by GET', async () => {
  const at = prepared()
  const request = { kind: 'sse-c', customer } as const
  for (const form of ['inline', 'streams'] as const) {
    const keys = await at.encryption.beginWrite(scopeOf(1), request)
    const stored = kept(keys.stored(form))
    assert.ok(!JSON.stringify(stored).includes(customer.md5))
    const get = async (key: typeof customer | undefined) => at.encryption.beginRead(scopeOf(1), stored, key, form)
    await assert.rejects(get(undefined), refusedWith('customer-key-mismatch'))
    await assert.rejects(get(customerKey(8)), refusedWith('access-denied'))
    await assert.rejects(get(customerKey(9, 31)), refusedWith('access-denied'))
    const head = (key: typeof customer | undefined) => at.encryption.describe(scopeOf(1), stored, key)
    assert.throws(() => head(undefined), refusedWith('customer-key-mismatch'))
    assert.throws(() => head(customerKey(8)), refusedWith('access-denied'))
    assert.equal(head(customer).customerKeyMd5, customer.md5)
  }
  const upload = (await at.encryption.beginWrite(scopeOf(1), request)).stored('streams')
  await assert.rejects(
    at.encryption.resumeWrite(scopeOf(1), upload, customerKey(8)),
    refusedWith('customer-key-mismatch'),
  )
  const plain = (await at.encryption.beginWrite(scopeOf(1), { kind: 'sse-s3' })).stored('inline')
  assert.throws(() => at.encryption.describe(scopeOf(1), plain, customer), refusedWith('customer-key-mismatch'))
  await assert.rejects(
    async () => at.encryption.beginWrite(scopeOf(1), { kind: 'sse-c', customer: customerKey(1, 33) }),
    refusedWith('invalid-argument'),
  )
})

test('T-072 a bucket that blocks SSE-C refuses it on writes and parts, before the key is looked at; reads go on', async () => {
  const at = prepared()
  const blocked = { ...PLAIN_BUCKET, blocked: 'sse-c' } as const
  const stored = (await at.encryption.beginWrite(scopeOf(1), { kind: 'sse-c', customer })).stored('streams')
  for (const key of [customer, customerKey(1, 5)]) {
    const request = { kind: 'sse-c', customer: key } as const
    await assert.rejects(
      async () => at.encryption.beginWrite(scopeOf(1, {}, blocked), request),
      refusedWith('access-denied'),
    )
    await assert.rejects(at.encryption.resumeWrite(scopeOf(1, {}, blocked), stored, key), refusedWith('access-denied'))
  }
  await at.encryption.beginRead(scopeOf(1, {}, blocked), stored, customer, 'streams')
})

test('KMS data is for Signature Version 4: other signatures and anonymous callers are refused, writing and reading', async () => {
  const at = prepared()
  const { stored } = await written(at, scopeOf(1), { kind: 'sse-kms', key: 'k1' })
  for (const caller of [rootCaller('ak1', 'sigv2'), { kind: 'anonymous' } as const]) {
    const scope = scopeOf(1, { caller })
    await assert.rejects(
      async () => at.encryption.beginWrite(scope, { kind: 'sse-kms' }),
      refusedWith('invalid-argument'),
    )
    await assert.rejects(
      async () => at.encryption.beginRead(scope, stored, undefined, 'inline'),
      refusedWith('invalid-argument'),
    )
  }
})

test('an older service key version opens what was written under it', async () => {
  const at = prepared()
  const before = await written(at, scopeOf(1), { kind: 'sse-s3' })
  at.kms.rotateServiceKey('000000000001')
  const after = await written(at, scopeOf(2), { kind: 'sse-s3' })
  assert.notDeepEqual(before.stored, after.stored)
  const read = await at.another().beginRead(scopeOf(1), before.stored, undefined, 'inline')
  assert.deepEqual(read.openInline(before.sealed), bodyOf(500))
})

test('a record that says streams but holds no envelope opens nothing and resumes nothing', async () => {
  const at = prepared()
  const { stored } = await written(at, scopeOf(1), { kind: 'sse-s3' })
  await assert.rejects(
    async () => at.encryption.beginRead(scopeOf(1), stored, undefined, 'streams'),
    refusedWith('integrity'),
  )
  await assert.rejects(at.encryption.resumeWrite(scopeOf(1), stored, undefined), refusedWith('integrity'))
})

test('references: versions and uploads of KMS modes hold their key, others nothing', async () => {
  const at = prepared()
  const kms = await at.encryption.beginWrite(scopeOf(1), { kind: 'sse-kms', key: 'k1', bucketKey: true })
  assert.equal((await at.rows.commit(await kms.reference('upload'))).kind, 'committed')
  assert.equal((await at.rows.commit(await kms.reference('version'))).kind, 'committed')
  const before = at.rows.rows.size
  await at.rows.commit(at.encryption.dereference(kms.stored('streams'), scopeOf(1).sealId, 'upload'))
  assert.equal(at.rows.rows.size, before - 1)
  const plain = await at.encryption.beginWrite(scopeOf(2), { kind: 'sse-s3' })
  assert.deepEqual(await plain.reference('version'), { checks: [], writes: [] })
})
