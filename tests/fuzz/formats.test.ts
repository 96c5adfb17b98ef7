/** Everything that is read from a disk or from another process: records, envelopes, wraps, messages, frames. */
import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { unwrapDekBytes, wrapDek } from '../../src/encryption/envelope.ts'
import { openMessage, sealMessage } from '../../src/encryption/inline.ts'
import { streamContext } from '../../src/encryption/stream-context.ts'
import { openBlob, readBlob, sealBlob } from '../../src/kms/wraps/ciphertext-blob.ts'
import { contextBytes } from '../../src/kms/wraps/context-bytes.ts'
import { wrapVersion } from '../../src/kms/cluster/cluster-key.ts'
import { readRootWrap } from '../../src/kms/roots/root-wrap.ts'
import { openPage } from '../../src/objects/rows/manifest.ts'
import { openVersion } from '../../src/objects/rows/object-record.ts'
import { openPart } from '../../src/objects/rows/part-record.ts'
import { createRecordSealer } from '../../src/records/index.ts'
import { SecretBytes } from '../../src/secrets/index.ts'
import { decodeBatch, decodeResult, encodeBatch, encodeResult } from '../../src/storage/metadata/remote-codec.ts'
import { encodeFrame, FrameReader, MAX_GREETING_BYTES } from '../../src/storage/metadata/remote-frames.ts'
import { ByteSource, MalformedFrame, type ByteSink } from '../../src/storage/metadata/remote-bytes.ts'
import { fuzz } from './fuzzer.ts'
import { cut, valueOrRefusal } from './refusals.ts'

const filled = (bytes: number, fill: number): Buffer => Buffer.alloc(bytes, fill)
const sealer = createRecordSealer({ metadataKey: new SecretBytes(filled(32, 1)), epoch: filled(8, 2) })
const rowKey = Buffer.from('live/0123456789abcdefname')
const masked = filled(16, 3)
const record = sealer.seal({ rowKey, clear: Buffer.from('clear'), secret: Buffer.from('{"a":"secret"}'), masked })
const bare = sealer.seal({ rowKey, clear: Buffer.alloc(0), secret: Buffer.alloc(0) })

fuzz({
  name: 'records',
  seeds: [record, bare],
  words: ['\u0001', '\u0000', '\u0000\u0005', 'clear'],
  check: (input) => {
    const opened = valueOrRefusal(() => sealer.open(rowKey, input))
    const right = input.equals(record) || input.equals(bare)
    assert.equal('value' in opened, right)
    if ('refused' in opened) assert.equal(opened.refused, 'integrity')
    // A listing looks without a key: it shows what is there, or refuses.
    const peeked = valueOrRefusal(() => sealer.peek(input))
    if ('refused' in peeked) assert.equal(peeked.refused, 'integrity')
    else assert.ok(peeked.value.clear.length <= input.length)
  },
})

const DETAIL = {
  ...{ v: 1, system: {}, metadata: [], tags: [], checksums: [], manifest: { kind: 'inline' } },
  encryption: { mode: 'sse-s3', cipher: 'aes-256', account: '000000000001', serviceKeyVersion: 1 },
}
const clear = Buffer.alloc(56)
clear.set([1, 4, 1])

fuzz({
  name: 'contents-of-records',
  seeds: [
    JSON.stringify(DETAIL),
    JSON.stringify({ v: 1, entries: [] }),
    '{"v":1,"blob":"","stream":{},"checksums":[]}',
  ],
  words: [
    '{',
    '}',
    '"v":1',
    '"v":2',
    'null',
    '[]',
    '"encryption":',
    '"manifest":',
    '"mode":"none"',
    '"entries":',
    '"kind":"pages"',
  ],
  check: (input) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(input.length)
    for (const secret of [Buffer.concat([length, input]), input]) {
      for (const [act, head] of [
        [(value: Buffer) => openVersion(sealer, rowKey, value), clear],
        [
          (value: Buffer) => openPart(sealer, { key: rowKey, value, revision: 'r' }),
          Buffer.concat([Buffer.of(1), filled(23, 0)]),
        ],
        [(value: Buffer) => openPage(sealer, { key: rowKey, value, revision: 'r' }), Buffer.alloc(0)],
      ] as const) {
        const outcome = valueOrRefusal(() => act(sealer.seal({ rowKey, clear: head, secret, masked })))
        if ('refused' in outcome) assert.equal(outcome.refused, 'integrity')
      }
    }
  },
})

const sourceKey = createSecretKey(filled(32, 4))
const facts = { source: 'service-key', layer: 0, sealId: filled(16, 5) } as const
const dek = filled(32, 6)
const envelope = wrapDek(sourceKey, facts, dek)

