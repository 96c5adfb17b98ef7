import assert from 'node:assert/strict'
import { createHash, createSecretKey, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import { ownVectors } from '../../tests/own-vectors.ts'
import type { DataCipher, SumAlgorithm } from '../operations/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { readChecksum } from './checksum-mask.ts'
import { customerWrapSource } from './customer-key.ts'
import { unwrapDek, wrapDek, type EnvelopeSource } from './envelope.ts'
import { openMessage, sealMessage } from './inline.ts'
import type { SealedStream } from './object-encryption.ts'
import { deriveSegmentKeys, streamHeader } from './segment-keys.ts'
import { SegmentSealer } from './segments.ts'
import { plaintextLength, type SegmentBytes } from './sizes.ts'
import { streamContext } from './stream-context.ts'
import { openRange } from './stream-opener.ts'
import { bodyOf, collect, inPieces, refusedWith } from './test-scope.fixture.ts'

const hex = (text: string): Buffer => Buffer.from(text, 'hex')

interface StreamInputs {
  /** Absent: AES-256. */
  readonly cipher?: DataCipher
  readonly segmentBytes: SegmentBytes
  readonly inputKey: string
  readonly salt: string
  readonly sealId: string
  readonly partNumber: number
  readonly layer: number
}

interface ValidStream extends StreamInputs {
  readonly id: number
  readonly comment: string
  readonly context: string
  readonly length: number
  readonly sealedLength: number
  readonly sealedSha256: string
  readonly sealed?: string
  readonly result: 'valid'
}

type Change =
  | { readonly op: 'flip'; readonly offset: number; readonly mask: number }
  | { readonly op: 'cut'; readonly length: number }
  | { readonly op: 'append'; readonly hex: string }
  | { readonly op: 'remove'; readonly offset: number; readonly length: number }
  | { readonly op: 'copy'; readonly from: number; readonly to: number; readonly length: number }
  | { readonly op: 'exchange'; readonly one: number; readonly two: number; readonly length: number }

interface InvalidStream {
  readonly id: number
  readonly comment: string
  readonly base: number
  readonly changes: readonly Change[]
  readonly replace: Partial<StreamInputs>
  readonly result: 'invalid'
  readonly reason: 'commitment' | 'tag' | 'length'
}

function sealCase(one: ValidStream): Buffer {
  const { cipher = 'aes-256' } = one
  const context = streamContext(hex(one.sealId), one.partNumber, one.layer)
  assert.equal(context.toString('hex'), one.context)
  const keys = deriveSegmentKeys(cipher, createSecretKey(hex(one.inputKey)), one.segmentBytes, hex(one.salt), context)
  const pieces: Uint8Array[] = [streamHeader(hex(one.salt), keys.commitment)]
  const sealer = new SegmentSealer(keys, one.segmentBytes)
  sealer.push(bodyOf(one.length), pieces)
  sealer.end(pieces)
  return Buffer.concat(pieces)
}

/** Opens a whole stream as a reader does whose record says what lies in the message's header. */
async function openCase(inputs: StreamInputs, sealed: Buffer): Promise<Buffer> {
  const length = plaintextLength(sealed.length, inputs.segmentBytes)
  if (length === undefined) throw new RangeError('length')
  const key = createSecretKey(hex(inputs.inputKey))
  const stream: SealedStream = {
    length,
    sealedLength: sealed.length,
    segmentBytes: inputs.segmentBytes,
    layers: [{ salt: sealed.toString('base64', 0, 24), commitment: sealed.toString('base64', 24, 56) }],
  }
  const { cipher = 'aes-256' } = inputs
  const layer = { layer: inputs.layer, cipher, message: key, stream: (): KeyObject => key }
  const whole = { first: 0, length }
  return collect(openRange([layer], hex(inputs.sealId), inputs.partNumber, stream, whole, inPieces(sealed)))
}

function changed(sealed: Buffer, changes: readonly Change[]): Buffer {
  let message = Buffer.from(sealed)
  for (const change of changes) {
    const { op } = change
    if (op === 'flip') message.writeUInt8(message.readUInt8(change.offset) ^ change.mask, change.offset)
    else if (op === 'cut') message = message.subarray(0, change.length)
    else if (op === 'append') message = Buffer.concat([message, hex(change.hex)])
    else if (op === 'remove') {
      const rest = message.subarray(change.offset + change.length)
      message = Buffer.concat([message.subarray(0, change.offset), rest])
    } else if (op === 'copy') message.copy(message, change.to, change.from, change.from + change.length)
    else {
      const one = Buffer.from(message.subarray(change.one, change.one + change.length))
      message.copy(message, change.one, change.two, change.two + change.length)
      one.copy(message, change.two)
    }
  }
  return message
}

function testStream(
  name: string,
  one: ValidStream | InvalidStream,
  all: readonly (ValidStream | InvalidStream)[],
): void {
  test(`vector ${name}/${one.id}: ${one.comment}: ${one.result}`, async () => {
    if (one.result === 'valid') {
      const sealed = sealCase(one)
      assert.equal(sealed.length, one.sealedLength)
      assert.equal(createHash('sha256').update(sealed).digest('hex'), one.sealedSha256)
      if (one.sealed !== undefined) assert.equal(sealed.toString('hex'), one.sealed)
      assert.deepEqual(await openCase(one, sealed), bodyOf(one.length))
      const context = hex(one.context)
      const key = createSecretKey(hex(one.inputKey))
      if (one.segmentBytes === 16_384)
        assert.deepEqual(sealMessage(one.cipher ?? 'aes-256', key, context, bodyOf(one.length), hex(one.salt)), sealed)
      return
    }
    const base = all.find(({ id }) => id === one.base)
    assert.ok(base?.result === 'valid')
    const inputs: StreamInputs = { ...base, ...one.replace }
    const damaged = changed(sealCase(base), one.changes)
    const context = streamContext(hex(inputs.sealId), inputs.partNumber, inputs.layer)
    const whole = () => openMessage(inputs.cipher ?? 'aes-256', createSecretKey(hex(inputs.inputKey)), context, damaged)
    if (inputs.segmentBytes === 16_384) assert.throws(whole, refusedWith('integrity'))
    if (one.reason === 'length') await assert.rejects(openCase(inputs, damaged), RangeError)
    else await assert.rejects(openCase(inputs, damaged), refusedWith('integrity'))
  })
}

for (const name of ['segments/streams', 'segments/sm4-streams']) {
  const streams = ownVectors(`${name}.json`) as readonly (ValidStream | InvalidStream)[]
  for (const one of streams) testStream(name, one, streams)
}

interface EnvelopeCase {
  readonly id: number
  readonly comment: string
  readonly source: EnvelopeSource
  readonly layer: number
  readonly customerKey?: string
  readonly sourceKey: string
  readonly sealId: string
  readonly dek: string
  readonly salt: string
  readonly envelope: string
  readonly result: 'valid' | 'invalid'
  readonly reason?: 'format' | 'commitment' | 'tag'
}

for (const one of ownVectors('envelopes/cdk1.json') as readonly EnvelopeCase[]) {
  test(`vector envelopes/cdk1/${one.id}: ${one.comment}: ${one.result}`, () => {
    const sourceKey = createSecretKey(hex(one.sourceKey))
    const facts = { source: one.source, layer: one.layer, sealId: hex(one.sealId) }
    if (one.customerKey !== undefined) {
      const extracted = customerWrapSource({ key: new SecretBytes(hex(one.customerKey)), md5: '' })
      assert.equal(extracted?.export().toString('hex'), one.sourceKey)
    }
    const open = () => unwrapDek(sourceKey, facts, hex(one.envelope))
    if (one.result === 'valid') {
      assert.equal(open()?.export().toString('hex'), one.dek)
      assert.equal(wrapDek(sourceKey, facts, hex(one.dek), hex(one.salt)).toString('hex'), one.envelope)
    } else if (one.reason === 'commitment') assert.equal(open(), undefined)
    else assert.throws(open, refusedWith('integrity'))
  })
}

interface ChecksumCase {
  readonly id: number
  readonly algorithm: SumAlgorithm
  readonly key: string
  readonly sealId: string
  readonly partNumber: number
  readonly value: string
  readonly stored: string
}

for (const one of ownVectors('envelopes/checksums.json') as readonly ChecksumCase[]) {
  test(`vector envelopes/checksums/${one.id}: ${one.algorithm}`, () => {
    const stored = {
      algorithm: one.algorithm,
      type: 'full-object',
      value: hex(one.stored).toString('base64'),
      masked: true,
    } as const
    const read = readChecksum(createSecretKey(hex(one.key)), hex(one.sealId), one.partNumber, stored)
    assert.equal(Buffer.from(read.value).toString('hex'), one.value)
    assert.throws(() => readChecksum(undefined, hex(one.sealId), one.partNumber, stored), refusedWith('integrity'))
    const short = { ...stored, value: hex(one.stored).subarray(1).toString('base64') }
    assert.throws(
      () => readChecksum(createSecretKey(hex(one.key)), hex(one.sealId), one.partNumber, short),
      refusedWith('integrity'),
    )
  })
}
