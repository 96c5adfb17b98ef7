import type { BenchProcess } from './bench-process.ts'
import { cpuMicrosOf } from './cpu-time.ts'
import { serialRate, type DigestRates } from './digest-floor.ts'
import { BUCKET, GROUPS, objectsOf, pathOf, upload } from './fill.ts'
import type { RowSize } from './floor-rows.ts'
import { dataKeyBytes, dataKeyPlan } from './key-calls.ts'
import { numbered, type VendorDialect, type LoadPlan, type LoadResult, type Target } from './load-plan.ts'
import { sendOnce } from './run-load.ts'
import { headersOf, LARGE_BYTES, nameOf, type Floor, type Protection, type Scenario } from './scenarios.ts'
import { ratiosOf, spreadOf, type Spread } from './statistics.ts'

export interface Machinery {
  readonly load: BenchProcess
  readonly floor: BenchProcess
  readonly rows: BenchProcess
  /** Asked in S3's words. */
  readonly coffer: Target
  /** What is measured is asked in, where it is not S3. */
  readonly dialect: VendorDialect | undefined
  readonly cofferPid: number
  /** Where the server's metadata lies, to learn what its rows take. */
  readonly metadata: string
  readonly floorPort: number
  readonly seconds: number
  readonly rounds: number
}

export interface Measured {
  readonly name: string
  readonly coffer: Figures
  readonly against: readonly Compared[]
}

export interface Compared {
  readonly floor: Floor
  /** Requests a second of Coffer over those of the floor, each pair measured one right after the other. */
  readonly ratio: Spread
  /** CPU time of the floor over Coffer's for each request: what is left of the ratio on a machine that is busy. */
  readonly cpuRatio?: Spread
  readonly figures: Figures
  readonly goal?: number
  /** Whether the median reaches the goal. */
  readonly met?: boolean
}

export interface Figures {
  readonly perSecond: Spread
  readonly p50Ms: Spread
  readonly p99Ms: Spread
  /** CPU time for each request: what a busy machine changes least. Absent where it cannot be read. */
  readonly cpuMicros?: Spread
  /** CPU time of the load generator for each request. */
  readonly askerMicros: Spread
}

interface Run extends LoadResult {
  readonly cpuMicros: number | undefined
}

const UPLOADED_BYTES = 512 * 1024 * 1024
const MAX_UPLOADS = 8_192
const DELETED_BYTES = 64 * 1024 * 1024
const MAX_DELETED = 3_000
const WARMUP_SHARE = 0.2
/** Large requests are few in a second. */
const LARGE_TIMES = 2

/** Rounds of floors and Coffer in turns, so that a slow minute of the machine is slow for all. */
export async function measure(machinery: Machinery, scenario: Scenario): Promise<Measured> {
  const { rounds } = machinery
  const answerBytes = await listedBytes(machinery.coffer, scenario)
  const runs: Run[] = []
  const floors = scenario.against.map((comparison) => ({ ...comparison, runs: new Array<Run>() }))
  for (let round = 0; round < rounds; round++) {
    for (const { floor, runs: ofFloor } of floors) {
      ofFloor.push(await runFloor(machinery, scenario, floor, round, answerBytes))
    }
    const { dialect } = machinery
    const asked = { ...machinery, coffer: { ...machinery.coffer, ...(dialect === undefined ? {} : { dialect }) } }
    runs.push(await runCoffer(asked, scenario, scenario.protection, `${round}`, answerBytes))
  }
  const against = floors.map(({ floor, goal, runs: ofFloor }): Compared => {
    const ratio = spreadOf(ratiosOf(ratesOf(runs), ratesOf(ofFloor)))
    const judged = goal === undefined ? {} : { goal, met: ratio.median >= goal }
    const [own, its] = [cpuOf(runs), cpuOf(ofFloor)]
    const cpu = own.length === its.length && own.length > 0 ? { cpuRatio: spreadOf(ratiosOf(its, own)) } : {}
    return { floor, ratio, ...cpu, figures: figuresOf(ofFloor), ...judged }
  })
  return { name: nameOf(scenario), coffer: figuresOf(runs), against }
}

