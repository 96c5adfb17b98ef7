import { parentPort, workerData } from 'node:worker_threads'
import { checkStates } from './power-loss-states.ts'
import type { Pretence } from './power-loss-machine.ts'

/** One thread's share of the states: the test runner's hooks on every promise would take most of the time. */
export interface PowerLossShare {
  readonly seed: string
  readonly states: number
  readonly pretends?: Pretence
}

const { seed, states, pretends } = workerData as PowerLossShare
parentPort?.postMessage(await checkStates(seed, states, pretends))
