import assert from 'node:assert/strict'
import { check } from './check.ts'
import type { JobName, Move } from './moves.ts'
import type { Driver, Outcome, Request } from './outcome.ts'
import { expireUploads, forgetDone } from './reference-uploads.ts'
import type { Judge } from './reference.ts'
import { Requests } from './requests.ts'
import { World } from './world.ts'

/** What a run drives: requests, and what happens around them. */
export interface Store extends Driver {
  /** ARNs of the run's KMS keys. */
  readonly keys: readonly string[]
  switchKey(position: number, enabled: boolean): Promise<void>
  job(job: JobName, uploadsBeforeMs: number): Promise<void>
}

const UPLOAD_LIFE_MS = 60 * 60_000

/**
 * A store and the reference beside it. Where it cannot be seen yet what requests side by side have come to, there are
 * several worlds that it may be; what is seen later tells.
 */
export class Run {
  readonly #store: Store
  #worlds: readonly World[]
  readonly #requests: Requests
  requests = 0

  constructor(store: Store) {
    this.#store = store
    const world = new World(store.nowMs())
    for (const key of store.keys) world.keys.set(key, true)
    this.#worlds = [world]
    this.#requests = new Requests(() => this.#worlds[0] ?? assert.fail(), store.keys)
  }

  /** Does the move to both, and compares what came of it. */
  async step(move: Move): Promise<void> {
    switch (move.kind) {
      case 'pass':
        this.#store.pass(move.ms)
        for (const world of this.#worlds) world.nowMs = this.#store.nowMs()
        return
      case 'switch-key':
        await this.#store.switchKey(move.key, move.enabled)
        for (const world of this.#worlds) world.keys.set(this.#requests.keyArn(move.key), move.enabled)
        return
      case 'job': {
        const uploadsBeforeMs = this.#store.nowMs() - UPLOAD_LIFE_MS
        await this.#store.job(move.job, uploadsBeforeMs)
        for (const world of this.#worlds) {
          const judge = { world, driver: this.#store }
          if (move.job === 'done-uploads') forgetDone(judge)
          if (move.job === 'expired-uploads') expireUploads(judge, uploadsBeforeMs)
        }
        return
      }
      default: {
        const request = await this.#requests.of(move)
        await this.#ask(request)
        if (move.kind === 'complete' && move.again) await this.#ask(request)
      }
    }
  }

  /** One request: the worlds that its outcome does not agree with are none. */
  async #ask(request: Request): Promise<void> {
    this.requests++
    const outcome = await this.#store.run(request)
    const agreeing: World[] = []
    let reason: unknown
    for (const world of this.#worlds) {
      try {
        await check({ world, driver: this.#store }, request, outcome)
        agreeing.push(world)
      } catch (error) {
        reason ??= error
      }
    }
    if (agreeing.length === 0) throw reason
    this.#worlds = agreeing
  }

  /**
   * Does the moves side by side. They have to have come to what they would have one after the other, in some order.
   * Where several orders would, what is there now tells which it was; the reference goes on from there.
   */
  async together(moves: readonly Move[]): Promise<void> {
    const requests = await Promise.all(moves.filter(isRequest).map((move) => this.#requests.of(move)))
    this.requests += requests.length
    const outcomes = await Promise.all(requests.map((request) => this.#store.run(request)))
    // Who met a completion on its way was sent away, and did nothing.
    const done = requests.flatMap((request, at) => {
      const outcome = outcomes[at]
      return outcome === undefined || isSentAway(outcome) ? [] : [{ request, outcome }]
    })
    const reasons: string[] = []
    const possible: World[] = []
    for (const before of this.#worlds) {
      for (const order of ordersOf(done.length)) {
        const world = before.copy()
        const inThisOrder = order.flatMap((position) => done[position] ?? [])
        const reason = await disagreement({ world, driver: this.#store, loose: true }, inThisOrder)
        if (reason === undefined) possible.push(world)
        else reasons.push(`${order.join(' ')}: ${reason}`)
      }
    }
    const told = done.map(toldRequest).join('\n')
    if (possible.length === 0) {
      assert.fail(`no order explains ${done.length} requests side by side\n${told}\n${reasons.join('\n')}`)
    }
    this.#worlds = possible
    try {
      for (const look of await this.#looksAt(requests)) await this.#ask(look)
    } catch (error) {
      const reason = error instanceof Error ? error.message : ''
      assert.fail(`what is there now is the end of no order of the requests\n${told}\n${reason}`)
    }
    if (this.#worlds.length === 1) return
    this.#worlds = [...new Map(this.#worlds.map((world) => [world.print, world])).values()]
  }

  /** Requests that show all that these may have changed. */
  async #looksAt(requests: readonly Request[]): Promise<readonly Request[]> {
    const looks = new Map<string, Request>()
    const look = async (move: Parameters<Requests['of']>[0]): Promise<void> => {
      looks.set(JSON.stringify(move), await this.#requests.of(move))
    }
    for (const { operation } of requests) {
      if (!('bucket' in operation) || operation.kind === 'verify-store') continue
      const { bucket } = operation
      const whole = { bucket, delimiter: '', limit: 1_000, from: 'start' } as const
      await look({ kind: 'get-versioning', bucket })
      await look({ kind: 'list-versions', prefix: '', ...whole })
      await look({ kind: 'list-uploads', prefix: '', ...whole })
      if ('uploadId' in operation) {
        const { key, uploadId } = operation
        const parts = { kind: 'list-parts', bucket, key, uploadId, partNumberMarker: 0, maxParts: 1_000 } as const
        looks.set(`parts ${uploadId}`, { operation: parts })
      }
      if (!('key' in operation)) continue
      const read = { bucket, key: operation.key, conditions: {}, customer: 'own', withChecksums: true } as const
      await look({ kind: 'head', ...read })
      await look({ kind: 'get-tags', ...read })
    }
    return [...looks.values()]
  }
}

interface Asked {
  readonly request: Request
  readonly outcome: Outcome
}

function isSentAway(outcome: Outcome): boolean {
  return outcome.kind === 'refused' && outcome.failure === 'contended'
}

function withoutBodies(field: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return field === 'body' ? undefined : value
}

function toldRequest({ request, outcome }: Asked): string {
  const told = outcome.kind === 'refused' ? outcome.detail : JSON.stringify(outcome.answer.result, withoutBodies)
  return `  ${JSON.stringify(request.operation)}\n    ${told}`
}

function isRequest(move: Move): move is Exclude<Move, { kind: 'pass' | 'switch-key' | 'job' }> {
  return move.kind !== 'pass' && move.kind !== 'switch-key' && move.kind !== 'job'
}

/** Where the reference and the outcomes part, one after the other; undefined: nowhere. */
async function disagreement(judge: Judge, asked: readonly Asked[]): Promise<string | undefined> {
  for (const { request, outcome } of asked) {
    try {
      await check(judge, request, outcome)
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error
      return `${request.operation.kind}: ${error.message.split('\n', 3).join(' ')}`
    }
  }
  return undefined
}

function ordersOf(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]]
  return ordersOf(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, at) => [...order.slice(0, at), count - 1, ...order.slice(at)]),
  )
}
