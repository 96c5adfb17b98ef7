import assert from 'node:assert/strict'
import type { Check, Committed, Key, MetadataStore, Revision, Row, Write } from './metadata-store.ts'
import { keyName } from './metadata-store.ts'

/** Small words for the conformance tests: keys and values are written as text or hexadecimal. */

export const text = (value: string): Buffer => Buffer.from(value, 'utf8')
export const hex = (value: string): Buffer => Buffer.from(value, 'hex')

export const put = (key: Key, value: Uint8Array | string = 'x'): Write => ({
  kind: 'put',
  key,
  value: typeof value === 'string' ? text(value) : value,
})
export const remove = (key: Key): Write => ({ kind: 'delete', key })
export const add = (counter: Key, delta: bigint): Write => ({ kind: 'add', counter, delta })
export const absent = (key: Key): Check => ({ kind: 'absent', key })
export const at = (key: Key, revision: Revision): Check => ({ kind: 'revision', key, revision })
export const empty = (start: Key, end: Key): Check => ({ kind: 'empty', start, end })
export const sumIs = (counter: Key, equals: bigint): Check => ({ kind: 'sum', counter, equals })

/** Commits, and demands that it was committed. */
export async function commit(
  store: MetadataStore,
  writes: readonly Write[],
  checks: readonly Check[] = [],
): Promise<ReadonlyMap<string, Revision>> {
  const committed = await store.commit({ checks, writes })
  assert.ok(committed.kind === 'committed', 'the checks hold, so the batch is committed')
  return committed.revisions
}

/** Commits, and demands that it was refused. */
export async function conflict(
  store: MetadataStore,
  checks: readonly Check[],
  writes: readonly Write[] = [],
): Promise<Extract<Committed, { kind: 'conflict' }>> {
  const committed = await store.commit({ checks, writes })
  assert.ok(committed.kind === 'conflict', 'the checks do not hold, so nothing may be committed')
  return committed
}

export function revisionIn(revisions: ReadonlyMap<string, Revision>, key: Key): Revision {
  const revision = revisions.get(keyName(key))
  assert.ok(revision !== undefined, 'a put key has a revision')
  return revision
}

export async function valueOf(store: MetadataStore, key: Key): Promise<string | undefined> {
  const [row] = await store.getMany([key])
  return row === undefined ? undefined : Buffer.from(row.value).toString('utf8')
}

export const keysOf = (rows: readonly Row[]): readonly string[] =>
  rows.map((row) => Buffer.from(row.key).toString('hex'))

/** Every key there is, by hexadecimal name. */
export async function allKeys(store: MetadataStore): Promise<readonly string[]> {
  const { rows } = await store.scan({ start: Buffer.alloc(0), end: Buffer.alloc(1_200, 0xff), limit: 100_000 })
  return keysOf(rows)
}

/** A small generator with a seed, so that a failed run can be repeated. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
