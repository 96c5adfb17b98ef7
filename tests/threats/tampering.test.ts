import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { BUCKET, codeOf, expectAlive, startVictim, type Victim } from './oracle.ts'
import { openRaw } from './raw-socket.ts'
import { signedBytes, type Header, type WireRequest } from './wire-request.ts'

const OBJECT = `/${BUCKET}/k`
const SEGMENT = 16 * 1024
const SIZE = 5 * SEGMENT + 77

function pattern(bytes: number): Buffer {
  return Buffer.from(Array.from({ length: bytes }, (_, at) => (at * 131 + (at >> 8)) & 0xff))
}

/** What came of a read: the status, and every byte of the body that arrived before the connection ended. */
async function read(victim: Victim, request: WireRequest): Promise<{ readonly status: number; readonly body: Buffer }> {
  const connection = await openRaw({ port: victim.port })
  const headers: readonly Header[] = [['Connection', 'close']]
  connection.send(signedBytes(request, { unsignedHeaders: headers }))
  const text = await connection.rest()
  connection.destroy()
  const head = text.indexOf('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
  return { status, body: Buffer.from(text.slice(head + 4), 'latin1') }
}

/** From now on every read of a blob goes through `change`, which sees the bytes and where they begin. */
function tamper(t: TestContext, victim: Victim, change: (bytes: Buffer, offset: number) => Buffer): () => void {
  const { blobs } = victim.server.rooms
  const real = blobs.read.bind(blobs)
  const mock = t.mock.method(blobs, 'read', async function* (...args: Parameters<typeof real>) {
    const pieces: Buffer[] = []
    for await (const piece of real(...args)) pieces.push(piece)
    yield change(Buffer.concat(pieces), args[1].offset)
  })
  return () => mock.mock.restore()
}

/** The blob's own length: the sealed bytes of the one object that is there. */
async function sealedLength(victim: Victim): Promise<number> {
  for await (const { bytes } of victim.server.rooms.blobs.list()) return bytes
  return assert.fail('no blob')
}

test('T-111 a byte that was changed anywhere in a stored stream: nothing of that segment leaves, and the answer does not end well', async (t) => {
  const victim = await startVictim(t)
  const plain = pattern(SIZE)
  await victim.ok({ method: 'PUT', path: OBJECT, body: plain })
  const sealed = await sealedLength(victim)
  const overhead = (sealed - SIZE) / 6
  const places = [0, 1, 40, 100, SEGMENT - 1, SEGMENT + 60, 2 * SEGMENT, 3 * SEGMENT + 500, sealed - 17, sealed - 1]
  for (const place of places) {
    const restore = tamper(t, victim, (bytes, offset) => {
      const at = place - offset
      if (at >= 0 && at < bytes.length) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      return bytes
    })
    const { status, body } = await read(victim, { path: OBJECT })
    if (status === 500) {
      assert.equal(codeOf({ body }), 'InternalError', `at ${place}`)
    } else {
      assert.equal(status, 200)
      assert.ok(body.length < SIZE, `at ${place}: a whole body`)
      assert.ok(body.length <= place, `at ${place}: ${body.length} bytes left`)
      assert.deepEqual(body, plain.subarray(0, body.length), `at ${place}`)
      assert.equal(body.length % SEGMENT, 0, 'whole segments only')
    }
    const copy: WireRequest = { method: 'PUT', path: `/${BUCKET}/copy`, headers: [['x-amz-copy-source', OBJECT]] }
    assert.equal(codeOf(await victim.send(signedBytes(copy))), 'InternalError', `copied with byte ${place} changed`)
    assert.equal((await victim.send(signedBytes({ path: `/${BUCKET}/copy` }))).status, 404)
    restore()
    await expectAlive(victim)
  }
  assert.ok(overhead >= 16)
  assert.deepEqual((await victim.ok({ path: OBJECT })).body, plain)
})

test('T-111 ranges: each border opens what it covers, and a range over a broken segment gives none of it', async (t) => {
  const victim = await startVictim(t)
  const plain = pattern(SIZE)
  await victim.ok({ method: 'PUT', path: OBJECT, body: plain })
  const borders = [
    0,
    1,
    SEGMENT - 1,
    SEGMENT,
    SEGMENT + 1,
    3 * SEGMENT - 1,
    3 * SEGMENT,
    SIZE - 78,
    SIZE - 77,
    SIZE - 1,
  ]
  const ranged = (first: number, last: number): WireRequest => ({
    path: OBJECT,
    headers: [['range', `bytes=${first}-${last}`]],
  })
  for (const first of borders) {
    for (const last of borders.filter((one) => one >= first)) {
      const answer = await victim.ok(ranged(first, last), 206)
      assert.deepEqual(answer.body, plain.subarray(first, last + 1), `${first}-${last}`)
    }
  }
  // The third segment is broken: what does not touch it still opens, what does gives nothing from it.
  const sealed = await sealedLength(victim)
  const middle = Math.floor((sealed * 2.5 * SEGMENT) / SIZE)
  tamper(t, victim, (bytes, offset) => {
    const at = middle - offset
    if (at >= 0 && at < bytes.length) bytes.writeUInt8(bytes.readUInt8(at) ^ 0x80, at)
    return bytes
  })
  for (const first of borders) {
    for (const last of borders.filter((one) => one >= first)) {
      const { status, body } = await read(victim, ranged(first, last))
      const touches = first < 3 * SEGMENT && last >= 2 * SEGMENT
      if (!touches) {
        assert.deepEqual(body, plain.subarray(first, last + 1), `${first}-${last}`)
      } else if (status === 206) {
        assert.ok(body.length <= Math.max(0, 2 * SEGMENT - first), `${first}-${last}: ${body.length}`)
        assert.deepEqual(body, plain.subarray(first, first + body.length))
      } else {
        assert.equal(status, 500, `${first}-${last}`)
      }
    }
  }
  await expectAlive(victim)
})

test('T-111 segments swapped, cut off, repeated, or another object’s: all refused', async (t) => {
  const victim = await startVictim(t)
  const plain = pattern(SIZE)
  await victim.ok({ method: 'PUT', path: `/${BUCKET}/other`, body: Buffer.alloc(SIZE, 7) })
  const { blobs } = victim.server.rooms
  let other = Buffer.alloc(0)
  for await (const { id, bytes } of blobs.list()) {
    for await (const piece of blobs.read(id, { offset: 0, length: bytes })) other = Buffer.concat([other, piece])
  }
  await victim.ok({ method: 'PUT', path: OBJECT, body: plain })
  const stride = Math.round((other.length - (other.length - SIZE) / 6) / (SIZE / SEGMENT))
  const changes: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    'cut by one': (bytes) => bytes.subarray(0, -1),
    'cut at a segment': (bytes) => bytes.subarray(0, bytes.length - stride),
    'nothing left': () => Buffer.alloc(0),
    'one byte more': (bytes) => Buffer.concat([bytes, Buffer.of(0)]),
    'two swapped': (bytes) =>
      Buffer.concat([
        bytes.subarray(0, stride),
        bytes.subarray(2 * stride, 3 * stride),
        bytes.subarray(stride, 2 * stride),
        bytes.subarray(3 * stride),
      ]),
    'another object’s': (bytes) => other.subarray(0, bytes.length),
    zeros: (bytes) => Buffer.alloc(bytes.length),
  }
  for (const [what, change] of Object.entries(changes)) {
    const restore = tamper(t, victim, (bytes) => change(bytes))
    const { status, body } = await read(victim, { path: OBJECT })
    if (status === 200) {
      assert.ok(body.length < SIZE, what)
      assert.deepEqual(body, plain.subarray(0, body.length), what)
    } else {
      assert.equal(status, 500, what)
    }
    restore()
  }
  assert.deepEqual((await victim.ok({ path: OBJECT })).body, plain)
  await expectAlive(victim)
})

