import type { BenchProcess } from './bench-process.ts'
import { cpuMicrosOf } from './cpu-time.ts'
import type { FloorKind } from './floor-server.ts'
import { bodyOf, type LoadPlan, type LoadResult, type Target } from './load-plan.ts'
import { sendOnce } from './run-load.ts'
import { headersOf, LARGE_BYTES, nameOf, PROTECTIONS, type Protection, type Scenario } from './scenarios.ts'
import { ratiosOf, spreadOf, type Spread } from './statistics.ts'

export interface Machinery {
  readonly load: BenchProcess
  readonly floor: BenchProcess
  readonly coffer: Target
  readonly floorPort: number
  readonly cofferPid: number
  readonly floorPid: number
  readonly seconds: number
  readonly rounds: number
}

export interface Measured {
  readonly name: string
  /** Requests a second of Coffer over those of a floor, each pair measured one right after the other. */
  readonly ratios: Readonly<Partial<Record<FloorKind, Spread>>>
  readonly coffer: Figures
  readonly floors: Readonly<Partial<Record<FloorKind, Figures>>>
}

export interface Figures {
  readonly perSecond: Spread
  readonly p50Ms: Spread
  readonly p99Ms: Spread
  /** CPU time of the server for each request: what a busy machine changes least. Absent where it cannot be read. */
  readonly cpuMicros?: Spread
}

interface Run extends LoadResult {
  readonly cpuMicros: number | undefined
}

const BUCKET = 'bench'
/** Objects that are read, and names that a round of uploads writes before it begins again with the first. */
const SMALL_OBJECTS = 1_000
const SMALL_UPLOADS = 8_192
const LARGE_OBJECTS = 2
const LARGE_UPLOADS = 8
const WARMUP_SHARE = 0.2

/** Makes the bucket and the objects that are read; and looks whether what comes back is what was sent. */
export async function fill(machinery: Machinery, sizes: readonly number[]): Promise<void> {
  const { coffer: target, load } = machinery
  const plain = { target, query: '', headers: [], names: 0, answerBytes: undefined }
  const made = await sendOnce({ ...plain, method: 'PUT', path: `/${BUCKET}`, bodyBytes: 0 })
  if (made.status !== 200) throw new Error(`the bucket was answered ${made.status}`)
  for (const sizeBytes of sizes) {
    for (const protection of PROTECTIONS) {
      const names = sizeBytes === LARGE_BYTES ? LARGE_OBJECTS : SMALL_OBJECTS
      const path = pathOf('get', sizeBytes, protection)
      const headers = headersOf(protection)
      await load.load({
        ...{ target, method: 'PUT', path, names, query: '', headers, bodyBytes: sizeBytes },
        ...{ connections: Math.min(8, names), durationMs: 0, warmupMs: 0, answerBytes: undefined, exactly: names },
      })
      const sent = sizeBytes === LARGE_BYTES ? undefined : bodyOf(sizeBytes)
      const got = await sendOnce({ ...plain, method: 'GET', path: `${path}${names - 1}`, bodyBytes: 0 })
      if (
        got.status !== 200 ||
        got.bodyBytes !== sizeBytes ||
        (sent !== undefined && got.body?.equals(sent) !== true)
      ) {
        throw new Error(`${path} does not come back as it was sent`)
      }
    }
  }
}

function pathOf(verb: string, sizeBytes: number, protection: Protection): string {
  return `/${BUCKET}/${verb}/${sizeBytes}/${PROTECTIONS.indexOf(protection)}/`
}

