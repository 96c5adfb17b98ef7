import { heldDefaultKey, type StoredEncryption } from '../../encryption/index.ts'
import { StoreFailure } from '../../operations/index.ts'
import type { BlobId, Row } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { allExtents } from '../rows/extents.ts'
import { readGarbage } from '../rows/garbage-rows.ts'
import { entriesAfter, openPage } from '../rows/manifest.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { openPart } from '../rows/part-record.ts'
import {
  BLOB_OWNERS,
  GARBAGE,
  justAfter,
  manifestRange,
  partRange,
  rangeOf,
  UPLOAD_ID_BYTES,
  uploadPrefix,
  type KeyRange,
} from '../rows/row-keys.ts'
import { pageSource } from '../bodies/slices.ts'
import { findLeftovers } from './sweep-leftovers.ts'
import { openUpload } from '../rows/upload-record.ts'

const ROWS_AT_ONCE = 256

/** How many versions, uploads and defaults hold each key: by the key's uid and the version of its material. */
export type KeyHolds = ReadonlyMap<string, Readonly<Holds>>

interface Holds {
  versions: number
  uploads: number
  defaults: number
}

type Rooms = Pick<ObjectRooms, 'store' | 'blobs' | 'records'>

/** A full count of what is in use, to compare with counters and indexes. */
export class StoreTally {
  readonly #rooms: Rooms
  readonly #inUse = new Set<BlobId>()
  /** Named by what waits for the collector: still there, or gone already. */
  readonly #waiting = new Set<BlobId>()
  readonly #holds = new Map<string, Holds>()
  #damagedRows = 0

  constructor(rooms: Rooms) {
    this.#rooms = rooms
  }

  get holds(): KeyHolds {
    return this.#holds
  }

  /** Rows of uploads, parts and pages that did not authenticate; what they name is not counted. */
  get damagedRows(): number {
    return this.#damagedRows
  }

  /** Undefined where the row is damaged: a count goes on over it. */
  #opened<Opened>(open: () => Opened): Opened | undefined {
    try {
      return open()
    } catch (error) {
      if (!(error instanceof StoreFailure) || error.failure.kind !== 'integrity') throw error
      this.#damagedRows++
      return undefined
    }
  }

  async version(version: ObjectVersion): Promise<void> {
    this.#hold(version.detail.encryption, 'versions')
    const { manifest } = version.detail
    if (manifest.kind === 'stream') this.#inUse.add(manifest.blob)
    if (manifest.kind === 'extents') {
      const { store, records } = this.#rooms
      const all = await allExtents({ store, records, sealId: version.header.sealId, table: manifest })
      for (const { blob } of all) this.#inUse.add(blob)
      return
    }
    const source = pageSource(this.#rooms, version)
    if (source === undefined) return
    for await (const entry of entriesAfter(source, 0)) this.#inUse.add(entry.blob)
  }

  /** Counts a bucket's uploads, and what their parts use. */
  async uploads(bucket: BucketRecord): Promise<number> {
    let count = 0
    await this.#each(rangeOf(uploadPrefix(bucket.uuid)), async (row) => {
      count++
      const upload = this.#opened(() => openUpload(this.#rooms.records, row))
      if (upload !== undefined) this.#hold(upload.encryption, 'uploads')
      await this.#parts(row.key.subarray(row.key.length - UPLOAD_ID_BYTES), this.#inUse)
    })
    return count
  }

  #hold(encryption: StoredEncryption, what: 'versions' | 'uploads'): void {
    if (encryption.mode !== 'sse-kms' && encryption.mode !== 'dsse-kms') return
    this.#count(encryption.keyUid, encryption.keyVersion, what)
  }

  #count(keyUid: string, version: number, what: keyof Holds): void {
    const name = `${keyUid}/${version}`
    const held = this.#holds.get(name) ?? { versions: 0, uploads: 0, defaults: 0 }
    held[what]++
    this.#holds.set(name, held)
  }

  /** Counts the key that a bucket's default holds. */
  async defaultOf(bucket: BucketRecord): Promise<void> {
    try {
      const use = await heldDefaultKey(this.#rooms, bucket.uuid)
      if (use !== undefined) this.#count(use.keyUid, use.version, 'defaults')
    } catch (error) {
      if (!(error instanceof StoreFailure) || error.failure.kind !== 'integrity') throw error
      this.#damagedRows++
    }
  }

  async #parts(uploadId: Uint8Array, into: Set<BlobId>): Promise<void> {
    await this.#each(partRange(uploadId), async (row) => {
      const part = this.#opened(() => openPart(this.#rooms.records, row))
      if (part !== undefined) into.add(part.blob)
    })
  }

  /** What waits for the collector is no orphan until then; where the collector was stopped half-way it is not missed. */
  async #garbage(): Promise<void> {
    await this.#each(GARBAGE, async (row) => {
      const { garbage } = readGarbage(row)
      if (garbage.kind === 'blob') {
        this.#waiting.add(garbage.blob)
        return
      }
      if (garbage.kind === 'extents') {
        for (const blob of garbage.blobs) this.#waiting.add(blob)
        return
      }
      await this.#each(manifestRange(Buffer.from(garbage.sealId, 'hex')), async (page) => {
        const entries = this.#opened(() => openPage(this.#rooms.records, page))
        for (const entry of entries ?? []) this.#waiting.add(entry.blob)
      })
      if (garbage.kind !== 'manifest') await this.#parts(Buffer.from(garbage.uploadId, 'hex'), this.#waiting)
    })
  }

  /**
   * Owner rows against blobs in use. `orphans`: rows of blobs that nothing uses; `missing`: blobs in use without a
   * row; `leftovers`: blobs of dead processes without a row.
   */
  async compareBlobs(
    liveEpochs: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<{ readonly orphans: number; readonly leftovers: number; readonly missing: number }> {
    await this.#garbage()
    let orphans = 0
    const missing = new Set<string>(this.#inUse)
    const waiting: ReadonlySet<string> = this.#waiting
    await this.#each(BLOB_OWNERS, async (row) => {
      const id = Buffer.from(row.key.subarray(BLOB_OWNERS.start.length)).toString('hex')
      if (!missing.delete(id) && !waiting.has(id)) orphans++
    })
    let leftovers = 0
    for await (const found of findLeftovers(this.#rooms, { liveEpochs: async () => liveEpochs, signal }))
      leftovers += found.length
    return { orphans, leftovers, missing: missing.size }
  }

  async #each(range: KeyRange, visit: (row: Row) => Promise<void>): Promise<void> {
    let { start } = range
    for (;;) {
      const { rows, more } = await this.#rooms.store.scan({ start, end: range.end, limit: ROWS_AT_ONCE })
      for (const row of rows) await visit(row)
      const last = rows.at(-1)
      if (!more || last === undefined) return
      start = justAfter(last.key)
    }
  }
}
