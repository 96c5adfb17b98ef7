import type { AccountId, LastUse } from '../operations/index.ts'
import type { DirectoryRooms } from './directory-rooms.ts'
import type { Reading } from './find-people.ts'
import { lastUseRow } from './people-rows.ts'
import { openFields, sealFields } from './stored-fields.ts'

/** How far behind the last use may be shown: a use is written down at most so often for each credential and process. */
export const LAST_USE_STEP_MS = 15 * 60 * 1_000
const MAX_REMEMBERED = 10_000

/** When an access key or a role (by its id) was last used; undefined: never. */
export async function readLastUse(rooms: Reading, account: AccountId, id: string): Promise<LastUse | undefined> {
  const [row] = await rooms.store.getMany([lastUseRow(account, id)])
  if (row === undefined) return undefined
  const fields = openFields(rooms.records, row)
  return { atMs: fields.number('atMs'), service: fields.text('service'), region: fields.text('region') }
}

/** Notes uses, now and then. A note that cannot be written is left for the next use: nothing rests on it. */
export interface LastUses {
  note(account: AccountId, id: string, service: string, region: string): void
  /** All notes are durable or given up. */
  settled(): Promise<void>
}

export function createLastUses(rooms: Pick<DirectoryRooms, 'store' | 'records' | 'now'>): LastUses {
  const noted = new Map<string, number>()
  const writing = new Set<Promise<unknown>>()

  async function write(account: AccountId, id: string, use: LastUse): Promise<void> {
    const key = lastUseRow(account, id)
    try {
      await rooms.store.commit({
        checks: [],
        writes: [{ kind: 'put', key, value: sealFields(rooms.records, key, use) }],
      })
    } catch {
      noted.delete(id)
    }
  }

  return {
    note: (account, id, service, region) => {
      const atMs = rooms.now()
      const before = noted.get(id)
      if (before !== undefined && atMs - before < LAST_USE_STEP_MS && atMs >= before) return
      if (noted.size >= MAX_REMEMBERED) noted.clear()
      noted.set(id, atMs)
      const written = write(account, id, { atMs, service, region })
      writing.add(written)
      void written.finally(() => writing.delete(written))
    },
    settled: async () => {
      await Promise.all(writing)
    },
  }
}
