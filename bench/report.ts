import type { CryptoBudget } from './crypto-budget.ts'
import type { Measured } from './measure.ts'
import type { Spread } from './statistics.ts'

/** What one run of the benchmark says. */
export interface Report {
  readonly node: string
  readonly cores: number
  readonly workers: number
  readonly seconds: number
  readonly rounds: number
  readonly measured: readonly Measured[]
  readonly crypto: CryptoBudget | undefined
}

const NAME_CHARS = 36
const CELL_CHARS = 16

export function headLine(): string {
  const columns = ['of bare HTTP', 'of durable HTTP', 'CPU us', 'floor CPU us', 'requests/s', 'p50 ms', 'p99 ms']
  return `${'min/median/max'.padEnd(NAME_CHARS)}${columns.map((column) => column.padStart(CELL_CHARS)).join('')}`
}

/** `PUT 4 KiB, SSE-S3, C=16    0.41/0.43/0.44 ...`: ratios first, since they alone can be compared between machines. */
export function lineOf({ name, ratios, coffer, floors }: Measured): string {
  const cells = [
    ratioText(ratios.bare),
    ratioText(ratios.durable),
    microsText(coffer.cpuMicros),
    microsText(floors.bare?.cpuMicros),
    Math.round(coffer.perSecond.median).toLocaleString('en-US'),
    coffer.p50Ms.median.toFixed(2),
    coffer.p99Ms.median.toFixed(2),
  ]
  return `${name.padEnd(NAME_CHARS)}${cells.map((cell) => cell.padStart(CELL_CHARS)).join('')}`
}

export function cryptoLine({ putMicros, getMicros, budgetMicros }: CryptoBudget): string {
  const text = ({ min, median, max }: Spread): string => `${min.toFixed(1)}/${median.toFixed(1)}/${max.toFixed(1)} us`
  const within = Math.max(putMicros.median, getMicros.median) <= budgetMicros ? 'within' : 'OVER'
  return `crypto of 4 KiB, SSE-S3: PUT ${text(putMicros)}, GET ${text(getMicros)}, ${within} the budget of ${budgetMicros} us`
}

function ratioText(spread: Spread | undefined): string {
  if (spread === undefined) return '-'
  return [spread.min, spread.median, spread.max].map((ratio) => ratio.toFixed(2)).join('/')
}

function microsText(spread: Spread | undefined): string {
  return spread === undefined ? '-' : spread.median.toFixed(0)
}
