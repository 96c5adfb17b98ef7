import type { CryptoBudget } from './crypto-budget.ts'
import type { Figures, Measured } from './measure.ts'
import type { PolicyCost } from './policy-cost.ts'
import type { MemoryReport } from './memory.ts'
import type { ScaleReport } from './scale.ts'
import type { SignatureCost } from './signature-cost.ts'
import type { Spread } from './statistics.ts'

/** What one run of the benchmark says. */
export interface Report {
  readonly node: string
  readonly cores: number
  readonly workers: number
  readonly tls: boolean
  readonly seconds: number
  readonly rounds: number
  readonly measured: readonly Measured[]
  readonly crypto?: CryptoBudget
  readonly policy?: PolicyCost
  readonly signatures?: readonly SignatureCost[]
  readonly scale?: ScaleReport
  readonly memory?: MemoryReport
}

const NAME_CHARS = 39
const FLOOR_CHARS = 21
const CELL_CHARS = 16

export function headLine(): string {
  const columns = [
    'min/median/max',
    'goal',
    'by CPU',
    'CPU us',
    'floor CPU us',
    'client CPU us',
    'requests/s',
    'p50 ms',
    'p99 ms',
  ]
  return rowOf('', 'ratio to', columns)
}

/** One line for each floor, ratios first: they alone can be compared between machines. */
export function linesOf({ name, coffer, against }: Measured): readonly string[] {
  return against.map(({ floor, ratio, cpuRatio, figures, goal, met }, index) =>
    rowOf(index === 0 ? name : '', floor, [
      spreadText(ratio, 2),
      goal === undefined ? '-' : `${goal.toFixed(2)} ${met === true ? 'met' : 'not met'}`,
      cpuRatio === undefined ? '-' : spreadText(cpuRatio, 2),
      microsText(coffer.cpuMicros),
      microsText(figures.cpuMicros),
      `${microsText(coffer.askerMicros)}/${microsText(figures.askerMicros)}`,
      ...timesOf(coffer),
    ]),
  )
}

function timesOf(figures: Figures): readonly string[] {
  const rate = figures.perSecond.median
  return [
    rate < 100 ? rate.toFixed(1) : Math.round(rate).toLocaleString('en-US'),
    figures.p50Ms.median.toFixed(2),
    figures.p99Ms.median.toFixed(2),
  ]
}

function rowOf(name: string, floor: string, cells: readonly string[]): string {
  return `${name.padEnd(NAME_CHARS)}${floor.padEnd(FLOOR_CHARS)}${cells.map((one) => one.padStart(CELL_CHARS)).join('')}`
}

export function cryptoLine({ putMicros, getMicros, budgetMicros }: CryptoBudget): string {
  const met = Math.max(putMicros.median, getMicros.median) <= budgetMicros ? 'met' : 'not met'
  const figures = `PUT ${spreadText(putMicros, 1)} us, GET ${spreadText(getMicros, 1)} us`
  return `crypto of 4 KiB, SSE-S3: ${figures}; goal ${budgetMicros} us ${met}`
}

export function policyLine({ allowedMicros, refusedMicros, budgetMicros }: PolicyCost): string {
  const met = Math.max(allowedMicros.median, refusedMicros.median) <= budgetMicros ? 'met' : 'not met'
  const figures = `allowed ${spreadText(allowedMicros, 1)} us, refused ${spreadText(refusedMicros, 1)} us`
  return `policy of 100 statements: ${figures}; goal ${budgetMicros} us ${met}`
}

export function signatureLine({ scheme, micros, goalMicros }: SignatureCost): string {
  const met = micros.median <= goalMicros ? 'met' : 'not met'
  return `verifying ${scheme.padEnd(NAME_CHARS - 10)}${spreadText(micros, 1)} us of CPU; goal ${goalMicros} us ${met}`
}

export function scaleLines(report: ScaleReport): readonly string[] {
  const { objects, fillSeconds, openMs, openGoalMs, slower } = report
  return [
    `filled with ${objects.toLocaleString('en-US')} objects in ${fillSeconds.toFixed(0)} s`,
    `opened again in ${openMs.toFixed(0)} ms; goal ${openGoalMs} ms ${openMs <= openGoalMs ? 'met' : 'not met'}`,
    ...slower.map(
      ({ name, times, goal, met, cpuTimes }) =>
        `${name.padEnd(NAME_CHARS)}${spreadText(times, 2)} times as long as among a thousand` +
        `; goal ${goal} ${met ? 'met' : 'not met'}; CPU ${spreadText(cpuTimes, 2)} times`,
    ),
  ]
}

export function memoryLines({ idle, uploading }: MemoryReport): readonly string[] {
  const mib = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MiB`
  return [idle, uploading].map(
    ({ what, peak, goalBytes, met }) =>
      `${what}: ${mib(peak.residentBytes)} resident, ${mib(peak.proportionalBytes)} with shared pages counted once ` +
      `(${mib(peak.anonymousBytes)} of its own, ${mib(peak.fileBytes)} of files); goal ${mib(goalBytes)} ${met ? 'met' : 'not met'}`,
  )
}

function spreadText({ min, median, max }: Spread, digits: number): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join('/')
}

function microsText(spread: Spread | undefined): string {
  return spread === undefined ? '-' : spread.median.toFixed(0)
}
