import type { Socket } from 'node:net'
import { faultPoint } from '../fault-points.ts'
import { drawBytes } from '../random-identifiers.ts'
import { WINDOW_BATCHES } from './client-window.ts'
import { StoreUnavailable } from './metadata-store.ts'
import { ByteSink, ByteSource, MalformedFrame } from './remote-bytes.ts'
import { decodeBatch, encodeResult, resultOf, type BatchResult, type NumberedBatch } from './remote-codec.ts'
import {
  encodeFrame,
  FrameReader,
  FULL_FRAME_BYTES,
  MAX_FRAME_BYTES,
  MAX_GREETING_BYTES,
  type Frame,
  type FrameType,
} from './remote-frames.ts'
import { CHALLENGE_BYTES, CLIENT_BYTES, PROOF_BYTES, prove, proves, type HandshakeSecret } from './remote-handshake.ts'
import type { WaveWriter } from './wave-writer.ts'
import type { ClientState } from './writer-server.ts'

const HANDSHAKE_MS = 5_000
/** Bytes of batches that the store has, and of results that the client has not read, before reading pauses. */
const MAX_HELD_BYTES = 64 * 1024 * 1024

interface Surroundings {
  readonly store: WaveWriter
  readonly secret: HandshakeSecret
  readonly handshakeMs?: number
  readonly clients: Map<string, ClientState>
  /** The store can't say what became of a batch: its clients must ask its successor. */
  readonly onFatal: () => void
}

/** The writer's end of one socket. Whatever goes wrong here ends this connection only. */
export class WriterConnection {
  readonly #socket: Socket
  readonly #around: Surroundings
  readonly #frames = new FrameReader(MAX_GREETING_BYTES)
  readonly #challenge = drawBytes(CHALLENGE_BYTES)
  readonly #greeting: NodeJS.Timeout
  #client: { readonly name: string; readonly state: ClientState } | undefined
  #asked = false
  #lastSequence = 0
  #unanswered = 0
  #heldBytes = 0
  #results: ByteSink[] = []
  #draining = false

