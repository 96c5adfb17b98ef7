import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { AnswerReader, type Answer } from './answer-reader.ts'
import type { Target } from './load-plan.ts'

/** One read of an answer; large ones come in fewer of them. */
const READ_BYTES = 256 * 1024
/** What is encrypted at once for TLS: a large body whole would lie in memory twice. */
const TLS_WRITE_BYTES = 256 * 1024

/** A keep-alive connection with one request on its way at a time. */
export interface LoadConnection {
  /** `body`: what follows the head, where it does not lie in the same buffer. */
  send(head: Buffer, body: Buffer | undefined): void
  /** Some bytes of a request; `then` is called once the socket has taken them. */
  write(piece: Buffer, then: () => void): void
  end(): void
}

export interface ConnectionOptions {
  /** Answers to HEAD: their length names a body that does not come. */
  readonly bodiless: boolean
  /** The bodies of answers are kept. */
  readonly keep: boolean
  readonly onAnswer: (answer: Answer) => void
  readonly onFailure: (error: Error) => void
}

/**
 * Opens a connection. Nothing is made for a request but its write: no promise, no closure, no copy. What arrives lands
 * in one buffer for the whole life of a plain connection.
 */
export async function openConnection(target: Target, options: ConnectionOptions): Promise<LoadConnection> {
  const reader = new AnswerReader(options)
  const take = (data: Buffer): void => {
    try {
      const answer = reader.push(data)
      if (answer !== undefined) options.onAnswer(answer)
    } catch (error) {
      options.onFailure(error instanceof Error ? error : new Error('an answer that cannot be read'))
    }
  }
  const { host, port, tls } = target
  const socket = tls ? openTls(host, port, take) : openPlain(host, port, take)
  await once(socket, tls ? 'secureConnect' : 'connect')
  let ended = false
  socket.on('error', options.onFailure)
  socket.on('close', () => {
    if (!ended) options.onFailure(new Error('the connection was closed'))
  })
  return {
    send: (head, body) => {
      if (body === undefined) socket.write(head)
      else if (tls) writePieces(socket, head, body)
      else writeBoth(socket, head, body)
    },
    write: (piece, then) => {
      if (!socket.destroyed) socket.write(piece, then)
    },
    end: () => {
      ended = true
      socket.destroy()
    },
  }
}

function openPlain(host: string, port: number, take: (data: Buffer) => void): Socket {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
  return connect({
    ...{ host, port, noDelay: true },
    onread: {
      buffer,
      callback: (bytes) => {
        take(buffer.subarray(0, bytes))
        return true
      },
    },
  })
}

function openTls(host: string, port: number, take: (data: Buffer) => void): Socket {
  // The certificate is the one that the server under test made for itself a moment ago, on this machine.
  const socket = connectTls({ host, port, rejectUnauthorized: false })
  socket.setNoDelay(true)
  return socket.on('data', take)
}

function writeBoth(socket: Socket, head: Buffer, body: Buffer): void {
  socket.cork()
  socket.write(head)
  socket.write(body)
  socket.uncork()
}

function writePieces(socket: Socket, head: Buffer, body: Buffer): void {
  let offset = 0
  const next = (): void => {
    if (offset >= body.length || socket.destroyed) return
    const piece = body.subarray(offset, offset + TLS_WRITE_BYTES)
    offset += piece.length
    socket.write(piece, next)
  }
  socket.write(head, next)
}
