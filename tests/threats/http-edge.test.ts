import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { HttpLimits } from '../../src/http/index.ts'
import { askRaw, rawRequest, type RawAnswer, type RawConnection } from './raw-socket.ts'
import { startRecordingEdge, until, type Override, type RecordingEdge } from './recording-edge.ts'

const HOST = 'Host: localhost'

async function edgeFor(
  context: TestContext,
  limits: Partial<HttpLimits> = {},
  override?: Override,
): Promise<RecordingEdge> {
  const edge = await startRecordingEdge({ limits }, override)
  context.after(() => edge.close())
  return edge
}

/** Sends bytes that must not reach the handler, and checks answer, end of connection, silence and health. */
async function expectRefused(edge: RecordingEdge, bytes: string, statuses: readonly number[]): Promise<RawAnswer> {
  const before = edge.seen.length
  const connection = await edge.open()
  const shown = JSON.stringify(bytes.slice(0, 80))
  const answer = await connection.send(bytes).answer()
  assert.ok(statuses.includes(answer.status), `${shown}: ${answer.statusLine}`)
  assert.equal(answer.header('connection'), 'close', shown)
  assert.equal(answer.body.length, 0, shown)
  connection.finish()
  assert.equal(await connection.rest(), '', shown)
  await connection.closed
  assert.equal(edge.seen.length, before, `${shown} reached the handler`)
  return answer
}

async function expectServed(edge: RecordingEdge, bytes: string): Promise<RawAnswer> {
  const answer = await askRaw(edge.target, bytes)
  assert.equal(answer.status, 200, JSON.stringify(bytes.slice(0, 80)))
  return answer
}

test('T-001 two ways to find the end of a body, foreign codings and broken lines are refused; the hidden DELETE never runs', async (context) => {
  const edge = await edgeFor(context)
  const hidden = '0\r\n\r\nDELETE /b/k HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const put = (...headers: string[]): string => rawRequest('PUT /b/k HTTP/1.1', [HOST, ...headers], hidden)
  const framing = [
    put('Content-Length: 5', 'Transfer-Encoding: chunked'),
    put('Transfer-Encoding: chunked', 'Content-Length: 5'),
    put('Transfer-Encoding: gzip, chunked'),
    put('Transfer-Encoding: identity'),
    put('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'),
    put('Transfer-Encoding: chunked, chunked'),
    put('Transfer-Encoding: chunked, identity'),
    put('Transfer-Encoding: xchunked'),
    put('Transfer-Encoding : chunked'),
    put('Transfer-Encoding:\u000bchunked'),
    put('Transfer-Encoding:'),
    put('Content-Length: 5', 'Transfer-Encoding: gzip'),
    rawRequest('PUT /b/k HTTP/1.0', [HOST, 'Transfer-Encoding: chunked'], hidden),
  ]
  for (const bytes of framing) await expectRefused(edge, bytes, [400, 501])
  const lines = [
    'GET /b/k HTTP/1.1\nHost: localhost\n\n',
    'GET /b/k HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\n  folded\r\n\r\n',
    'GET /b/k HTTP/1.1\r\nHost: localhost\rX-A: 1\r\n\r\n',
    'GET /b/k HTTP/1.1\r\n Host: localhost\r\n\r\n',
    'GET /b/k HTTP/1.1\r\nHost: localhost\r\nX-A: a\u0000b\r\n\r\n',
    'GET /b/k HTTP/1.1\r\nHost: localhost\r\nX-A: a\u007fb\r\n\r\n',
    'GET /b/k HTTP/1.1\r\nHost: localhost\r\nX A: b\r\n\r\n',
    'GET /b/k HTTP/1.1\r\nHost: localhost\r\n: b\r\n\r\n',
  ]
  for (const bytes of lines) await expectRefused(edge, bytes, [400])
  await expectServed(
    edge,
    rawRequest('PUT /b/k HTTP/1.1', [HOST, 'Transfer-Encoding: Chunked'], '3\r\nabc\r\n0\r\n\r\n'),
  )
  assert.equal(edge.seen.at(-1)?.body?.bytes, 3)
  assert.ok(await edge.alive())
  assert.ok(edge.seen.every(({ method }) => method !== 'DELETE'))
})