fuzz({
  name: 'cdk1',
  seeds: [envelope],
  words: ['CDK1', '\u0001', '\u0002', '\u0003', '\u0004', '\u0000'],
  check: (input) => {
    const opened = valueOrRefusal(() => unwrapDekBytes(sourceKey, facts, input))
    if (input.equals(envelope)) assert.deepEqual('value' in opened && opened.value, dek)
    else assert.ok('refused' in opened ? opened.refused === 'integrity' : opened.value === undefined)
  },
})

const context = contextBytes({ 'aws:s3:arn': 'arn:aws:s3:::bucket/key' })
const blob = sealBlob(sourceKey, { keyUid: '0'.repeat(32), version: 1 }, new SecretBytes(dek), context)

fuzz({
  name: 'ckb1-crw1-cwk1',
  seeds: [
    blob,
    Buffer.concat([Buffer.from('CRW1\u0001'), filled(139, 0)]),
    Buffer.concat([Buffer.from('CWK1\u0001'), filled(112, 0)]),
  ],
  words: ['CKB1', 'CRW1', 'CWK1', '\u0001', '\u0002', '\u0000\u0000\u0000'],
  check: (input) => {
    const seen = readBlob(input)
    const opened = openBlob(sourceKey, input, context)
    assert.equal(opened !== undefined, input.equals(blob))
    assert.ok(opened === undefined || seen !== undefined)
    const root = readRootWrap(input)
    assert.ok(root === undefined || input.subarray(0, 4).toString() === 'CRW1')
    const version = wrapVersion(input)
    assert.ok(version === undefined || input.subarray(0, 4).toString() === 'CWK1')
  },
})

const place = streamContext(filled(16, 7), 0, 0)
const plain = Buffer.from('an inline body')
const message = sealMessage('aes-256', sourceKey, place, plain, filled(24, 8))

fuzz({
  name: 'messages',
  seeds: [message, sealMessage('aes-256', sourceKey, place, Buffer.alloc(0), filled(24, 9))],
  words: ['\u0000', '\u0001'.repeat(16)],
  check: (input) => {
    const opened = valueOrRefusal(() => openMessage('aes-256', sourceKey, place, input))
    if ('refused' in opened) assert.equal(opened.refused, 'integrity')
    // Sealing is a function of key, place, salt and plaintext: what opens is exactly what sealing it makes.
    else assert.deepEqual(sealMessage('aes-256', sourceKey, place, opened.value, input.subarray(0, 24)), input)
  },
})

const key = Buffer.from('live/a')
const batch = encodeBatch({
  sequence: 7,
  revision: filled(8, 1),
  batch: {
    checks: [
      { kind: 'revision', key, revision: 'abcd' },
      { kind: 'absent', key },
      { kind: 'empty', start: key, end: Buffer.from('live/b') },
      { kind: 'sum', counter: key, equals: -5n },
    ],
    writes: [
      { kind: 'put', key, value: Buffer.from('value') },
      { kind: 'delete', key },
      { kind: 'add', counter: key, delta: -1n },
    ],
  },
})
const row = { key, value: Buffer.from('v'), revision: 'abcd' }
const result = encodeResult(7, {
  kind: 'conflict',
  failed: [
    { check: 0, now: row },
    { check: 1, now: undefined },
  ],
})

function valueOrMalformed<Value>(act: () => Value): { readonly value: Value } | undefined {
  try {
    return { value: act() }
  } catch (error) {
    if (error instanceof MalformedFrame) return undefined
    throw error
  }
}

/** All frames of a connection, and whether it ended in a malformed one. */
function framesOf(pieces: readonly Buffer[]): readonly string[] {
  const reader = new FrameReader(MAX_GREETING_BYTES)
  const frames: string[] = []
  for (const piece of pieces) {
    reader.push(piece)
    for (;;) {
      const next = valueOrMalformed(() => reader.next())
      if (next === undefined) return [...frames, 'malformed']
      if (next.value === undefined) break
      frames.push(`${next.value.type} ${next.value.body.toString('hex')}`)
    }
  }
  return frames
}

function twice<Value>(input: Buffer, decode: (source: ByteSource) => Value, encode: (value: Value) => ByteSink): void {
  const read = valueOrMalformed(() => decode(new ByteSource(input)))
  if (read === undefined) return
  const written = Buffer.concat(encode(read.value).pieces())
  assert.deepEqual(decode(new ByteSource(written)), read.value)
}

fuzz({
  name: 'frames',
  seeds: [
    Buffer.concat([encodeFrame('commits', batch), encodeFrame('results', result)]),
    Buffer.concat(batch.pieces()),
    Buffer.concat(result.pieces()),
  ],
  words: ['\u0006', '\u0007', '\u0000\u0000\u0000\u0000', '\u0000\u0001', 'live/a', '-5'],
  check: (input, random) => {
    assert.deepEqual(framesOf(cut(input, random)), framesOf([input]))
    twice(input, decodeBatch, encodeBatch)
    twice(input, decodeResult, ({ sequence, result: read }) => encodeResult(sequence, read))
  },
})
