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

/** A store and the reference beside it. */
export class Run {
  readonly #store: Store
  readonly world: World
  readonly #requests: Requests
  requests = 0

  constructor(store: Store) {
    this.#store = store
    this.world = new World(store.nowMs())
    for (const key of store.keys) this.world.keys.set(key, true)
    this.#requests = new Requests(this.world, store.keys)
  }

  /** Does the move to both, and compares what came of it. */
  async step(move: Move): Promise<void> {
    switch (move.kind) {
      case 'pass':
        this.#store.pass(move.ms)
        this.world.nowMs = this.#store.nowMs()
        return
      case 'switch-key': {
        await this.#store.switchKey(move.key, move.enabled)
        this.world.keys.set(this.#requests.keyArn(move.key), move.enabled)
        return
      }
      case 'job': {
        const uploadsBeforeMs = this.world.nowMs - UPLOAD_LIFE_MS
        await this.#store.job(move.job, uploadsBeforeMs)
        if (move.job === 'done-uploads') forgetDone(this.#judge())
        if (move.job === 'expired-uploads') expireUploads(this.#judge(), uploadsBeforeMs)
        return
      }
      default: {
        const request = await this.#requests.of(move)
        await this.#ask(request)
        if (move.kind === 'complete' && move.again) await this.#ask(request)
      }
    }
  }

  async #ask(request: Request): Promise<void> {
    this.requests++
    await check(this.#judge(), request, await this.#store.run(request))
  }

  #judge(): Judge {
    return { world: this.world, driver: this.#store }
  }

  /**
   * Does the moves side by side. They have to have come to what they would have one after the other, in some order.
   * Where several orders would, what the names hold now tells which it was; the reference goes on from there.
   */
  async together(moves: readonly Move[]): Promise<void> {
    const asked = moves.filter(isRequest)
    const requests = await Promise.all(asked.map((move) => this.#requests.of(move)))
    this.requests += requests.length
    const outcomes = await Promise.all(requests.map((request) => this.#store.run(request)))
    const reasons: string[] = []
    const possible: World[] = []
    for (const order of ordersOf(requests.length)) {
      const world = this.world.copy()
      const reason = await inOrder({ world, driver: this.#store, loose: true }, requests, outcomes, order)
      if (reason === undefined) possible.push(world)
      else reasons.push(`${order.join(' ')}: ${reason}`)
    }
    const told = outcomes.map(toldOutcome).join('\n')
    const [first] = possible
    if (first === undefined) {
      assert.fail(`no order explains ${requests.length} requests side by side\n${told}\n${reasons.join('\n')}`)
    }
    this.world.become(first)
    const left = await this.#observe(possible, asked)
    this.world.become(left ?? assert.fail(`what is there now is the end of no order of the requests\n${told}`))
  }

  /** The first of the worlds that agrees with what is there. */
  async #observe(worlds: readonly World[], moves: readonly Move[]): Promise<World | undefined> {
    let left = worlds
    for (const move of moves) {
      if (!('key' in move && typeof move.key === 'string' && 'bucket' in move)) continue
      const { bucket, key } = move
      const whole = { bucket, prefix: key, delimiter: '', limit: 1_000, from: 'start' } as const
      const read = { bucket, key, conditions: {}, customer: 'own', withChecksums: true } as const
      const looks = [
        { kind: 'list-versions', ...whole },
        { kind: 'head', ...read },
        { kind: 'get-tags', ...read },
      ] as const
      for (const look of looks) {
        const request = await this.#requests.of(look)
        this.requests++
        const outcome = await this.#store.run(request)
        const agreeing: World[] = []
        for (const world of left) {
          const judge = { world, driver: this.#store }
          if ((await inOrder(judge, [request], [outcome], [0])) === undefined) agreeing.push(world)
        }
        left = agreeing
      }
    }
    return left[0]
  }
}

function toldOutcome(outcome: Outcome): string {
  return outcome.kind === 'refused' ? outcome.detail : JSON.stringify(outcome.answer)
}

function isRequest(move: Move): move is Exclude<Move, { kind: 'pass' | 'switch-key' | 'job' }> {
  return move.kind !== 'pass' && move.kind !== 'switch-key' && move.kind !== 'job'
}

async function inOrder(
  judge: Judge,
  requests: readonly Request[],
  outcomes: readonly Outcome[],
  order: readonly number[],
): Promise<string | undefined> {
  for (const position of order) {
    const [request, outcome] = [requests[position], outcomes[position]]
    if (request === undefined || outcome === undefined) return 'nothing there'
    try {
      await check(judge, request, outcome)
    } catch (error) {
      if (!(error instanceof assert.AssertionError)) throw error
      return `request ${position}: ${error.message.split('\n', 3).join(' ')}`
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
