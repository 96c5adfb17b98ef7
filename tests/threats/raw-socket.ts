import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** One answer as it came off the wire. */
export interface RawAnswer {
  readonly status: number
  readonly statusLine: string
  /** Lower-case names, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  header(name: string): string | undefined
}

export interface RawTarget {
  readonly port: number
  readonly host?: string
  /** Trust this certificate and speak TLS. */
  readonly ca?: string
}

/** A wait that never ends is a failure of its own; long enough for a loaded machine. */
const GIVE_UP_MS = 20_000

/**
 * A socket that sends exactly the bytes it is told and reads answers one by one: what client libraries are too polite
 * for. It stays open when the other side closes its half: who waits for `closed` says `finish` first, or goes on sending.
 */
export class RawConnection {
  readonly closed: Promise<void>
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #ended = false
  #wake: (() => void) | undefined
  #failure: string | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (piece: Buffer) => {
      this.#received = Buffer.concat([this.#received, piece])
      this.#wake?.()
    })
    // A reset is one of the ends that the tests look for.
    socket.on('error', (error: Error & { code?: string }) => {
      this.#failure ??= error.code ?? error.message
    })
    const end = (): void => {
      this.#ended = true
      this.#wake?.()
    }
    socket.on('end', end)
    this.closed = within(
      new Promise((resolve) => {
        socket.once('close', () => {
          end()
          resolve()
        })
      }),
      'the connection stays open',
    )
    // Not every test waits for the end.
    this.closed.catch(() => undefined)
  }

  /** Text is latin-1: a character is a byte. */
  send(bytes: string | Uint8Array): this {
    this.#socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
    return this
  }

  /** Sends until the socket has taken it, or is gone. */
  async sendAll(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()))
  }

  /** Closes our half; the other may still answer. */
  finish(): this {
    this.#socket.end()
    return this
  }

  /** Cuts the connection with a reset. */
  reset(): void {
    this.#socket.resetAndDestroy()
  }

  pauseReading(): this {
    this.#socket.pause()
    return this
  }

  /** Whether more can be sent: the other side may have closed its half. */
  get writable(): boolean {
    return this.#socket.writable && this.#failure === undefined
  }

  /** The code of the error that ended the connection; undefined for a clean end. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** Everything received and not yet taken by `answer`. */
  get unread(): Buffer {
    return this.#received
  }

  /** The next answer. `bodiless`: it answers HEAD. Rejects if the connection ends first. */
  answer(options: { readonly bodiless?: boolean } = {}): Promise<RawAnswer> {
    return within(this.#nextAnswer(options.bodiless === true), 'no answer')
  }

  /** Everything until the connection ends, as text. */
  async rest(): Promise<string> {
    while (!this.#ended) await within(this.#more(), 'the connection stays open')
    return this.#received.toString('latin1')
  }

  destroy(): void {
    this.#socket.destroy()
  }

  async #nextAnswer(bodiless: boolean): Promise<RawAnswer> {
    const headEnd = await this.#find('\r\n\r\n')
    const [statusLine = '', ...lines] = this.#received.subarray(0, headEnd).toString('latin1').split('\r\n')
    const headers = lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    })
    const header = (name: string): string | undefined => headers.find(([other]) => other === name)?.[1]
    const status = Number(/^HTTP\/1\.1 ([0-9]{3}) /.exec(statusLine)?.[1] ?? Number.NaN)
    const bare = bodiless || status < 200 || status === 204 || status === 304
    const bodyEnd = headEnd + 4 + (bare ? 0 : Number(header('content-length') ?? 0))
    while (this.#received.length < bodyEnd) await this.#more()
    const body = this.#received.subarray(headEnd + 4, bodyEnd)
    this.#received = this.#received.subarray(bodyEnd)
    return { status, statusLine, headers, body, header }
  }

  async #find(text: string): Promise<number> {
    for (;;) {
      const at = this.#received.indexOf(text)
      if (at >= 0) return at
      await this.#more()
    }
  }

  async #more(): Promise<void> {
    if (this.#ended) throw new Error(`the connection ended after ${JSON.stringify(this.#received.toString('latin1'))}`)
    await new Promise<void>((resolve) => {
      this.#wake = resolve
    })
    this.#wake = undefined
  }
}

/** Opens a connection for raw bytes. */
export async function openRaw(target: RawTarget): Promise<RawConnection> {
  const { port, host = '127.0.0.1', ca } = target
  const at = { port, host, allowHalfOpen: true }
  const socket = ca === undefined ? connectPlain(at) : connectTls({ ...at, ca, servername: 'localhost' })
  const connection = new RawConnection(socket)
  await new Promise<void>((resolve, reject) => {
    socket.once(ca === undefined ? 'connect' : 'secureConnect', () => resolve())
    socket.once('error', reject)
  })
  return connection
}

/** Sends `bytes` on a connection of their own and returns the first answer; the connection is then dropped. */
export async function askRaw(
  target: RawTarget,
  bytes: string | Uint8Array,
  options: { readonly bodiless?: boolean } = {},
): Promise<RawAnswer> {
  const connection = await openRaw(target)
  try {
    return await connection.send(bytes).answer(options)
  } finally {
    connection.destroy()
  }
}

/** A request as text: request line and headers joined by CRLF, an empty line, then the body. */
export function rawRequest(line: string, headers: readonly string[] = ['Host: localhost'], body = ''): string {
  return [line, ...headers, '', body].join('\r\n')
}

async function within<Result>(promise: Promise<Result>, what: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} (${GIVE_UP_MS} ms)`)), GIVE_UP_MS).unref()
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
