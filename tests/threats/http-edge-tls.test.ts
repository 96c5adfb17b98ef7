import assert from 'node:assert/strict'
import { connect as connectPlain } from 'node:net'
import { test, type TestContext } from 'node:test'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import { makeSelfSigned } from '../../src/http/self-signed.ts'
import type { HttpLimits } from '../../src/http/index.ts'
import { askRaw, openRaw, rawRequest } from './raw-socket.ts'
import { startRecordingEdge, until, type RecordingEdge } from './recording-edge.ts'

const HOST = 'Host: localhost'
const TLS = makeSelfSigned({ names: [], nowMs: Date.now() })

async function tlsEdge(context: TestContext, limits: Partial<HttpLimits> = {}): Promise<RecordingEdge> {
  const edge = await startRecordingEdge({ tls: TLS, limits })
  context.after(() => edge.close())
  return edge
}

/** Tries a handshake; the error's code, or what was agreed. */
function handshake(edge: RecordingEdge, options: ConnectionOptions): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({
      port: edge.target.port,
      host: '127.0.0.1',
      ca: TLS.cert,
      servername: 'localhost',
      ...options,
    })
    socket.once('secureConnect', () => {
      resolve(`${socket.getProtocol() ?? ''} ${String(socket.alpnProtocol)}`)
      socket.destroy()
    })
    socket.once('error', (error: Error) => resolve('code' in error ? String(error.code) : error.message))
  })
}

test('T-020 plain HTTP on the TLS port is closed without an answer, and the port goes on serving', async (context) => {
  const edge = await tlsEdge(context)
  const plain = await openRaw({ port: edge.target.port })
  plain.send(rawRequest('GET / HTTP/1.1'))
  assert.doesNotMatch(await plain.rest(), /HTTP\/1\.1/)
  await plain.finish().closed
  assert.equal(edge.seen.length, 0)
  assert.equal((await askRaw(edge.target, rawRequest('GET / HTTP/1.1'))).status, 200)
  assert.equal(edge.seen.at(-1)?.secure, true)
  assert.ok((edge.edge.rejected.get('tls') ?? 0) >= 1)
})

test('T-020 only TLS 1.2 and 1.3, only HTTP/1.1 inside', async (context) => {
  const edge = await tlsEdge(context)
  const old = await handshake(edge, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' })
  assert.match(old, /^(ERR_SSL|ECONNRESET|EPROTO)/)
  assert.match(await handshake(edge, { ALPNProtocols: ['h2'] }), /^(ERR_SSL|ECONNRESET|EPROTO)/)
  assert.equal(await handshake(edge, { maxVersion: 'TLSv1.2' }), 'TLSv1.2 false')
  assert.equal(await handshake(edge, { ALPNProtocols: ['h2', 'http/1.1'] }), 'TLSv1.3 http/1.1')
  assert.ok(await edge.alive())
})

test('T-020 server names that are long or hostile do not reach any code of ours', async (context) => {
  const edge = await tlsEdge(context)
  const trusting: ConnectionOptions = { checkServerIdentity: () => undefined }
  for (const servername of [
    'a'.repeat(255),
    '../../etc/passwd',
    '__proto__',
    'a\u0001b',
    `${'x.'.repeat(120)}y`,
    '%00',
  ]) {
    assert.match(await handshake(edge, { servername, ...trusting }), /^(TLSv1|ERR_|ECONNRESET|EPROTO)/)
  }
  assert.ok(await edge.alive())
})

test('T-020 handshakes left half open end after their time', async (context) => {
  const edge = await tlsEdge(context, { tlsHandshakeMs: 50 })
  const silent = Array.from({ length: 20 }, () => connectPlain({ port: edge.target.port, host: '127.0.0.1' }))
  const halfHello = Buffer.from('160301020001', 'hex')
  const closed = silent.map(
    (socket, at) =>
      new Promise<void>((resolve) => {
        socket.on('error', () => undefined)
        socket.once('close', () => resolve())
        socket.resume()
        if (at % 2 === 0) socket.write(halfHello)
      }),
  )
  await Promise.all(closed)
  assert.ok(await edge.alive())
  await until(() => edge.edge.connections === 0, 'the end of all connections')
})

test('T-012 over TLS too, the rest of a refused body is not swallowed', async (context) => {
  const edge = await tlsEdge(context, { unreadBodyMs: 60_000 })
  const connection = await openRaw(edge.target)
  connection.send(rawRequest('PUT /refuse HTTP/1.1', [HOST, 'Content-Length: 10000000000']))
  const answer = await connection.answer()
  assert.equal(answer.status, 403)
  assert.equal(answer.body.toString(), 'refused')
  const piece = Buffer.alloc(64 * 1024)
  let pieces = 0
  while (connection.writable && pieces < 1_000) {
    await connection.sendAll(piece)
    pieces += 1
  }
  assert.ok(pieces < 1_000, 'the edge went on reading')
  await connection.closed
})

test('T-014 over TLS too, headers that do not arrive are 408', async (context) => {
  const edge = await tlsEdge(context, { headersMs: 50 })
  const connection = await openRaw(edge.target)
  connection.send('GET / HT')
  assert.equal((await connection.answer()).status, 408)
  await connection.finish().closed
})

test('a renewed certificate is shown to the next connection', async (context) => {
  const edge = await tlsEdge(context)
  const renewed = makeSelfSigned({ names: [], nowMs: Date.now() })
  edge.edge.renewTls(renewed)
  assert.equal((await askRaw({ ...edge.target, ca: renewed.cert }, rawRequest('GET / HTTP/1.1'))).status, 200)
  assert.match(await handshake(edge, { ca: TLS.cert }), /SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_VERIFY|SIGNATURE/)
})
