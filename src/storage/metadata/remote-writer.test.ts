import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { setFaultHook } from '../fault-points.ts'
import { DirectoryRefused } from '../private-directory.ts'
import { absent, add, allKeys, commit, put, text, valueOf } from './conformance-steps.ts'
import { metadataConformance } from './conformance.ts'
import { openClientSocket } from './client-socket.ts'
import { openLmdbReader } from './lmdb-reader.ts'
import { openLmdbMetadata, type LmdbMetadata } from './lmdb.ts'
import { OutcomeUnknown, StoreUnavailable, type MetadataStore } from './metadata-store.ts'
import type { HandshakeSecret } from './remote-handshake.ts'
import { ByteSink } from './remote-bytes.ts'
import { encodeBatch } from './remote-codec.ts'
import type { WaveWriter } from './wave-writer.ts'
import { connectWriter } from './writer-client.ts'
import { serveWriter, type WriterServer } from './writer-server.ts'

const ROLE = 'COFFER_TEST_WRITER'
const A = text('a')
const C = text('counter')
const SECRET_BYTES = Buffer.alloc(32, 7)
const secretOf = (bytes: Buffer): HandshakeSecret => ({ expose: (use) => use(bytes) })
const secret = secretOf(SECRET_BYTES)

/** This file is also the writing process of its own tests. `KILL` names the fault point at which it dies. */
async function writerProcess(directory: string): Promise<void> {
  const store = await openLmdbMetadata({ directory: join(directory, 'metadata') })
  await serveWriter({ store, socketPath: join(directory, 'run', 'writer'), secret })
  process.on('message', (point) => {
    setFaultHook((name) => {
      if (name === point) process.kill(process.pid, 'SIGKILL')
    })
    process.send?.('armed')
  })
  process.on('disconnect', () => process.exit())
  process.send?.('ready')
}

/** A worker whose every commit is refused with a row of 64 KiB. It tells how many refusals it read. */
async function workerProcess(directory: string): Promise<void> {
  const client = await connectWriter({
    socketPath: join(directory, 'run', 'writer'),
    secret,
    reader: await readerOf(directory),
  })
  const asked = Array.from({ length: 500 }, () => client.commit({ checks: [absent(A)], writes: [] }))
  process.on('disconnect', () => process.exit())
  setImmediate(() => process.send?.('asked'))
  const answers = await Promise.all(asked)
  process.send?.(answers.filter((answer) => answer.kind === 'conflict').length)
}

const [role, directoryOfRole = ''] = (process.env[ROLE] ?? '').split(' ')
if (role === 'writer') await writerProcess(directoryOfRole)
else if (role === 'worker') await workerProcess(directoryOfRole)
else await registerTests()

interface Pair {
  readonly store: LmdbMetadata
  readonly server: WriterServer
  readonly client: MetadataStore
  readonly socketPath: string
  close(): Promise<void>
}

async function registerTests(): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'coffer-remote-'))
  let opened = 0
  const fresh = (): string => join(root, `r${opened++}`)
  afterEach(() => setFaultHook())
  after(() => rm(root, { recursive: true }))

  metadataConformance('remote writer', async () => closingAll(await openPair(fresh())))
  registerAttacks(fresh)
  registerDeaths(fresh)
  registerReconnections(fresh)
  registerSlowClients(fresh)
}

async function openPair(directory: string): Promise<Pair> {
  const store = await openLmdbMetadata({ directory: join(directory, 'metadata') })
  const socketPath = join(directory, 'run', 'writer')
  const server = await serveWriter({ store, socketPath, secret })
  const client = await connectWriter({ socketPath, secret, reader: await readerOf(directory) })
  const close = async (): Promise<void> => {
    await client.close()
    await server.close()
    await store.close()
  }
  return { store, server, client, socketPath, close }
}

function readerOf(directory: string): ReturnType<typeof openLmdbReader> {
  return openLmdbReader({ directory: join(directory, 'metadata') })
}

/** The client, whose closing also closes what serves it. */
function closingAll(pair: Pick<Pair, 'close'> & { readonly client: MetadataStore }): MetadataStore {
  const { client } = pair
  return {
    inlineBytes: client.inlineBytes,
    getMany: (keys, signal) => client.getMany(keys, signal),
    scan: (range, signal) => client.scan(range, signal),
    scanGroups: (range, signal) => client.scanGroups(range, signal),
    sum: (counter) => client.sum(counter),
    commit: (batch) => client.commit(batch),
    close: () => pair.close(),
  }
}

/** Connects by hand, sends `bytes`, and resolves when the server has ended the connection. */
function provoke(socketPath: string, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath, () => socket.write(bytes))
    socket.on('error', () => undefined)
    socket.on('data', () => undefined)
    socket.on('close', () => resolve())
  })
}

function frame(type: number, body: Buffer, length = body.length): Buffer {
  const header = Buffer.alloc(5)
  header.writeUInt32BE(length)
  header.writeUInt8(type, 4)
  return Buffer.concat([header, body])
}

