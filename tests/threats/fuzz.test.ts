/** Bytes nobody would send, by a seed that a failure names: the server answers or hangs up, lives, and stores nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EVERY_OPERATION } from './every-operation.ts'
import { BUCKET, expectAlive, startVictim, storedState } from './oracle.ts'
import { openRaw } from './raw-socket.ts'
import { crc32Of, plainBytes, signedBytes, type WireRequest } from './wire-request.ts'

const MOST_MS = 5_000
const MOST_ROUNDS = 400
const FIRST_SEED = 20_260_101

/** Mulberry32: the same numbers for the same seed, everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const PIECES = [
  ...['\r\n', '\n', '\0', '\r\n\r\n', ' ', ':', '%00', '%', '/../', '//', '?', '&', '=', ';', '#', '\\', '\xff\xfe'],
  ...[
    'Content-Length: 5\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Host: x\r\n',
    'Expect: 100-continue\r\n',
    '0\r\n\r\n',
  ],
  ...[
    'Authorization: AWS a:b\r\n',
    'x-amz-copy-source: /bucket-one/k\r\n',
    'HTTP/1.1',
    'HTTP/1.0',
    'DELETE /bucket-one ',
  ],
  ...['x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n', 'ffffffffffffffff\r\n', 'A'.repeat(3_000)],
]

/** One to six changes: bits, cuts, doublings, and pieces that mean something. */
function mutated(original: Buffer, random: (below: number) => number, pieces: readonly string[]): Buffer {
  let bytes: Buffer = Buffer.from(original)
  for (let change = 1 + random(6); change > 0; change--) {
    const at = random(bytes.length + 1)
    const length = random(40)
    const piece = Buffer.from(pieces[random(pieces.length)] ?? '', 'latin1')
    switch (random(5)) {
      case 0:
        if (at < bytes.length) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random(8)), at)
        break
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
        break
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - length), at), bytes.subarray(at)])
        break
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + length)])
        break
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
    }
  }
  return bytes
}

/** Everything that came before the other side hung up: who sends half a request says so, and is answered or dropped. */
async function throwAt(port: number, bytes: Buffer): Promise<string> {
  const connection = await openRaw({ port })
  try {
    connection.send(bytes).finish()
    return await connection.rest()
  } finally {
    connection.destroy()
  }
}

function statusesOf(text: string): readonly number[] {
  return [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status))
}

test('a seeded flood of broken requests, unsigned or with signatures that no longer fit: nothing stored, nobody hurt', async (t) => {
  const victim = await startVictim(t)
  await victim.ok({ method: 'PUT', path: `/${BUCKET}/k`, body: 'x' })
  const requests = Object.values(EVERY_OPERATION)
  const before = await storedState(victim)
  const endMs = performance.now() + MOST_MS
  const seen = new Map<number, number>()
  let rounds = 0
  for (; rounds < MOST_ROUNDS && performance.now() < endMs; rounds++) {
    const seed = FIRST_SEED + rounds
    const random = randomOf(seed)
    const request = requests[random(requests.length)] ?? assert.fail()
    // A secret that nobody has: whatever becomes of the bytes, they may change nothing.
    const original =
      random(2) === 0 ? plainBytes(request) : signedBytes(request, { secret: `not-the-secret-${seed}-0123456789` })
    const text = await throwAt(victim.port, mutated(original, random, PIECES))
    for (const status of statusesOf(text)) {
      seen.set(status, (seen.get(status) ?? 0) + 1)
      assert.ok(status < 500 || status === 501 || status === 505, `seed ${seed}: ${text.slice(0, 400)}`)
    }
    assert.equal(text.includes('plaintext'), false, `seed ${seed}`)
  }
  assert.deepEqual(await storedState(victim), before, `seeds ${FIRST_SEED} to ${FIRST_SEED + rounds}`)
  assert.equal((await victim.ok({ path: `/${BUCKET}/k` })).body.toString(), 'x')
  await expectAlive(victim)
  // The mutations reach the whole path, not its first gate only.
  assert.ok((seen.get(400) ?? 0) > 0 && (seen.get(403) ?? 0) > 0, JSON.stringify([...seen]))
  t.diagnostic(`${rounds} requests: ${[...seen].map(([status, count]) => `${status} x ${count}`).join(', ')}`)
})

const XML_PIECES = [
  ...[
    '<',
    '>',
    '</',
    '/>',
    '&',
    ';',
    '"',
    "'",
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?x?>',
    '<!DOCTYPE a>',
    '&#0;',
    '&amp;',
  ],
  ...[
    '\0',
    '\ufeff',
    '\xff',
    '<a xmlns="b">',
    '<a:b>',
    '<Key>',
    '</Key>',
    '<Part>',
    '<Status>Enabled</Status>',
    ' '.repeat(500),
  ],
]

test('a seeded flood of broken documents under right signatures: refused or understood, never a failure of the server', async (t) => {
  const victim = await startVictim(t)
  await victim.ok({ method: 'PUT', path: `/${BUCKET}/k`, body: 'x' })
  const documents = Object.values(EVERY_OPERATION).filter(
    ({ body }) => typeof body === 'string' && body.startsWith('<'),
  )
  const json = Object.values(EVERY_OPERATION).filter(({ body }) => typeof body === 'string' && body.startsWith('{'))
  assert.ok(documents.length > 5 && json.length > 3)
  const endMs = performance.now() + MOST_MS
  let [rounds, understood, refused] = [0, 0, 0]
  for (; rounds < MOST_ROUNDS && performance.now() < endMs; rounds++) {
    const seed = FIRST_SEED + rounds
    const random = randomOf(seed)
    const pool = random(4) === 0 ? json : documents
    const original = pool[random(pool.length)] ?? assert.fail()
    const body = mutated(Buffer.from(String(original.body), 'utf8'), random, XML_PIECES)
    const others = (original.headers ?? []).filter(([name]) => name !== 'Content-MD5')
    const isJson = pool === json
    const request: WireRequest = {
      ...original,
      body,
      headers: isJson ? others : [...others, ['x-amz-checksum-crc32', crc32Of(body)]],
    }
    const before = await storedState(victim)
    const answer = await victim.send(signedBytes(request))
    assert.ok(answer.status < 500 || answer.status === 501, `seed ${seed}: ${answer.body.toString()}`)
    if (answer.status < 300) {
      understood += 1
      continue
    }
    refused += 1
    assert.deepEqual(await storedState(victim), before, `seed ${seed}: refused, and something was stored`)
  }
  await expectAlive(victim)
  assert.ok(refused > 0 && understood > 0, `${refused} refused, ${understood} understood`)
  t.diagnostic(`${rounds} documents: ${refused} refused, ${understood} understood`)
})
