import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { StoreFailure } from '../operations/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { MAX_CACHED_EPOCHS } from './epoch-keys.ts'
import { createRecordSealer } from './record-sealer.ts'

const metadataKey = (fill: number): SecretBytes => new SecretBytes(new Uint8Array(32).fill(fill))
const epochOf = (number: number): Uint8Array => Uint8Array.of(0, 0, 0, 0, 0, 0, number >> 8, number & 255)
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength })
const refusedAsDamaged = (error: unknown): boolean =>
  error instanceof StoreFailure && error.failure.kind === 'integrity'

test('open undoes seal, in another process too, and peek shows the clear part and the masked bytes', () => {
  const writer = createRecordSealer({ metadataKey: metadataKey(7) })
  const reader = createRecordSealer({ metadataKey: metadataKey(7) })
  const masked = fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 }), { nil: undefined })
  fc.assert(
    fc.property(bytes(300), bytes(300), bytes(2000), masked, (rowKey, clear, secret, etag) => {
      const value = writer.seal({ rowKey, clear, secret, ...(etag === undefined ? {} : { masked: etag }) })
      const opened = reader.open(rowKey, value)
      assert.deepEqual(Buffer.from(opened.clear), Buffer.from(clear))
      assert.deepEqual(Buffer.from(opened.secret), Buffer.from(secret))
      assert.deepEqual(opened.masked && Buffer.from(opened.masked), etag && Buffer.from(etag))
      const cut = reader.peek(value.subarray(0, 20 + (etag ? 16 : 0) + clear.length))
      assert.deepEqual(Buffer.from(cut.clear), Buffer.from(clear))
      assert.deepEqual(cut.masked && Buffer.from(cut.masked), etag && Buffer.from(etag))
    }),
    { seed: 1 },
  )
})

test('a page of records is peeked into as each of them alone is, with and without something masked, cut or whole', () => {
  const reader = createRecordSealer({ metadataKey: metadataKey(7) })
  const masked = fc.option(fc.uint8Array({ minLength: 16, maxLength: 16 }), { nil: undefined })
  fc.assert(
    fc.property(fc.array(fc.tuple(bytes(80), masked, fc.boolean()), { maxLength: 20 }), (rows) => {
      const writers = [1, 2].map(() => createRecordSealer({ metadataKey: metadataKey(7) }))
      const values = rows.map(([clear, etag, cut], index) => {
        const record = {
          rowKey: text('row'),
          clear,
          secret: text('secret'),
          ...(etag === undefined ? {} : { masked: etag }),
        }
        const value = writers[index % 2]?.seal(record) ?? assert.fail()
        return cut ? value.subarray(0, 20 + (etag === undefined ? 0 : 16) + clear.length) : Uint8Array.from(value)
      })
      const page = reader.peekMany(values)
      assert.deepEqual(
        page.map(({ value, start, end, maskedHex }) => [value.subarray(start, end), maskedHex]),
        rows.map(([clear, etag]) => [Buffer.from(clear), etag && Buffer.from(etag).toString('hex')]),
      )
    }),
    { seed: 1 },
  )
  assert.deepEqual(reader.peekMany([]), [])
  assert.throws(() => reader.peekMany([Buffer.alloc(19)]), refusedAsDamaged)
})

test('T-116: a record with any one bit flipped, anywhere, does not open', () => {
  const sealer = createRecordSealer({ metadataKey: metadataKey(1), epoch: epochOf(1) })
  const rowKey = text('live/name')
  const record = { rowKey, clear: text('clear part'), secret: text('secret part'), masked: new Uint8Array(16).fill(9) }
  const value = sealer.seal(record)
  for (let bit = 0; bit < value.length * 8; bit++) {
    const damaged = Buffer.from(value)
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.throws(() => sealer.open(rowKey, damaged), refusedAsDamaged, `bit ${bit}`)
  }
})

