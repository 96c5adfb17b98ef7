import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import type { RecordSealer } from '../../src/records/index.ts'
import { Insider, insiderOf } from './insider.ts'

/*
 * What somebody who has the disk and no key can do to the data of a server that does not run. Offsets are those of
 * docs/storage.md (stored rows) and docs/object-format.md (records, version records, blobs).
 */

const ROW = Buffer.of(1)
const REVISION_BYTES = 8
const LIVE = Buffer.from('live/')
const UUID_BYTES = 16
const PAGE = Buffer.from('m/')
const BLOB = Buffer.from('blob/')
/** In a stored row: where the record begins, its epoch, its masked ETag, its clear part. */
export const RECORD_AT = REVISION_BYTES
export const EPOCH_AT = RECORD_AT + 4
export const ETAG_AT = RECORD_AT + 20
export const CLEAR_AT = RECORD_AT + 36
const SEAL_ID_AT = CLEAR_AT + 40
const SEAL_ID_BYTES = 16

/** A version as it lies on the disk. */
export interface StoredVersion {
  readonly rowKey: Buffer
  readonly row: Buffer
  readonly pageKeys: readonly Buffer[]
  /** Files of its blobs. */
  readonly blobs: readonly string[]
}

const OLD = Buffer.from('old/')
const OLD_SUFFIX_BYTES = 9

export class StoppedData {
  /** For who has the metadata key. */
  readonly insider: Insider
  readonly #database: RootDatabase<Buffer, Buffer>
  readonly #data: string
  /** By the bucket's uuid in hexadecimal and the name. */
  readonly #live = new Map<string, Buffer>()
  readonly #old = new Map<string, Buffer>()
  readonly #pages = new Map<string, Buffer[]>()
  readonly #blobs = new Map<string, string[]>()
  /** By the names of objects that only one bucket has. */
  readonly #uuids = new Map<string, string>()

  private constructor(data: string, records: RecordSealer) {
    this.#data = data
    this.insider = new Insider(records, this)
    this.#database = open<Buffer, Buffer>({
      ...{ path: join(data, 'metadata'), noSubdir: false, encoding: 'binary', keyEncoding: 'binary', pageSize: 8_192 },
    })
    this.#read()
  }

  static async open(data: string): Promise<StoppedData> {
    return new StoppedData(data, await insiderOf(data))
  }

  #read(): void {
    for (const { key, value } of this.#database.getRange({ start: ROW, end: Buffer.of(2) })) {
      const [name, stored] = [Buffer.from(key).subarray(1), Buffer.from(value)]
      if (name.subarray(0, LIVE.length).equals(LIVE)) {
        this.#place(this.#live, name.subarray(LIVE.length), Buffer.from(key))
      } else if (name.subarray(0, OLD.length).equals(OLD)) {
        this.#place(this.#old, name.subarray(OLD.length, -OLD_SUFFIX_BYTES), Buffer.from(key))
      } else if (name.subarray(0, PAGE.length).equals(PAGE)) {
        add(this.#pages, name.toString('hex', PAGE.length, PAGE.length + SEAL_ID_BYTES), Buffer.from(key))
      } else if (name.subarray(0, BLOB.length).equals(BLOB)) {
        add(this.#blobs, stored.toString('hex', REVISION_BYTES), this.#fileOf(name.toString('hex', BLOB.length)))
      }
    }
  }

  #place(into: Map<string, Buffer>, place: Buffer, key: Buffer): void {
    const [uuid, name] = [place.toString('hex', 0, UUID_BYTES), place.toString('utf8', UUID_BYTES)]
    into.set(`${uuid}/${name}`, key)
    this.#uuids.set(name, uuid)
  }

  #fileOf(id: string): string {
    return join(this.#data, 'blobs', id.slice(16, 18), id)
  }

  /** The current version of a name. `neighbour`: a name that only the wanted bucket has. */
  version(name: string, neighbour = name): StoredVersion {
    return this.#version(this.#live, name, neighbour)
  }

  /** The version that is not current, of a name that has one such. */
  older(name: string, neighbour = name): StoredVersion {
    return this.#version(this.#old, name, neighbour)
  }

  #version(rows: ReadonlyMap<string, Buffer>, name: string, neighbour: string): StoredVersion {
    const rowKey = rows.get(`${this.#uuids.get(neighbour)}/${name}`) ?? assert.fail(`no row of ${name}`)
    const row = this.row(rowKey)
    const sealId = row.toString('hex', SEAL_ID_AT, SEAL_ID_AT + SEAL_ID_BYTES)
    const blobs = this.#blobs.get(sealId) ?? []
    return { rowKey, row, pageKeys: this.#pages.get(sealId) ?? [], blobs }
  }

  row(key: Buffer): Buffer {
    return Buffer.from(this.#database.getBinary(key) ?? assert.fail('no such row'))
  }

  putRow(key: Buffer, value: Buffer): void {
    this.#database.putSync(key, value)
  }

  removeRow(key: Buffer): void {
    this.#database.removeSync(key)
  }

  async close(): Promise<void> {
    await this.#database.close()
  }
}

function add<Value>(map: Map<string, Value[]>, name: string, value: Value): void {
  map.set(name, [...(map.get(name) ?? []), value])
}

export function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  const index = at < 0 ? copy.length + at : at
  copy.writeUInt8(copy.readUInt8(index) ^ 0x01, index)
  return copy
}

export function changeFile(path: string, change: (bytes: Buffer) => Buffer | undefined): void {
  const changed = change(readFileSync(path))
  if (changed === undefined) rmSync(path)
  else writeFileSync(path, changed)
}
