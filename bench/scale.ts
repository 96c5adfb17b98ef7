import type { BenchProcess } from './bench-process.ts'
import type { CofferProcess } from './coffer-process.ts'
import { cpuMicrosOf } from './cpu-time.ts'
import { BUCKET, makeBucket, upload } from './fill.ts'
import { numbered, type LoadPlan, type LoadResult, type Target } from './load-plan.ts'
import { ratiosOf, spreadOf, type Spread } from './statistics.ts'

export interface ScaleReport {
  readonly objects: number
  readonly fillSeconds: number
  /** From the start of the program on the filled directory until it serves. */
  readonly openMs: number
  readonly openGoalMs: number
  readonly slower: readonly Slower[]
}

export interface Slower {
  readonly name: string
  /** Time of a request among many objects over that among a thousand. */
  readonly times: Spread
  readonly cpuTimes: Spread
  readonly goal: number
  readonly met: boolean
}

export interface ScaleWork {
  readonly load: BenchProcess
  /** Starts a server; a second start of the same name finds what the first one left. */
  readonly start: (name: string) => Promise<CofferProcess>
  readonly objects: number
  readonly seconds: number
  readonly rounds: number
  readonly say: (line: string) => void
}

const FEW = 1_000
/** Names that follow one another; the next thousand begins elsewhere, so that the tree is not filled from left to right. */
const RUN = 1_000
/** Runs of names whose objects are read, in turns. */
const READ_RUNS = 200
const BODY_BYTES = 16
const CONNECTIONS = 16
const OPEN_GOAL_MS = 5_000
const MANY = 10_000_000
const VERBS = ['PUT', 'GET', 'LIST'] as const

/**
 * Two servers, one with a thousand objects and one with many, asked in turns. Both are filled with uploads as any
 * client sends them: tiny ones, over many connections.
 */
export async function measureScale(work: ScaleWork): Promise<ScaleReport> {
  const { objects, start } = work
  const few = await start('few')
  try {
    await fillRuns(work, few.target, FEW)
    const filling = await start('many')
    const began = performance.now()
    await fillRuns(work, filling.target, objects).finally(() => filling.stop())
    const fillSeconds = (performance.now() - began) / 1_000
    const many = await start('many')
    try {
      const slower: Slower[] = []
      for (const verb of VERBS) slower.push(await compare(work, verb, few, many))
      return { objects, fillSeconds, openMs: many.readyMs, openGoalMs: OPEN_GOAL_MS, slower }
    } finally {
      await many.stop()
    }
  } finally {
    await few.stop()
  }
}

async function fillRuns({ load, say }: ScaleWork, target: Target, objects: number): Promise<void> {
  await makeBucket(target)
  for (let done = 0; done < objects; done += RUN) {
    const count = Math.min(RUN, objects - done)
    await upload(load, target, numbered(`/${BUCKET}/${runName(done / RUN)}/`, count), BODY_BYTES, 'SSE-S3')
    if (done > 0 && done % 100_000 === 0) say(`${done.toLocaleString('en-US')} objects`)
  }
}

/** Scattered and the same on every run (Knuth's multiplicative hash). */
function runName(run: number): string {
  return (Math.imul(run, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
}

async function compare(
  { load, objects, seconds, rounds }: ScaleWork,
  verb: (typeof VERBS)[number],
  few: CofferProcess,
  many: CofferProcess,
): Promise<Slower> {
  const fewRuns: Timed[] = []
  const manyRuns: Timed[] = []
  for (let round = 0; round < rounds; round++) {
    fewRuns.push(await timed(load, few, planOf(few.target, verb, FEW, round, seconds)))
    manyRuns.push(await timed(load, many, planOf(many.target, verb, objects, round, seconds)))
  }
  const rates = (runs: readonly Timed[]): readonly number[] => runs.map(({ perSecond }) => perSecond)
  const cpu = (runs: readonly Timed[]): readonly number[] => runs.map(({ cpuMicros }) => cpuMicros)
  const times = spreadOf(ratiosOf(rates(fewRuns), rates(manyRuns)))
  const goal = objects >= MANY ? 1.4 : 1.2
  const cpuTimes = spreadOf(ratiosOf(cpu(manyRuns), cpu(fewRuns)))
  return { name: `${verb} among ${objects.toLocaleString('en-US')}`, times, cpuTimes, goal, met: times.median <= goal }
}

interface Timed extends LoadResult {
  readonly cpuMicros: number
}

async function timed(load: BenchProcess, { pid }: CofferProcess, plan: LoadPlan): Promise<Timed> {
  const before = cpuMicrosOf(pid) ?? NaN
  const result = await load.load(plan)
  return { ...result, cpuMicros: ((cpuMicrosOf(pid) ?? NaN) - before) / result.answered }
}

function planOf(
  target: Target,
  verb: (typeof VERBS)[number],
  objects: number,
  round: number,
  seconds: number,
): LoadPlan {
  const durationMs = seconds * 1_000
  const timing = { connections: CONNECTIONS, durationMs, warmupMs: durationMs * 0.2 }
  const plain = { target, headers: [], bodyBytes: 0, answerBytes: undefined, ...timing }
  const runs = Array.from({ length: Math.min(READ_RUNS, Math.ceil(objects / RUN)) }, (_, index) => index)
  const spread = Math.floor(objects / RUN / runs.length)
  const prefixes = runs.map((index) => `${runName(index * spread)}/`)
  switch (verb) {
    case 'PUT': {
      const uris = prefixes.flatMap((prefix) => numbered(`/${BUCKET}/${prefix}new-${round}-`, 8_000 / prefixes.length))
      return { ...plain, method: 'PUT', uris: interleaved(uris), bodyBytes: BODY_BYTES }
    }
    case 'GET': {
      const uris = prefixes.flatMap((prefix) => numbered(`/${BUCKET}/${prefix}`, RUN / Math.min(prefixes.length, 50)))
      return { ...plain, method: 'GET', uris: interleaved(uris), answerBytes: BODY_BYTES }
    }
    case 'LIST': {
      const query = 'list-type=2&max-keys=1000&prefix='
      return { ...plain, method: 'GET', uris: prefixes.map((one) => `/${BUCKET}?${query}${encodeURIComponent(one)}`) }
    }
  }
}

/** Neighbours apart from each other; every one of them once. 7919 is a prime that divides none of the lengths. */
function interleaved(uris: readonly string[]): readonly string[] {
  return uris.map((_, index) => uris[(index * 7_919) % uris.length] ?? '')
}
