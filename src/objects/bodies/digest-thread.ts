import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { refuse } from '../../operations/index.ts'
import type { BodyDigestValues, DigestPlan, DigestReply, DigestRequest } from './digest-messages.ts'

/** What goes to the thread at once. Smaller blocks cost messages, larger ones memory: every body fills one. */
export const BLOCK_BYTES = 128 * 1024
/** Blocks at the thread from which on bodies wait: it is behind by about 3 ms then. */
export const MAX_BLOCKS_OUT = 16
/** Blocks that are kept while nobody needs them. */
const MAX_IDLE_BLOCKS = 32

/** Beside this file, also in the bundle, and written in the same language. */
const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), `digest-work${extname(import.meta.url)}`)
/** It holds no data of its own. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 }

interface Block {
  readonly number: number
  readonly memory: SharedArrayBuffer
  readonly bytes: Uint8Array
  known: boolean
}

/** One body's digests, computed in another thread. One of `finish` and `abandon` ends it. */
export interface DigestLane {
  /** Copies the piece. A promise: the thread is behind, and the sender has to wait for it. Throws what `finish` would. */
  update(piece: Uint8Array): Promise<void> | undefined
  /** Rejects with the `unavailable` failure when the thread ended: then there is no digest. */
  finish(): Promise<BodyDigestValues>
  abandon(): void
}

/**
 * Digests of large bodies, in one thread of this process that takes the most expensive one off the event loop. It is
 * started by the first large body and keeps no process alive. If it ends, its bodies fail, and the next one starts
 * another.
 */
export class DigestThread {
  readonly #newMemory: () => SharedArrayBuffer
  #run: ThreadRun | undefined

  constructor(newMemory = (): SharedArrayBuffer => new SharedArrayBuffer(BLOCK_BYTES)) {
    this.#newMemory = newMemory
  }

