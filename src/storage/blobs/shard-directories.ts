import { constants } from 'node:fs'
import { dirname, join } from 'node:path'
import { faultPoint } from '../fault-points.ts'
import { NODE_FILES, type FileLayer, type LayerFile } from '../file-layer.ts'
import { DirectoryRefused, openPrivateDirectory, syncDirectory } from '../private-directory.ts'
import { EPOCH_BYTES } from './blob-id.ts'
import type { BlobId } from './blob-store.ts'
import { SyncGate } from './sync-gate.ts'

const SHARDS = Array.from({ length: 256 }, (_, shard) => shard.toString(16).padStart(2, '0'))

/**
 * The 256 directories that blobs lie in, named for the first byte of the random part of their ids. All of them exist
 * and are durable before the first request; each keeps a handle for its syncs.
 */
export class ShardDirectories {
  readonly names: readonly string[] = SHARDS
  /** Of all syncs below the directory. */
  readonly gate: SyncGate
  readonly #root: string
  readonly #shards: ReadonlyMap<string, Shard>

  private constructor(root: string, shards: ReadonlyMap<string, Shard>, gate: SyncGate) {
    this.gate = gate
    this.#root = root
    this.#shards = shards
  }

  /** Throws DirectoryRefused when the directory, or a shard in it, is not what it should be. */
  static async open(directory: string, files: FileLayer = NODE_FILES): Promise<ShardDirectories> {
    const root = await openPrivateDirectory(directory, files)
    const present = new Set(await files.readdir(root))
    for (const shard of SHARDS) if (!present.has(shard)) await makeShard(files, join(root, shard))
    // Also where nothing was missing: another process may have made it just now, and not have synced it yet.
    await syncDirectory(root, files)
    await syncDirectory(dirname(root), files)
    const shards = new Map<string, Shard>()
    const gate = new SyncGate()
    const opened = new ShardDirectories(root, shards, gate)
    try {
      for (const shard of SHARDS) shards.set(shard, await openShard(files, join(root, shard), gate))
      return opened
    } catch (error) {
      await opened.close()
      throw error
    }
  }

  get root(): string {
    return this.#root
  }

  pathOf(id: BlobId): string {
    return join(this.directoryOf(shardOf(id)), id)
  }

  /** A path to the very directory that was checked at the start, where the system has such paths. */
  directoryOf(shard: string): string {
    return this.#shards.get(shard)?.path ?? join(this.#root, shard)
  }

  /** How many syncs of a blob's shard have failed. Asked before its name is written, for `syncName`. */
  failedSyncs(id: BlobId): number {
    return this.#shards.get(shardOf(id))?.failedSyncs ?? 0
  }

  /**
   * Makes the name of a blob durable. Callers that ask while a sync of their shard runs share the next one. The system
   * tells of a failure once, and takes what it could not write for written: so a name that was there when any sync of its
   * shard failed is never called durable.
   */
  async syncName(id: BlobId, failedBefore: number): Promise<void> {
    await this.#shards.get(shardOf(id))?.sync()
    if (this.failedSyncs(id) !== failedBefore) throw new Error('a sync of the directory failed since the name is in it')
  }

  async close(): Promise<void> {
    for (const shard of this.#shards.values()) await shard.close()
  }
}

function shardOf(id: BlobId): string {
  return id.slice(2 * EPOCH_BYTES, 2 * EPOCH_BYTES + 2)
}

/** Several processes of a server start at once: who comes second finds it made, and looks at it when it opens it. */
async function makeShard(files: FileLayer, path: string): Promise<void> {
  await files.mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
}

async function openShard(files: FileLayer, path: string, gate: SyncGate): Promise<Shard> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
  const handle = await files.open(path, flags).catch((error: unknown) => {
    throw new DirectoryRefused(`${path} is not a directory`, { cause: error })
  })
  return new Shard(handle, await pathByHandle(files, handle, path), gate)
}

/**
 * Linux names open directories under /proc: a path through the handle can't be led elsewhere by a link that takes
 * the shard's place later. Where there is no such name the plain path serves.
 */
async function pathByHandle(files: FileLayer, handle: LayerFile, path: string): Promise<string> {
  const byHandle = `/proc/self/fd/${handle.fd}`
  const [here, there] = [await handle.stat(), await files.stat(byHandle).catch(() => undefined)]
  return there?.ino === here.ino && there.dev === here.dev ? byHandle : path
}

class Shard {
  readonly path: string
  failedSyncs = 0
  readonly #handle: LayerFile
  readonly #gate: SyncGate
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(handle: LayerFile, path: string, gate: SyncGate) {
    this.#handle = handle
    this.#gate = gate
    this.path = path
  }

  /** A sync that began before the caller's name was written proves nothing, so the caller waits for the next one. */
  sync(): Promise<void> {
    if (this.#running === undefined) return this.#start()
    this.#next ??= this.#running.then(
      () => this.#startNext(),
      () => this.#startNext(),
    )
    return this.#next
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => undefined)
    await this.#running?.catch(() => undefined)
    await this.#handle.close()
  }

  #startNext(): Promise<void> {
    this.#next = undefined
    return this.#start()
  }

  #start(): Promise<void> {
    const running = this.#syncNow().finally(() => {
      if (this.#running === running) this.#running = undefined
    })
    this.#running = running
    return running
  }

  async #syncNow(): Promise<void> {
    try {
      faultPoint('blob.directory-sync')
      await this.#gate.run(() => this.#handle.sync())
      faultPoint('blob.directory-synced')
    } catch (error) {
      this.failedSyncs++
      throw error
    }
  }
}
