import { createHash } from 'node:crypto'
import { openRootProvider, type RootProvider } from '../../src/kms/index.ts'
import { withBucket } from '../../src/objects/engine.fixture.ts'
import { SeededRandom } from '../crash/seeded-random.ts'
import { losePower, type LostPower } from './lost-power.ts'
import { checkNames, checkWhole, collectAll } from './power-loss-check.ts'
import { expectedAt, PowerLossLoad, type Asked, type Expected } from './power-loss-load.ts'
import { emptyDisk, rowsAfter, startMachine, type Machine, type Pretence } from './power-loss-machine.ts'

const STATES_OF_A_RUN = 250
const CLIENTS = 3
const REQUESTS_OF_A_CLIENT = 7
/** Every so many states all is counted, and the power is lost once more while the engine cleans up. */
const THOROUGH_EVERY = 20
/** Later than anything that has to be old for the collector. */
const LATER_MS = 10 * 60_000
const START_MS = Date.UTC(2026, 0, 2)

interface Run {
  readonly machine: Machine
  readonly requests: readonly Asked[]
  readonly root: RootProvider
  readonly versioned: boolean
  readonly endMs: number
}

/** One machine under load, from its first start on an empty disk. */
async function run(seed: string, pretends?: Pretence): Promise<Run> {
  const random = new SeededRandom(seed)
  const root = await openRootProvider({ provider: 'ephemeral' })
  const versioned = random.below(2) === 1
  const ground = { root, random, tree: emptyDisk(), lastId: 1, rows: [], nowMs: START_MS }
  const machine = await startMachine({ ...ground, ...(pretends === undefined ? {} : { pretends }) }, (options, on) =>
    withBucket(versioned ? 'enabled' : 'unversioned', options, on),
  )
  const load = new PowerLossLoad(machine.at, machine.journal, random, versioned)
  await load.run(CLIENTS, REQUESTS_OF_A_CLIENT)
  return { machine, requests: load.requests, root, versioned, endMs: machine.at.rooms.now() }
}

/** Starts on what a power loss left, and checks that nothing acknowledged is missing and nothing is half there. */
async function checkState(one: Run, lost: LostPower, random: SeededRandom, thorough: boolean): Promise<void> {
  const { machine, requests, root, versioned, endMs } = one
  const expected = expectedAt(machine.journal, requests, lost.moment, versioned)
  const nowMs = endMs + LATER_MS
  const rows = rowsAfter(machine, lost)
  const ground = { root, random, tree: lost.root, lastId: lost.lastId, rows, nowMs }
  const again = await startMachine(ground)
  await checkRecovered(again, expected, versioned, thorough)
  if (!thorough) return
  const twice = losePower(again.journal, again.before, random.below(again.journal.steps.length + 1), random)
  const rest = { root, random, tree: twice.root, lastId: twice.lastId, nowMs: nowMs + LATER_MS }
  const third = await startMachine({ ...rest, rows: rowsAfter(again, twice) })
  await checkRecovered(third, expected, versioned, true)
}

async function checkRecovered({ at }: Machine, expected: Expected, versioned: boolean, thorough: boolean) {
  if (thorough) await checkNames(at, expected, versioned)
  await collectAll(at)
  await checkNames(at, expected, versioned)
  if (thorough) await checkWhole(at)
}

/** Checks so many different states of the journals of as many runs as it takes. Throws what replays a failure. */
export async function checkStates(
  seed: string,
  wanted: number,
  pretends?: Pretence,
): Promise<{ readonly states: number; readonly runs: number }> {
  const seen = new Set<string>()
  let runs = 0
  for (; seen.size < wanted; runs++) {
    const runSeed = `${seed} run ${runs}`
    const one = await run(runSeed, pretends)
    for (let drawn = 0; drawn < STATES_OF_A_RUN && seen.size < wanted; drawn++) {
      const random = new SeededRandom(`${runSeed} state ${drawn}`)
      const moment = random.below(one.machine.journal.steps.length + 1)
      const lost = losePower(one.machine.journal, one.machine.before, moment, random)
      const id = createHash('sha256').update(`${runs} ${lost.choices}`).digest('base64').slice(0, 16)
      if (seen.has(id)) continue
      seen.add(id)
      await checkState(one, lost, random, seen.size % THOROUGH_EVERY === 0).catch((error: unknown) => {
        const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
        throw new Error(`${runSeed}, state ${drawn}, ${lost.choices}: ${why}`)
      })
    }
  }
  return { states: seen.size, runs }
}
