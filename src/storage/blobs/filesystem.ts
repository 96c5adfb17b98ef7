import { constants } from 'node:fs'
import { faultPoint } from '../fault-points.ts'
import { DiskReserve } from '../disk-reserve.ts'
import { NODE_FILES, type FileLayer, type LayerFile } from '../file-layer.ts'
import { checkBlobId, checkBlobRange, drawBlobId, drawEpoch, isBlobId } from './blob-id.ts'
import {
  BlobDamaged,
  BlobMissing,
  BlobUnavailable,
  type BlobId,
  type BlobStore,
  type BlobWriter,
} from './blob-store.ts'
import { DISK_FULL, errorCode, FilesystemBlobWriter, ignoreMissing, unavailable } from './filesystem-writer.ts'
import { READ_UNIT_BYTES, ReadUnits } from './read-units.ts'
import { ShardDirectories } from './shard-directories.ts'
import { GatherBudget } from './write-behind.ts'

const REMOVALS_AT_ONCE = 16

export interface FilesystemBlobsOptions {
  /** Made when missing. On a local disk or any POSIX file system that honours fsync. */
  readonly directory: string
  /** For tests: what to use in place of the system's files. */
  readonly files?: FileLayer
}

/** Throws DirectoryRefused when the directory is a link, belongs to someone else, or is no directory. */
export async function openFilesystemBlobs(options: FilesystemBlobsOptions): Promise<BlobStore> {
  const files = options.files ?? NODE_FILES
  const shards = await ShardDirectories.open(options.directory, files)
  return new FilesystemBlobs(shards, files, await DiskReserve.of({ look: () => files.statfs(shards.root) }))
}

class FilesystemBlobs implements BlobStore {
  readonly epoch = drawEpoch()
  readonly #gathering = new GatherBudget()
  readonly #units = new ReadUnits()
  readonly #shards: ShardDirectories
  readonly #files: FileLayer
  readonly #reserve: DiskReserve
  #closed = false

  constructor(shards: ShardDirectories, files: FileLayer, reserve: DiskReserve) {
    this.#shards = shards
    this.#files = files
    this.#reserve = reserve
  }

  async create(): Promise<BlobWriter> {
    this.#enter()
    await this.#reserve.refresh()
    if (this.#reserve.short) throw new BlobUnavailable(DISK_FULL)
    const id = drawBlobId(this.epoch)
    const path = this.#shards.pathOf(id)
    const failedBefore = this.#shards.failedSyncs(id)
    faultPoint('blob.create')
    const handle = await this.#files.open(path, CREATE_FLAGS, 0o600).catch((error: unknown) => {
      throw unavailable(id, error)
    })
    faultPoint('blob.created')
    const file = {
      ...{ id, handle },
      syncBytes: () => this.#shards.gate.run(() => handle.datasync()),
      syncName: () => this.#shards.syncName(id, failedBefore),
      unlink: () => this.#files.unlink(path),
      hasRoom: () => !this.#reserve.short,
    }
    return new FilesystemBlobWriter(file, this.#gathering)
  }

  async *read(
    id: BlobId,
    range: { readonly offset: number; readonly length: number },
    signal?: AbortSignal,
  ): AsyncGenerator<Buffer, void, undefined> {
    this.#enter(signal)
    checkBlobId(id)
    checkBlobRange(range)
    const handle = await this.#openForReading(id)
    const next = (at: number): Promise<Buffer> => readUnit(handle, id, this.#units.take(unitAt(at, end)), at, end)
    const end = range.offset + range.length
    let ahead: Promise<Buffer> | undefined
    let last: Buffer | undefined
    try {
      for (let at = range.offset; at < end;) {
        const unit = await (ahead ?? next(at))
        this.#units.giveBack(last)
        last = unit
        at += unit.length
        ahead = at < end ? next(at) : undefined
        // Its failure is kept for whoever awaits it, so that it is never unhandled.
        ahead?.catch(() => undefined)
        signal?.throwIfAborted()
        yield unit
        signal?.throwIfAborted()
      }
    } finally {
      this.#units.giveBack(await ahead?.catch(() => undefined))
      this.#units.giveBack(last)
      await handle.close()
    }
  }

  async remove(ids: readonly BlobId[]): Promise<void> {
    this.#enter()
    ids.forEach(checkBlobId)
    for (let from = 0; from < ids.length; from += REMOVALS_AT_ONCE) {
      await Promise.all(ids.slice(from, from + REMOVALS_AT_ONCE).map((id) => this.#removeOne(id)))
    }
  }

  async *list(
    signal?: AbortSignal,
  ): AsyncGenerator<{ readonly id: BlobId; readonly bytes: number; readonly writtenAtMs: number }, void, undefined> {
    this.#enter(signal)
    for (const shard of this.#shards.names) {
      for (const name of await this.#files.readdir(this.#shards.directoryOf(shard))) {
        signal?.throwIfAborted()
        if (!isBlobId(name)) continue
        const found = await this.#files.lstat(this.#shards.pathOf(name)).catch(ignoreMissing)
        if (found?.isFile() === true) yield { id: name, bytes: found.size, writtenAtMs: found.mtimeMs }
      }
    }
  }

  async space(): Promise<{ readonly freeBytes: number; readonly totalBytes: number }> {
    this.#enter()
    const found = await this.#files.statfs(this.#shards.root)
    return { freeBytes: found.bavail * found.bsize, totalBytes: found.blocks * found.bsize }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#shards.close()
  }

  async #removeOne(id: BlobId): Promise<void> {
    faultPoint('blob.remove')
    await this.#files.unlink(this.#shards.pathOf(id)).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw new BlobUnavailable(`blob ${id} could not be removed`, { cause: error })
    })
    faultPoint('blob.removed')
  }

  async #openForReading(id: BlobId): Promise<LayerFile> {
    return this.#files.open(this.#shards.pathOf(id), READ_FLAGS).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') throw new BlobMissing(`no blob ${id}`)
      throw new BlobUnavailable(`blob ${id} could not be opened`, { cause: error })
    })
  }

  #enter(signal?: AbortSignal): void {
    signal?.throwIfAborted()
    if (this.#closed) throw new BlobUnavailable('the blob store is closed')
  }
}

/** The name is fresh, so nothing may be there, not even a link. */
const CREATE_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** Links are not followed, and a pipe in the place of a blob does not make the open wait for its other end. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

function unitAt(at: number, end: number): number {
  return Math.min(READ_UNIT_BYTES, end - at)
}

/** Fills `unit` with the bytes from `at` on. */
async function readUnit(handle: LayerFile, id: BlobId, unit: Buffer, at: number, end: number): Promise<Buffer> {
  for (let filled = 0; filled < unit.length;) {
    const { bytesRead } = await handle.read(unit, filled, unit.length - filled, at + filled).catch((error: unknown) => {
      throw new BlobUnavailable(`blob ${id} could not be read`, { cause: error })
    })
    if (bytesRead === 0) throw new BlobDamaged(`blob ${id} ends at ${at + filled}, asked up to ${end}`)
    filled += bytesRead
  }
  return unit
}
