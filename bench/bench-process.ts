import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { measureDigests, type DigestRates } from './digest-floor.ts'
import { RowFloor, type RowSize, type RowWork } from './floor-rows.ts'
import { startHttpFloor, type HttpFloor, type HttpFloorOptions } from './floor-server.ts'
import type { LoadPlan, LoadResult } from './load-plan.ts'
import { holdUploads, type HeldUploads, type UploadsToHold } from './hold-uploads.ts'
import { sizeOfRow } from './row-size.ts'
import { runLoad } from './run-load.ts'

const ROLE_FLAG = '--bench-role='

type Question =
  | { readonly kind: 'load'; readonly plan: LoadPlan }
  | { readonly kind: 'hold-uploads'; readonly uploads: UploadsToHold }
  | { readonly kind: 'open-http'; readonly options: HttpFloorOptions }
  | { readonly kind: 'answer-with'; readonly sizeBytes: number }
  | { readonly kind: 'open-rows'; readonly directory: string }
  | { readonly kind: 'rows'; readonly work: RowWork }
  | { readonly kind: 'size-of-row'; readonly metadata: string; readonly name: string }
  | { readonly kind: 'digests' }
type Reply = { readonly kind: 'done'; readonly value: unknown } | { readonly kind: 'failed'; readonly reason: string }

/** The load generator and the floors each have a process of their own, so that neither slows what is measured. */
export interface BenchProcess {
  readonly pid: number
  load(plan: LoadPlan): Promise<LoadResult>
  holdUploads(uploads: UploadsToHold): Promise<HeldUploads>
  /** The port of the bare server. */
  openHttp(options: HttpFloorOptions): Promise<number>
  answerWith(sizeBytes: number): Promise<void>
  openRows(directory: string): Promise<void>
  rows(work: RowWork): Promise<LoadResult>
  sizeOfRow(metadata: string, name: string): Promise<RowSize>
  digests(): Promise<DigestRates>
  end(): void
}

/** Starts a process of the benchmark: the program that runs now, with a role. */
export function startBenchProcess(program: string, role: 'load' | 'floor' | 'rows'): BenchProcess {
  const child = fork(program, [`${ROLE_FLAG}${role}`], { serialization: 'advanced' })
  const ask = (question: Question): Promise<unknown> => askChild(child, role, question)
  return {
    pid: child.pid ?? 0,
    load: async (plan) => (await ask({ kind: 'load', plan })) as LoadResult,
    holdUploads: async (uploads) => (await ask({ kind: 'hold-uploads', uploads })) as HeldUploads,
    openHttp: async (options) => Number(await ask({ kind: 'open-http', options })),
    answerWith: async (sizeBytes) => {
      await ask({ kind: 'answer-with', sizeBytes })
    },
    openRows: async (directory) => {
      await ask({ kind: 'open-rows', directory })
    },
    rows: async (work) => (await ask({ kind: 'rows', work })) as LoadResult,
    sizeOfRow: async (metadata, name) => (await ask({ kind: 'size-of-row', metadata, name })) as RowSize,
    digests: async () => (await ask({ kind: 'digests' })) as DigestRates,
    end: () => {
      if (child.connected) child.disconnect()
    },
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
  const answer = answerer()
  process.on('message', (question) => {
    answer(question as Question).then(
      (value) => process.send?.({ kind: 'done', value } satisfies Reply),
      (error: unknown) => process.send?.({ kind: 'failed', reason: String(error) } satisfies Reply),
    )
  })
  process.once('disconnect', () => process.exit(0))
  return true
}

function answerer(): (question: Question) => Promise<unknown> {
  let http: HttpFloor | undefined
  let rows: RowFloor | undefined
  return async (question) => {
    switch (question.kind) {
      case 'load':
        return runLoad(question.plan)
      case 'hold-uploads':
        return holdUploads(question.uploads)
      case 'open-http':
        http = await startHttpFloor(question.options)
        return http.port
      case 'answer-with':
        http?.answerWith(question.sizeBytes)
        return undefined
      case 'open-rows':
        rows = new RowFloor(question.directory)
        return undefined
      case 'rows':
        return rows?.run(question.work)
      case 'size-of-row':
        return sizeOfRow(question.metadata, question.name)
      case 'digests':
        return measureDigests()
    }
  }
}
