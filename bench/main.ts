/**
 * `npm run bench`: Coffer against floors that do nothing but move the bytes, measured in turns in the same run.
 * docs/benchmarks.md says how to read it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { servesBench, startBenchProcess } from './bench-process.ts'
import { startCofferProcess } from './coffer-process.ts'
import { measureCrypto } from './crypto-budget.ts'
import { fill, measure, type Machinery, type Measured } from './measure.ts'
import { parseOptions, USAGE, type BenchOptions } from './options.ts'
import { cryptoLine, headLine, lineOf, type Report } from './report.ts'

const PROGRAM = fileURLToPath(import.meta.url)
/** `dist/bench/main.js` is two floors below the checkout. */
const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

/** The server refuses Node's own options for profiles; a module that is loaded before it is the host owner's choice. */
function profileHook(directory: string): string {
  const hook = new URL('./cpu-profile.js', import.meta.url)
  hook.searchParams.set('directory', directory)
  return hook.href
}

async function bench(options: BenchOptions, say: (line: string) => void): Promise<Report> {
  const crypto = options.crypto ? await measureCrypto() : undefined
  if (crypto !== undefined) say(cryptoLine(crypto))
  // In the current directory: what is measured is the disk that a server would use, not a temporary one.
  const directory = mkdtempSync(resolve('data-bench-'))
  const load = startBenchProcess(PROGRAM, 'load')
  const floor = startBenchProcess(PROGRAM, 'floor')
  const { workers, seconds, rounds, scenarios, profileTo } = options
  const nodeOptions = profileTo === undefined ? [] : ['--import', profileHook(resolve(profileTo))]
  try {
    const data = join(directory, 'coffer')
    const coffer = await startCofferProcess({ checkout: CHECKOUT, data, workers, nodeOptions })
    try {
      const floorPort = await floor.openFloor(join(directory, 'floor'))
      const pids = { cofferPid: coffer.pid, floorPid: floor.pid }
      const machinery: Machinery = { load, floor, coffer: coffer.target, floorPort, ...pids, seconds, rounds }
      await fill(machinery, [...new Set(scenarios.map(({ sizeBytes }) => sizeBytes))])
      const measured: Measured[] = []
      say(headLine())
      for (const scenario of scenarios) {
        const result = await measure(machinery, scenario)
        measured.push(result)
        say(lineOf(result))
      }
      return { node: process.version, cores: availableParallelism(), workers, seconds, rounds, measured, crypto }
    } finally {
      await coffer.stop()
    }
  } finally {
    load.end()
    floor.end()
    rmSync(directory, { recursive: true, force: true })
  }
}

if (!servesBench(process.argv)) {
  const options = parseOptions(process.argv.slice(2))
  if (options === undefined) {
    process.stderr.write(USAGE)
    process.exitCode = 2
  } else {
    const output = options.json ? process.stderr : process.stdout
    const report = await bench(options, (line) => void output.write(`${line}\n`))
    if (options.json) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`)
  }
}
