/**
 * `npm run bench`: Coffer against floors that do the least that can be done, measured in turns in the same run.
 * docs/benchmarks.md says how to read it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { servesBench, startBenchProcess } from './bench-process.ts'
import { startCofferProcess, type CofferProcess } from './coffer-process.ts'
import { measureCrypto } from './crypto-budget.ts'
import { measurePolicy } from './policy-cost.ts'
import { fill } from './fill.ts'
import { measure, type Machinery, type Measured } from './measure.ts'
import { measureMemory } from './memory.ts'
import { parseOptions, USAGE, type BenchOptions } from './options.ts'
import {
  cryptoLine,
  headLine,
  linesOf,
  memoryLines,
  policyLine,
  scaleLines,
  signatureLine,
  type Report,
} from './report.ts'
import { measureScale } from './scale.ts'
import { measureSignatures } from './signature-cost.ts'

const PROGRAM = fileURLToPath(import.meta.url)
/** `dist/bench/main.js` is two floors below the checkout. */
const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))
const CORES = availableParallelism()
const INTERRUPTED = 130

/** The server refuses Node's own options for profiles; a module that is loaded before it is the host owner's choice. */
function profileHook(directory: string): string {
  const hook = new URL('./cpu-profile.js', import.meta.url)
  hook.searchParams.set('directory', directory)
  return hook.href
}

interface Bench {
  readonly options: BenchOptions
  readonly directory: string
  readonly say: (line: string) => void
  /** Starts a server whose data lie below this name. */
  readonly start: (name: string, workers: number) => Promise<CofferProcess>
}

async function runBench(options: BenchOptions, say: (line: string) => void): Promise<Report> {
  // In the current directory: what is measured is the disk that a server would use, not a temporary one.
  const directory = mkdtempSync(resolve('data-bench-'))
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  process.once('exit', remove)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(INTERRUPTED))
  const { profileTo, tls } = options
  const nodeOptions = profileTo === undefined ? [] : ['--import', profileHook(resolve(profileTo))]
  const start = async (name: string, workers: number): Promise<CofferProcess> =>
    startCofferProcess({ checkout: CHECKOUT, data: join(directory, name), workers, tls, nodeOptions })
  const bench: Bench = { options, directory, say, start }
  try {
    const { workers, seconds, rounds } = options
    const found = options.memory
      ? await memoryOf(bench)
      : options.scale === undefined
        ? await cellsOf(bench)
        : await scaleOf(bench, options.scale)
    return { node: process.version, cores: CORES, workers, tls, seconds, rounds, measured: [], ...found }
  } finally {
    remove()
  }
}

async function cellsOf({ options, directory, say, start }: Bench): Promise<Partial<Report>> {
  const crypto = options.crypto ? await measureCrypto() : undefined
  if (crypto !== undefined) say(cryptoLine(crypto))
  const policy = options.crypto ? measurePolicy() : undefined
  if (policy !== undefined) say(policyLine(policy))
  const signatures = options.crypto ? await measureSignatures() : undefined
  for (const line of (signatures ?? []).map(signatureLine)) say(line)
  const [load, floor, rows] = (['load', 'floor', 'rows'] as const).map((role) => startBenchProcess(PROGRAM, role))
  if (load === undefined || floor === undefined || rows === undefined) throw new Error('three roles, three processes')
  try {
    const { workers, tls, seconds, rounds, scenarios } = options
    const coffer = await start('coffer', workers)
    try {
      const tlsFile = tls ? join(directory, 'coffer', 'tls.pem') : undefined
      const floorPort = await floor.openHttp({ directory: join(directory, 'http'), tlsFile })
      await rows.openRows(join(directory, 'rows'))
      const metadata = join(directory, 'coffer', 'metadata')
      const server = { coffer: coffer.target, dialect: options.dialect, cofferPid: coffer.pid, metadata }
      const machinery: Machinery = { load, floor, rows, ...server, floorPort, seconds, rounds }
      await fill(load, coffer.target, scenarios)
      const measured: Measured[] = []
      say(headLine())
      for (const scenario of scenarios) {
        const result = await measure(machinery, scenario)
        measured.push(result)
        for (const line of linesOf(result)) say(line)
      }
      return {
        ...{ measured, ...(crypto === undefined ? {} : { crypto }), ...(policy === undefined ? {} : { policy }) },
        ...(signatures === undefined ? {} : { signatures }),
      }
    } finally {
      await coffer.stop()
    }
  } finally {
    for (const one of [load, floor, rows]) one.end()
  }
}

async function memoryOf({ options, say, start }: Bench): Promise<Partial<Report>> {
  const load = startBenchProcess(PROGRAM, 'load')
  try {
    const { seconds } = options
    const memory = await measureMemory({
      load,
      start: (workers) => start(`memory-${workers}`, workers),
      cores: CORES,
      seconds,
    })
    for (const line of memoryLines(memory)) say(line)
    return { memory }
  } finally {
    load.end()
  }
}

async function scaleOf({ options, say, start }: Bench, objects: number): Promise<Partial<Report>> {
  const load = startBenchProcess(PROGRAM, 'load')
  try {
    const { workers, seconds, rounds } = options
    const scale = await measureScale({ load, start: (name) => start(name, workers), objects, seconds, rounds, say })
    for (const line of scaleLines(scale)) say(line)
    return { scale }
  } finally {
    load.end()
  }
}

if (!servesBench(process.argv)) {
  const options = parseOptions(process.argv.slice(2), CORES)
  if (options === undefined) {
    process.stderr.write(USAGE)
    process.exitCode = 2
  } else {
    const output = options.json ? process.stderr : process.stdout
    const report = await runBench(options, (line) => void output.write(`${line}\n`))
    if (options.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
  }
}
