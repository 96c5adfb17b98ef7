import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { UNSIGNED_PAYLOAD } from '../../src/auth/index.ts'
import { BUCKET, expectAlive, expectRefused, startVictim, storedState, type Outcome, type Victim } from './oracle.ts'
import { openRaw } from './raw-socket.ts'
import {
  chunkSignatures,
  crc32Of,
  plainBytes,
  signedBytes,
  signedParts,
  sigV2Bytes,
  trailerSignature,
  type Header,
  type WireRequest,
} from './wire-request.ts'

const OBJECT = `/${BUCKET}/k`
const SIG = { status: 403, code: 'SignatureDoesNotMatch' }
const INCOMPLETE = { status: 400, code: 'IncompleteBody' }
const CHUNK = { status: 400, code: 'InvalidChunkSizeError' }
const TRAILER = { status: 400, code: 'MalformedTrailerError' }
const SIGNED = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'
const SIGNED_TRAILER = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER'
const UNSIGNED_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

function pattern(bytes: number, seed: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, (_, at) => (at * 31 + seed) & 0xff))
}

/** Two chunks of 64 KiB and a short one: the form in which clients send them. */
const DATA = [pattern(65_536, 1), pattern(65_536, 2), pattern(1_000, 3)]
const WHOLE = Buffer.concat(DATA)

/** The head of a chunked upload, signed, and what its chunks are signed with. */
interface Streaming {
  readonly head: Buffer
  readonly chain: { readonly timestamp: string; readonly seed: string }
  readonly signatures: readonly string[]
}

interface StreamingOptions {
  readonly word?: string
  readonly decodedLength?: string
  readonly headers?: readonly Header[]
  readonly path?: string
  readonly data?: readonly Uint8Array[]
  readonly unsignedHeaders?: readonly Header[]
  /** `Content-Length` of the framed body. */
  readonly length: number
}

function streaming(options: StreamingOptions): Streaming {
  const data = options.data ?? DATA
  const decoded = options.decodedLength ?? String(Buffer.concat([...data]).length)
  const headers: readonly Header[] = [
    ['content-length', String(options.length)],
    ...(decoded === '' ? [] : [['x-amz-decoded-content-length', decoded] as const]),
    ...(options.headers ?? []),
  ]
  const { bytes, signature } = signedParts(
    { method: 'PUT', path: options.path ?? OBJECT, headers },
    { payloadHash: options.word ?? SIGNED, unsignedHeaders: options.unsignedHeaders ?? [] },
  )
  const timestamp = /x-amz-date: (\d{8}T\d{6}Z)/.exec(bytes.toString('latin1'))?.[1] ?? assert.fail()
  const chain = { timestamp, seed: signature }
  return { head: bytes, chain, signatures: chunkSignatures(chain, data) }
}

function framed(data: readonly Uint8Array[], signatures: readonly string[], tail = '\r\n'): Buffer {
  const chunks = [...data, new Uint8Array(0)].map((piece, at) => {
    const line = `${piece.length.toString(16)};chunk-signature=${signatures[at] ?? ''}\r\n`
    return Buffer.concat([Buffer.from(line, 'latin1'), piece, Buffer.from(piece.length === 0 ? tail : '\r\n')])
  })
  return Buffer.concat(chunks)
}

/** Bytes of a whole request; the framing's length is known before its signatures are. */
function signedUpload(
  build: (signatures: readonly string[], upload: Streaming) => Buffer,
  options: Omit<StreamingOptions, 'length'> = {},
): Buffer {
  const zeros = Array.from({ length: 16 }, () => '0'.repeat(64))
  const dummy = { head: Buffer.alloc(0), chain: { timestamp: '20260101T000000Z', seed: '' }, signatures: zeros }
  const upload = streaming({ ...options, length: build(zeros, dummy).length })
  return Buffer.concat([upload.head, build(upload.signatures, upload)])
}