test('T-002 a length has one spelling and can be counted', async (context) => {
  const edge = await edgeFor(context)
  const bad = [
    '1, 1',
    '+1',
    '-1',
    '1.0',
    '0x1',
    '01',
    '00',
    '1e3',
    '',
    '1 1',
    '18446744073709551616',
    '9007199254740993',
  ]
  for (const length of [...bad, '9007199254740992']) {
    await expectRefused(edge, rawRequest('PUT /b/k HTTP/1.1', [HOST, `Content-Length: ${length}`], 'x'), [400])
  }
  for (const second of ['1', '2']) {
    const twice = [HOST, 'Content-Length: 1', `Content-Length: ${second}`]
    await expectRefused(edge, rawRequest('PUT /b/k HTTP/1.1', twice, 'xy'), [400])
  }
  await expectServed(edge, rawRequest('PUT /b/k HTTP/1.1', [HOST, 'Content-Length: 2'], 'xy'))
  await expectServed(edge, rawRequest('PUT /b/k HTTP/1.1', [HOST, 'Content-Length: 0']))
})

test('T-003 only HTTP/1.0 and 1.1, only the methods that exist', async (context) => {
  const edge = await edgeFor(context)
  for (const line of ['GET / HTTP/2.0', 'GET / HTTP/1.2', 'GET / HTTP/0.9', 'GET / HTTP/11', 'GET / http/1.1']) {
    await expectRefused(edge, rawRequest(line), [400, 505])
  }
  await expectRefused(edge, 'GET /\r\n\r\n', [400, 505])
  await expectRefused(edge, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400, 405, 505])
  await expectRefused(edge, rawRequest('FOO / HTTP/1.1'), [400])
  await expectRefused(edge, rawRequest('get / HTTP/1.1'), [400])
  await expectRefused(edge, rawRequest('QUERY / HTTP/1.1'), [400, 405])
  for (const line of ['CONNECT a:80 HTTP/1.1', 'PURGE /b/k HTTP/1.1', 'PATCH /b/k HTTP/1.1', 'TRACE / HTTP/1.1']) {
    const answer = await expectRefused(edge, rawRequest(line), [405])
    assert.equal(answer.header('allow'), 'GET, HEAD, PUT, POST, DELETE, OPTIONS')
  }
  await expectServed(edge, rawRequest('GET / HTTP/1.0'))
  await expectServed(edge, rawRequest('GET / HTTP/1.1'))
})

test('T-004 no header is dropped: too many or too large is 431, and a legal request with a large context works', async (context) => {
  const edge = await edgeFor(context)
  const flood = Array.from({ length: 1_100 }, () => 'a:')
  for (const late of ['Authorization: x', 'x-amz-copy-source: /b/k', 'Content-MD5: x', 'Host: other']) {
    await expectRefused(edge, rawRequest('GET /b/k HTTP/1.1', [HOST, ...flood, late]), [431])
  }
  const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `x-n-${at}: v`)
  await expectRefused(edge, rawRequest('GET / HTTP/1.1', [HOST, ...numbered(200)]), [431])
  await expectServed(edge, rawRequest('GET / HTTP/1.1', [HOST, ...numbered(199)]))
  assert.equal(edge.seen.at(-1)?.headers.length, 200)
  const sized = (bytes: number): string => {
    const shell = rawRequest('GET / HTTP/1.1', [HOST, 'x-fill: '])
    // The empty line after the headers is not part of them.
    return rawRequest('GET / HTTP/1.1', [HOST, `x-fill: ${'f'.repeat(bytes - (shell.length - 2))}`])
  }
  await expectRefused(edge, sized(32 * 1024 + 1), [431])
  await expectServed(edge, sized(32 * 1024))
  const legal = [
    `x-amz-server-side-encryption-context: ${'A'.repeat(10_924)}`,
    `x-amz-security-token: ${'t'.repeat(2_048)}`,
  ]
  await expectServed(edge, rawRequest('PUT /b/k HTTP/1.1', [HOST, ...legal, 'Content-Length: 0']))
})

