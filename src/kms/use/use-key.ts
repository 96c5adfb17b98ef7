import type { KeyUsage } from '../../operations/index.ts'
import { demandUsableFor, endDryRun } from './data-keys.ts'
import { demandAlgorithm } from '../keys/key-kind.ts'
import type { KeyEvent } from '../keys/key-journal.ts'
import type { KeyAsk } from '../keys/key-context.ts'
import { judgeKey } from '../keys/key-lookup.ts'
import { shownKeyText } from '../keys/key-names.ts'
import { keyArn, type KeyRecord } from '../keys/key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { currentVersion } from '../keys/material-version.ts'
import type { MaterialHandle } from '../stores/key-store.ts'
import { withStore } from '../stores/with-store.ts'

interface Terms {
  /** As the client names it. */
  readonly key: string
  /** `kms:GenerateMac` and so on. */
  readonly action: string
  readonly usage: KeyUsage
  readonly algorithm?: string
  /** What conditions may ask of this use. */
  readonly extra?: NonNullable<KeyAsk['extra']>
  /** What the record of the use tells beside the key. */
  readonly detail?: Readonly<Record<string, string>>
}

export interface UsedKey<Result> {
  readonly result: Result
  readonly keyArn: string
}

/** One use of a key that is not for wrapping: found, allowed, of the right state, usage and algorithm, done, written down. */
export async function useKey<Result>(
  rooms: KeyRooms,
  request: KeyRequest,
  { key, action, usage, algorithm, detail, extra }: Terms,
  work: (handle: MaterialHandle, record: KeyRecord) => Promise<Result>,
): Promise<UsedKey<Result>> {
  let resource = shownKeyText(key)
  let result: Result
  const event = (): KeyEvent => (detail === undefined ? { action, resource } : { action, resource, detail })
  try {
    const found = await judgeKey(rooms, request, key, extra === undefined ? { action } : { action, extra })
    const { record } = found
    resource = keyArn(record)
    demandUsableFor(found, action, usage)
    demandAlgorithm(record, algorithm)
    endDryRun(request)
    result = await withStore(resource, () => work({ keyUid: record.uid, version: currentVersion(record) }, record))
  } catch (error) {
    rooms.journal.failed(request, event(), error)
    throw error
  }
  rooms.journal.done(request, event())
  return { result, keyArn: resource }
}