async function runCoffer(
  machinery: Machinery,
  scenario: Scenario,
  protection: Protection,
  use: string,
  answerBytes: number | undefined,
): Promise<Run> {
  const { coffer, cofferPid, load } = machinery
  const plan = planOf(machinery, scenario, protection, use, answerBytes)
  if (scenario.verb === 'delete') await upload(load, inS3(coffer), plan.uris, scenario.sizeBytes, protection)
  return loaded(load, cofferPid, plan)
}

async function runFloor(
  machinery: Machinery,
  scenario: Scenario,
  floor: Floor,
  round: number,
  answerBytes: number | undefined,
): Promise<Run> {
  const { rows, sizeBytes, verb } = { ...machinery, ...scenario }
  switch (floor) {
    case 'bare HTTP': {
      const plan = planOf(machinery, scenario, scenario.protection, `${round}`, answerBytes)
      const target = { ...machinery.coffer, port: machinery.floorPort }
      await machinery.floor.answerWith(verb === 'get' || verb === 'head' ? sizeBytes : (plan.answerBytes ?? 0))
      // HEAD is held against a GET: there is nothing that a bare server does for either.
      const asked = verb === 'head' ? { ...plan, method: 'GET' as const, answerBytes: sizeBytes } : plan
      return loaded(machinery.load, machinery.floor.pid, { ...asked, target })
    }
    case 'openssl':
      return digestRun(await rows.digests(), sizeBytes)
    case 'LMDB puts': {
      const { keyBytes } = await sizeOfRows(machinery, scenario)
      return rowRun(machinery, 'puts', { keyBytes, valueBytes: sizeBytes }, scenario.connections)
    }
    case 'raw scan':
      return rowRun(machinery, 'scan', await sizeOfRows(machinery, scenario), 1)
    case 'raw seeks':
      return rowRun(machinery, 'seeks', await sizeOfRows(machinery, scenario), 1)
    case 'S3':
      return runCoffer(machinery, scenario, scenario.protection, `${round}-s3`, answerBytes)
    default:
      return runCoffer(machinery, scenario, floor, `${round}-compared`, answerBytes)
  }
}

function inS3({ host, port, tls, region, accessKeyId, secret }: Target): Target {
  return { host, port, tls, region, accessKeyId, secret }
}

async function rowRun(
  { rows, seconds }: Machinery,
  act: 'puts' | 'scan' | 'seeks',
  size: RowSize,
  inFlight: number,
): Promise<Run> {
  const timing = { durationMs: seconds * 1_000, warmupMs: seconds * 1_000 * WARMUP_SHARE }
  const result = await rows.rows({ act, ...size, inFlight, ...timing })
  return { ...result, cpuMicros: result.askerMicros }
}

/** The row of one object as the scenario's objects are; where it uploads, of one that was uploaded just now. */
async function sizeOfRows({ rows, metadata, coffer, load }: Machinery, scenario: Scenario): Promise<RowSize> {
  const { verb, sizeBytes, protection } = scenario
  if (verb === 'list-groups') return rows.sizeOfRow(metadata, `groups/${GROUPS - 1}/0`)
  const name = `${pathOf('get', sizeBytes, protection)}0`
  if (verb === 'put') await upload(load, coffer, [name], sizeBytes, protection)
  return rows.sizeOfRow(metadata, name.slice(`/${BUCKET}/`.length))
}

/** All digests and the cipher of one body, as if they were a request. */
function digestRun(rates: DigestRates, sizeBytes: number): Run {
  const perSecond = serialRate(rates) / sizeBytes
  const eachMs = 1_000 / perSecond
  const cpuMicros = eachMs * 1_000
  return {
    ...{ answered: 1, requests: 1, seconds: 1, perSecond, p50Ms: eachMs, p99Ms: eachMs, askerMicros: 0 },
    cpuMicros,
  }
}

async function loaded(load: BenchProcess, pid: number, plan: LoadPlan): Promise<Run> {
  const before = cpuMicrosOf(pid)
  const result = await load.load(plan)
  const after = cpuMicrosOf(pid)
  const known = before !== undefined && after !== undefined
  return { ...result, cpuMicros: known ? (after - before) / result.answered : undefined }
}

