import { after, refuse, type AccountId, type Awaitable } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import { readRows, type Key, type MetadataReader, type Row } from '../../storage/index.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { keyAt, openKeyRecord, type KeyRecord } from './key-record.ts'
import { aliasRow, keyIdRow, keyRow } from '../kms-rows.ts'

/** A key as the store has it now. A change checks `row.revision`. */
export interface FoundKey {
  readonly record: KeyRecord
  readonly row: Row
}

const CACHED_RECORDS = 10_000
const UID_BYTES = 16
const POINTER = Uint8Array.of(1)

/**
 * Reads keys. Every answer comes from the store as it is now; only the work of opening a record is spared, by its
 * revision, and the look-up of an id, which never means another key.
 */
export class KeyReader {
  readonly #store: MetadataReader
  readonly #records: RecordSealer
  readonly #now: () => number
  readonly #opened = new BoundedCache<{ readonly revision: string; readonly record: KeyRecord }>(CACHED_RECORDS)
  readonly #pointers = new BoundedCache<{ readonly revision: string; readonly uid: string }>(CACHED_RECORDS)
  readonly #uids = new BoundedCache<string>(CACHED_RECORDS)

  /** `now`: imported material is shown as it is at that time. */
  constructor(store: MetadataReader, records: RecordSealer, now: () => number = () => 0) {
    this.#store = store
    this.#records = records
    this.#now = now
  }

  byUid(uid: string): Awaitable<FoundKey | undefined> {
    return after(readRows(this.#store, [keyRow(uid)]), ([row]) => (row === undefined ? undefined : this.open(uid, row)))
  }

  /** The uid behind an id; it never changes. */
  uidOfId(account: AccountId, keyId: string): Awaitable<string | undefined> {
    const name = `${account}/${keyId}`
    const known = this.#uids.get(name)
    if (known !== undefined) return known
    return after(this.#follow(keyIdRow(account, keyId)), (uid) => {
      if (uid !== undefined) this.#uids.set(name, uid)
      return uid
    })
  }

  /** The uid that an alias means now. */
  uidOfAlias(account: AccountId, alias: string): Awaitable<string | undefined> {
    return this.#follow(aliasRow(account, alias))
  }

  /** The account of a key; it never changes. */
  accountOf(uid: string): Awaitable<AccountId | undefined> {
    const known = this.#opened.get(uid)
    return known === undefined ? after(this.byUid(uid), (found) => found?.record.account) : known.record.account
  }

  byAlias(account: AccountId, alias: string): Awaitable<FoundKey | undefined> {
    return after(this.#follow(aliasRow(account, alias)), (uid) => (uid === undefined ? undefined : this.byUid(uid)))
  }

  /** Keys by their uids, in the order asked; such that are not there are left out. */
  async many(uids: readonly string[]): Promise<readonly FoundKey[]> {
    const rows = await this.#store.getMany(uids.map(keyRow))
    return uids.flatMap((uid, index) => {
      const row = rows[index]
      return row === undefined ? [] : [this.open(uid, row)]
    })
  }

  open(uid: string, row: Row): FoundKey {
    const known = this.#opened.get(uid)
    if (known?.revision === row.revision) return { record: this.#atThisTime(known.record), row }
    const record = openKeyRecord(this.#records, row)
    this.#opened.set(uid, { revision: row.revision, record })
    return { record: this.#atThisTime(record), row }
  }

  #atThisTime(record: KeyRecord): KeyRecord {
    return record.origin === 'coffer' ? record : keyAt(record, this.#now())
  }

  #follow(key: Key): Awaitable<string | undefined> {
    return after(readRows(this.#store, [key]), ([row]) => (row === undefined ? undefined : this.#pointer(row)))
  }

  #pointer(row: Row): string {
    const name = Buffer.from(row.key.buffer, row.key.byteOffset, row.key.byteLength).toString('latin1')
    const known = this.#pointers.get(name)
    if (known?.revision === row.revision) return known.uid
    const uid = openPointer(this.#records, row)
    this.#pointers.set(name, { revision: row.revision, uid })
    return uid
  }
}

/** The value of a row that names a key by its uid: an id's, an alias's. */
export function sealPointer(records: RecordSealer, rowKey: Key, uid: string): Buffer {
  return records.seal({ rowKey, clear: POINTER, secret: Buffer.from(uid, 'hex') })
}

export function openPointer(records: RecordSealer, row: Pick<Row, 'key' | 'value'>): string {
  const { clear, secret } = records.open(row.key, row.value)
  if (clear[0] !== POINTER[0] || secret.length !== UID_BYTES)
    return refuse({ kind: 'integrity', what: 'name of a key' })
  return Buffer.from(secret).toString('hex')
}
