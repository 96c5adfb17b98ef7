import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { proofSize } from '../../../tests/proof-scale.ts'
import { StoreFailure, type CustomerKey, type EncryptionRequest } from '../../operations/index.ts'
import type { Row } from '../../storage/index.ts'
import { collectGarbage } from '../upkeep/collect-garbage.ts'
import { completeUpload } from '../uploads/complete-upload.ts'
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
  refusedWith,
  withBucket,
  type Engine,
} from '../engine.fixture.ts'
import { liveKey } from '../rows/row-keys.ts'
import { scrubStore } from '../upkeep/scrub-store.ts'
import { uploadPart } from '../uploads/upload-part.ts'

/** An object of every mode: what a write asks for, given the ARN of a KMS key. */
const MODES: Readonly<Record<string, (key: string) => EncryptionRequest>> = {
  'sse-s3': () => ({ kind: 'sse-s3' }),
  'sse-kms': (key) => ({ kind: 'sse-kms', key, bucketKey: false }),
  'bucket-key': (key) => ({ kind: 'sse-kms', key, bucketKey: true }),
  'dsse-kms': (key) => ({ kind: 'dsse-kms', key }),
  'sse-c': () => ({ kind: 'sse-c', customer: customerKey(7) }),
}
/** `inline`: all of it in one row. `blob`: an upload of one part, so that the smallest body has a page and a blob. */
const FORMS = ['inline', 'blob'] as const
const BODY = bytesOf(33, 5)
const AT = { bucket: BUCKET, key: keyName('k') }
const REQUEST = { caller: CALLER, requestId: 'request' }
/** Of an inline object's rows and of blobs every bit; of the other rows one of each byte in `npm test`. */
const BITS_OF_A_BYTE = { inline: 8, blob: proofSize(1, 8) } as const

interface Sealed {
  readonly at: Engine
  readonly customer: CustomerKey | undefined
}

async function sealed(wished: (key: string) => EncryptionRequest, form: (typeof FORMS)[number]): Promise<Sealed> {
  const at = await withBucket()
  const { arn } = await at.kms.createKey(REQUEST, { description: '' })
  const encryption = wished(arn)
  const customer = encryption.kind === 'sse-c' ? encryption.customer : undefined
  if (form === 'inline') await put(at, 'k', BODY, { encryption })
  else await upload(at, encryption, customer)
  return { at, customer }
}

async function upload(at: Engine, encryption: EncryptionRequest, customer: CustomerKey | undefined): Promise<void> {
  const permit = (): ReturnType<Engine['permit']> => at.permit('bucket')
  const created = { kind: 'create-upload', ...AT, properties: PROPERTIES, encryption } as const
  const { uploadId } = await createUpload(at.rooms, await permit(), created)
  const named = { ...AT, uploadId, ...(customer === undefined ? {} : { customer }) }
  const part = { kind: 'upload-part', ...named, partNumber: 1, expect: {} } as const
  const { etag } = await uploadPart(at.rooms, await permit(), part, bodyOf(BODY))
  await completeUpload(at.rooms, await permit(), {
    kind: 'complete-upload',
    ...named,
    parts: [{ partNumber: 1, etag }],
  })
}

/** Undefined: the body came, whole and right. */
async function refusalOf({ at, customer }: Sealed): Promise<string | undefined> {
  try {
    const { bytes } = await get(at, 'k', customer === undefined ? {} : { customer })
    assert.ok(bytes.equals(BODY), 'a wrong byte was handed out')
    return undefined
  } catch (error) {
    if (error instanceof StoreFailure) return error.failure.kind
    throw error
  }
}

/** Every row that reading the object asks for, as it is now. */
async function rowsRead(t: TestContext, of: Sealed): Promise<readonly Row[]> {
  const { store } = of.at
  const seen = new Map<string, Row>()
  const see = (rows: readonly (Row | undefined)[]): readonly (Row | undefined)[] => {
    for (const row of rows) if (row !== undefined) seen.set(Buffer.from(row.key).toString('hex'), row)
    return rows
  }
  const getNow = store.getNow?.bind(store)
  const getMany = store.getMany.bind(store)
  if (getNow !== undefined) store.getNow = (keys) => see(getNow(keys))
  const mock = t.mock.method(store, 'getMany', async (...args: Parameters<typeof getMany>) =>
    see(await getMany(...args)),
  )
  assert.equal(await refusalOf(of), undefined)
  mock.mock.restore()
  if (getNow !== undefined) store.getNow = getNow
  return [...seen.values()]
}

