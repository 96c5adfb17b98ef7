import { ALL_SCENARIOS, nameOf, QUICK_SCENARIOS, type Scenario } from './scenarios.ts'

export interface BenchOptions {
  readonly json: boolean
  /** Length of one measurement. */
  readonly seconds: number
  readonly rounds: number
  readonly workers: number
  readonly scenarios: readonly Scenario[]
  readonly crypto: boolean
  /** A CPU profile of the server is written to this directory. */
  readonly profileTo: string | undefined
}

export const USAGE = `npm run bench -- [--quick] [--seconds n] [--rounds n] [--workers n] [--only text] [--profile directory] [--json]

  --quick       a few lines, in about half a minute
  --seconds     length of one measurement (default 2; quick 0.5)
  --rounds      measurements of each line (default 3; quick 3)
  --workers     worker processes of the server (default 1: the floor is one process too)
  --only        only lines whose name holds this text, such as "GET 4 KiB"; may be given more than once
  --profile     writes a CPU profile of the server into this directory
  --json        the report as one JSON document
`

const MAX_SECONDS = 600
const MAX_ROUNDS = 1_000
const MAX_WORKERS = 256

/** Undefined: something was not understood. */
export function parseOptions(argv: readonly string[]): BenchOptions | undefined {
  const flags = new Set<string>()
  const values = new Map<string, string>()
  const only: string[] = []
  for (let index = 0; index < argv.length; index++) {
    const flag = argv[index] ?? ''
    if (flag === '--quick' || flag === '--json') {
      flags.add(flag)
      continue
    }
    const value = argv[++index]
    if (value === undefined) return undefined
    if (flag === '--only') only.push(value)
    else if (['--seconds', '--rounds', '--workers', '--profile'].includes(flag)) values.set(flag, value)
    else return undefined
  }
  const quick = flags.has('--quick')
  const number = (flag: string, otherwise: number, max: number): number => {
    const value = Number(values.get(flag) ?? otherwise)
    return value > 0 && value <= max ? value : NaN
  }
  const seconds = number('--seconds', quick ? 0.5 : 2, MAX_SECONDS)
  const rounds = number('--rounds', 3, MAX_ROUNDS)
  const workers = number('--workers', 1, MAX_WORKERS)
  if (Number.isNaN(seconds) || !Number.isInteger(rounds) || !Number.isInteger(workers)) return undefined
  const all = quick ? QUICK_SCENARIOS : ALL_SCENARIOS
  const scenarios = only.length === 0 ? all : all.filter((one) => only.some((text) => nameOf(one).includes(text)))
  return {
    ...{ json: flags.has('--json'), seconds, rounds, workers, scenarios, crypto: only.length === 0 },
    profileTo: values.get('--profile'),
  }
}
