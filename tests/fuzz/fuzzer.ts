import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { proofMs, PROOF_SEED } from '../proof-scale.ts'
import { CHECKOUT } from '../checkout.ts'
import { mutate, randomOf, type Random } from './mutate.ts'

/** Each target's own time in `npm test`. */
const SMALL_MS = 500
const LOOK_AT_CLOCK_EVERY = 64
/** So many inputs are tried however slow the machine is. */
const LEAST_INPUTS = 200

export interface FuzzTarget {
  /** The folder of its corpus, too. */
  readonly name: string
  /** Inputs that are as they should be. */
  readonly seeds: readonly (string | Uint8Array)[]
  /** Words of the grammar. */
  readonly words: readonly string[]
  /** Throws when a property does not hold. Whatever is refused as it should be is no failure: that is a value. */
  readonly check: (input: Buffer, random: Random) => void | Promise<void>
}

/** Inputs that once were interesting, one a file: each is tried on every run. */
function corpusOf(name: string): readonly Buffer[] {
  const folder = join(CHECKOUT, 'tests', 'fuzz', 'corpus', name)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file)))
}

function seedOf(name: string): number {
  return createHash('sha256').update(`${PROOF_SEED} ${name}`).digest().readUInt32BE()
}

async function tryOne(target: FuzzTarget, input: Buffer, seed: number): Promise<void> {
  try {
    await target.check(input, randomOf(seed))
  } catch (error) {
    const how = `COFFER_PROOF_SEED=${PROOF_SEED}, seed ${seed}. To keep it: a file in tests/fuzz/corpus/${target.name}/`
    throw new Error(`${target.name} with ${input.toString('base64')} (base64). ${how}`, { cause: error })
  }
}

/** Tries the corpus, the seeds, and then what becomes of both, until the time is over. */
export function fuzz(target: FuzzTarget): void {
  test(`T-178 part ${target.name}: whatever comes, the answer is a value or a refusal, and its properties hold`, async (t) => {
    const seeds = [...target.seeds.map((seed) => Buffer.from(seed)), ...corpusOf(target.name)]
    for (const input of seeds) await tryOne(target, input, 0)
    const endMs = performance.now() + proofMs(SMALL_MS)
    const first = seedOf(target.name)
    let tried = 0
    while (tried < LEAST_INPUTS || tried % LOOK_AT_CLOCK_EVERY !== 0 || performance.now() < endMs) {
      const seed = (first + tried) >>> 0
      await tryOne(target, mutate(seeds, target.words, randomOf(seed)), seed)
      tried += 1
    }
    t.diagnostic(`${tried} inputs, COFFER_PROOF_SEED=${PROOF_SEED}`)
  })
}