function registerAttacks(fresh: () => string): void {
  test('T-171 the socket is 0600 in a directory that is 0700', async () => {
    const directory = fresh()
    await mkdir(join(directory, 'run'), { recursive: true })
    await chmod(join(directory, 'run'), 0o755)
    const pair = await openPair(directory)
    assert.equal((await lstat(pair.socketPath)).mode & 0o777, 0o600)
    assert.equal((await lstat(join(directory, 'run'))).mode & 0o777, 0o700)
    await pair.close()
  })

  test('T-171 malformed frames end their connection, and the others go on', async () => {
    const pair = await openPair(fresh())
    const hello = Buffer.concat([randomBytes(16), randomBytes(32), randomBytes(32)])
    for (const bytes of [
      frame(2, hello),
      frame(2, Buffer.alloc(0), 0xffff_ffff),
      frame(2, hello.subarray(0, 79)),
      frame(2, Buffer.concat([hello, Buffer.of(0)])),
      frame(6, Buffer.from('0001', 'hex')),
      frame(99, Buffer.alloc(3)),
      frame(5, Buffer.alloc(0)),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    ]) {
      await provoke(pair.socketPath, bytes)
      await commit(pair.client, [put(A)])
    }
    await pair.close()
  })

  test('T-171 half a frame and no proof end in a closed connection', async () => {
    const directory = fresh()
    const store = await openLmdbMetadata({ directory: join(directory, 'metadata') })
    const socketPath = join(directory, 'run', 'writer')
    const server = await serveWriter({ store, socketPath, secret, handshakeMs: 20 })
    await provoke(socketPath, Buffer.of(0, 0))
    await provoke(socketPath, Buffer.alloc(0))
    await server.close()
    await store.close()
  })

  test('T-171 another secret is refused, by the writer and by the client', async () => {
    const directory = fresh()
    const pair = await openPair(directory)
    const reader = await readerOf(directory)
    const other = secretOf(Buffer.alloc(32, 8))
    await assert.rejects(
      connectWriter({ socketPath: pair.socketPath, secret: other, reader, reconnectMs: 20 }),
      StoreUnavailable,
    )
    await reader.close()
    await pair.close()
  })

  test('a file in the place of the socket is refused and left alone', async () => {
    const directory = fresh()
    const store = await openLmdbMetadata({ directory: join(directory, 'metadata') })
    await mkdir(join(directory, 'run'))
    await writeFile(join(directory, 'run', 'writer'), 'mine')
    const socketPath = join(directory, 'run', 'writer')
    await assert.rejects(serveWriter({ store, socketPath, secret }), DirectoryRefused)
    await assert.rejects(serveWriter({ store, socketPath: `/${'x'.repeat(120)}`, secret }), DirectoryRefused)
    assert.ok((await lstat(socketPath)).isFile())
    await store.close()
  })
}

/** Starts this file as a process of its own, and waits for its first word. */
async function startProcess(role: 'writer' | 'worker', directory: string): Promise<ChildProcess> {
  const env = { ...process.env, [ROLE]: `${role} ${directory}` }
  const child = fork(fileURLToPath(import.meta.url), { env, stdio: 'inherit' })
  await said(child)
  return child
}

const startWriter = (directory: string): Promise<ChildProcess> => startProcess('writer', directory)

function said(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the writing process ended'))
    child.once('exit', ended)
    child.once('message', (message) => {
      child.off('exit', ended)
      resolve(message)
    })
  })
}

const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('exit', () => resolve()))