test('T-116: a record under another row key, or with bytes moved between key and clear part, does not open', () => {
  const sealer = createRecordSealer({ metadataKey: metadataKey(1), epoch: epochOf(1) })
  const value = sealer.seal({ rowKey: text('a'), clear: text('bc'), secret: text('s') })
  assert.throws(() => sealer.open(text('b'), value), refusedAsDamaged)
  assert.throws(() => sealer.open(text('ab'), value), refusedAsDamaged)
  assert.throws(() => sealer.open(new Uint8Array(), value), refusedAsDamaged)
})

test('every cut of a record is refused by open, and by peek where the clear part is not whole', () => {
  const sealer = createRecordSealer({ metadataKey: metadataKey(1), epoch: epochOf(1) })
  const rowKey = text('k')
  const value = sealer.seal({ rowKey, clear: text('clear'), secret: text('secret') })
  for (let length = 0; length < value.length; length++) {
    assert.throws(() => sealer.open(rowKey, value.subarray(0, length)), refusedAsDamaged)
    if (length < 25) assert.throws(() => sealer.peek(value.subarray(0, length)), refusedAsDamaged)
  }
  assert.throws(() => sealer.open(rowKey, Buffer.concat([value, Buffer.of(0)])), refusedAsDamaged)
})

test('a record of another metadata key does not open', () => {
  const value = createRecordSealer({ metadataKey: metadataKey(1) }).seal({
    rowKey: text('k'),
    clear: text('c'),
    secret: text('s'),
  })
  const other = createRecordSealer({ metadataKey: metadataKey(2) })
  assert.throws(() => other.open(text('k'), value), refusedAsDamaged)
})

test('T-117: no two records share epoch and counter; a renewed epoch is another one', () => {
  const sealer = createRecordSealer({ metadataKey: metadataKey(1) })
  const seen = new Set<string>()
  for (let count = 0; count < 500; count++) {
    if (count === 250) sealer.renewEpoch()
    const value = sealer.seal({ rowKey: text('k'), clear: text('c'), secret: text('s') })
    seen.add(value.subarray(4, 20).toString('hex'))
    sealer.open(text('k'), value)
  }
  assert.equal(seen.size, 500)
  assert.equal(new Set([...seen].map((position) => position.slice(0, 16))).size, 2)
})

test('nothing of the secret part or of the masked bytes stands in the value', () => {
  const sealer = createRecordSealer({ metadataKey: metadataKey(1) })
  const masked = Buffer.from('masked-canary-16')
  const value = sealer.seal({ rowKey: text('k'), clear: text('c'), secret: text('a canary, long enough'), masked })
  assert.equal(value.indexOf('a canary'), -1)
  assert.equal(value.indexOf(masked), -1)
})

test('records of more epochs than are remembered still open', () => {
  const values = Array.from({ length: MAX_CACHED_EPOCHS + 10 }, (_, index) =>
    createRecordSealer({ metadataKey: metadataKey(3), epoch: epochOf(index) }).seal({
      rowKey: text('k'),
      clear: epochOf(index),
      secret: text('s'),
    }),
  )
  const reader = createRecordSealer({ metadataKey: metadataKey(3) })
  for (const [index, value] of [...values, ...values].entries()) {
    assert.deepEqual(Buffer.from(reader.open(text('k'), value).clear), Buffer.from(epochOf(index % values.length)))
  }
})

test('a secret in two pieces is the same record as in one', () => {
  const sealers = [1, 1].map(() => createRecordSealer({ metadataKey: metadataKey(1), epoch: epochOf(1) }))
  const [one, two] = sealers
  for (const at of [0, 1, 16, 5_000, 20_000]) {
    const secret = Uint8Array.from({ length: 20_000 }, (_, index) => index % 251)
    const record = { rowKey: text('live/name'), clear: text('clear part') }
    const parted = { ...record, secret: secret.subarray(0, at), tail: secret.subarray(at) }
    assert.deepEqual(two?.seal(parted), one?.seal({ ...record, secret }))
  }
})
