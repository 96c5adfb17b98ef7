import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { failureOf, pieces, secretOf } from '../request.fixture.ts'
import {
  decodeChunked,
  MAX_HELD_CHUNK_BYTES,
  MIN_CHUNK_BYTES,
  type ChunkFraming,
  type ChunkSigning,
} from './sigv4-chunked.ts'
import { deriveSigningKey, EMPTY_SHA256, scopeText, sha256Hex, signText } from './sigv4.ts'

const scope = { date: '20260124', region: 'us-east-1', service: 's3' }
const signing: ChunkSigning = {
  key: deriveSigningKey(secretOf('secret'), scope),
  timestamp: '20260124T061530Z',
  scope,
  seed: 'f'.repeat(64),
}

function signedBody(chunks: readonly Uint8Array[], seed = signing.seed): Buffer {
  let previous = seed
  const frames = [...chunks, Buffer.alloc(0)].map((chunk) => {
    const head = `AWS4-HMAC-SHA256-PAYLOAD\n${signing.timestamp}\n${scopeText(scope)}\n${previous}\n${EMPTY_SHA256}`
    previous = signText(signing.key, `${head}\n${sha256Hex(chunk)}`)
    const line = Buffer.from(`${chunk.length.toString(16)};chunk-signature=${previous}\r\n`)
    return Buffer.concat([line, chunk, Buffer.from('\r\n')])
  })
  return Buffer.concat(frames)
}

interface Decoded {
  readonly bytes: Buffer
  readonly largestStep: number
}

/** Reads a body in pieces of the given size; `released` learns of every byte as it comes out. */
async function decode(
  body: Uint8Array,
  framing: ChunkFraming,
  pieceBytes: number,
  released: (bytes: number) => void = () => undefined,
): Promise<Decoded> {
  const out: Uint8Array[] = []
  let largestStep = 0
  for await (const piece of decodeChunked(pieces(body, pieceBytes), framing, new Map())) {
    released(piece.length)
    largestStep = Math.max(largestStep, piece.length)
    out.push(Uint8Array.from(piece))
  }
  return { bytes: Buffer.concat(out), largestStep }
}

function pattern(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 0xff))
}

const BOUNDARIES = [0, 1, MIN_CHUNK_BYTES - 1, MIN_CHUNK_BYTES, MIN_CHUNK_BYTES + 1, 65_536, 65_537]

test('T-056 signed chunks open for every length at the edges, however the wire cuts them', async () => {
  for (const length of BOUNDARIES) {
    const data = pattern(length)
    const chunks =
      length === 0 ? [] : [data.subarray(0, 65_536), data.subarray(65_536)].filter((part) => part.length > 0)
    for (const pieceBytes of [1, 7, 8_192, 1_000_000]) {
      const { bytes } = await decode(signedBody(chunks), { decodedLength: length, signing }, pieceBytes)
      assert.equal(sha256Hex(bytes), sha256Hex(data))
    }
  }
})

test('T-056 no byte of a chunk of up to 1 MiB is released before its signature was checked', async () => {
  const data = pattern(MAX_HELD_CHUNK_BYTES)
  const body = signedBody([data])
  const at = body.length - 500
  body[at] = (body[at] ?? 0) ^ 1
  let released = 0
  const work = (): Promise<Decoded> =>
    decode(body, { decodedLength: data.length, signing }, 65_536, (bytes) => (released += bytes))
  assert.equal((await failureOf(work)).kind, 'signature-does-not-match')
  assert.equal(released, 0)
})

test('T-056 a longer chunk is handed on while it comes, and a wrong signature throws before the end', async () => {
  const data = pattern(MAX_HELD_CHUNK_BYTES + 1)
  const framing = { decodedLength: data.length, signing }
  const right = await decode(signedBody([data]), framing, 65_536)
  assert.equal(createHash('sha256').update(right.bytes).digest('hex'), sha256Hex(data))
  assert.ok(right.largestStep <= 65_536)
  const body = signedBody([data])
  body[100_000] = (body[100_000] ?? 0) ^ 1
  assert.equal((await failureOf(() => decode(body, framing, 65_536))).kind, 'signature-does-not-match')
})

test('T-056 a chain that begins with another request’s signature does not open', async () => {
  const data = pattern(10_000)
  const other = signedBody([data], '0'.repeat(64))
  const work = (): Promise<Decoded> => decode(other, { decodedLength: data.length, signing }, 4_096)
  assert.equal((await failureOf(work)).kind, 'signature-does-not-match')
})

test('T-056 the empty last chunk is signed too, and a second signature in its line is refused', async () => {
  const data = pattern(100)
  const body = signedBody([data]).toString('latin1')
  const framing = { decodedLength: data.length, signing }
  const last = body.lastIndexOf('chunk-signature=') + 'chunk-signature='.length
  const forged = `${body.slice(0, last)}${'0'.repeat(64)}\r\n\r\n`
  const forgedWork = (): Promise<Decoded> => decode(Buffer.from(forged, 'latin1'), framing, 1_000)
  assert.equal((await failureOf(forgedWork)).kind, 'signature-does-not-match')
  const twice = body.replace(/(;chunk-signature=[0-9a-f]{64})/, '$1$1')
  const twiceWork = (): Promise<Decoded> => decode(Buffer.from(twice, 'latin1'), framing, 1_000)
  assert.equal((await failureOf(twiceWork)).kind, 'malformed-chunk')
})

