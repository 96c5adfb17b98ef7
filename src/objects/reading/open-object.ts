import type { ReadKeys } from '../../encryption/index.ts'
import {
  after,
  refuse,
  type Awaitable,
  type CustomerKey,
  type ObjectKey,
  type OutgoingBody,
  type Slice,
  type VersionId,
} from '../../operations/index.ts'
import { BlobDamaged, BlobMissing, BlobUnavailable, type BlobId } from '../../storage/index.ts'
import type { SealedStream } from '../../encryption/index.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { extentsOfRange } from '../rows/extents.ts'
import { entriesOfRange } from '../rows/manifest.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import { scopeOf } from '../permitted-bucket.ts'
import type { Permit } from '../permit.ts'
import { requirePinned } from './pinned-version.ts'
import type { ReadLease } from './read-leases.ts'
import { pageSource } from '../bodies/slices.ts'
import { findObject, type StoredVersion } from '../rows/version-rows.ts'

/** How often a version is looked up again because its blob was gone: each time it must have changed. */
const OPEN_TRIES = 5

export interface ReadRequest<Chosen extends Slice> {
  readonly bucket: BucketRecord
  readonly key: ObjectKey
  readonly versionId: VersionId | undefined
  readonly customer: CustomerKey | undefined
  /** `source`: it is what a copy reads. */
  readonly from?: 'source'
  /** Conditions and limits; after the key check, before any data. */
  readonly check: (stored: StoredVersion<ObjectVersion>) => void
  readonly choose: (version: ObjectVersion) => Awaitable<Chosen>
}

export interface OpenedObject<Chosen extends Slice> {
  readonly stored: StoredVersion<ObjectVersion>
  readonly keys: ReadKeys
  readonly slice: Chosen
  /**
   * Read once, or dropped by the end of the permit's signal: then keys and lease are released. Where it has `bytes`, it
   * holds no lease, and its opener calls `release`.
   */
  readonly body: OutgoingBody
  readonly release: () => void
}

export function formOf(version: ObjectVersion): 'inline' | 'streams' {
  return version.detail.manifest.kind === 'inline' ? 'inline' : 'streams'
}

/**
 * Finds a version, opens its keys, and its first bytes: damage shows before an answer is begun. A blob that is gone
 * means that the version was replaced meanwhile, and is read again; if it was not, it is damage.
 */
export async function openObject<Chosen extends Slice>(
  rooms: ObjectRooms,
  permit: Permit,
  request: ReadRequest<Chosen>,
): Promise<OpenedObject<Chosen>> {
  // Before the record is read: what it names stays at least as long as this lease.
  const lease = rooms.leases.begin()
  try {
    let missed: string | undefined
    for (let attempt = 1; attempt <= OPEN_TRIES; attempt++) {
      const found = findObject(rooms, request.bucket, request.key, request.versionId)
      const stored = found instanceof Promise ? await found : found
      requirePinned(permit, request.from ?? 'target', stored.version)
      if (stored.row.revision === missed) refuse({ kind: 'integrity', what: 'a blob is missing' })
      const opening = tryOpen(rooms, permit, request, stored, lease)
      const opened = opening instanceof Promise ? await opening : opening
      if (opened !== undefined) return opened
      missed = stored.row.revision
    }
    return refuse({ kind: 'contended', detail: 'the object kept being replaced' })
  } catch (error) {
    lease.end()
    throw error
  }
}

/** Undefined: a blob of it is gone. */
function tryOpen<Chosen extends Slice>(
  rooms: ObjectRooms,
  permit: Permit,
  request: ReadRequest<Chosen>,
  stored: StoredVersion<ObjectVersion>,
  lease: ReadLease,
): Awaitable<OpenedObject<Chosen> | undefined> {
  const { version } = stored
  const scope = scopeOf(permit, request.bucket, request.key, version.header.sealId)
  const opening = rooms.encryption.beginRead(scope, version.detail.encryption, request.customer, formOf(version))
  return after(opening, (keys) => {
    if (version.detail.manifest.kind !== 'inline') return openStreams(rooms, permit, request, stored, keys, lease)
    try {
      request.check(stored)
      return after(request.choose(version), (slice) => openInline(stored, keys, slice, lease))
    } catch (error) {
      keys.dispose()
      throw error
    }
  })
}

function openInline<Chosen extends Slice>(
  stored: StoredVersion<ObjectVersion>,
  keys: ReadKeys,
  slice: Chosen,
  lease: ReadLease,
): OpenedObject<Chosen> {
  const body = new WholeBody(inlineBytes(keys, stored.version, slice))
  lease.end()
  return { stored, keys, slice, body, release: () => keys.dispose() }
}

async function openStreams<Chosen extends Slice>(
  rooms: ObjectRooms,
  permit: Permit,
  request: ReadRequest<Chosen>,
  stored: StoredVersion<ObjectVersion>,
  keys: ReadKeys,
  lease: ReadLease,
): Promise<OpenedObject<Chosen> | undefined> {
  const { version } = stored
  try {
    request.check(stored)
    const slice = await request.choose(version)
    const running = new RunningBody(plaintextOf(rooms, keys, version, slice, permit.signal), slice.length, () => {
      lease.end()
      keys.dispose()
    })
    await running.begin(permit.signal)
    return { stored, keys, slice, body: running, release: () => running.release() }
  } catch (error) {
    keys.dispose()
    if (error instanceof BlobMissing) return undefined
    throw asFailure(error)
  }
}

