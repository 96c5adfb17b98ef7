import { setTimeout as wait } from 'node:timers/promises'
import { drawBytes } from '../random-identifiers.ts'
import { WINDOW_BATCHES } from './client-window.ts'
import { openClientSocket, type ClientSocket } from './client-socket.ts'
import type { GroupPage } from './group-scan.ts'
import { drawRevision } from './lmdb-layout.ts'
import type { LocalReader } from './lmdb-reader.ts'
import {
  OutcomeUnknown,
  StoreUnavailable,
  type Committed,
  type GroupRange,
  type Fragment,
  type Key,
  type MetadataStore,
  type Row,
  type ScanRange,
} from './metadata-store.ts'
import { ByteSink } from './remote-bytes.ts'
import { encodeBatch, type BatchResult, type NumberedBatch } from './remote-codec.ts'
import { FULL_FRAME_BYTES } from './remote-frames.ts'
import { CLIENT_BYTES, type HandshakeSecret } from './remote-handshake.ts'
import { checkBatch } from './request-limits.ts'
import { CommittedBatch } from './wave-writer.ts'

const INLINE_BYTES = 16_383
const RECONNECT_MS = 15_000
const HANDSHAKE_MS = 5_000
const ANSWER_MS = 60_000
const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 250
/** Batches in one frame; their count travels in 2 bytes. */
const MAX_FRAME_BATCHES = 1_024

export interface WriterClientOptions {
  readonly socketPath: string
  readonly secret: HandshakeSecret
  /** The same environment as the writer's, opened for reading in this process. Closed with the client. */
  readonly reader: LocalReader
  /** How long commits wait for a writer that is away before they are given up. */
  readonly reconnectMs?: number
  readonly handshakeMs?: number
  readonly answerMs?: number
}

/**
 * A store whose reads are local and whose commits go to the writer of this host. Throws StoreUnavailable when the
 * writer does not answer in time.
 */
export async function connectWriter(options: WriterClientOptions): Promise<MetadataStore> {
  const client = new WriterClient(options)
  await client.connected()
  return client
}

interface Pending extends NumberedBatch {
  sent: boolean
  readonly resolve: (committed: Committed) => void
  readonly reject: (error: Error) => void
}

class WriterClient implements MetadataStore {
  readonly inlineBytes = INLINE_BYTES
  readonly #options: WriterClientOptions
  readonly #client = drawBytes(CLIENT_BYTES)
  /** In ascending order of their numbers: what was sent and not answered, then what waits to be sent. */
  readonly #pending = new Map<number, Pending>()
  #sequence = 0
  #socket: ClientSocket | undefined
  #connecting: Promise<void> | undefined
  /** Since the wait for a writer ran out; commits are refused at once until one is found. */
  #away = false
  #flushing = false
  #closing: Promise<void> | undefined
  #stopped = false
  #idle: (() => void)[] = []

  constructor(options: WriterClientOptions) {
    this.#options = options
  }

  getMany(keys: readonly Key[], signal?: AbortSignal): Promise<readonly (Row | undefined)[]> {
    return this.#options.reader.getMany(keys, signal)
  }

  getNow(keys: readonly Key[]): readonly (Row | undefined)[] {
    return this.#options.reader.getNow(keys)
  }

  scan(range: ScanRange, signal?: AbortSignal): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> {
    return this.#options.reader.scan(range, signal)
  }

  scanGroups(range: GroupRange, signal?: AbortSignal): Promise<GroupPage> {
    return this.#options.reader.scanGroups(range, signal)
  }

  sum(counter: Key): Promise<bigint> {
    return this.#options.reader.sum(counter)
  }

