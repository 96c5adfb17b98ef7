import type { Check, Committed, Fragment, Key, Row } from '../storage/index.ts'
import type { RowStore } from './encryption-rows.ts'

/** Rows in memory for the tests of this room: reads and commits with `absent` and `revision` checks. */
export class MemoryRows implements RowStore {
  readonly rows = new Map<string, Row>()
  #revision = 0

  async getMany(keys: readonly Key[]): Promise<readonly (Row | undefined)[]> {
    return keys.map((key) => this.rows.get(nameOf(key)))
  }

  async commit(batch: Fragment): Promise<Committed> {
    const failed = batch.checks.filter((check) => !this.#holds(check))
    if (failed.length > 0) return { kind: 'conflict', failed, now: failed.map(() => undefined) }
    const revisions = new Map<string, string>()
    for (const write of batch.writes) {
      if (write.kind === 'put') {
        const revision = String(++this.#revision)
        this.rows.set(nameOf(write.key), { key: write.key, value: write.value, revision })
        revisions.set(nameOf(write.key), revision)
      }
      if (write.kind === 'delete') this.rows.delete(nameOf(write.key))
    }
    return { kind: 'committed', revisions }
  }

  #holds(check: Check): boolean {
    if (check.kind === 'absent') return !this.rows.has(nameOf(check.key))
    if (check.kind === 'revision') return this.rows.get(nameOf(check.key))?.revision === check.revision
    throw new Error(`the fixture does not know ${check.kind}`)
  }
}

function nameOf(key: Key): string {
  return Buffer.from(key).toString('hex')
}