  begin(plan: DigestPlan): DigestLane {
    if (this.#run === undefined || this.#run.ended) this.#run = new ThreadRun(this.#newMemory)
    return this.#run.begin(plan)
  }

  /** Ends the thread. Bodies that are with it fail. */
  async end(): Promise<void> {
    await this.#run?.end()
  }
}

function threadEnded(): never {
  return refuse({ kind: 'unavailable', detail: 'the digest thread ended' })
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** One life of the thread. */
class ThreadRun {
  readonly #worker: Worker
  readonly #newMemory: () => SharedArrayBuffer
  readonly #lanes = new Map<number, Lane>()
  readonly #out = new Map<number, Block>()
  readonly #idle: Block[] = []
  readonly #waiting: Waiting[] = []
  #lastLane = 0
  #lastBlock = 0
  ended = false

  constructor(newMemory: () => SharedArrayBuffer) {
    this.#newMemory = newMemory
    this.#worker = new Worker(PROGRAM, { name: 'digests', execArgv: [], env: {}, resourceLimits: THREAD_LIMITS })
    this.#worker.unref()
    this.#worker.on('message', (reply: DigestReply) => this.#take(reply))
    // An error is followed by the exit, which ends everything.
    this.#worker.on('error', () => undefined)
    this.#worker.on('exit', () => this.#ended())
  }

  begin(plan: DigestPlan): DigestLane {
    const lane = new Lane(this, ++this.#lastLane)
    this.#lanes.set(lane.number, lane)
    // While a body waits for its digests, the process waits too.
    if (this.#lanes.size === 1) this.#worker.ref()
    this.post({ kind: 'begin', lane: lane.number, plan })
    return lane
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
    this.#ended()
  }

  post(request: DigestRequest): void {
    if (this.ended) threadEnded()
    this.#worker.postMessage(request)
  }

  takeBlock(): Block {
    const idle = this.#idle.pop()
    if (idle !== undefined) return idle
    const memory = this.#newMemory()
    return { number: ++this.#lastBlock, memory, bytes: new Uint8Array(memory), known: false }
  }

  send(lane: number, block: Block, bytes: number): void {
    const { number, memory, known } = block
    this.#out.set(number, block)
    this.post({ kind: 'block', lane, block: number, bytes, ...(known ? {} : { memory }) })
    block.known = true
  }

  /** Takes a wiped block back. */
  giveBack(block: Block): void {
    if (this.ended) return
    if (this.#idle.length < MAX_IDLE_BLOCKS) this.#idle.push(block)
    else if (block.known) this.post({ kind: 'release', block: block.number })
  }

  /** Undefined, or a promise for the time when the thread has caught up. */
  room(): Promise<void> | undefined {
    if (this.#out.size < MAX_BLOCKS_OUT) return undefined
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  forget(lane: number): void {
    this.#lanes.delete(lane)
    if (this.#lanes.size === 0) this.#worker.unref()
  }

  #take(reply: DigestReply): void {
    if (reply.kind === 'digests') {
      this.#lanes.get(reply.lane)?.settle(reply.values)
      this.forget(reply.lane)
      return
    }
    const block = this.#out.get(reply.block)
    this.#out.delete(reply.block)
    if (block !== undefined) this.giveBack(block)
    // All of them: whom to wake first would be a guess about which client sends next.
    if (this.#out.size <= MAX_BLOCKS_OUT / 2) for (const { resolve } of this.#waiting.splice(0)) resolve()
  }

  #ended(): void {
    if (this.ended) return
    this.ended = true
    for (const { bytes } of this.#out.values()) bytes.fill(0)
    this.#out.clear()
    const failure = failureOf(threadEnded)
    for (const { reject } of this.#waiting.splice(0)) reject(failure)
    for (const lane of this.#lanes.values()) lane.fail(failure)
    this.#lanes.clear()
  }
}

class Lane implements DigestLane {
  readonly number: number
  readonly #run: ThreadRun
  #block: Block | undefined
  #filled = 0
  #over = false
  #finishing:
    { readonly resolve: (values: BodyDigestValues) => void; readonly reject: (error: unknown) => void } | undefined

  constructor(run: ThreadRun, number: number) {
    this.#run = run
    this.number = number
  }

  update(piece: Uint8Array): Promise<void> | undefined {
    if (this.#run.ended) threadEnded()
    let sent = false
    for (let from = 0; from < piece.length;) {
      const block = (this.#block ??= this.#run.takeBlock())
      const part = piece.subarray(from, from + BLOCK_BYTES - this.#filled)
      block.bytes.set(part, this.#filled)
      this.#filled += part.length
      from += part.length
      if (this.#filled === BLOCK_BYTES) {
        this.#send()
        sent = true
      }
    }
    return sent ? this.#run.room() : undefined
  }

  finish(): Promise<BodyDigestValues> {
    return new Promise((resolve, reject) => {
      if (this.#filled > 0) this.#send()
      this.#run.post({ kind: 'finish', lane: this.number })
      this.#over = true
      this.#finishing = { resolve, reject }
    })
  }

  abandon(): void {
    if (this.#over) return
    this.#over = true
    this.#drop()
    if (this.#run.ended) return
    this.#run.post({ kind: 'abandon', lane: this.number })
    this.#run.forget(this.number)
  }

  settle(values: BodyDigestValues): void {
    this.#finishing?.resolve(values)
  }

  fail(error: unknown): void {
    this.#over = true
    this.#drop()
    this.#finishing?.reject(error)
  }

  #send(): void {
    const block = this.#block
    if (block === undefined) return
    this.#run.send(this.number, block, this.#filled)
    this.#block = undefined
    this.#filled = 0
  }

  #drop(): void {
    const block = this.#block
    if (block === undefined) return
    block.bytes.fill(0, 0, this.#filled)
    this.#block = undefined
    this.#run.giveBack(block)
  }
}

function failureOf(refusing: () => never): unknown {
  try {
    return refusing()
  } catch (error) {
    return error
  }
}