test('T-057 4 GiB declared and ten bytes sent: incomplete, and nothing was set aside for them', async () => {
  const before = process.memoryUsage().arrayBuffers
  const head = `100000000;chunk-signature=${'0'.repeat(64)}\r\n0123456789`
  const framing = { decodedLength: 2 ** 32, signing }
  const work = (): Promise<Decoded> => decode(Buffer.from(head), framing, 1_000)
  assert.equal((await failureOf(work)).kind, 'incomplete-body')
  assert.ok(process.memoryUsage().arrayBuffers - before < 1024 * 1024)
})

test('T-057 a line that never ends is refused at its limit', async () => {
  const endless = Buffer.alloc(100_000, '0')
  let taken = 0
  async function* source(): AsyncGenerator<Uint8Array, undefined> {
    for await (const piece of pieces(endless, 100)) {
      taken += piece.length
      yield piece
    }
    return undefined
  }
  const work = async (): Promise<void> => {
    for await (const piece of decodeChunked(source(), { decodedLength: 1, signing }, new Map()))
      assert.fail(String(piece))
  }
  assert.equal((await failureOf(work)).kind, 'malformed-chunk')
  assert.ok(taken <= 300)
})

test('T-057 chunks of one byte are refused in both forms, a short last chunk is not', async () => {
  const data = pattern(10)
  const small = [...data].map((byte) => Uint8Array.of(byte))
  const work = (): Promise<Decoded> => decode(signedBody(small), { decodedLength: 10, signing }, 64)
  assert.equal((await failureOf(work)).kind, 'malformed-chunk')
  const unsigned = Buffer.from('1\r\na\r\n1\r\nb\r\n0\r\n\r\n')
  const unsignedWork = (): Promise<Decoded> => decode(unsigned, { decodedLength: 2, announced: [] }, 64)
  assert.equal((await failureOf(unsignedWork)).kind, 'malformed-chunk')
  const { bytes } = await decode(Buffer.from('2\r\nab\r\n0\r\n\r\n'), { decodedLength: 2, announced: [] }, 64)
  assert.equal(bytes.toString(), 'ab')
})

test('T-057 every cut of a body is refused', async () => {
  const data = pattern(40)
  const body = signedBody([data])
  for (let length = 0; length < body.length; length++) {
    const work = (): Promise<Decoded> => decode(body.subarray(0, length), { decodedLength: 40, signing }, 1_000)
    assert.equal((await failureOf(work)).kind, 'incomplete-body', `cut at ${length}`)
  }
})

test('T-057 framing is CRLF: a lone LF, a space, a bare size do not pass', async () => {
  const framing: ChunkFraming = { decodedLength: 2, announced: [] }
  for (const text of [
    '2\nab\r\n0\r\n\r\n',
    '2 \r\nab\r\n0\r\n\r\n',
    '2\r\nab\n0\r\n\r\n',
    '2;x=1\r\nab\r\n0\r\n\r\n',
    '\r\n',
    'g\r\n',
  ]) {
    const failure = await failureOf(() => decode(Buffer.from(text), framing, 64))
    assert.ok(['malformed-chunk', 'incomplete-body'].includes(failure.kind), text)
  }
})

const TRAILER = 'x-amz-checksum-crc32'

async function trailersOf(lines: string, announced: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const body = Buffer.from(`2\r\nab\r\n0\r\n${lines}\r\n`, 'latin1')
  for await (const piece of decodeChunked(pieces(body, 5), { decodedLength: 2, announced }, found)) {
    assert.ok(piece.length > 0)
  }
  return found
}

test('T-059 exactly the announced trailers come through, names without case', async () => {
  assert.deepEqual([...(await trailersOf(`${TRAILER}:AAAAAA==\r\n`, [TRAILER]))], [[TRAILER, 'AAAAAA==']])
  assert.deepEqual([...(await trailersOf(`X-Amz-Checksum-CRC32: AAAAAA== \r\n`, [TRAILER]))], [[TRAILER, 'AAAAAA==']])
})

test('T-059 trailers that were not announced, came twice, never came, or are too long are refused', async () => {
  const good = `${TRAILER}:AAAAAA==\r\n`
  const bad = [
    `${good}x-amz-acl:public-read\r\n`,
    `${good}x-amz-meta-x:1\r\n`,
    `${good}${good}`,
    '',
    `${good}x-amz-trailer-signature:${'0'.repeat(64)}\r\n`,
    `${TRAILER}\r\n`,
    `${TRAILER}:\r\n`,
    `${TRAILER}:a b\r\n`,
    `:AAAAAA==\r\n`,
    ` ${good}`,
    'content-length:5\r\n',
  ]
  for (const lines of bad) {
    assert.equal((await failureOf(() => trailersOf(lines, [TRAILER]))).kind, 'malformed-trailer', lines)
  }
  const long = `${TRAILER}:${'A'.repeat(9_000)}\r\n`
  assert.equal((await failureOf(() => trailersOf(long, [TRAILER]))).kind, 'malformed-trailer')
})

test('the source is let go when a body is refused in the middle', async () => {
  let closed = false
  async function* source(): AsyncGenerator<Uint8Array, undefined> {
    try {
      yield Buffer.from('zz\r\n')
      yield Buffer.from('more')
    } finally {
      closed = true
    }
    return undefined
  }
  const work = async (): Promise<void> => {
    for await (const piece of decodeChunked(source(), { decodedLength: 1, announced: [] }, new Map())) {
      assert.fail(String(piece))
    }
  }
  assert.equal((await failureOf(work)).kind, 'malformed-chunk')
  assert.equal(closed, true)
})