async function putRow({ store }: Engine, { key }: Row, value: Uint8Array): Promise<void> {
  await store.commit({ checks: [], writes: [{ kind: 'put', key, value }] })
}

function withoutBit(bytes: Uint8Array, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at)
  return copy
}

function rowName({ key }: Row): string {
  return /^[a-z-]+/.exec(Buffer.from(key).toString('latin1'))?.[0] ?? assert.fail()
}

for (const [mode, wished] of Object.entries(MODES)) {
  for (const form of FORMS) {
    test(`T-111 T-116 ${mode}, ${form}: no bit of any row that a read looks at can change`, async (t) => {
      const of = await sealed(wished, form)
      const rows = await rowsRead(t, of)
      const names = new Set(rows.map(rowName))
      for (const name of ['bucket', 'live', ...(form === 'blob' ? ['m'] : [])]) assert.ok(names.has(name), name)
      // A guard counts by its revision; its value says nothing.
      for (const row of rows.filter((one) => rowName(one) !== 'gen')) {
        for (let at = 0; at < row.value.length; at++) {
          for (let bit = at % 8; bit < (at % 8) + BITS_OF_A_BYTE[form]; bit++) {
            await putRow(of.at, row, withoutBit(row.value, at, bit % 8))
            assert.equal(await refusalOf(of), 'integrity', `${rowName(row)}, byte ${at}, bit ${bit % 8}`)
          }
        }
        await putRow(of.at, row, row.value)
      }
      assert.equal(await refusalOf(of), undefined)
    })
  }

  test(`T-111 ${mode}: no bit of a blob can change`, async (t) => {
    const of = await sealed(wished, 'blob')
    const { blobs } = of.at
    const real = blobs.read.bind(blobs)
    let [place, seen] = [0, 0]
    t.mock.method(blobs, 'read', async function* (...args: Parameters<typeof real>) {
      const pieces: Buffer[] = []
      for await (const piece of real(...args)) pieces.push(piece)
      const whole = Buffer.concat(pieces)
      seen = whole.length
      yield withoutBit(whole, place >> 3, place & 7)
    })
    do assert.equal(await refusalOf(of), 'integrity', `bit ${place}`)
    while (++place < seen * 8)
    // Header, body and tag, once or twice.
    assert.equal(seen, (mode === 'dsse-kms' ? 2 : 1) * (56 + 16) + BODY.length)
  })
}

test('T-116 part an older record of the same name opens while its blob is there, and verify says that the counts differ', async () => {
  const at = await withBucket()
  const [older, newer] = [bytesOf(20_000, 1), bytesOf(30_000, 2)]
  const scrub = async (): ReturnType<typeof scrubStore> =>
    scrubStore(at.rooms, await at.permit(), { liveEpochs: new Set([at.blobs.epoch]) })
  await put(at, 'k', older)
  const bucket = (await at.permit('bucket')).bucket ?? assert.fail()
  const [row] = await at.store.getMany([liveKey(bucket.uuid, AT.key)])
  assert.ok(row !== undefined)
  await put(at, 'k', newer)
  assert.equal((await scrub()).countersAgree, true)
  await putRow(at, row, row.value)
  // What docs/threat-model.md says: a read does not notice a record that was right once.
  assert.ok((await get(at, 'k')).bytes.equals(older))
  assert.equal((await scrub()).countersAgree, false)
  // Once the collector was there, nothing can be read of it, and that is damage.
  at.pass(120_000)
  await collectGarbage(at.rooms, { limit: 100 })
  await assert.rejects(get(at, 'k'), refusedWith('integrity'))
})

test('T-116 part an older record of a key is believed: the key that was disabled is used again', async (t) => {
  const of = await sealed((key) => ({ kind: 'sse-kms', key, bucketKey: false }), 'inline')
  const row = (await rowsRead(t, of)).find((one) => rowName(one) === 'key') ?? assert.fail()
  const [key] = await of.at.kms.listKeys(REQUEST)
  await of.at.kms.disableKey(REQUEST, key?.arn ?? assert.fail())
  assert.notEqual(await refusalOf(of), undefined)
  await putRow(of.at, row, row.value)
  assert.equal(await refusalOf(of), undefined)
})
