import type { Answer } from './answer-reader.ts'
import { openConnection, type LoadConnection } from './load-connection.ts'
import { bodyOf, prepare, type LoadPlan, type LoadResult } from './load-plan.ts'
import { quantileOf } from './statistics.ts'

/** Up to this size a request goes out in one write, head and body together. */
const ONE_PIECE_BYTES = 65_536
const ONCE_LIMIT_MS = 30_000

/**
 * Sends the requests of a plan over its connections, each as soon as the last one on it was answered. Goes on after its
 * time until one request was measured: a rate of nothing is none.
 */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const run = new Run(plan)
  try {
    await run.open()
    return await run.drive()
  } finally {
    run.close()
  }
}

class Run {
  readonly #plan: LoadPlan
  readonly #requests: readonly Buffer[]
  readonly #body: Buffer | undefined
  readonly #connections: LoadConnection[] = []
  readonly #sentMs: Float64Array
  readonly #latenciesMs: number[] = []
  readonly #done: Promise<void>
  #finish: () => void = () => undefined
  #fail: (error: Error) => void = () => undefined
  #next = 0
  #answered = 0
  #busy = 0
  #countedMs = 0
  #deadlineMs = 0
  #lastMs = 0

  constructor(plan: LoadPlan) {
    this.#plan = plan
    this.#sentMs = new Float64Array(plan.connections)
    const inOnePiece = plan.bodyBytes <= ONE_PIECE_BYTES
    this.#requests = prepare(plan, inOnePiece)
    this.#body = inOnePiece ? undefined : bodyOf(plan.bodyBytes).body
    this.#done = new Promise((resolve, reject) => {
      this.#finish = resolve
      this.#fail = reject
    })
    // A connection may fail while others are still being opened.
    this.#done.catch(() => undefined)
  }

  async open(): Promise<void> {
    const { target, method, connections } = this.#plan
    const opened = Array.from({ length: connections }, (_, index) =>
      openConnection(target, {
        ...{ bodiless: method === 'HEAD', keep: false, onFailure: this.#fail },
        onAnswer: (answer) => {
          const nowMs = performance.now()
          this.#take(answer, this.#sentMs[index] ?? 0, nowMs)
          this.#send(index, nowMs)
        },
      }),
    )
    this.#connections.push(...(await Promise.all(opened)))
  }

  async drive(): Promise<LoadResult> {
    const { warmupMs, durationMs } = this.#plan
    const nowMs = performance.now()
    this.#countedMs = nowMs + warmupMs
    this.#deadlineMs = this.#countedMs + durationMs
    this.#lastMs = this.#countedMs
    const before = process.cpuUsage()
    this.#busy = this.#connections.length
    for (let index = 0; index < this.#connections.length; index++) this.#send(index, nowMs)
    await this.#done
    const { user, system } = process.cpuUsage(before)
    const sorted = Float64Array.from(this.#latenciesMs).sort()
    const seconds = (this.#lastMs - this.#countedMs) / 1_000
    return {
      answered: this.#answered,
      requests: sorted.length,
      seconds,
      perSecond: sorted.length / seconds,
      p50Ms: quantileOf(sorted, 0.5),
      p99Ms: quantileOf(sorted, 0.99),
      askerMicros: (user + system) / this.#answered,
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.end()
  }

  /** What began before the warm-up was over is not counted: its whole time would be needed. */
  #take(answer: Answer, sentMs: number, nowMs: number): void {
    const problem = problemOf(this.#plan, answer)
    if (problem !== undefined) this.#fail(new Error(problem))
    this.#answered += 1
    if (sentMs < this.#countedMs) return
    this.#latenciesMs.push(nowMs - sentMs)
    this.#lastMs = nowMs
  }

  #send(index: number, nowMs: number): void {
    const { exactly } = this.#plan
    const over =
      exactly === undefined ? nowMs >= this.#deadlineMs && this.#latenciesMs.length > 0 : this.#next >= exactly
    if (over) {
      this.#busy -= 1
      if (this.#busy === 0) this.#finish()
      return
    }
    const request = this.#requests[this.#next++ % this.#requests.length]
    this.#sentMs[index] = nowMs
    if (request !== undefined) this.#connections[index]?.send(request, this.#body)
  }
}

/** A failure that was counted as an answer would make a fast server of a broken one. */
function problemOf(plan: LoadPlan, answer: Answer): string | undefined {
  if (answer.status !== (plan.method === 'DELETE' ? 204 : 200)) {
    return `${plan.method} ${plan.uris[0] ?? ''} was answered ${answer.status}`
  }
  if (plan.answerBytes === undefined || answer.bodyBytes === plan.answerBytes) return undefined
  return `${plan.method} ${plan.uris[0] ?? ''} came with ${answer.bodyBytes} bytes instead of ${plan.answerBytes}`
}

/** One request of a plan, with its answer whole. */
export async function sendOnce(plan: Omit<LoadPlan, 'durationMs' | 'warmupMs' | 'connections'>): Promise<Answer> {
  const [request = Buffer.alloc(0)] = prepare({ ...plan, connections: 1 }, true)
  let settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  const answer = new Promise<Answer>((resolve, reject) => {
    settle = { resolve, reject }
  })
  const connection = await openConnection(plan.target, {
    ...{ bodiless: plan.method === 'HEAD', keep: true },
    onAnswer: (whole) => settle?.resolve(whole),
    onFailure: (error) => settle?.reject(error),
  })
  const timer = setTimeout(() => settle?.reject(new Error('no answer in time')), ONCE_LIMIT_MS)
  try {
    connection.send(request, undefined)
    return await answer
  } finally {
    clearTimeout(timer)
    connection.end()
  }
}