test('T-005 a header that decides something comes once, in any case of letters', async (context) => {
  const edge = await edgeFor(context)
  const single = [
    ...['Host', 'Authorization', 'x-amz-date', 'x-amz-content-sha256', 'x-amz-copy-source', 'Content-Type'],
    ...['Content-MD5', 'Range', 'If-Match', 'x-amz-server-side-encryption', 'x-oss-server-side-encryption'],
    ...['x-obs-server-side-encryption-kms-key-id', 'x-amz-security-token', 'x-cos-security-token', 'Expect', 'Date'],
  ]
  for (const name of single) {
    const first = name === 'Host' ? [] : [HOST]
    for (const second of [name, name.toUpperCase()]) {
      const bytes = rawRequest('GET /b/k HTTP/1.1', [...first, `${name}: localhost`, 'x: y', `${second}: localhost`])
      await expectRefused(edge, bytes, [400])
    }
  }
  await expectServed(
    edge,
    rawRequest('GET / HTTP/1.1', [HOST, 'x-amz-meta-a: 1', 'X-Amz-Meta-A: 2', 'Accept: a', 'Accept: b']),
  )
  assert.deepEqual(
    edge.seen
      .at(-1)
      ?.headers.filter(([name]) => name === 'x-amz-meta-a')
      .map(([, value]) => value),
    ['1,2'],
  )
})

test('T-006 a host is a name or an address with one port', async (context) => {
  const edge = await edgeFor(context)
  const bad = [
    ...['', 'a b/c?d@e:99999', 'user@localhost', 'localhost:1:2', 'a'.repeat(300), 'localhost.', '.localhost', 'a..b'],
    ...['localhost:', 'localhost:0', 'localhost:65536', 'localhost:+80', '[::1', '::1', '[fe80::1%25eth0]', '[zz]'],
    ...['b\u00e2\u0084\u00aa.localhost', 'a,b', 'a/b', 'a%2eb', `${'l'.repeat(64)}.localhost`, '[127.0.0.1]'],
  ]
  for (const host of bad) await expectRefused(edge, rawRequest('GET / HTTP/1.1', [`Host: ${host}`]), [400])
  await expectRefused(edge, rawRequest('GET / HTTP/1.1', ['X: y']), [400])
  const good = [
    ['[::1]:9000', { name: '::1', port: 9000, raw: '[::1]:9000' }],
    ['LOCALHOST:9000', { name: 'localhost', port: 9000, raw: 'LOCALHOST:9000' }],
    ['My-Bucket.localhost', { name: 'my-bucket.localhost', raw: 'My-Bucket.localhost' }],
    ['10.0.0.7', { name: '10.0.0.7', raw: '10.0.0.7' }],
  ] as const
  for (const [host, expected] of good) {
    await expectServed(edge, rawRequest('GET / HTTP/1.1', [`Host: ${host}`]))
    assert.deepEqual(edge.seen.at(-1)?.host, expected)
  }
  await expectServed(edge, rawRequest('GET / HTTP/1.0', ['X: y']))
  assert.deepEqual(edge.seen.at(-1)?.host, { name: '', raw: '' })
})

test('T-007 a target with an authority has to name the host that was sent', async (context) => {
  const edge = await edgeFor(context)
  const mine = ['Host: mine.localhost']
  const bad = [
    ...['http://victim-bucket.localhost/k', 'https://victim-bucket.localhost/k', 'gopher://mine.localhost/k'],
    ...[
      'http://u@mine.localhost/k',
      'http://mine.localhost:80/k',
      'http:///k',
      'mine.localhost/k',
      'ftp://mine.localhost/',
    ],
  ]
  for (const target of bad) await expectRefused(edge, rawRequest(`GET ${target} HTTP/1.1`, mine), [400])
  await expectRefused(edge, rawRequest('GET * HTTP/1.1'), [400])
  const stripped = [
    ['http://mine.localhost/k?a=b', '/k?a=b'],
    ['HTTPS://MINE.localhost/k', '/k'],
    ['http://mine.localhost', '/'],
    ['http://mine.localhost?acl', '/?acl'],
    ['//evil/x', '//evil/x'],
  ]
  for (const [target = '', expected] of stripped) {
    await expectServed(edge, rawRequest(`GET ${target} HTTP/1.1`, mine))
    assert.equal(edge.seen.at(-1)?.target, expected)
    assert.equal(edge.seen.at(-1)?.host.name, 'mine.localhost')
  }
  const before = edge.seen.length
  await expectServed(edge, rawRequest('OPTIONS * HTTP/1.1'))
  assert.equal(edge.seen.length, before)
})

