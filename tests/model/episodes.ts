import assert from 'node:assert/strict'
import { PROOF_SEED } from '../proof-scale.ts'
import { BUCKETS, KEYS, NAMES, nextMove, type Move, type MoveOptions } from './moves.ts'
import { Run, type Store } from './run.ts'
import { Seeded } from './seeded.ts'
import { shrink } from './shrink.ts'

/** Moves that are done side by side; a list of one is done alone. */
export type Step = readonly Move[]

export interface EpisodeOptions extends MoveOptions {
  /** Of steps: several clients at once. */
  readonly sideBySide: number
  readonly steps: number
}

/** A store, and what is compared at its end. */
export interface OpenedStore extends Store {
  /** Everything is read and counted. */
  verify(): Promise<void>
  close(): Promise<void>
}

const SHRINK_MS = 60_000
const CLIENTS = 3
type Kinds = ReadonlySet<Move['kind']>

/** What clients do at once, about one thing. Each of these takes effect in one moment. */
const ABOUT_A_NAME: Kinds = new Set<Move['kind']>([
  'put',
  'append',
  'rename',
  'get',
  'head',
  'delete',
  'copy',
  'get-tags',
  'put-tags',
  'delete-tags',
  'attributes',
  'update-encryption',
  'list',
])
const ABOUT_AN_UPLOAD: Kinds = new Set<Move['kind']>(['upload-part', 'complete', 'abort', 'list-parts', 'list-uploads'])
const ABOUT_A_BUCKET: Kinds = new Set<Move['kind']>([
  'put',
  'delete',
  'set-versioning',
  'create-bucket',
  'delete-bucket',
])

function stepsOf(seed: string, given: EpisodeOptions): readonly Step[] {
  const random = new Seeded(seed)
  // In some episodes one bucket is never versioned.
  const options = given.beyondS3 && random.chance(0.5) ? { ...given, versioned: BUCKETS.slice(1) } : given
  const steps: Step[] = []
  while (steps.length < options.steps) {
    if (random.chance(options.sideBySide)) {
      steps.push(together(random, options))
      continue
    }
    const move = nextMove(random, options)
    steps.push([move])
    // What a page ended with goes, and the listing goes on.
    if (move.kind !== 'list-versions' || !random.chance(0.3)) continue
    steps.push([{ kind: 'delete-shown', bucket: move.bucket }], [{ ...move, from: 'next' }])
  }
  return steps
}

/** Moves of several clients about one name, one upload, or one bucket. */
function together(random: Seeded, options: MoveOptions): Step {
  const kinds = random.weighted([
    [6, ABOUT_A_NAME],
    [3, ABOUT_AN_UPLOAD],
    [1, ABOUT_A_BUCKET],
  ] as const)
  const about = { bucket: random.pick(BUCKETS), key: random.pick(NAMES), upload: random.below(3) }
  const moves: Move[] = []
  while (moves.length < CLIENTS) {
    const move = nextMove(random, options)
    if (kinds.has(move.kind)) moves.push(turned(move, about))
  }
  return moves
}

/** The move, about this thing. A copy onto its own source has two moments, so its source stays another one. */
function turned(move: Move, about: { readonly bucket: string; readonly key: string; readonly upload: number }): Move {
  const { bucket, key, upload } = about
  switch (move.kind) {
    case 'copy':
      return { ...move, bucket, key, source: { ...move.source, key: NAMES.find((name) => name !== key) ?? key } }
    case 'rename':
      return move.bucket === bucket ? { ...move, key } : { ...move, bucket, from: key }
    case 'upload-part':
    case 'complete':
    case 'abort':
    case 'list-parts':
      return { ...move, bucket, upload }
    case 'switch-key':
    case 'pass':
    case 'job':
    case 'list-buckets':
      return move
    case 'list':
    case 'list-versions':
    case 'list-uploads':
    case 'delete-many':
    case 'delete-shown':
    case 'create-bucket':
    case 'delete-bucket':
    case 'head-bucket':
    case 'get-versioning':
    case 'get-encryption':
    case 'delete-encryption':
    case 'set-versioning':
    case 'set-encryption':
    case 'upload-part-copy':
      return { ...move, bucket }
    default:
      return { ...move, bucket, key }
  }
}

/** Does the steps in a fresh store; gives the number of requests. */
async function play(open: () => Promise<OpenedStore>, steps: readonly Step[]): Promise<number> {
  const store = await open()
  try {
    const run = new Run(store)
    for (const bucket of BUCKETS) await run.step({ kind: 'create-bucket', bucket })
    for (const step of steps) {
      const [first] = step
      if (step.length === 1 && first !== undefined) await run.step(first)
      else await run.together(step)
    }
    for (let key = 0; key < KEYS; key++) await run.step({ kind: 'switch-key', key, enabled: true })
    await store.verify()
    return run.requests
  } finally {
    await store.close()
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/** One episode. A failure tells the seed that replays it, and the fewest steps that show it. */
export async function episode(
  name: string,
  seed: string,
  options: EpisodeOptions,
  open: () => Promise<OpenedStore>,
): Promise<number> {
  const steps = stepsOf(`${name} ${seed}`, options)
  try {
    return await play(open, steps)
  } catch (error) {
    let reason = error
    const fails = async (left: readonly Step[]): Promise<boolean> =>
      play(open, left).then(
        () => false,
        (again: unknown) => {
          reason = again
          return true
        },
      )
    const fewest = await shrink(steps, fails, SHRINK_MS)
    const told = fewest.map((step) => `  ${JSON.stringify(step)}`).join('\n')
    assert.fail(
      `${name}: ${reasonOf(reason)}\nreplay: COFFER_PROOF_SEED=${seed}\n${fewest.length} of ${steps.length} steps are enough:\n${told}`,
    )
  }
}

/**
 * Episodes until there were so many requests, each from a seed of its own: the run's, and its number. A seed that has a
 * number replays that episode only.
 */
export async function episodes(
  name: string,
  requests: number,
  options: EpisodeOptions,
  open: () => Promise<OpenedStore>,
): Promise<void> {
  if (PROOF_SEED.includes('/')) {
    await episode(name, PROOF_SEED, options, open)
    return
  }
  const startedMs = Date.now()
  let toldMs = startedMs
  let done = 0
  for (let number = 0; done < requests; number++) {
    done += await episode(name, `${PROOF_SEED}/${number}`, options, open)
    if (Date.now() - toldMs < 30_000) continue
    toldMs = Date.now()
    const perSecond = Math.round(done / ((toldMs - startedMs) / 1000))
    process.stdout.write(
      `# ${name}: ${done} of ${requests} requests, ${perSecond} a second, seed ${PROOF_SEED}/${number}\n`,
    )
  }
}
