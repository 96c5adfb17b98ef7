import type { Write } from '../storage/index.ts'
import type { Reading } from './find-people.ts'
import { accessKeyFields, openAccessKey } from './identity-records.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { allRows } from './people-pages.ts'
import type { UserRecord } from './people-records.ts'
import { accessKeyRow, lastPart, userKeyRows } from './people-rows.ts'
import { putRow } from './write-people.ts'

/** Rewrites the rows of a user's access keys, which say whose they are: their next use is by the new name. */
export async function renameKeys(rooms: Reading, { account, id, name, path }: UserRecord): Promise<readonly Write[]> {
  const pointers = await allRows(rooms.store, userKeyRows(account, id), PEOPLE_LIMITS.accessKeysPerUser)
  const rows = await rooms.store.getMany(pointers.map((row) => accessKeyRow(lastPart(row.key))))
  return rows
    .filter((row) => row !== undefined)
    .map((row) => {
      const record = openAccessKey(rooms.records, row)
      return putRow(rooms, row.key, accessKeyFields({ ...record, user: { id, name, path } }))
    })
}
