import { createConnection, type Socket } from 'node:net'
import { drawBytes } from '../random-identifiers.ts'
import { ByteSink, ByteSource, MalformedFrame } from './remote-bytes.ts'
import { decodeResult, type BatchResult } from './remote-codec.ts'
import { encodeFrame, FrameReader, MAX_GREETING_BYTES, MAX_RESULTS_BYTES, type Frame } from './remote-frames.ts'
import { CHALLENGE_BYTES, PROOF_BYTES, prove, proves, type HandshakeSecret } from './remote-handshake.ts'

export interface ClientSocketOptions {
  readonly socketPath: string
  readonly secret: HandshakeSecret
  /** 16 bytes, the same for all connections of one client. */
  readonly client: Buffer
  /** Batches whose outcomes are to be asked, in ascending order. */
  readonly asked: readonly number[]
  readonly handshakeMs: number
  /** Silence of this length while answers are due ends the connection. */
  readonly answerMs: number
  readonly onResult: (sequence: number, result: BatchResult) => void
  readonly answersDue: () => boolean
}

/** One authenticated connection to the writer. */
export interface ClientSocket {
  /** For each asked batch, whether it was committed. */
  readonly outcomes: readonly boolean[]
  send(commits: ByteSink): void
  destroy(): void
  /** Resolves when the connection is over, for whatever reason. */
  readonly closed: Promise<void>
}

/** Connects, proves, demands proof, and asks. Rejects when any of it fails or takes too long. */
export function openClientSocket(options: ClientSocketOptions): Promise<ClientSocket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(options.socketPath)
    const closed = new Promise<void>((ended) => socket.once('close', () => ended()))
    const greeting = setTimeout(() => socket.destroy(), options.handshakeMs)
    const fail = (): void => {
      clearTimeout(greeting)
      reject(new MalformedFrame('the writer ended the connection'))
    }
    const talk = new ClientTalk(socket, options, (outcomes) => {
      clearTimeout(greeting)
      socket.off('close', fail)
      resolve({
        outcomes,
        closed,
        send: (commits) => void socket.write(encodeFrame('commits', commits)),
        destroy: () => socket.destroy(),
      })
    })
    socket.once('close', fail)
    socket.on('error', () => socket.destroy())
    socket.on('data', (piece) => talk.receive(piece))
    socket.setTimeout(options.answerMs, () => {
      if (options.answersDue()) socket.destroy()
    })
  })
}

class ClientTalk {
  readonly #socket: Socket
  readonly #options: ClientSocketOptions
  readonly #onReady: (outcomes: readonly boolean[]) => void
  readonly #frames = new FrameReader(MAX_GREETING_BYTES)
  readonly #ofClient = drawBytes(CHALLENGE_BYTES)
  #expected: Frame['type'] = 'challenge'
  #proof: Buffer | undefined

  constructor(socket: Socket, options: ClientSocketOptions, onReady: (outcomes: readonly boolean[]) => void) {
    this.#socket = socket
    this.#options = options
    this.#onReady = onReady
  }

  receive(piece: Buffer): void {
    try {
      this.#frames.push(piece)
      for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) this.#handle(frame)
    } catch {
      this.#socket.destroy()
    }
  }

  #handle({ type, body }: Frame): void {
    if (type !== this.#expected) throw new MalformedFrame('not the turn of this frame')
    const source = new ByteSource(body)
    if (type === 'challenge') this.#greet(Buffer.from(source.raw(CHALLENGE_BYTES)))
    else if (type === 'welcome') this.#ask(source.raw(PROOF_BYTES))
    else if (type === 'outcomes') this.#ready(source)
    else this.#results(source)
  }

  #greet(ofServer: Buffer): void {
    const { client, secret } = this.#options
    const challenges = { ofServer, ofClient: this.#ofClient, client }
    this.#proof = prove(secret, 'server', challenges)
    const hello = new ByteSink()
      .raw(client)
      .raw(this.#ofClient)
      .raw(prove(secret, 'client', challenges))
    this.#socket.write(encodeFrame('hello', hello))
    this.#expected = 'welcome'
  }

  #ask(proof: Buffer): void {
    if (this.#proof === undefined || !proves(proof, this.#proof)) throw new MalformedFrame('not the writer')
    this.#frames.allow(MAX_RESULTS_BYTES)
    const ask = new ByteSink().u32(this.#options.asked.length)
    for (const sequence of this.#options.asked) ask.u64(sequence)
    this.#socket.write(encodeFrame('ask', ask))
    this.#expected = 'outcomes'
  }

  #ready(source: ByteSource): void {
    const outcomes = Array.from({ length: source.u32() }, () => source.u8() === 1)
    source.end()
    if (outcomes.length !== this.#options.asked.length) throw new MalformedFrame('not the outcomes that were asked')
    this.#expected = 'results'
    this.#onReady(outcomes)
  }

  #results(source: ByteSource): void {
    while (!source.ended) {
      const { sequence, result } = decodeResult(source)
      this.#options.onResult(sequence, result)
    }
  }
}