test('T-008 targets: what other programs would cut or turn is refused, the rest is taken byte for byte', async (context) => {
  const edge = await edgeFor(context)
  const bad = ['/b/k#?acl', '/b\\..\\c', '/b/\u0000', '/b/\t', '/b/\u00c3\u00a9', '/b/\u0080', '/b/\u007f', '/b/\u0001']
  for (const target of bad) await expectRefused(edge, rawRequest(`GET ${target} HTTP/1.1`), [400])
  for (const target of ['/b/"<>^`{|}', '/b/../c/./%2e%2E/%zz', '/b/k?a="<&b={}', '/?', '/b//k', "/-_.~!$&'()*+,;=:@"]) {
    await expectServed(edge, rawRequest(`GET ${target} HTTP/1.1`))
    assert.equal(edge.seen.at(-1)?.target, target)
  }
})

test('T-009 broken chunk syntax ends the connection, and a flood of tiny chunks does too', async (context) => {
  const edge = await edgeFor(context, { tinyChunkCount: 100 })
  const put = (body: string): string => rawRequest('PUT /b/k HTTP/1.1', [HOST, 'Transfer-Encoding: chunked'], body)
  const bad = [
    '0x1\r\na\r\n0\r\n\r\n',
    '-1\r\na\r\n',
    `${'f'.repeat(18)}\r\na\r\n`,
    '1\na\n0\n\n',
    '1\r\nab\r\n0\r\n\r\n',
  ]
  for (const body of [...bad, `1;${'e'.repeat(20_000)}\r\na\r\n0\r\n\r\n`, 'g\r\n\r\n', ' 1\r\na\r\n0\r\n\r\n']) {
    const connection = await edge.open()
    const { status } = await connection.send(put(body)).answer()
    assert.equal(status, 400, JSON.stringify(body.slice(0, 30)))
    await connection.finish().closed
  }
  const flood = await edge.open()
  const { status } = await flood.send(put('1;x\r\na\r\n'.repeat(102))).answer()
  assert.equal(status, 400)
  await flood.finish().closed
  assert.equal(edge.edge.rejected.get('tiny-chunks'), 1)
  assert.ok(edge.seen.every(({ body }) => body === undefined))
  await expectServed(edge, put(`${'1\r\na\r\n'.repeat(100)}0\r\n\r\n`))
  await expectServed(edge, put(`${`10\r\n${'a'.repeat(16)}\r\n`.repeat(400)}0\r\n\r\n`))
})

test('T-010 HTTP trailers decide nothing, and a length among them is refused', async (context) => {
  const edge = await edgeFor(context)
  const put = (trailer: string): string =>
    rawRequest('PUT /b/k HTTP/1.1', [HOST, 'Transfer-Encoding: chunked'], `1\r\na\r\n0\r\n${trailer}\r\n\r\n`)
  const ignored = [
    'Authorization: AWS a:b',
    'x-amz-acl: public-read',
    'x-amz-copy-source: /b/k',
    'x-amz-checksum-sha256: x',
  ]
  for (const trailer of ignored) {
    await expectServed(edge, put(trailer))
    const name = trailer.slice(0, trailer.indexOf(':')).toLowerCase()
    assert.ok(edge.seen.at(-1)?.headers.every(([other]) => other !== name))
  }
  const connection = await edge.open()
  const { status } = await connection.send(put('Content-Length: 5')).answer()
  assert.equal(status, 400)
  await connection.finish().closed
  assert.equal(edge.seen.at(-1)?.body, undefined)
})