  constructor(socket: Socket, around: Surroundings) {
    this.#socket = socket
    this.#around = around
    this.#greeting = setTimeout(() => this.destroy(), around.handshakeMs ?? HANDSHAKE_MS)
    socket.on('data', (piece) => this.#receive(piece))
    socket.on('drain', () => this.#regulate())
    socket.on('error', () => this.destroy())
    socket.on('close', () => clearTimeout(this.#greeting))
    this.#send('challenge', new ByteSink().raw(this.#challenge))
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Takes nothing more, sends the answers that are due, and ends. */
  async drain(): Promise<void> {
    this.#draining = true
    this.#socket.pause()
    if (this.#client !== undefined) await Promise.allSettled(this.#client.state.unsettled)
    this.#flush()
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => resolve())
      if (this.#socket.destroyed) resolve()
      else this.#socket.destroySoon()
    })
  }

  #receive(piece: Buffer): void {
    if (this.#draining) return
    try {
      this.#frames.push(piece)
      for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) {
        if (!this.#socket.destroyed) this.#handle(frame)
      }
    } catch {
      // Malformed, or a fault: this client may connect again and ask.
      this.destroy()
    }
  }

  #handle({ type, body }: Frame): void {
    const source = new ByteSource(body)
    if (this.#client === undefined) {
      if (type !== 'hello') throw new MalformedFrame('a connection begins with a hello')
      this.#greet(source)
    } else if (type === 'ask' && !this.#asked) {
      this.#asked = true
      void this.#tell(this.#client.name, this.#client.state, askedIn(source))
    } else if (type === 'commits' && this.#asked) {
      this.#take(this.#client.name, this.#client.state, batchesIn(source), body.length)
    } else {
      throw new MalformedFrame('not the turn of this frame')
    }
  }

  #greet(source: ByteSource): void {
    const client = Buffer.from(source.raw(CLIENT_BYTES))
    const ofClient = source.raw(CHALLENGE_BYTES)
    const proof = source.raw(PROOF_BYTES)
    source.end()
    const challenges = { ofServer: this.#challenge, ofClient, client }
    if (!proves(proof, prove(this.#around.secret, 'client', challenges))) throw new MalformedFrame('not the secret')
    clearTimeout(this.#greeting)
    this.#frames.allow(MAX_FRAME_BYTES)
    const name = client.toString('hex')
    const state = this.#around.clients.get(name) ?? { connection: undefined, unsettled: new Set() }
    // What still lies in an older socket of this client must not be done after its outcomes were told.
    state.connection?.destroy()
    state.connection = this
    this.#around.clients.set(name, state)
    this.#client = { name, state }
    this.#socket.once('close', () => this.#forget(name, state))
    this.#send('welcome', new ByteSink().raw(prove(this.#around.secret, 'server', challenges)))
  }

  #forget(name: string, state: ClientState): void {
    if (state.connection !== this) return
    state.connection = undefined
    void Promise.allSettled(state.unsettled).then(() => {
      if (state.connection === undefined && state.unsettled.size === 0) this.#around.clients.delete(name)
    })
  }

  /** Outcomes are told once nothing of this client is on its way any more. */
  async #tell(client: string, state: ClientState, sequences: readonly number[]): Promise<void> {
    try {
      await Promise.allSettled(state.unsettled)
      const committed = await this.#around.store.committedOf(client, sequences)
      const sink = new ByteSink().u32(committed.length)
      for (const one of committed) sink.u8(one ? 1 : 0)
      this.#send('outcomes', sink)
    } catch {
      this.destroy()
    }
  }

  #take(client: string, state: ClientState, batches: readonly NumberedBatch[], bytes: number): void {
    for (const { sequence } of batches) {
      if (sequence <= this.#lastSequence) throw new MalformedFrame('sequence numbers go up')
      this.#lastSequence = sequence
    }
    this.#unanswered += batches.length
    if (this.#unanswered > WINDOW_BATCHES) throw new MalformedFrame('too many batches without an answer')
    this.#heldBytes += bytes
    faultPoint('metadata.remote.received')
    const taken = batches.map((one) => this.#commit(client, one))
    const all = Promise.all(taken).finally(() => {
      state.unsettled.delete(all)
      this.#heldBytes -= bytes
      this.#regulate()
    })
    state.unsettled.add(all)
    this.#regulate()
  }

  async #commit(client: string, { sequence, revision, batch }: NumberedBatch): Promise<void> {
    try {
      this.#answer(sequence, resultOf(batch, await this.#around.store.commitFor({ client, sequence, revision }, batch)))
    } catch (error) {
      if (error instanceof StoreUnavailable) this.#answer(sequence, { kind: 'unavailable', reason: error.message })
      else if (error instanceof RangeError) this.destroy()
      else this.#around.onFatal()
    }
  }

  #answer(sequence: number, result: BatchResult): void {
    this.#unanswered--
    this.#results.push(encodeResult(sequence, result))
    // The answers of a wave come in one burst: they share a frame.
    if (this.#results.length === 1) setImmediate(() => this.#flush())
  }

  #flush(): void {
    const results = this.#results
    this.#results = []
    let frame = new ByteSink()
    for (const result of results) {
      frame.append(result)
      if (frame.length < FULL_FRAME_BYTES) continue
      this.#send('results', frame)
      frame = new ByteSink()
    }
    if (frame.length > 0) this.#send('results', frame)
  }

  #send(type: FrameType, body: ByteSink): void {
    if (this.#socket.destroyed) return
    try {
      if (type === 'results') faultPoint('metadata.remote.answer')
      this.#socket.write(encodeFrame(type, body))
      this.#regulate()
    } catch {
      this.destroy()
    }
  }

  /** A client that does not read its answers is not read from either; the others never notice. */
  #regulate(): void {
    if (this.#draining) return
    if (this.#heldBytes + this.#socket.writableLength > MAX_HELD_BYTES) this.#socket.pause()
    else this.#socket.resume()
  }
}

function askedIn(source: ByteSource): readonly number[] {
  const count = source.u32()
  if (count > WINDOW_BATCHES) throw new MalformedFrame('too many outcomes asked')
  const sequences = Array.from({ length: count }, () => source.u64())
  source.end()
  return sequences
}

function batchesIn(source: ByteSource): readonly NumberedBatch[] {
  const count = source.u16()
  const batches = Array.from({ length: count }, () => decodeBatch(source))
  source.end()
  return batches
}
