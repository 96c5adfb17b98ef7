import { createHash } from 'node:crypto'
import { refuse } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Check, MetadataStore, Write } from '../storage/index.ts'
import { lastPart, usedNonceEndRow, usedNonceEndRows, usedNonceRow } from './people-rows.ts'
import { openFields, sealFields } from './stored-fields.ts'

/** Rows whose time is over that go with each new one: more than come, so that none stay behind for long. */
const FORGOTTEN_AT_ONCE = 8
const MAX_TRIES = 5

interface NonceRooms {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly now: () => number
}

/**
 * Numbers of signatures that are good for one request (T-054), in rows, so that every process of the server knows them.
 * `spend` answers false for one that this access key used before and whose time is not over.
 */
export interface UsedNonces {
  spend(accessKeyId: string, nonce: string, untilMs: number): Promise<boolean>
}

export function createUsedNonces(rooms: NonceRooms): UsedNonces {
  const { store, records, now } = rooms
  return {
    spend: async (accessKeyId, nonce, untilMs) => {
      const digest = createHash('sha256').update(`${accessKeyId} ${nonce}`, 'utf8').digest('hex')
      const key = usedNonceRow(digest)
      for (let tries = 0; tries < MAX_TRIES; tries++) {
        const [row] = await store.getMany([key])
        if (row !== undefined && openFields(records, row).number('untilMs') >= now()) return false
        const check: Check =
          row === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: row.revision }
        const end = usedNonceEndRow(untilMs, digest)
        const writes: Write[] = [
          ...(await forgotten(rooms, digest)),
          { kind: 'put', key, value: sealFields(records, key, { untilMs }) },
          { kind: 'put', key: end, value: sealFields(records, end, {}) },
        ]
        if ((await store.commit({ checks: [check], writes })).kind === 'committed') return true
      }
      return refuse({ kind: 'contended', detail: 'used numbers of signatures' })
    },
  }
}

/** Deletes what ended, oldest first. `kept`: the number that is being written, whose row stays. */
async function forgotten({ store, now }: NonceRooms, kept: string): Promise<readonly Write[]> {
  const { rows } = await store.scan({ ...usedNonceEndRows(now()), limit: FORGOTTEN_AT_ONCE })
  return rows.flatMap(({ key }): readonly Write[] => {
    const digest = lastPart(key)
    const end: Write = { kind: 'delete', key }
    return digest === kept ? [end] : [end, { kind: 'delete', key: usedNonceRow(digest) }]
  })
}