test('T-011 one request of a connection at a time; an unread body is never a request', async (context) => {
  const stored = new Map<string, string>()
  const edge = await edgeFor(context, {}, (request) =>
    request.rawPath.startsWith('/order/')
      ? (async () => {
          if (request.method === 'PUT') {
            let text = ''
            for await (const piece of request.body.read()) text += Buffer.from(piece).toString('latin1')
            stored.set(request.rawPath, text)
          }
          return { status: 200, headers: [], body: Buffer.from(stored.get(request.rawPath) ?? 'absent') }
        })()
      : undefined,
  )
  const ordered = await edge.open()
  ordered.send(
    rawRequest('PUT /order/k HTTP/1.1', [HOST, 'Content-Length: 5'], 'hello') + rawRequest('GET /order/k HTTP/1.1'),
  )
  assert.equal((await ordered.answer()).status, 200)
  assert.equal((await ordered.answer()).body.toString(), 'hello')
  ordered.destroy()

  const flood = await edge.open()
  flood.send(rawRequest('GET /k HTTP/1.1').repeat(5_000))
  let answered = 0
  for (;;) {
    const answer = await flood.answer()
    answered += 1
    assert.equal(answer.status, 200)
    if (answer.header('connection') === 'close') break
  }
  await flood.finish().closed
  assert.equal(answered, 17)
  assert.equal(edge.mostAtOnce(), 1)
  assert.equal(edge.edge.rejected.get('pipelining'), 1)

  const hidden = 'DELETE /b/k HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const refused = await edge.open()
  const head = [HOST, `Content-Length: ${hidden.length + 1}`]
  const answer = await refused.send(rawRequest('PUT /refuse HTTP/1.1', head, hidden)).answer()
  assert.equal(answer.status, 403)
  assert.equal(answer.header('connection'), 'close')
  refused.send('x').send(hidden).finish()
  await refused.closed
  assert.ok(edge.seen.every(({ method }) => method !== 'DELETE'))
})

test('T-012 after a refusal the rest of a body is not swallowed', async (context) => {
  const edge = await edgeFor(context, { unreadBodyBytes: 64 * 1024, unreadBodyMs: 60_000 })
  const connection = await edge.open()
  connection.send(rawRequest('PUT /refuse HTTP/1.1', [HOST, 'Content-Length: 10000000000']))
  const answer = await connection.answer()
  assert.equal(answer.status, 403)
  assert.equal(answer.body.toString(), 'refused')
  assert.equal(answer.header('connection'), 'close')
  // The wait above is out of reach: only the count of bytes can end this.
  const piece = Buffer.alloc(64 * 1024)
  let pieces = 0
  while (connection.writable && pieces < 1_000) {
    await connection.sendAll(piece)
    pieces += 1
  }
  assert.ok(pieces < 1_000, 'the edge went on reading')
  await connection.closed
  assert.ok(await edge.alive())
})

