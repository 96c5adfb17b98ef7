import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { startFloor, type FloorSetting } from './floor-server.ts'
import type { LoadPlan, LoadResult } from './load-plan.ts'
import { runLoad } from './run-load.ts'

const ROLE_FLAG = '--bench-role='

type Question =
  | { readonly kind: 'load'; readonly plan: LoadPlan }
  | { readonly kind: 'open-floor'; readonly directory: string }
  | { readonly kind: 'use-floor'; readonly setting: FloorSetting }
type Reply = { readonly kind: 'done'; readonly value: unknown } | { readonly kind: 'failed'; readonly reason: string }

/** The load generator and the floor each have a process of their own, so that neither slows what is measured. */
export interface BenchProcess {
  readonly pid: number
  load(plan: LoadPlan): Promise<LoadResult>
  openFloor(directory: string): Promise<number>
  useFloor(setting: FloorSetting): Promise<void>
  end(): void
}

/** Starts a process of the benchmark: the program that runs now, with a role. */
export function startBenchProcess(program: string, role: 'load' | 'floor'): BenchProcess {
  const child = fork(program, [`${ROLE_FLAG}${role}`], { serialization: 'advanced' })
  const ask = (question: Question): Promise<unknown> => askChild(child, role, question)
  return {
    pid: child.pid ?? 0,
    load: async (plan) => (await ask({ kind: 'load', plan })) as LoadResult,
    openFloor: async (directory) => Number(await ask({ kind: 'open-floor', directory })),
    useFloor: async (setting) => {
      await ask({ kind: 'use-floor', setting })
    },
    end: () => child.disconnect(),
  }
}

async function askChild(child: ChildProcess, role: string, question: Question): Promise<unknown> {
  const answered = new AbortController()
  const { signal } = answered
  try {
    const message = once(child, 'message', { signal })
    const exit = once(child, 'exit', { signal }).then(() => {
      throw new Error(`the ${role} process ended`)
    })
    exit.catch(() => undefined)
    child.send(question)
    const [reply] = (await Promise.race([message, exit])) as [Reply]
    if (reply.kind === 'failed') throw new Error(`${role}: ${reply.reason}`)
    return reply.value
  } finally {
    answered.abort()
  }
}

/** True when this process was started by `startBenchProcess`: it answers questions from now on. */
export function servesBench(argv: readonly string[]): boolean {
  if (!argv.some((one) => one.startsWith(ROLE_FLAG))) return false
  let useFloor: ((setting: FloorSetting) => void) | undefined
  const answer = async (question: Question): Promise<unknown> => {
    switch (question.kind) {
      case 'load':
        return runLoad(question.plan)
      case 'open-floor': {
        const floor = await startFloor(question.directory)
        useFloor = floor.use
        return floor.port
      }
      case 'use-floor':
        useFloor?.(question.setting)
        return undefined
    }
  }
  process.on('message', (question) => {
    answer(question as Question).then(
      (value) => process.send?.({ kind: 'done', value } satisfies Reply),
      (error: unknown) => process.send?.({ kind: 'failed', reason: String(error) } satisfies Reply),
    )
  })
  process.once('disconnect', () => process.exit(0))
  return true
}
