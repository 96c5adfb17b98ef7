import { parseObjectKey, StoreFailure, type ObjectKey, type VerifyReport } from '../../operations/index.ts'
import { BlobDamaged, BlobMissing, type Key, type Row } from '../../storage/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { openBucket } from '../rows/bucket-rows.ts'
import { LEFT_OUT } from '../reading/head-object.ts'
import { openVersion, versionIdOf, type ObjectVersion, type VersionRecord } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { formOf, plaintextOf } from '../reading/open-object.ts'
import type { Permit } from '../permit.ts'
import { scopeOf } from '../permitted-bucket.ts'
import { wholeSlice } from '../bodies/slices.ts'
import { StoreTally, type KeyHolds } from './store-tally.ts'
import { BUCKETS, bucketCounter, justAfter, livePrefix, nullKey, oldPrefix, rangeOf, u64 } from '../rows/row-keys.ts'

const ROWS_AT_ONCE = 256
/** What a report lists; the rest is counted in a remark. */
const MAX_DAMAGED_LISTED = 1_000
const OLD_SUFFIX_BYTES = 9

export interface ScrubOptions {
  /** Only this bucket; indexes of blobs are then not compared. */
  readonly bucket?: string
  /** Processes whose blobs may be on their way to their rows. */
  readonly liveEpochs: ReadonlySet<string>
  /** Compares what was counted with the key service's own counts and entries; returns what does not agree, in words. */
  readonly checkUses?: (counted: KeyHolds) => Promise<readonly string[]>
}

/**
 * Reads and authenticates everything, as the permit's caller: records, pages, data. Compares counters and indexes
 * with a full count, which holds while nobody writes; a disagreement under load means: ask again.
 */
export async function scrubStore(rooms: ObjectRooms, permit: Permit, options: ScrubOptions): Promise<VerifyReport> {
  const scrub = new Scrub(rooms, permit)
  for await (const row of rowsOf(rooms, BUCKETS)) {
    permit.signal.throwIfAborted()
    const bucket = scrub.open(row)
    if (bucket === undefined) continue
    if (options.bucket === undefined || options.bucket === bucket.name) await scrub.bucket(bucket)
  }
  return scrub.report(options)
}

async function* rowsOf(
  rooms: Pick<ObjectRooms, 'store'>,
  range: { readonly start: Key; readonly end: Key },
): AsyncGenerator<Row, void, undefined> {
  let { start } = range
  for (;;) {
    const { rows, more } = await rooms.store.scan({ start, end: range.end, limit: ROWS_AT_ONCE })
    yield* rows
    const last = rows.at(-1)
    if (!more || last === undefined) return
    start = justAfter(last.key)
  }
}

class Scrub {
  readonly #rooms: ObjectRooms
  readonly #permit: Permit
  readonly #tally: StoreTally
  readonly #damaged: VerifyReport['damaged'][number][] = []
  #versions = 0
  #readable = 0
  #sealed = 0
  #keysMissing = 0
  #unlisted = 0
  #countersAgree = true
  #nullsAgree = true

  constructor(rooms: ObjectRooms, permit: Permit) {
    this.#rooms = rooms
    this.#permit = permit
    this.#tally = new StoreTally(rooms)
  }

