import { sealsOfBench } from './crypto-budget-keys.ts'
import { spreadOf, type Spread } from './statistics.ts'

/** All crypto of one 4 KiB request under SSE-S3, without the hash of its body and its signature, in microseconds. */
export interface CryptoBudget {
  readonly putMicros: Spread
  readonly getMicros: Spread
  readonly budgetMicros: number
}

export const BUDGET_MICROS = 15
const BATCHES = 15
const BATCH = 1_000

/** Keys, the sealed body, the sealed record; then the record and the body opened again. In this process. */
export async function measureCrypto(): Promise<CryptoBudget> {
  const { seal, open } = await sealsOfBench()
  const sealed = await seal()
  return {
    putMicros: await microsOf(seal),
    getMicros: await microsOf(() => open(sealed)),
    budgetMicros: BUDGET_MICROS,
  }
}

async function microsOf(act: () => Promise<unknown>): Promise<Spread> {
  const batches: number[] = []
  // The first batch is for the compiler.
  for (let batch = 0; batch <= BATCHES; batch++) {
    const started = performance.now()
    for (let turn = 0; turn < BATCH; turn++) await act()
    if (batch > 0) batches.push(((performance.now() - started) * 1_000) / BATCH)
  }
  return spreadOf(batches)
}