  async commit(batch: Fragment): Promise<Committed> {
    checkBatch(batch)
    if (this.#closing !== undefined) throw new StoreUnavailable('the metadata store is closed')
    if (this.#away) throw new StoreUnavailable('the metadata writer is away')
    if (this.#pending.size >= WINDOW_BATCHES || this.#sequence - this.#oldest() >= WINDOW_BATCHES - 1) {
      throw new StoreUnavailable('too many commits wait for the metadata writer')
    }
    const sequence = ++this.#sequence
    return new Promise((resolve, reject) => {
      this.#pending.set(sequence, { sequence, revision: drawRevision(), batch, sent: false, resolve, reject })
      this.#flushSoon()
    })
  }

  close(): Promise<void> {
    this.#closing ??= this.#drainAndClose()
    return this.#closing
  }

  /** Resolves with the first connection. */
  async connected(): Promise<void> {
    this.#connecting ??= this.#connect()
    await this.#connecting
    if (this.#socket !== undefined) return
    this.#stopped = true
    throw new StoreUnavailable(`no metadata writer answers at ${this.#options.socketPath}`)
  }

  async #drainAndClose(): Promise<void> {
    if (this.#pending.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    this.#stopped = true
    this.#socket?.destroy()
    await this.#connecting
    await this.#options.reader.close()
  }

  #oldest(): number {
    const first = this.#pending.keys().next()
    return first.done === true ? this.#sequence : first.value
  }

  /** Batches asked in one turn of the event loop share a frame. */
  #flushSoon(): void {
    if (this.#flushing || this.#socket === undefined) return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  #flush(): void {
    const socket = this.#socket
    if (socket === undefined) return
    let batches: ByteSink[] = []
    let bytes = 0
    const send = (): void => {
      if (batches.length === 0) return
      const frame = new ByteSink().u16(batches.length)
      for (const batch of batches) frame.append(batch)
      socket.send(frame)
      batches = []
      bytes = 0
    }
    for (const pending of this.#pending.values()) {
      if (pending.sent) continue
      pending.sent = true
      const encoded = encodeBatch(pending)
      if (batches.length === MAX_FRAME_BATCHES || bytes + encoded.length > FULL_FRAME_BYTES) send()
      batches.push(encoded)
      bytes += encoded.length
    }
    send()
  }

  /** Tries until there is a connection, or until the wait is over: then what is pending is given up. */
  async #connect(): Promise<void> {
    const { reconnectMs = RECONNECT_MS } = this.#options
    let pauseMs = FIRST_PAUSE_MS
    for (let waitedMs = 0; !this.#stopped; waitedMs += pauseMs, pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      if (await this.#tryOnce()) return
      if (waitedMs >= reconnectMs && !this.#away) {
        this.#away = true
        await this.#giveUp()
        if (this.#sequence === 0) return
      }
      await wait(pauseMs)
    }
  }

  async #tryOnce(): Promise<boolean> {
    const { socketPath, secret, handshakeMs = HANDSHAKE_MS, answerMs = ANSWER_MS } = this.#options
    const asked = [...this.#pending.values()].filter((pending) => pending.sent).map((pending) => pending.sequence)
    try {
      const socket = await openClientSocket({
        socketPath,
        secret,
        client: this.#client,
        asked,
        handshakeMs,
        answerMs,
        onResult: (sequence, result) => this.#answer(sequence, result),
        answersDue: () => this.#pending.size > 0,
      })
      this.#adopt(socket, asked)
      return true
    } catch {
      return false
    }
  }

  /** What was committed is answered; what was not is sent again, in its old place. */
  #adopt(socket: ClientSocket, asked: readonly number[]): void {
    this.#socket = socket
    this.#away = false
    for (const [index, sequence] of asked.entries()) {
      const pending = this.#pending.get(sequence)
      if (pending === undefined) continue
      if (socket.outcomes[index] === true) this.#answer(sequence, { kind: 'committed' })
      else pending.sent = false
    }
    void socket.closed.then(() => {
      this.#socket = undefined
      if (!this.#stopped) this.#connecting = this.#connect()
    })
    if (this.#stopped) socket.destroy()
    this.#flush()
  }

  #answer(sequence: number, result: BatchResult): void {
    const pending = this.#pending.get(sequence)
    if (pending === undefined) return
    this.#forget(sequence)
    switch (result.kind) {
      case 'committed':
        pending.resolve(new CommittedBatch(pending.batch, pending.revision))
        break
      case 'conflict':
        pending.resolve(conflictOf(pending.batch, result.failed))
        break
      case 'unavailable':
        pending.reject(new StoreUnavailable(result.reason))
        break
    }
  }

  /** No writer to ask: the rows themselves may still say that a batch was committed, never that it was not. */
  async #giveUp(): Promise<void> {
    const given = [...this.#pending.values()]
    const client = this.#client.toString('hex')
    const sequences = given.map((pending) => pending.sequence)
    const committed = await this.#options.reader.committedOf(client, sequences).catch(() => [])
    for (const [index, pending] of given.entries()) {
      if (committed[index] === true) this.#answer(pending.sequence, { kind: 'committed' })
      else this.#abandon(pending)
    }
  }

  #abandon(pending: Pending): void {
    this.#forget(pending.sequence)
    if (pending.sent) pending.reject(new OutcomeUnknown('the metadata writer went away before it answered'))
    else pending.reject(new StoreUnavailable('the metadata writer is away'))
  }

  #forget(sequence: number): void {
    this.#pending.delete(sequence)
    if (this.#pending.size > 0) return
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }
}

function conflictOf(
  batch: Fragment,
  failed: readonly { readonly check: number; readonly now: Row | undefined }[],
): Committed {
  const checks = failed.flatMap(({ check }) => batch.checks[check] ?? [])
  return { kind: 'conflict', failed: checks, now: failed.map(({ now }) => now) }
}
