import { createHash } from 'node:crypto'
import type { RecordSealer } from '../records/index.ts'
import type { Check, Key, MetadataStore, Row, Write } from '../storage/index.ts'
import { signInRow } from './people-rows.ts'
import { openFields, sealFields } from './stored-fields.ts'

export const SIGN_IN_LIMITS = Object.freeze({
  /** Attempts for one name, and from one address, that cost no waiting. */
  perName: 5,
  perAddress: 20,
  /** After so long without an attempt everything is forgotten. */
  windowMs: 5 * 60_000,
  firstWaitMs: 30_000,
  longestWaitMs: 15 * 60_000,
})

const MAX_TRIES = 8

/** Under which attempts with a user's password are counted. */
export function signInName(account: string, user: string): string {
  return `${account}/${user}`
}

/** Whom and from where: each is counted by itself. */
export interface Attempt {
  /** What was typed as access key id, or as account and user. */
  readonly name: string
  readonly address: string
  /** Not held against the name: the root of the deployment, from this machine (T-148). */
  readonly spared: boolean
}

export type Counted =
  { readonly kind: 'may-try'; succeeded(): Promise<void> } | { readonly kind: 'must-wait'; readonly waitMs: number }

interface Tally {
  readonly attempts: number
  readonly waits: number
  readonly newestMs: number
  readonly untilMs: number
}

interface Slot {
  readonly key: Key
  readonly free: number
}

const NONE: Tally = { attempts: 0, waits: 0, newestMs: 0, untilMs: 0 }

interface LimitRooms {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly now: () => number
}

/**
 * Counts an attempt before its secret is looked at, so that many at once are no way around (T-148). The counts lie in
 * rows, for every process. There is a fixed number of rows, so that strangers fill no disk; two names that share one
 * share its count.
 */
export async function countAttempt(rooms: LimitRooms, attempt: Attempt): Promise<Counted> {
  const slots: readonly Slot[] = attempt.spared
    ? []
    : [
        { key: slotRow('name', attempt.name), free: SIGN_IN_LIMITS.perName },
        { key: slotRow('address', attempt.address), free: SIGN_IN_LIMITS.perAddress },
      ]
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const nowMs = rooms.now()
    const tallies = await readTallies(rooms, slots)
    const waitMs = Math.max(0, ...tallies.map(({ tally }) => tally.untilMs - nowMs))
    if (waitMs > 0) return { kind: 'must-wait', waitMs }
    const next = tallies.map(({ slot, row, tally }) => ({ slot, row, tally: oneMore(tally, slot.free, nowMs) }))
    if (await store(rooms, next)) return { kind: 'may-try', succeeded: () => giveBack(rooms, slots) }
  }
  // So many at once that none could be counted.
  return { kind: 'must-wait', waitMs: SIGN_IN_LIMITS.firstWaitMs }
}

function oneMore(tally: Tally, free: number, nowMs: number): Tally {
  const forgotten = nowMs - Math.max(tally.newestMs, tally.untilMs) > SIGN_IN_LIMITS.windowMs
  const { attempts, waits } = forgotten ? NONE : tally
  const counted = { attempts: attempts + 1, newestMs: nowMs }
  if (counted.attempts < free) return { ...counted, waits, untilMs: 0 }
  const waitMs = Math.min(SIGN_IN_LIMITS.firstWaitMs * 2 ** Math.min(waits, 16), SIGN_IN_LIMITS.longestWaitMs)
  return { ...counted, waits: waits + 1, untilMs: nowMs + waitMs }
}

/** A name that signed in is forgotten; its address only gets this attempt back, or one good account would free guesses at others. */
async function giveBack(rooms: LimitRooms, slots: readonly Slot[]): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const tallies = await readTallies(rooms, slots)
    const next = tallies.map(({ slot, row, tally }, at) => {
      const less = {
        ...tally,
        attempts: Math.max(0, tally.attempts - 1),
        waits: Math.max(0, tally.waits - 1),
        untilMs: 0,
      }
      return { slot, row, tally: at === 0 ? NONE : less }
    })
    if (await store(rooms, next)) return
  }
}

interface ReadTally {
  readonly slot: Slot
  readonly row: Row | undefined
  readonly tally: Tally
}

async function readTallies({ store, records }: LimitRooms, slots: readonly Slot[]): Promise<readonly ReadTally[]> {
  if (slots.length === 0) return []
  const rows = await store.getMany(slots.map(({ key }) => key))
  return slots.map((slot, at) => {
    const row = rows[at]
    return { slot, row, tally: row === undefined ? NONE : tallyOf(records, row) }
  })
}

function tallyOf(records: RecordSealer, row: Row): Tally {
  const fields = openFields(records, row)
  const [attempts, waits] = [fields.number('attempts'), fields.number('waits')]
  return { attempts, waits, newestMs: fields.number('newestMs'), untilMs: fields.number('untilMs') }
}

/** False: somebody else counted meanwhile. */
async function store({ store: metadata, records }: LimitRooms, tallies: readonly ReadTally[]): Promise<boolean> {
  if (tallies.length === 0) return true
  const checks = tallies.map(({ slot: { key }, row }): Check =>
    row === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: row.revision },
  )
  const writes = tallies.map(({ slot: { key }, tally }): Write => ({
    kind: 'put',
    key,
    value: sealFields(records, key, tally),
  }))
  return (await metadata.commit({ checks, writes })).kind === 'committed'
}

/** One of 65,536 for each of the two kinds. */
function slotRow(of: 'name' | 'address', text: string): Key {
  return signInRow(of, createHash('sha256').update(text.toLowerCase(), 'utf8').digest('hex').slice(0, 4))
}