test('T-111 T-178 part every single byte of a record counts: changed, moved or swapped rows open nothing', async (t) => {
  const victim = await startVictim(t)
  const { store } = victim.server.rooms
  const small = { method: 'PUT', path: OBJECT, body: 'inline plaintext', headers: [['x-amz-meta-a', 'b']] } as const
  await victim.ok(small)
  await victim.ok({ method: 'PUT', path: `/${BUCKET}/l`, body: 'another inline' })
  const live = Buffer.from('live/', 'latin1')
  const { rows } = await store.scan({ start: live, end: Buffer.from('live0', 'latin1'), limit: 10 })
  const [row, other] = rows
  assert.ok(row !== undefined && other !== undefined && rows.length === 2)
  const replace = async (value: Uint8Array): Promise<void> => {
    await store.commit({ checks: [], writes: [{ kind: 'put', key: row.key, value }] })
  }
  for (let at = 0; at < row.value.length; at += 1 + Math.floor(row.value.length / 120)) {
    const value = Buffer.from(row.value)
    value.writeUInt8(value.readUInt8(at) ^ 1, at)
    await replace(value)
    const answer = await victim.send(signedBytes({ path: OBJECT }))
    assert.equal(answer.status, 500, `byte ${at}`)
    assert.equal(answer.body.includes('plaintext'), false)
    assert.equal((await victim.send(signedBytes({ method: 'HEAD', path: OBJECT }), { bodiless: true })).status, 500)
  }
  for (const value of [
    other.value,
    row.value.subarray(0, -1),
    row.value.subarray(0, 20),
    Buffer.alloc(0),
    Buffer.alloc(60_000),
  ]) {
    await replace(value)
    assert.equal((await victim.send(signedBytes({ path: OBJECT }))).status, 500)
  }
  await replace(row.value)
  assert.equal((await victim.ok({ path: OBJECT })).body.toString(), 'inline plaintext')
  await expectAlive(victim)
})