async function withOld(t: TestContext): Promise<Victim> {
  const victim = await startVictim(t)
  await victim.ok({ method: 'PUT', path: OBJECT, body: 'the object before' })
  return victim
}

async function expectBefore(victim: Victim): Promise<void> {
  assert.equal((await victim.ok({ path: OBJECT })).body.toString(), 'the object before')
}

test('T-055 a body that is not the signed one, or not the digest’s, is dropped: the object before stays', async (t) => {
  const victim = await withOld(t)
  const mismatch = { status: 400, code: 'XAmzContentSHA256Mismatch' }
  for (const body of [Buffer.from('x'), pattern(16_384, 1), pattern(200_000, 1), pattern(1_100_000, 2)]) {
    const last = Buffer.from(body)
    last.writeUInt8(last.readUInt8(last.length - 1) ^ 1, last.length - 1)
    const put: WireRequest = { method: 'PUT', path: OBJECT, body }
    await expectRefused(victim, signedBytes(put, { sentBody: last }), mismatch, `${body.length} bytes`)
    const digest: Header = ['Content-MD5', createHash('md5').update(body).digest('base64')]
    const bad = { status: 400, code: 'BadDigest' }
    const unsigned = { payloadHash: UNSIGNED_PAYLOAD, sentBody: last }
    await expectRefused(victim, signedBytes({ ...put, headers: [digest] }, unsigned), bad, 'Content-MD5')
    const v2 = { ...put, body: last, headers: [digest] }
    await expectRefused(victim, sigV2Bytes(v2, OBJECT), bad, 'Content-MD5 under SigV2')
    const sha: Header = ['x-amz-checksum-sha256', createHash('sha256').update(body).digest('base64')]
    await expectRefused(victim, signedBytes({ ...put, headers: [sha] }, unsigned), bad, 'a checksum')
  }
  const invalid = { status: 400, code: 'InvalidArgument' }
  for (const hash of ['0', 'a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), '', 'STREAMING', 'unsigned-payload']) {
    const put = { method: 'PUT', path: OBJECT, body: 'x' }
    await expectRefused(victim, signedBytes(put, { payloadHash: hash }), invalid, hash)
  }
  for (const md5 of ['x', 'AAAA', 'AAAAAAAAAAAAAAAAAAAAAA', 'AAAAAAAAAAAAAAAAAAAAAB==', ' AAAAAAAAAAAAAAAAAAAAAA==']) {
    const put: WireRequest = { method: 'PUT', path: OBJECT, body: 'x', headers: [['Content-MD5', md5]] }
    const expected = md5.startsWith(' ') ? { status: 400, code: 'BadDigest' } : { status: 400, code: 'InvalidDigest' }
    await expectRefused(victim, signedBytes(put), expected, md5)
  }
  await expectBefore(victim)
})

test('T-056 chunks with wrong, missing, repeated, swapped or foreign signatures: nothing of them is kept', async (t) => {
  const victim = await withOld(t)
  const [one, two, three] = [DATA[0] ?? assert.fail(), DATA[1] ?? assert.fail(), DATA[2] ?? assert.fail()]
  const wrong = '0'.repeat(64)
  const cases: Readonly<Record<string, (signatures: readonly string[]) => Buffer>> = {
    'the first is wrong': ([, b = '', c = '', end = '']) => framed(DATA, [wrong, b, c, end]),
    'the last is wrong': ([a = '', b = '', , end = '']) => framed(DATA, [a, b, wrong, end]),
    'the end is wrong': ([a = '', b = '', c = '']) => framed(DATA, [a, b, c, wrong]),
    'the end has none': ([a = '', b = '', c = '']) => framed(DATA, [a, b, c, '']),
    'the first one twice': ([a = '', , c = '', end = '']) => framed(DATA, [a, a, c, end]),
    'two chunks swapped': ([a = '', b = '', c = '', end = '']) => framed([two, one, three], [b, a, c, end]),
    'one byte of a chunk': (signatures) => {
      const body = framed(DATA, signatures)
      body.writeUInt8(body.readUInt8(70_000) ^ 1, 70_000)
      return body
    },
    'upper case': ([a = '', b = '', c = '', end = '']) => framed(DATA, [a.toUpperCase(), b, c, end.toUpperCase()]),
  }
  for (const [what, build] of Object.entries(cases)) {
    await expectRefused(victim, signedUpload(build), SIG, what)
  }
  const bare = signedUpload((signatures) =>
    Buffer.from(
      framed(DATA, signatures)
        .toString('latin1')
        .replaceAll(/;chunk-signature=[0-9a-f]+/g, ''),
      'latin1',
    ),
  )
  await expectRefused(victim, bare, SIG, 'no signatures at all')
  // Chunks of another request of the same second: its chain begins with another signature.
  const other = streaming({ length: 0, path: `/${BUCKET}/other` })
  await expectRefused(
    victim,
    signedUpload(() => framed(DATA, other.signatures)),
    SIG,
    'another request’s chunks',
  )
  const made = chunkSignatures({ timestamp: other.chain.timestamp, seed: other.chain.seed, secret: 'guess' }, DATA)
  await expectRefused(
    victim,
    signedUpload(() => framed(DATA, made)),
    SIG,
    'another secret',
  )
  await expectBefore(victim)
  assert.equal((await victim.send(signedUpload((signatures) => framed(DATA, signatures)))).status, 200)
  assert.deepEqual((await victim.ok({ path: OBJECT })).body, WHOLE)
})

test('T-057 framing that lies about lengths is refused, and a declared size is never set aside', async (t) => {
  const victim = await withOld(t)
  const line = (size: string, signature = '0'.repeat(64)): string => `${size};chunk-signature=${signature}\r\n`
  const cut = signedUpload(([a = '', b = '', c = '']) => framed(DATA, [a, b, c, '']).subarray(0, -87))
  await expectRefused(victim, cut, INCOMPLETE, 'no last chunk')
  for (const size of ['+5', '0x5', '-1', '', ' 5', '5 ', 'g', '1'.repeat(20), '5;x=y']) {
    await expectRefused(
      victim,
      signedUpload(() => Buffer.from(`${line(size)}hello\r\n`)),
      CHUNK,
      JSON.stringify(size),
    )
  }
  const after = signedUpload((signatures) => Buffer.concat([framed(DATA, signatures), Buffer.from('more')]))
  await expectRefused(victim, after, CHUNK, 'bytes behind the end')
  const hidden = signedUpload((signatures) =>
    Buffer.concat([framed(DATA, signatures), Buffer.from(`DELETE ${OBJECT} HTTP/1.1\r\n\r\n`)]),
  )
  await expectRefused(victim, hidden, CHUNK, 'a request behind the end')
  for (const [decodedLength, outcome] of [
    [String(WHOLE.length - 1), CHUNK],
    ['0', CHUNK],
    [String(WHOLE.length + 1), CHUNK],
    ['-1', { status: 400, code: 'InvalidArgument' }],
    ['1e3', { status: 400, code: 'InvalidArgument' }],
    [`0${WHOLE.length}`, { status: 400, code: 'InvalidArgument' }],
    [String(2n ** 60n), { status: 400, code: 'InvalidArgument' }],
    [String(2n ** 52n), { status: 400, code: 'EntityTooLarge' }],
    ['', { status: 411, code: 'MissingContentLength' }],
  ] as const satisfies readonly (readonly [string, Outcome])[]) {
    const bytes = signedUpload((signatures) => framed(DATA, signatures), { decodedLength })
    await expectRefused(victim, bytes, outcome, `decoded length ${decodedLength}`)
  }
  const unsigned: Header = ['x-amz-decoded-content-length', String(WHOLE.length)]
  const added = signedUpload((signatures) => framed(DATA, signatures), {
    decodedLength: '',
    unsignedHeaders: [unsigned],
  })
  await expectRefused(victim, added, { status: 403, code: 'AccessDenied' }, 'a decoded length nobody signed')
  const tiny = Array.from({ length: 64 }, (_, at) => Buffer.of(at))
  const flood = signedUpload((signatures) => framed(tiny, signatures), { data: tiny })
  await expectRefused(victim, flood, CHUNK, 'chunks of one byte')
  await expectBefore(victim)
})

test('T-057 T-017 four gigabytes declared and ten bytes sent: no memory for it, nothing stored, others go on', async (t) => {
  const victim = await withOld(t)
  const before = await storedState(victim)
  const size = 4 * 1024 ** 3
  const upload = streaming({ length: size + 200, decodedLength: String(size) })
  const memory = process.memoryUsage().rss
  const connection = await openRaw({ port: victim.port })
  connection.send(upload.head).send(`${size.toString(16)};chunk-signature=${'0'.repeat(64)}\r\n0123456789`)
  await expectAlive(victim)
  assert.ok(process.memoryUsage().rss - memory < 64 * 1024 * 1024)
  connection.finish()
  const answer = await connection.answer()
  assert.equal(answer.status, 400)
  assert.match(answer.body.toString(), /<Code>IncompleteBody<\/Code>/)
  await connection.closed
  assert.deepEqual(await storedState(victim), before)
  await expectBefore(victim)
})

test('T-017 bodies that end early: objects, parts, configurations, completions; nothing is stored', async (t) => {
  const victim = await withOld(t)
  const created = await victim.ok({ method: 'POST', path: `/${BUCKET}/up`, query: 'uploads' })
  const uploadId = /<UploadId>([0-9a-f]+)</.exec(created.body.toString())?.[1] ?? assert.fail()
  const body = pattern(60_000, 7)
  const requests: readonly WireRequest[] = [
    { method: 'PUT', path: OBJECT, body },
    { method: 'PUT', path: `/${BUCKET}/up`, query: `partNumber=1&uploadId=${uploadId}`, body },
    { method: 'PUT', path: `/${BUCKET}`, query: 'versioning', body: body.subarray(0, 12_000) },
    { method: 'POST', path: `/${BUCKET}/up`, query: `uploadId=${uploadId}`, body },
  ]
  for (const request of requests) {
    for (const payloadHash of [undefined, UNSIGNED_PAYLOAD]) {
      const bytes = signedBytes(request, payloadHash === undefined ? {} : { payloadHash })
      const before = await storedState(victim)
      const half = await openRaw({ port: victim.port })
      const short = bytes.subarray(0, -(request.body?.length ?? 0) / 2)
      half.send(short).finish()
      const answer = await half.answer()
      assert.equal(answer.status, 400, `${request.method ?? ''} ${request.path}`)
      assert.match(answer.body.toString(), /<Code>IncompleteBody<\/Code>/)
      await half.closed
      const reset = await openRaw({ port: victim.port })
      await reset.sendAll(short)
      reset.reset()
      await expectAlive(victim)
      // Its end may come a turn later.
      for (let turn = 0; turn < 1_000; turn++) {
        if ((await storedState(victim)).length === before.length) break
      }
      assert.deepEqual(await storedState(victim), before)
    }
  }
  await expectBefore(victim)
})

test('T-058 Content-Encoding decides nothing about the body; what is stored of it is what the client meant', async (t) => {
  const victim = await startVictim(t)
  const chunkedBody = signedUpload((signatures) => framed(DATA, signatures))
  const encodings: readonly (readonly [string, string | undefined])[] = [
    ['aws-chunked', undefined],
    ['aws-chunked,gzip', 'gzip'],
    ['gzip, aws-chunked', 'gzip'],
    ['AWS-Chunked', undefined],
    ['gzip', 'gzip'],
  ]
  for (const [sent, kept] of encodings) {
    const header: Header = ['Content-Encoding', sent]
    const streamed = signedUpload((signatures) => framed(DATA, signatures), { unsignedHeaders: [header] })
    assert.equal((await victim.send(streamed)).status, 200)
    const read = await victim.ok({ path: OBJECT })
    assert.deepEqual(read.body, WHOLE)
    assert.equal(read.header('content-encoding'), kept, sent)
    // The same word on a plain body changes nothing of its bytes: they look like chunks and are not.
    const looks = '5\r\nhello\r\n0\r\n\r\n'
    await victim.ok({ method: 'PUT', path: OBJECT, body: looks }, 200, { unsignedHeaders: [header] })
    assert.equal((await victim.ok({ path: OBJECT })).body.toString(), looks)
  }
  const plainDigest: WireRequest = {
    method: 'PUT',
    path: OBJECT,
    body: chunkedBody.subarray(chunkedBody.indexOf('\r\n\r\n') + 4),
    headers: [['x-amz-decoded-content-length', String(WHOLE.length)]],
  }
  await victim.ok(plainDigest)
  assert.notDeepEqual((await victim.ok({ path: OBJECT })).body, WHOLE)
})

const CRC32 = 'x-amz-checksum-crc32'

test('T-059 signed trailers: signature, names and values hold, or nothing is stored', async (t) => {
  const victim = await withOld(t)
  const crc = crc32Of(WHOLE)
  const headers: readonly Header[] = [['x-amz-trailer', CRC32]]
  const upload = (lines: string, sign?: (right: string) => string, more = headers): Buffer =>
    signedUpload(
      (signatures, { chain }) => {
        const right = trailerSignature(chain, signatures.at(-1) ?? '', lines.replaceAll('\r', ''))
        const signature = sign === undefined ? right : sign(right)
        const last = signature === '' ? '' : `x-amz-trailer-signature:${signature}\r\n`
        return framed(DATA, signatures.slice(0, 4), `${lines}${last}\r\n`)
      },
      { word: SIGNED_TRAILER, headers: more },
    )
  const good = `${CRC32}:${crc}\r\n`
  await expectRefused(
    victim,
    upload(good, () => ''),
    SIG,
    'no signature',
  )
  await expectRefused(
    victim,
    upload(good, () => '0'.repeat(64)),
    SIG,
    'a wrong signature',
  )
  await expectRefused(
    victim,
    upload(good, (right) => right.toUpperCase()),
    SIG,
    'upper case',
  )
  await expectRefused(victim, upload(`${CRC32}:AAAAAA==\r\n`), { status: 400, code: 'BadDigest' }, 'a wrong checksum')
  await expectRefused(victim, upload(`${CRC32}:AAAAAB==\r\n`), TRAILER, 'two spellings of one value')
  await expectRefused(victim, upload(''), TRAILER, 'announced and absent')
  await expectRefused(victim, upload(`${good}${good}`), TRAILER, 'twice')
  for (const extra of ['x-amz-acl:public-read', 'x-amz-meta-x:1', 'x-amz-checksum-sha1:AAAA', 'authorization:x']) {
    await expectRefused(victim, upload(`${good}${extra}\r\n`), TRAILER, extra)
  }
  await expectRefused(victim, upload(`${CRC32}:${'A'.repeat(9_000)}\r\n`), TRAILER, '9 KB')
  for (const names of ['x-amz-acl', 'x-amz-meta-x', `${CRC32},${CRC32}`, `${CRC32},x-amz-acl`, '']) {
    const answer = await expectRefusedAny(victim, upload(good, undefined, [['x-amz-trailer', names]]))
    assert.equal(answer, 400, names)
  }
  const other = { status: 400, code: 'InvalidRequest' }
  const two = upload(good, undefined, [...headers, ['x-amz-checksum-sha256', 'A'.repeat(43) + '=']])
  await expectRefused(victim, two, other, 'a header and a trailer')
  await expectBefore(victim)
  const sent = await victim.send(upload(good))
  assert.equal(sent.status, 200)
  assert.equal(sent.header(CRC32), crc)
  assert.deepEqual((await victim.ok({ path: OBJECT })).body, WHOLE)
})

/** Refused with whatever code; nothing stored. */
async function expectRefusedAny(victim: Victim, bytes: Buffer): Promise<number> {
  const before = await storedState(victim)
  const { status } = await victim.send(bytes)
  assert.deepEqual(await storedState(victim), before)
  return status
}

test('T-059 unsigned trailers: the header’s signature is still asked for, and the checksum still holds', async (t) => {
  const victim = await withOld(t)
  const crc = crc32Of(WHOLE)
  const frames = DATA.map((piece) =>
    Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
  )
  const request = (tail: string, decodedLength = String(WHOLE.length)): WireRequest => ({
    method: 'PUT',
    path: OBJECT,
    headers: [
      ['x-amz-trailer', CRC32],
      ['x-amz-decoded-content-length', decodedLength],
    ],
    body: Buffer.concat([...frames, Buffer.from(`0\r\n${tail}\r\n`)]),
  })
  const unsigned = { payloadHash: UNSIGNED_TRAILER }
  const good = `${CRC32}:${crc}\r\n`
  await expectRefused(
    victim,
    signedBytes(request(good), { ...unsigned, secret: 'x'.repeat(20) }),
    SIG,
    'a false signature',
  )
  const anonymous = plainBytes({
    ...request(good),
    headers: [...(request(good).headers ?? []), ['x-amz-content-sha256', UNSIGNED_TRAILER]],
  })
  await expectRefused(victim, anonymous, { status: 403, code: 'AccessDenied' }, 'nobody')
  await expectRefused(victim, signedBytes(request(''), unsigned), TRAILER, 'no checksum')
  const wrong = signedBytes(request(`${CRC32}:AAAAAA==\r\n`), unsigned)
  await expectRefused(victim, wrong, { status: 400, code: 'BadDigest' }, 'a wrong checksum')
  await expectRefused(victim, signedBytes(request(`${good}x-amz-acl:private\r\n`), unsigned), TRAILER, 'one more')
  await expectRefused(victim, signedBytes(request(good, String(WHOLE.length + 1)), unsigned), CHUNK, 'too short')
  const signedChunk = request(good)
  const withSignature = Buffer.from(
    Buffer.from(signedChunk.body ?? '')
      .toString('latin1')
      .replace('10000\r\n', `10000;chunk-signature=${'0'.repeat(64)}\r\n`),
    'latin1',
  )
  await expectRefused(victim, signedBytes({ ...signedChunk, body: withSignature }, unsigned), CHUNK, 'a signed chunk')
  await expectBefore(victim)
  const sent = await victim.send(signedBytes(request(good), unsigned))
  assert.equal(sent.status, 200, sent.body.toString())
  assert.deepEqual((await victim.ok({ path: OBJECT })).body, WHOLE)
})

test('T-036 T-059 a signed-chunk body under a scheme that cannot sign chunks is refused', async (t) => {
  const victim = await withOld(t)
  const word: Header = ['x-amz-content-sha256', SIGNED]
  const body = framed(
    DATA,
    Array.from({ length: 4 }, () => createHmac('sha256', 'x').update('y').digest('hex')),
  )
  const headers: readonly Header[] = [['x-amz-decoded-content-length', String(WHOLE.length)], word]
  const request: WireRequest = { method: 'PUT', path: OBJECT, headers, body }
  await expectRefused(victim, sigV2Bytes(request, OBJECT), { status: 400, code: 'InvalidRequest' }, 'SigV2')
  await expectRefused(victim, plainBytes(request), { status: 400, code: 'InvalidRequest' }, 'nobody')
  await expectBefore(victim)
})
