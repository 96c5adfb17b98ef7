import type { VendorDialect } from './load-plan.ts'
import { DIALECT_SCENARIOS, nameOf, scenariosOf, type Scenario } from './scenarios.ts'

export interface BenchOptions {
  readonly json: boolean
  /** Length of one measurement. */
  readonly seconds: number
  readonly rounds: number
  readonly workers: number
  readonly tls: boolean
  /** What the server is asked in, against S3 in the same run. Absent: S3 alone. */
  readonly dialect: VendorDialect | undefined
  readonly scenarios: readonly Scenario[]
  readonly crypto: boolean
  /** Measures what the processes hold, in place of the scenarios. */
  readonly memory: boolean
  /** Compares a store of so many objects with one of a thousand, in place of the scenarios. */
  readonly scale: number | undefined
  /** A CPU profile of the server is written to this directory. */
  readonly profileTo: string | undefined
}

export const USAGE = `npm run bench -- [--quick | --full] [--only text] [--workers n|cores] [--tls] [--seconds n] [--rounds n] [--profile directory] [--json]
npm run bench -- --dialect oss|obs|cos|s3 [--only text] [--workers n|cores] [--tls] [--seconds n] [--rounds n] [--json]
npm run bench -- --scale objects [--workers n|cores] [--seconds n] [--rounds n] [--json]
npm run bench -- --memory [--seconds n] [--json]

  --quick       the most telling lines, in about a minute
  --full        every verb, size, protection and number of connections: more than an hour
  --only        only lines whose name holds this text, such as "GET 4 KiB"; may be given more than once
  --workers     worker processes of the server, or "cores" (default 1: the floors are one process each)
  --tls         HTTPS, for Coffer and the bare server alike
  --dialect     what that dialect costs against S3 in the same run (s3: the usual lines)
  --seconds     length of one measurement (default 1; quick 0.4; memory 20)
  --rounds      measurements of each line (default 3)
  --scale       put, get and list among so many objects against the same among a thousand; fills the store first
  --memory      what an idle server holds, and a worker with 64 uploads of 1 GiB on their way
  --profile     writes a CPU profile of the server into this directory
  --json        the report as one JSON document
`

const FLAGS: ReadonlySet<string> = new Set(['--quick', '--full', '--json', '--tls', '--memory'])
const VALUES: ReadonlySet<string> = new Set(['--seconds', '--rounds', '--workers', '--profile', '--scale', '--dialect'])
const DIALECTS: ReadonlyMap<string, VendorDialect> = new Map([
  ['oss', 'oss'],
  ['obs', 'obs'],
  ['cos', 'cos'],
])
const MAX_SECONDS = 600
const MAX_ROUNDS = 1_000
const MAX_WORKERS = 256
const MIN_SCALE = 10_000
const MAX_SCALE = 1_000_000_000

/** Undefined: something was not understood. */
export function parseOptions(argv: readonly string[], cores: number): BenchOptions | undefined {
  const words = wordsOf(argv)
  if (words === undefined) return undefined
  const { flags, values, only } = words
  const quick = flags.has('--quick')
  const full = flags.has('--full')
  const memory = flags.has('--memory')
  const scale = values.get('--scale')
  if ([quick, full, memory, scale !== undefined].filter(Boolean).length > 1) return undefined
  const number = (flag: string, otherwise: number, max: number): number => {
    const value = Number(values.get(flag) ?? otherwise)
    return value > 0 && value <= max ? value : NaN
  }
  const seconds = number('--seconds', memory ? 20 : quick ? 0.4 : 1, MAX_SECONDS)
  const rounds = number('--rounds', 3, MAX_ROUNDS)
  const workers = values.get('--workers') === 'cores' ? cores : number('--workers', 1, MAX_WORKERS)
  const objects = scale === undefined ? undefined : number('--scale', MIN_SCALE, MAX_SCALE)
  if (Number.isNaN(seconds) || !Number.isInteger(rounds) || !Number.isInteger(workers)) return undefined
  if (objects !== undefined && !(Number.isInteger(objects) && objects >= MIN_SCALE)) return undefined
  const word = values.get('--dialect') ?? 's3'
  const dialect = DIALECTS.get(word)
  if (dialect === undefined && word !== 's3') return undefined
  if (dialect !== undefined && (quick || full || memory || scale !== undefined)) return undefined
  const usual = scenariosOf(full ? 'full' : quick ? 'quick' : 'usual', workers >= cores)
  const all = dialect === undefined ? usual : DIALECT_SCENARIOS
  const scenarios = only.length === 0 ? all : all.filter((one) => only.some((text) => nameOf(one).includes(text)))
  return {
    ...{ json: flags.has('--json'), tls: flags.has('--tls'), seconds, rounds, workers, scenarios, memory, dialect },
    ...{ scale: objects, crypto: only.length === 0, profileTo: values.get('--profile') },
  }
}

interface Words {
  readonly flags: ReadonlySet<string>
  readonly values: ReadonlyMap<string, string>
  readonly only: readonly string[]
}

function wordsOf(argv: readonly string[]): Words | undefined {
  const flags = new Set<string>()
  const values = new Map<string, string>()
  const only: string[] = []
  for (let index = 0; index < argv.length; index++) {
    const flag = argv[index] ?? ''
    if (FLAGS.has(flag)) {
      flags.add(flag)
      continue
    }
    const value = argv[++index]
    if (value === undefined) return undefined
    if (flag === '--only') only.push(value)
    else if (VALUES.has(flag)) values.set(flag, value)
    else return undefined
  }
  return { flags, values, only }
}