function asFailure(error: unknown): unknown {
  try {
    if (error instanceof BlobMissing) refuse({ kind: 'integrity', what: 'a blob is missing' })
    if (error instanceof BlobDamaged) refuse({ kind: 'integrity', what: 'a blob is shorter than its record says' })
    if (error instanceof BlobUnavailable) refuse({ kind: 'unavailable', detail: 'the blob store is away' })
  } catch (failure) {
    return failure
  }
  return error
}

/** Of a body that lies in its row. */
export function inlineBytes(
  keys: ReadKeys,
  version: ObjectVersion,
  { first, length }: Pick<Slice, 'first' | 'length'>,
): Buffer {
  const body = keys.openInline(version.inline ?? Buffer.alloc(0))
  if (body.length !== version.header.size) refuse({ kind: 'integrity', what: 'inline body' })
  return length === body.length ? body : body.subarray(first, first + length)
}

class WholeBody implements OutgoingBody {
  readonly length: number
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.length = bytes.length
    this.bytes = bytes
  }

  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    signal.throwIfAborted()
    if (this.bytes.length > 0) yield this.bytes
  }
}

/** The plaintext of a slice; each piece was authenticated. */
export async function* plaintextOf(
  rooms: Pick<ObjectRooms, 'store' | 'records' | 'blobs'>,
  keys: ReadKeys,
  version: ObjectVersion,
  slice: Pick<Slice, 'first' | 'length'>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { manifest } = version.detail
  const { first, length } = slice
  switch (manifest.kind) {
    case 'inline':
      if (length > 0) yield inlineBytes(keys, version, slice)
      return
    case 'stream':
      if (manifest.stream.length !== version.header.size) refuse({ kind: 'integrity', what: 'stream length' })
      yield* openExtent(rooms, keys, { part: 1, ...manifest }, slice, signal)
      return
    case 'extents': {
      if (manifest.bytes !== version.header.size) refuse({ kind: 'integrity', what: 'table of extents' })
      const { store, records } = rooms
      const source = { store, records, sealId: version.header.sealId, table: manifest }
      let left = length
      for await (const extent of extentsOfRange(source, first, length)) {
        const skip = Math.max(0, first - extent.offset)
        const wanted = Math.min(extent.bytes - skip, left)
        left -= wanted
        yield* openExtent(rooms, keys, extent, { first: extent.from + skip, length: wanted }, signal)
      }
      if (left !== 0) refuse({ kind: 'integrity', what: 'table of extents' })
      return
    }
    case 'pages': {
      const source = pageSource(rooms, version)
      if (source === undefined || manifest.table.bytes !== version.header.size) {
        return refuse({ kind: 'integrity', what: 'page table' })
      }
      let left = length
      for await (const entry of entriesOfRange(source, first, length)) {
        const from = Math.max(0, first - entry.offset)
        const wanted = Math.min(entry.stream.length - from, left)
        left -= wanted
        yield* openExtent(rooms, keys, entry, { first: from, length: wanted }, signal)
      }
      if (left !== 0) refuse({ kind: 'integrity', what: 'page table' })
    }
  }
}

function openExtent(
  rooms: Pick<ObjectRooms, 'blobs'>,
  keys: ReadKeys,
  extent: { readonly part: number; readonly blob: BlobId; readonly stream: SealedStream },
  range: Pick<Slice, 'first' | 'length'>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const sealed = keys.sealedRange(extent.stream, range.first, range.length)
  return keys.openStream(extent.part, extent.stream, range, rooms.blobs.read(extent.blob, sealed, signal))
}

/** A body whose first piece is open already, and which opens the next one while one is being sent. */
class RunningBody implements OutgoingBody {
  readonly length: number
  readonly #pieces: AsyncGenerator<Uint8Array, void, undefined>
  readonly #done: () => void
  #next: Promise<IteratorResult<Uint8Array, void>> | undefined
  #released = false
  #unlisten: () => void = () => undefined

  constructor(pieces: AsyncGenerator<Uint8Array, void, undefined>, length: number, done: () => void) {
    this.#pieces = pieces
    this.length = length
    this.#done = done
  }

  /** Opens the first piece; from now on the end of `signal` releases everything. */
  async begin(signal: AbortSignal): Promise<void> {
    const first = await this.#pieces.next()
    this.#next = Promise.resolve(first)
    const release = (): void => this.release()
    signal.addEventListener('abort', release, { once: true })
    this.#unlisten = () => signal.removeEventListener('abort', release)
  }

  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    let sent = 0
    try {
      for (;;) {
        const result = await (this.#next ?? this.#pieces.next())
        if (result.done === true) break
        signal.throwIfAborted()
        sent += result.value.length
        if (sent < this.length) {
          this.#next = this.#pieces.next()
          // A failure is thrown when its turn comes; until then it must not count as unhandled.
          this.#next.catch(() => undefined)
        } else {
          this.#next = undefined
          // The last piece waits until the end is known to be right: a client that has it all takes the answer for good.
          const end = await this.#pieces.next()
          if (end.done !== true) refuse({ kind: 'integrity', what: 'the body is not as long as its record says' })
        }
        yield result.value
      }
      if (sent !== this.length) refuse({ kind: 'integrity', what: 'the body is not as long as its record says' })
    } catch (error) {
      throw asFailure(error)
    } finally {
      this.release()
    }
  }

  release(): void {
    if (this.#released) return
    this.#released = true
    this.#unlisten()
    const finish = async (): Promise<void> => {
      try {
        await this.#next
        await this.#pieces.return()
      } catch {
        // What went wrong was told to the reader, or there is none.
      } finally {
        this.#done()
      }
    }
    void finish()
  }
}