function planOf(
  { coffer: target, seconds }: Machinery,
  { verb, sizeBytes, connections }: Scenario,
  protection: Protection,
  use: string,
  answerBytes: number | undefined,
): LoadPlan {
  const durationMs = seconds * 1_000 * (sizeBytes === LARGE_BYTES ? LARGE_TIMES : 1)
  const timing = { connections, durationMs, warmupMs: durationMs * WARMUP_SHARE }
  const plain = { target, headers: headersOf(protection, verb), bodyBytes: 0, answerBytes, ...timing }
  const fresh = `${pathOf(verb, sizeBytes, protection)}${connections}/${use}/`
  switch (verb) {
    case 'put': {
      const names = Math.max(8, Math.min(MAX_UPLOADS, Math.floor(UPLOADED_BYTES / sizeBytes)))
      return { ...plain, method: 'PUT', uris: numbered(fresh, names), bodyBytes: sizeBytes, answerBytes: undefined }
    }
    case 'get':
    case 'head': {
      const uris = numbered(pathOf('get', sizeBytes, protection), objectsOf(sizeBytes))
      return { ...plain, method: verb === 'get' ? 'GET' : 'HEAD', uris, answerBytes: verb === 'get' ? sizeBytes : 0 }
    }
    case 'data-key':
      return { ...plain, ...dataKeyPlan() }
    case 'delete': {
      const names = Math.max(connections, Math.min(MAX_DELETED, Math.floor(DELETED_BYTES / sizeBytes)))
      const exact = { exactly: names, warmupMs: 0, answerBytes: undefined }
      return { ...plain, ...exact, method: 'DELETE', uris: numbered(fresh, names) }
    }
    case 'list':
    case 'list-groups':
      return { ...plain, method: 'GET', uris: [listUri(verb, sizeBytes)] }
  }
}

function listUri(verb: 'list' | 'list-groups', sizeBytes: number): string {
  const query = 'list-type=2&max-keys=1000&prefix='
  if (verb === 'list-groups') return `/${BUCKET}?delimiter=%2F&${query}groups%2F`
  const prefix = pathOf('get', sizeBytes, 'SSE-S3').slice(`/${BUCKET}/`.length)
  return `/${BUCKET}?${query}${encodeURIComponent(prefix)}`
}

/** How long the answers of a listing are, after a look whether they hold what they must. */
async function listedBytes(target: Target, { verb, sizeBytes }: Scenario): Promise<number | undefined> {
  if (verb === 'data-key') return dataKeyBytes(target)
  if (verb !== 'list' && verb !== 'list-groups') return undefined
  const uris = [listUri(verb, sizeBytes)]
  const answer = await sendOnce({ target, method: 'GET', uris, headers: [], bodyBytes: 0, answerBytes: undefined })
  const [mark, expected] = verb === 'list' ? ['<Contents>', objectsOf(sizeBytes)] : ['<CommonPrefixes>', GROUPS]
  const listed = (answer.body?.toString('utf8').split(mark).length ?? 0) - 1
  if (answer.status !== 200 || listed !== expected) {
    throw new Error(`a listing was answered ${answer.status} with ${listed} entries`)
  }
  return answer.bodyBytes
}

function ratesOf(runs: readonly Run[]): readonly number[] {
  return runs.map(({ perSecond }) => perSecond)
}

function cpuOf(runs: readonly Run[]): readonly number[] {
  return runs.flatMap(({ cpuMicros }) => (cpuMicros === undefined ? [] : [cpuMicros]))
}

function figuresOf(runs: readonly Run[]): Figures {
  const cpu = cpuOf(runs)
  return {
    ...(cpu.length === 0 ? {} : { cpuMicros: spreadOf(cpu) }),
    perSecond: spreadOf(ratesOf(runs)),
    p50Ms: spreadOf(runs.map(({ p50Ms }) => p50Ms)),
    p99Ms: spreadOf(runs.map(({ p99Ms }) => p99Ms)),
    askerMicros: spreadOf(runs.map(({ askerMicros }) => askerMicros)),
  }
}