test('T-012 a client that is refused and then drips is cut as well', async (context) => {
  const edge = await edgeFor(context, { unreadBodyMs: 30, unreadBodyBytes: 1024 ** 3 })
  const connection = await edge.open()
  connection.send(rawRequest('PUT /refuse HTTP/1.1', [HOST, 'Content-Length: 10000000000']))
  assert.equal((await connection.answer()).status, 403)
  while (connection.writable) {
    await connection.sendAll(Buffer.alloc(1))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await connection.closed
})

test('T-012 a little of an unread body is swallowed, so that no reset overtakes the answer', async (context) => {
  const edge = await edgeFor(context, { unreadBodyMs: 60_000 })
  const connection = await edge.open()
  connection.send(rawRequest('PUT /refuse HTTP/1.1', [HOST, 'Content-Length: 10000000000'], 'x'.repeat(20_000)))
  assert.equal((await connection.answer()).status, 403)
  for (let piece = 0; piece < 20; piece++) {
    await connection.sendAll(Buffer.alloc(1_000))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await connection.finish().closed
  assert.equal(connection.failure, undefined)
})

test('T-013 100 Continue is sent when the body is wanted, and never before a refusal', async (context) => {
  const edge = await edgeFor(context)
  const put = (path: string, expect: string, version = '1.1'): string =>
    rawRequest(`PUT ${path} HTTP/${version}`, [HOST, 'Content-Length: 3', `Expect: ${expect}`])
  const refused = await edge.open()
  const answer = await refused.send(put('/refuse', '100-continue')).answer()
  assert.equal(answer.status, 403)
  assert.equal(answer.header('connection'), 'close')
  await refused.finish().closed

  for (const expectation of ['100-continue', '100-Continue']) {
    const wanted = await edge.open()
    assert.equal((await wanted.send(put('/b/k', expectation)).answer()).status, 100)
    assert.equal((await wanted.send('abc').answer()).status, 200)
    wanted.destroy()
  }
  for (const expectation of ['200-ok', '100-continue, 200-ok', 'x100-continue', '']) {
    await expectRefused(edge, put('/b/k', expectation), [417])
  }
  const old = await edge.open()
  assert.equal((await old.send(`${put('/b/k', '100-continue', '1.0')}abc`).answer()).status, 200)
  old.destroy()
  const ignored = await edge.open()
  assert.equal((await ignored.send(`${put('/b/k', '200-ok', '1.0')}abc`).answer()).status, 200)
  ignored.destroy()
})

test('T-014 headers that do not arrive, or drip, are answered 408 and cut; others are served meanwhile', async (context) => {
  const edge = await edgeFor(context, { headersMs: 60 })
  const silent = await edge.open()
  const dripping = await edge.open()
  const timer = setInterval(() => dripping.send('a'), 5)
  context.after(() => clearInterval(timer))
  dripping.send('GET / HTTP/1.1\r\nHost: localhost\r\nx-drip: ')
  await expectServed(edge, rawRequest('GET / HTTP/1.1'))
  for (const connection of [silent, dripping]) {
    assert.equal((await connection.answer()).status, 408)
    await connection.finish().closed
  }
  const second = await edge.open()
  assert.equal((await second.send(rawRequest('GET / HTTP/1.1')).answer()).status, 200)
  second.send('GET / HTTP/1.1\r\nHost')
  assert.equal((await second.answer()).status, 408)
  await second.finish().closed
  assert.equal(edge.edge.rejected.get('headers-slow'), 3)
})

test('an idle connection is ended after its time, and it is no refusal', async (context) => {
  const edge = await edgeFor(context, { idleMs: 30 })
  const connection = await edge.open()
  assert.equal((await connection.send(rawRequest('GET / HTTP/1.1')).answer()).status, 200)
  assert.equal(await connection.rest(), '')
  await connection.finish().closed
  assert.equal(edge.edge.rejected.size, 0)
})

test('T-015 a body that drips is 408; one that keeps the pace lives longer than the span', async (context) => {
  const limits = { progressMs: 50, progressBytes: 1_000 }
  const edge = await edgeFor(context, limits)
  const slow = await edge.open()
  slow.send(rawRequest('PUT /b/k HTTP/1.1', [HOST, 'Content-Length: 1000000']))
  const drip = setInterval(() => slow.send('a'), 5)
  context.after(() => clearInterval(drip))
  const answer = await slow.answer()
  assert.equal(answer.status, 408)
  assert.equal(answer.header('connection'), 'close')
  assert.equal(edge.seen.at(-1)?.bodyError, 'BodyStalled')
  clearInterval(drip)
  await slow.finish().closed
  assert.equal(edge.edge.rejected.get('body-slow'), 1)

  // The clock is the test's: ten spans pass, each with its share of bytes.
  let clockMs = 0
  let looks = 0
  let received = 0
  const monotonicMs = (): number => {
    looks += 1
    return clockMs
  }
  const legal = await startRecordingEdge({ limits: { ...limits, sweepMs: 1 }, monotonicMs }, (request) =>
    (async () => {
      for await (const piece of request.body.read()) received += piece.length
      return { status: 200, headers: [] }
    })(),
  )
  context.after(() => legal.close())
  const connection = await legal.open()
  connection.send(rawRequest('PUT /b/k HTTP/1.1', [HOST, 'Content-Length: 20000']))
  for (let sent = 2_000; sent <= 20_000; sent += 2_000) {
    connection.send(Buffer.alloc(2_000))
    await until(() => received === sent, 'the bytes')
    clockMs += limits.progressMs
    const before = looks
    await until(() => sent === 20_000 || looks > before, 'a look at the waits')
  }
  assert.equal((await connection.answer()).status, 200)
  assert.equal(legal.edge.rejected.size, 0)
  connection.destroy()
})

test('T-016 a client that does not read its answer is cut, and little is buffered for it', async (context) => {
  const ends: string[] = []
  let produced = 0
  const edge = await edgeFor(context, { sendStallMs: 50 }, (request) =>
    request.rawPath === '/big'
      ? Promise.resolve({
          status: 200,
          headers: [],
          body: {
            length: 5 * 1024 ** 3,
            async *read() {
              try {
                for (;;) {
                  produced += 256 * 1024
                  yield Buffer.alloc(256 * 1024)
                }
              } finally {
                ends.push(request.signal.aborted ? 'aborted' : 'left')
              }
            },
          },
        })
      : undefined,
  )
  const connection = (await edge.open()).pauseReading()
  connection.send(rawRequest('GET /big HTTP/1.1'))
  await until(() => ends.length > 0, 'the end of the stream')
  assert.deepEqual(ends, ['aborted'])
  // What the system's own socket buffers took, and not the 5 GiB.
  assert.ok(produced < 64 * 1024 * 1024, `${produced} bytes were produced`)
  assert.equal(edge.edge.rejected.get('reader-slow'), 1)
  connection.destroy()
  assert.ok(await edge.alive())
  assert.equal(edge.edge.inFlight, 0)
})

test('T-017 a body that ends early is an error for its reader, however it ends', async (context) => {
  const edge = await edgeFor(context)
  const half = await edge.open()
  half.send(rawRequest('PUT /b/k HTTP/1.1', [HOST, 'Content-Length: 100'], 'x'.repeat(50))).finish()
  assert.equal((await half.answer()).status, 400)
  await half.closed
  const open = await edge.open()
  open.send(rawRequest('PUT /b/k HTTP/1.1', [HOST, 'Transfer-Encoding: chunked'], '5\r\nhello\r\n')).finish()
  assert.equal((await open.answer()).status, 400)
  await open.closed
  const cut = await edge.open()
  cut.send(rawRequest('PUT /b/cut HTTP/1.1', [HOST, 'Content-Length: 100'], 'x'.repeat(50)))
  await until(() => edge.seen.some(({ target }) => target === '/b/cut'), 'the request')
  cut.reset()
  await until(() => edge.seen.at(-1)?.bodyError !== undefined, 'the error')
  assert.deepEqual(
    edge.seen.map(({ bodyError, body }) => [bodyError, body]),
    [1, 2, 3].map(() => ['BodyIncomplete', undefined]),
  )
  assert.equal(edge.seen.at(-1)?.aborted, true)
  assert.ok(await edge.alive())
})

test('T-018 headers that would change method, path, host or connection change nothing', async (context) => {
  const edge = await edgeFor(context)
  const tricks = [
    ...['X-HTTP-Method-Override: DELETE', '_method: DELETE', 'X-Original-URL: /secret', 'X-Rewrite-URL: /secret'],
    ...['X-Forwarded-Host: victim.localhost', 'X-Forwarded-Prefix: /secret', 'x_amz_acl: public-read'],
    ...[
      'Connection: Authorization, Upgrade, HTTP2-Settings',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    ],
  ]
  const connection = await edge.open()
  const headers = [HOST, 'Authorization: secret', ...tricks, 'Content-Length: 3']
  const answer = await connection.send(rawRequest('POST /b/k HTTP/1.1', headers, 'abc')).answer()
  assert.equal(answer.status, 200)
  // What follows a wish for another protocol is nobody's: the connection says that it ends.
  assert.equal(answer.header('connection'), 'close')
  await connection.send(rawRequest('GET /next HTTP/1.1')).finish().closed
  assert.equal(edge.seen.length, 1)
  const [first] = edge.seen
  assert.deepEqual([first?.method, first?.target, first?.host.name], ['POST', '/b/k', 'localhost'])
  assert.equal(first?.body?.bytes, 3)
  assert.ok(first.headers.some(([name, value]) => name === 'authorization' && value === 'secret'))
  assert.ok(first.headers.every(([name]) => name !== 'x-amz-acl'))
})

test('T-019 headers named like members of every object are plain data', async (context) => {
  const edge = await edgeFor(context, {}, (request) =>
    Promise.resolve({ status: 200, headers: [['x-has', String(request.headers.has('valueOf'))]] }),
  )
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'x-amz-meta-__proto__']
  const connection = await edge.open()
  connection.send(rawRequest('GET / HTTP/1.1', [HOST, ...names.map((name) => `${name}: polluted`)]))
  const answer = await connection.answer()
  connection.destroy()
  assert.equal(answer.status, 200)
  assert.equal(answer.header('x-has'), 'false')
  assert.deepEqual(
    edge.seen[0]?.headers.slice(1),
    names.map((name) => [name.toLowerCase(), 'polluted']),
  )
  assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
  assert.ok(await edge.alive())
})

test('T-130 nothing is decompressed at the edge: a compressed body arrives as its bytes', async (context) => {
  const edge = await edgeFor(context)
  const gzip = Buffer.from('1f8b0800000000000003cb48cdc9c95728cf2fca49e102008d3a5b300c000000', 'hex').toString('latin1')
  const head = [HOST, 'Content-Encoding: gzip', `Content-Length: ${gzip.length}`]
  await expectServed(edge, rawRequest('PUT /b/k HTTP/1.1', head, gzip))
  assert.equal(edge.seen[0]?.body?.bytes, gzip.length)
  assert.ok(edge.seen[0].headers.some(([name, value]) => name === 'content-encoding' && value === 'gzip'))
})

test('T-141 cookies end at the edge, in every spelling and number', async (context) => {
  const edge = await edgeFor(context)
  const canary = 'canary-cookie-value'
  const cookies = [`Cookie: session=${canary}`, `COOKIE: other=${canary}`]
  await expectServed(edge, rawRequest('GET / HTTP/1.1', [HOST, ...cookies, 'x-kept: yes']))
  assert.equal(JSON.stringify([edge.seen, edge.events]).includes(canary), false)
  assert.ok(edge.seen[0]?.headers.some(([name]) => name === 'x-kept'))
})

async function originSeen(edge: RecordingEdge, headers: readonly string[]): Promise<readonly [string, boolean]> {
  const connection: RawConnection = await edge.open()
  await connection.send(rawRequest('GET / HTTP/1.1', [HOST, ...headers])).answer()
  connection.destroy()
  const last = edge.seen.at(-1)
  return [last?.remoteAddress ?? '', last?.secure ?? true]
}

test('T-081 forwarded addresses and schemes count from trusted peers only', async (context) => {
  const claims = ['X-Forwarded-For: 10.0.0.1', 'Forwarded: for=10.0.0.1;proto=https', 'X-Real-IP: 10.0.0.1']
  const plain = await edgeFor(context)
  assert.deepEqual(await originSeen(plain, [...claims, 'X-Forwarded-Proto: https']), ['127.0.0.1', false])
  const behind = await startRecordingEdge({ trustedProxies: ['127.0.0.0/8', '192.0.2.0/24'] })
  context.after(() => behind.close())
  const cases: readonly (readonly [readonly string[], string, boolean])[] = [
    [[], '127.0.0.1', false],
    [['X-Forwarded-For: 10.0.0.1'], '10.0.0.1', false],
    [['X-Forwarded-For: 1.1.1.1, 10.0.0.1', 'X-Forwarded-Proto: https'], '10.0.0.1', true],
    [['X-Forwarded-For: 1.1.1.1', 'X-Forwarded-For: 10.0.0.2'], '10.0.0.2', false],
    [['X-Forwarded-For: 1.1.1.1, 10.0.0.3, 192.0.2.9'], '10.0.0.3', false],
    [['X-Forwarded-For: ::ffff:10.0.0.4'], '10.0.0.4', false],
    [['X-Forwarded-For: 10.0.0.5, junk'], '127.0.0.1', false],
    [['X-Forwarded-For: 192.0.2.1, 192.0.2.2'], '192.0.2.1', false],
    [['X-Forwarded-Proto: http'], '127.0.0.1', false],
    [['X-Forwarded-Proto: https, http'], '127.0.0.1', false],
    [['X-Forwarded-Proto: https', 'X-Forwarded-Proto: HTTPS'], '127.0.0.1', true],
    [['X-Real-IP: 10.0.0.1', 'Forwarded: for=10.0.0.1;proto=https'], '127.0.0.1', false],
  ]
  for (const [headers, address, secure] of cases) {
    assert.deepEqual(await originSeen(behind, headers), [address, secure], headers.join(' | '))
  }
})
