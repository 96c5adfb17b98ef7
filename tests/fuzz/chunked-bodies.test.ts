/** aws-chunked bodies: signed, unsigned, with trailers, in pieces that are cut anywhere. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chunkSignatures, trailerSignature } from '../threats/wire-request.ts'
import { decodeChunked, type ChunkFraming } from '../../src/auth/signatures/sigv4-chunked.ts'
import { deriveSigningKey } from '../../src/auth/signatures/sigv4.ts'
import { secretOf } from '../../src/auth/request.fixture.ts'
import { REGION, SECRET_KEY } from '../servers.ts'
import { fuzz } from './fuzzer.ts'
import { cut, settledOrRefusal } from './refusals.ts'

const timestamp = '20260124T061530Z'
const seed = 'f'.repeat(64)
const scope = { date: '20260124', region: REGION, service: 's3' }
const signing = { key: deriveSigningKey(secretOf(SECRET_KEY), scope), timestamp, scope, seed }
const chunks = [Buffer.alloc(8_192, 'a'), Buffer.from('the end')]
const body = Buffer.concat(chunks)
const TRAILER = `x-amz-checksum-sha256:${createHash('sha256').update(body).digest('base64')}`

function frames(signatures: readonly string[] | undefined, tail: string): Buffer {
  const pieces = [...chunks, Buffer.alloc(0)].map((chunk, index) => {
    const signature = signatures?.[index] === undefined ? '' : `;chunk-signature=${signatures[index]}`
    const line = Buffer.from(`${chunk.length.toString(16)}${signature}\r\n`)
    return chunk.length === 0 ? line : Buffer.concat([line, chunk, Buffer.from('\r\n')])
  })
  return Buffer.concat([...pieces, Buffer.from(tail)])
}

const signatures = chunkSignatures({ timestamp, seed }, chunks)
const last = signatures.at(-1) ?? assert.fail()
const signedTrailer = `${TRAILER}\r\nx-amz-trailer-signature:${trailerSignature({ timestamp, seed }, last, `${TRAILER}\n`)}\r\n\r\n`
const announced = ['x-amz-checksum-sha256']
const decodedLength = body.length

const FORMS: Readonly<Record<string, readonly [framing: ChunkFraming, wire: Buffer]>> = {
  signed: [{ decodedLength, signing }, frames(signatures, '\r\n')],
  'signed-trailer': [{ decodedLength, signing, announced }, frames(signatures, signedTrailer)],
  'unsigned-trailer': [{ decodedLength, announced }, frames(undefined, `${TRAILER}\r\n\r\n`)],
}

async function* arriving(pieces: readonly Buffer[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) yield piece
}

async function decode(pieces: readonly Buffer[], framing: ChunkFraming) {
  const trailers = new Map<string, string>()
  const read = await settledOrRefusal(async () => {
    const out: Uint8Array[] = []
    for await (const piece of decodeChunked(arriving(pieces), framing, trailers)) out.push(piece)
    return Buffer.concat(out).toString('latin1')
  })
  return { read, trailers: 'value' in read ? [...trailers] : [] }
}

for (const [name, [framing, wire]] of Object.entries(FORMS)) {
  fuzz({
    name: `chunked-${name}`,
    seeds: [wire],
    words: [
      '\r\n',
      '\n',
      '0\r\n',
      '2000',
      ';chunk-signature=',
      'x-amz-trailer-signature:',
      ':',
      '\r\n\r\n',
      'x-amz-acl:private',
      '+5',
      '0x5',
      'ffffffffffff',
    ],
    check: async (input, random) => {
      const whole = await decode([input], framing)
      assert.deepEqual(await decode(cut(input, random), framing), whole)
      if (input.equals(wire)) assert.deepEqual(whole.read, { value: body.toString('latin1') })
      if ('refused' in whole.read) return
      assert.equal(whole.read.value.length, decodedLength)
      // What a signature covers cannot become anything else.
      if (framing.signing !== undefined) assert.equal(whole.read.value, body.toString('latin1'))
      if (framing.announced === undefined) assert.deepEqual(whole.trailers, [])
      else
        assert.deepEqual(
          whole.trailers.map(([trailer]) => trailer),
          announced,
        )
    },
  })
}
