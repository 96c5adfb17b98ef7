import assert from 'node:assert/strict'
import {
  parseAccountId,
  parseBucketName,
  parseObjectKey,
  StoreFailure,
  type BucketEncryption,
  type Caller,
  type CustomerKey,
  type FailureKind,
} from '../operations/index.ts'
import { createRecordSealer } from '../records/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import type { BucketKeyLimits } from './bucket-key.ts'
import { createObjectEncryption } from './create-object-encryption.ts'
import { FakeKeyService } from './key-service.fixture.ts'
import type { ObjectEncryption, SealScope, SealedStream, WriteKeys } from './object-encryption.ts'
import { MemoryRows } from './rows.fixture.ts'

const account = parseAccountId('000000000001') ?? assert.fail()
const bucketName = parseBucketName('bucket') ?? assert.fail()

export const PLAIN_BUCKET: BucketEncryption = { mode: 'sse-s3', cipher: 'aes-256', bucketKey: false, explicit: false }

export function rootCaller(accessKeyId = 'ak1', scheme: 'sigv4' | 'sigv2' = 'sigv4'): Caller {
  return { kind: 'account-root', account, arn: 'arn:aws:iam::000000000001:root', accessKeyId, scheme }
}

export function customerKey(fill: number, length = 32): CustomerKey {
  return { key: new SecretBytes(new Uint8Array(length).fill(fill)), md5: `md5-of-${fill}` }
}

/** A scope for an object of its own; `number` makes its seal id. */
export function scopeOf(number: number, changes: Partial<SealScope> = {}, encryption = PLAIN_BUCKET): SealScope {
  const parsed = parseObjectKey(`key-${number}`)
  const sealId = Buffer.alloc(16)
  sealId.writeUInt32BE(number)
  return {
    caller: rootCaller(),
    requestId: `request-${number}`,
    bucket: { name: bucketName, uuid: new Uint8Array(16).fill(5), account, encryption },
    key: parsed.kind === 'key' ? parsed.key : assert.fail(),
    sealId,
    ...changes,
  }
}

export interface World {
  readonly kms: FakeKeyService
  readonly rows: MemoryRows
  readonly encryption: ObjectEncryption
  /** Moves the clock. */
  pass(ms: number): void
  /** Another process over the same rows and keys. */
  another(): ObjectEncryption
}

export function world(bucketKeyLimits?: BucketKeyLimits): World {
  const kms = new FakeKeyService()
  const rows = new MemoryRows()
  let nowMs = 1_000_000
  const make = (): ObjectEncryption =>
    createObjectEncryption({
      kms,
      store: rows,
      records: createRecordSealer({ metadataKey: new SecretBytes(new Uint8Array(32).fill(3)) }),
      now: () => nowMs,
      ...(bucketKeyLimits === undefined ? {} : { bucketKeyLimits }),
    })
  return {
    kms,
    rows,
    encryption: make(),
    pass: (ms) => {
      nowMs += ms
    },
    another: make,
  }
}

export function refusedWith(...kinds: readonly FailureKind[]): (error: unknown) => boolean {
  return (error) => error instanceof StoreFailure && kinds.includes(error.failure.kind)
}

/** A deterministic body that repeats only after 251 bytes. */
export function bodyOf(length: number): Buffer {
  const body = Buffer.allocUnsafe(length)
  for (let index = 0; index < length; index++) body[index] = (index * 7) % 251
  return body
}

export function sealWhole(
  keys: WriteKeys,
  body: Uint8Array,
  knownLength: number | undefined,
  partNumber = 0,
): { readonly sealed: Buffer; readonly stream: SealedStream } {
  const sealer = keys.sealStream(partNumber, knownLength)
  const pieces = [...sealer.push(body)]
  const { pieces: last, stream } = sealer.end()
  return { sealed: Buffer.concat([...pieces, ...last]), stream }
}

/** The bytes as a blob store gives them: in pieces of `pieceBytes`. */
export async function* inPieces(bytes: Uint8Array, pieceBytes = 100_000): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) yield bytes.subarray(offset, offset + pieceBytes)
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}
