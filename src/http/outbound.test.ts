import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Server } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { OutboundFailed, outboundTo, type OutboundRequest } from './outbound.ts'
import { selfSignedFrom } from './self-signed-file.ts'

const LIMITS = { totalMs: 300, answerBytes: 1_000 }
const POST: OutboundRequest = { method: 'POST', path: '/a/b', headers: [['x-a', '1']], body: Buffer.from('hello') }

async function listen(t: TestContext, server: Server & { closeAllConnections(): void }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

async function plain(t: TestContext, answer: RequestListener) {
  const port = await listen(t, createServer(answer))
  return outboundTo({ secure: false, host: '127.0.0.1', port }, LIMITS)
}

test('a request goes out as it is, and its answer comes back whole', async (t) => {
  let seen = ''
  const send = await plain(t, (request, response) => {
    seen = `${request.method} ${request.url} ${String(request.headers['x-a'])} ${request.headers['content-length']}`
    request.pipe(response)
  })
  const answer = await send(POST)
  assert.deepEqual([answer.status, answer.body.toString(), seen], [200, 'hello', 'POST /a/b 1 5'])
})

test('T-133: no redirect is followed', async (t) => {
  let calls = 0
  const send = await plain(t, (_, response) => {
    calls++
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  assert.deepEqual([(await send(POST)).status, calls], [307, 1])
})

test('T-137: what answers too much, too little, or not at all is no answer', async (t) => {
  const faults: readonly RequestListener[] = [
    (_, response) => response.end(Buffer.alloc(LIMITS.answerBytes + 1)),
    (_, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('half')
      response.socket?.end()
    },
    () => undefined,
    (request) => request.destroy(),
  ]
  for (const fault of faults) await assert.rejects((await plain(t, fault))(POST), OutboundFailed)
})

test('T-137: a certificate that nobody vouches for is refused; the named authority is enough', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'coffer-outbound-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const { tls } = await selfSignedFrom({ file: join(directory, 'tls.pem'), names: ['localhost'], nowMs: Date.now() })
  const port = await listen(
    t,
    createTlsServer(tls, (_, response) => response.end('secret')),
  )
  const target = { secure: true, host: 'localhost', port }
  await assert.rejects(outboundTo(target, LIMITS)(POST), OutboundFailed)
  const ca = tls.cert
  assert.equal((await outboundTo({ ...target, ca }, { ...LIMITS, totalMs: 5_000 })(POST)).body.toString(), 'secret')
})

test('T-131: a target that has to be public is not asked where it is at home, by address or by name', async (t) => {
  let calls = 0
  const port = await listen(
    t,
    createServer((_, response) => {
      calls++
      response.end()
    }),
  )
  for (const host of ['127.0.0.1', 'localhost', '::1', '::ffff:127.0.0.1', '0.0.0.0', '169.254.169.254']) {
    const send = outboundTo({ secure: false, host, port, publicOnly: true }, LIMITS)
    await assert.rejects(
      send(POST),
      (error: unknown) => error instanceof OutboundFailed && /not public/.test(error.message),
    )
  }
  assert.equal(calls, 0)
})