function registerDeaths(fresh: () => string): void {
  for (const point of [
    'metadata.remote.received',
    'metadata.wave',
    'metadata.wave.evaluated',
    'metadata.wave.committed',
    'metadata.remote.answer',
  ]) {
    test(`a writer killed at ${point} leaves every commit done exactly once`, async () => {
      const directory = fresh()
      const first = await startWriter(directory)
      const socketPath = join(directory, 'run', 'writer')
      const client = await connectWriter({ socketPath, secret, reader: await readerOf(directory) })
      await commit(client, [put(text('before')), add(C, 1n)])
      const armed = said(first)
      first.send(point)
      await armed
      const dead = ended(first)
      const asked = Array.from({ length: 40 }, (_, index) =>
        client.commit({
          checks: [absent(text(`k${index % 20}`))],
          writes: [put(text(`k${index % 20}`), `${index}`), add(C, 1n)],
        }),
      )
      await dead
      const second = await startWriter(directory)
      const answers = await Promise.all(asked)
      for (const [index, answer] of answers.entries()) {
        assert.equal(answer.kind, index < 20 ? 'committed' : 'conflict', `batch ${index}`)
        if (answer.kind !== 'committed') continue
        const [row] = await client.getMany([text(`k${index}`)])
        assert.equal(Buffer.from(row?.value ?? []).toString(), `${index}`)
        assert.deepEqual([...answer.revisions.values()], [row?.revision])
      }
      assert.equal(await client.sum(C), 21n)
      await commit(client, [put(text('after'))])
      await client.close()
      second.kill('SIGKILL')
      await ended(second)
    })
  }

  test('a writer that stays away: what was sent is in doubt, what was not is refused, and later ones work again', async () => {
    const directory = fresh()
    const first = await startWriter(directory)
    const socketPath = join(directory, 'run', 'writer')
    const client = await connectWriter({ socketPath, secret, reader: await readerOf(directory), reconnectMs: 30 })
    const armed = said(first)
    first.send('metadata.wave.evaluated')
    await armed
    const dead = ended(first)
    const sent = client.commit({ checks: [], writes: [put(A, 'sent')] })
    await assert.rejects(sent, OutcomeUnknown)
    await dead
    await assert.rejects(client.commit({ checks: [], writes: [put(A, 'not sent')] }), StoreUnavailable)
    assert.equal(await valueOf(client, A), undefined)
    const second = await startWriter(directory)
    for (;;) {
      const again = await client.commit({ checks: [], writes: [put(A, 'again')] }).catch((error: unknown) => error)
      if (!(again instanceof StoreUnavailable)) break
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    assert.equal(await valueOf(client, A), 'again')
    await client.close()
    second.kill('SIGKILL')
    await ended(second)
  })

  test('a writer that stays away after it committed: the rows tell so', async () => {
    const directory = fresh()
    const first = await startWriter(directory)
    const socketPath = join(directory, 'run', 'writer')
    const client = await connectWriter({ socketPath, secret, reader: await readerOf(directory), reconnectMs: 30 })
    const armed = said(first)
    first.send('metadata.remote.answer')
    await armed
    await commit(client, [put(A, 'sent')])
    assert.equal(await valueOf(client, A), 'sent')
    await client.close()
  })

  test('a lost connection to a living writer loses and repeats nothing', async () => {
    const pair = await openPair(fresh())
    let lost = 0
    setFaultHook((name) => {
      if (name === 'metadata.remote.answer' && lost++ < 3) throw new Error('cut')
    })
    for (let round = 1; round <= 5; round++) {
      await Promise.all(Array.from({ length: 10 }, () => commit(pair.client, [add(C, 1n)])))
      assert.equal(await pair.client.sum(C), BigInt(round * 10))
    }
    assert.ok(lost > 3)
    await pair.close()
  })
}

function registerReconnections(fresh: () => string): void {
  test('a client that connects again is told outcomes once its older batches are done, and its older socket is over', async () => {
    const directory = fresh()
    const store = await openLmdbMetadata({ directory: join(directory, 'metadata') })
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    const gated: WaveWriter = {
      ...closingAll({ client: store, close: () => store.close() }),
      commitFor: (origin, batch) => gate.then(() => store.commitFor(origin, batch)),
      committedOf: (client, sequences) => store.committedOf(client, sequences),
    }
    const socketPath = join(directory, 'run', 'writer')
    const server = await serveWriter({ store: gated, socketPath, secret })
    const received = new Promise<void>((resolve) =>
      setFaultHook((name) => {
        if (name === 'metadata.remote.received') resolve()
      }),
    )
    const options = { socketPath, secret, client: Buffer.alloc(16, 5), handshakeMs: 5_000, answerMs: 5_000 }
    const silent = { onResult: () => undefined, answersDue: () => false }
    const first = await openClientSocket({ ...options, ...silent, asked: [] })
    const batch = { checks: [], writes: [put(A, 'sent')] }
    first.send(new ByteSink().u16(1).append(encodeBatch({ sequence: 1, revision: Buffer.alloc(8, 1), batch })))
    await received
    let told = false
    const again = openClientSocket({ ...options, ...silent, asked: [1, 2] }).finally(() => (told = true))
    await first.closed
    await new Promise((resolve) => setImmediate(resolve))
    assert.ok(!told, 'the batch is still on its way')
    release()
    const second = await again
    assert.deepEqual(second.outcomes, [true, false])
    second.destroy()
    await server.close()
    await store.close()
  })
}

function registerSlowClients(fresh: () => string): void {
  test('a worker that is paused, with more answers due than its socket holds, delays nobody', async () => {
    const directory = fresh()
    const pair = await openPair(directory)
    await commit(pair.client, [put(A, Buffer.alloc(64 * 1024, 1))])
    const worker = await startProcess('worker', directory)
    worker.kill('SIGSTOP')
    for (let round = 0; round < 50; round++) await commit(pair.client, [put(text(`k${round}`))])
    assert.equal((await allKeys(pair.client)).length, 51)
    const counted = said(worker)
    worker.kill('SIGCONT')
    assert.equal(await counted, 500)
    const gone = ended(worker)
    worker.disconnect()
    await gone
    await pair.close()
  })

  test('a client that asks for more than the window is refused before anything is sent', async () => {
    const pair = await openPair(fresh())
    const asked = Array.from({ length: 5_000 }, () => pair.client.commit({ checks: [], writes: [add(C, 1n)] }))
    const answers = await Promise.allSettled(asked)
    const committed = answers.filter((answer) => answer.status === 'fulfilled').length
    assert.ok(committed >= 4_000 && committed < 5_000)
    assert.equal(await pair.client.sum(C), BigInt(committed))
    await pair.close()
  })
}