/** Rounds of floor and Coffer in turns, so that a slow minute of the machine is slow for both. */
export async function measure(machinery: Machinery, scenario: Scenario): Promise<Measured> {
  const { coffer, floor, floorPort, floorPid, cofferPid, rounds } = machinery
  const listBytes = scenario.verb === 'list' ? await listedBytes(coffer) : 0
  const cofferRuns: Run[] = []
  const floorRuns = new Map<FloorKind, Run[]>(scenario.floors.map((kind) => [kind, []]))
  for (let round = 0; round < rounds; round++) {
    const plan = planOf(machinery, scenario, round, listBytes)
    for (const [kind, runs] of floorRuns) {
      const answerBytes = scenario.verb === 'put' ? 0 : (plan.answerBytes ?? 0)
      await floor.useFloor({ kind, answerBytes: scenario.verb === 'head' ? scenario.sizeBytes : answerBytes })
      runs.push(await loaded(machinery.load, floorPid, { ...plan, target: { ...coffer, port: floorPort } }))
    }
    cofferRuns.push(await loaded(machinery.load, cofferPid, plan))
  }
  const rates = cofferRuns.map(({ perSecond }) => perSecond)
  const entries = [...floorRuns]
  return {
    name: nameOf(scenario),
    ratios: Object.fromEntries(
      entries.map(([kind, runs]) => [
        kind,
        spreadOf(
          ratiosOf(
            rates,
            runs.map(({ perSecond }) => perSecond),
          ),
        ),
      ]),
    ),
    coffer: figuresOf(cofferRuns),
    floors: Object.fromEntries(entries.map(([kind, runs]) => [kind, figuresOf(runs)])),
  }
}

async function loaded(load: BenchProcess, pid: number, plan: LoadPlan): Promise<Run> {
  const before = cpuMicrosOf(pid)
  const result = await load.load(plan)
  const after = cpuMicrosOf(pid)
  const known = before !== undefined && after !== undefined
  return { ...result, cpuMicros: known ? (after - before) / result.answered : undefined }
}

function planOf(machinery: Machinery, scenario: Scenario, round: number, listBytes: number): LoadPlan {
  const { coffer: target, seconds } = machinery
  const { verb, sizeBytes, protection, connections } = scenario
  const large = sizeBytes === LARGE_BYTES
  const timing = { connections, durationMs: seconds * 1_000, warmupMs: seconds * 1_000 * WARMUP_SHARE }
  const plain = { target, query: '', headers: [], bodyBytes: 0, ...timing }
  switch (verb) {
    case 'put':
      return {
        ...plain,
        ...{ method: 'PUT', headers: headersOf(protection), bodyBytes: sizeBytes, answerBytes: undefined },
        path: `${pathOf('put', sizeBytes, protection)}${connections}/${round}/`,
        names: large ? LARGE_UPLOADS : SMALL_UPLOADS,
      }
    case 'get':
    case 'head':
      return {
        ...plain,
        method: verb === 'get' ? 'GET' : 'HEAD',
        path: pathOf('get', sizeBytes, protection),
        names: large ? LARGE_OBJECTS : SMALL_OBJECTS,
        answerBytes: verb === 'get' ? sizeBytes : 0,
      }
    case 'list':
      return { ...plain, method: 'GET', path: `/${BUCKET}`, names: 0, query: LIST_QUERY, answerBytes: listBytes }
  }
}

const LIST_QUERY = 'list-type=2&max-keys=1000&prefix=get%2F'

async function listedBytes(target: Target): Promise<number> {
  const plain = { target, method: 'GET', names: 0, headers: [], bodyBytes: 0, answerBytes: undefined } as const
  const answer = await sendOnce({ ...plain, path: `/${BUCKET}`, query: LIST_QUERY })
  const listed = answer.body?.toString('utf8').split('<Key>').length ?? 0
  if (answer.status !== 200 || listed !== SMALL_OBJECTS + 1) {
    throw new Error(`a listing was answered ${answer.status} with ${listed - 1} names`)
  }
  return answer.bodyBytes
}

function figuresOf(runs: readonly Run[]): Figures {
  const cpu = runs.flatMap(({ cpuMicros }) => (cpuMicros === undefined ? [] : [cpuMicros]))
  return {
    ...(cpu.length === 0 ? {} : { cpuMicros: spreadOf(cpu) }),
    perSecond: spreadOf(runs.map(({ perSecond }) => perSecond)),
    p50Ms: spreadOf(runs.map(({ p50Ms }) => p50Ms)),
    p99Ms: spreadOf(runs.map(({ p99Ms }) => p99Ms)),
  }
}