  /** Undefined where the bucket's row is damaged: then nothing in it can be found. */
  open(row: Row): BucketRecord | undefined {
    try {
      return openBucket(this.#rooms, row)
    } catch (error) {
      const what = whatOf(error)
      if (what === undefined) throw error
      const name = Buffer.from(row.key.subarray(BUCKETS.start.length)).toString('utf8')
      this.#note({ name }, '', 'unknown', `the bucket's ${what}`)
      return undefined
    }
  }

  async bucket(bucket: BucketRecord): Promise<void> {
    let bytes = 0
    let versions = 0
    for (const [prefix, suffixBytes] of [
      [livePrefix(bucket.uuid), 0],
      [oldPrefix(bucket.uuid), OLD_SUFFIX_BYTES],
    ] as const) {
      for await (const row of rowsOf(this.#rooms, rangeOf(prefix))) {
        this.#permit.signal.throwIfAborted()
        const name = Buffer.from(row.key.subarray(prefix.length, row.key.length - suffixBytes)).toString('utf8')
        const version = await this.#row(bucket, name, row, suffixBytes > 0)
        if (version?.kind !== 'object') continue
        versions++
        bytes += version.header.size
      }
    }
    const uploads = await this.#tally.uploads(bucket)
    await this.#tally.defaultOf(bucket)
    const sums = await Promise.all(
      (['bytes', 'versions', 'uploads'] as const).map((what) =>
        this.#rooms.store.sum(bucketCounter(bucket.uuid, what)),
      ),
    )
    const agree = sums[0] === BigInt(bytes) && sums[1] === BigInt(versions) && sums[2] === BigInt(uploads)
    if (!agree) this.#countersAgree = false
  }

  /** One row: its record, its place in the null index, and its data. */
  async #row(bucket: BucketRecord, name: string, row: Row, isOld: boolean): Promise<VersionRecord | undefined> {
    let version: VersionRecord
    try {
      version = openVersion(this.#rooms.records, row.key, row.value)
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
      this.#versions++
      this.#note(bucket, name, 'unknown', whatOf(error) ?? 'record')
      return undefined
    }
    const parsed = parseObjectKey(name)
    if (parsed.kind !== 'key') {
      this.#note(bucket, name, 'unknown', 'name')
      return version
    }
    if (isOld && version.header.isNull) await this.#checkNull(bucket, parsed.key, version)
    if (version.kind === 'object') await this.#object(bucket, parsed.key, version)
    return version
  }

  async #checkNull(bucket: BucketRecord, key: ObjectKey, version: VersionRecord): Promise<void> {
    const [pointer] = await this.#rooms.store.getMany([nullKey(bucket.uuid, key)])
    if (pointer === undefined || Buffer.compare(pointer.value, u64(version.header.order)) !== 0)
      this.#nullsAgree = false
  }

  async #object(bucket: BucketRecord, key: ObjectKey, version: ObjectVersion): Promise<void> {
    this.#versions++
    const id = versionIdOf(version.header)
    try {
      await this.#tally.version(version)
      // Nothing is stored that is not sealed; what authenticates is sealed.
      this.#sealed++
      if (version.header.mode === 'sse-c') return
      await this.#readAll(bucket, key, version)
      this.#readable++
    } catch (error) {
      const what = whatOf(error)
      if (what !== undefined) this.#note(bucket, key, id, what)
      else if (error instanceof StoreFailure && LEFT_OUT.has(error.failure.kind)) this.#keysMissing++
      else throw error
    }
  }

  async #readAll(bucket: BucketRecord, key: ObjectKey, version: ObjectVersion): Promise<void> {
    const scope = scopeOf(this.#permit, bucket, key, version.header.sealId)
    const keys = await this.#rooms.encryption.beginRead(scope, version.detail.encryption, undefined, formOf(version))
    try {
      const all = wholeSlice(version.header.size)
      let read = 0
      for await (const piece of plaintextOf(this.#rooms, keys, version, all, this.#permit.signal)) read += piece.length
      if (read !== version.header.size) throw new BlobDamaged('short')
    } finally {
      keys.dispose()
    }
  }

  #note(bucket: { readonly name: string }, key: string, versionId: string, what: string): void {
    if (this.#damaged.length < MAX_DAMAGED_LISTED) this.#damaged.push({ bucket: bucket.name, key, versionId, what })
    else this.#unlisted++
  }

  async report(options: ScrubOptions): Promise<VerifyReport> {
    const whole = options.bucket === undefined
    const blobs = whole
      ? await this.#tally.compareBlobs(options.liveEpochs, this.#permit.signal)
      : { orphans: 0, leftovers: 0, missing: 0 }
    const uses = whole ? ((await options.checkUses?.(this.#tally.holds)) ?? []) : []
    const remarks = [...uses]
    if (this.#unlisted > 0) remarks.push(`${this.#unlisted} more damaged versions are not listed`)
    if (!this.#countersAgree) remarks.push('sizes or counts of a bucket differ from a full count')
    if (!this.#nullsAgree) remarks.push('a null version is not where its index says')
    const { damagedRows } = this.#tally
    if (damagedRows > 0) remarks.push(`${damagedRows} rows of uploads, parts or pages do not authenticate`)
    if (blobs.missing > 0) remarks.push(`${blobs.missing} blobs in use have no owner row`)
    return {
      versions: this.#versions,
      sealed: this.#sealed,
      readable: this.#readable,
      keysMissing: this.#keysMissing,
      damaged: this.#damaged,
      countersAgree: this.#countersAgree && uses.length === 0,
      indexAgrees: this.#nullsAgree && blobs.missing === 0 && damagedRows === 0,
      orphans: blobs.orphans,
      leftovers: blobs.leftovers,
      remarks,
    }
  }
}

/** What is damaged, if the error says that something is. */
function whatOf(error: unknown): string | undefined {
  if (error instanceof BlobMissing) return 'a blob is missing'
  if (error instanceof BlobDamaged) return 'a blob is too short'
  return error instanceof StoreFailure && error.failure.kind === 'integrity' ? error.failure.what : undefined
}
