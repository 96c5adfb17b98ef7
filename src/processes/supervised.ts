import type { ChildProcess } from 'node:child_process'
import { channelTo, type Channel, type Offers } from './channel.ts'

export interface SupervisedOptions {
  /** For logs: `worker 1`, `writer`. */
  readonly name: string
  /** Starts the process, with `serialization: 'advanced'`. */
  readonly start: () => ChildProcess
  /** What the process may ask of the supervisor. */
  readonly offers: Offers
  /** Brings a fresh process into service; rejects when that failed. */
  readonly setUp: (channel: Channel) => Promise<void>
  readonly onDeath: (why: string) => void
}

/** A process that is started again whenever it ends, until `stop`. */
export interface Supervised {
  readonly name: string
  pid(): number | undefined
  /** Resolves when it is in service for the first time; rejects when the first start failed. */
  ready(): Promise<void>
  /** Asks it to drain; after `deadlineMs` it is killed. */
  stop(deadlineMs: number): Promise<void>
}

const FIRST_RESTART_MS = 100
const LONGEST_RESTART_MS = 10_000
/** Having lived this long, a process starts with the short pause again. */
const STABLE_MS = 30_000

export function supervise(options: SupervisedOptions): Supervised {
  let stopping = false
  let restartMs = FIRST_RESTART_MS
  let child: ChildProcess | undefined
  /** Present from the moment on at which the process listens. */
  let channel: Channel | undefined
  let firstTime: { resolve(): void; reject(error: Error): void } | undefined
  const ready = new Promise<void>((resolve, reject) => (firstTime = { resolve, reject }))

  function launch(): void {
    const started = options.start()
    const startedMs = performance.now()
    child = started
    channel = undefined
    const toChild = channelTo(started, { ...options.offers, hello: async () => greet(toChild, started) })
    started.once('exit', (code, signal) => {
      child = undefined
      if (stopping) return
      options.onDeath(`${options.name} ended (${signal ?? code ?? 'unknown'})`)
      firstTime?.reject(new Error(`${options.name} ended while it started`))
      if (performance.now() - startedMs > STABLE_MS) restartMs = FIRST_RESTART_MS
      setTimeout(() => {
        if (!stopping) launch()
      }, restartMs)
      restartMs = Math.min(LONGEST_RESTART_MS, restartMs * 2)
    })
  }

  function greet(toChild: Channel, started: ChildProcess): void {
    channel = toChild
    options.setUp(toChild).then(
      () => {
        firstTime?.resolve()
        firstTime = undefined
      },
      (error: unknown) => {
        firstTime?.reject(error instanceof Error ? error : new Error(String(error)))
        started.kill('SIGKILL')
      },
    )
  }

  launch()
  return {
    name: options.name,
    pid: () => child?.pid,
    ready: () => ready,
    stop: async (deadlineMs) => {
      stopping = true
      const running = child
      if (running === undefined) return
      const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()))
      const timer = setTimeout(() => running.kill('SIGKILL'), deadlineMs)
      // The process ends itself after it has drained; a call that fails means that it is gone already.
      if (channel === undefined) running.kill('SIGKILL')
      else await channel.call('stop').catch(() => undefined)
      await gone
      clearTimeout(timer)
    },
  }
}
