import { constants } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { FileFacts, FileLayer, LayerFile } from '../../src/storage/file-layer.ts'
import type { DiskJournal, Node } from './disk-journal.ts'

/** What a disk holds: files by their bytes, directories by their names. */
export type Content = FileContent | DirectoryContent

export class FileContent implements Node {
  readonly directory = false
  readonly id: number
  bytes: Buffer

  constructor(id: number, bytes: Buffer = Buffer.alloc(0)) {
    this.id = id
    this.bytes = bytes
  }
}

export class DirectoryContent implements Node {
  readonly directory = true
  readonly id: number
  readonly names = new Map<string, Content>()

  constructor(id: number) {
    this.id = id
  }
}

/** Syncs that a dishonest disk only pretends: the proof has to notice. */
export type Pretended = 'file syncs' | 'directory syncs'

export interface VolatileDiskOptions {
  readonly journal: DiskJournal
  /** In [0, 1): how long each call takes, in turns of the microtask queue. */
  readonly random: () => number
  readonly pretends?: Pretended
}

/** A disk in memory that writes down what was asked of it, so that every state a power loss may leave can be made. */
export class VolatileDisk implements FileLayer {
  readonly root: DirectoryContent
  readonly #options: VolatileDiskOptions
  /** Directories stay: found once is found for good. */
  readonly #directories = new Map<string, DirectoryContent>()
  #lastId = 0
  #lastSync = 0

  /** `root`: what was there before; the journal begins with it. Ids of new nodes follow `lastId`. */
  constructor(options: VolatileDiskOptions, root = new DirectoryContent(0), lastId = 0) {
    this.#options = options
    this.root = root
    this.#lastId = lastId
  }

  async open(path: string, flags: number): Promise<LayerFile> {
    if ((flags & constants.O_CREAT) === 0) return this.#handle(this.#find(path))
    await this.#turns()
    const parent = this.#directory(dirname(path))
    const present = parent.names.get(basename(path))
    if (present !== undefined) throw failure('EEXIST', path)
    return this.#handle(this.#add(parent, basename(path), new FileContent(++this.#lastId)))
  }

  async mkdir(path: string, options: { readonly recursive?: boolean }): Promise<string | undefined> {
    let parent = this.root
    let made: string | undefined
    const names = path.split('/').filter((name) => name !== '')
    for (const [depth, name] of names.entries()) {
      const last = depth === names.length - 1
      const present = parent.names.get(name)
      if (present instanceof DirectoryContent) {
        if (last && options.recursive !== true) throw failure('EEXIST', path)
        parent = present
        continue
      }
      if (!last && options.recursive !== true) throw failure('ENOENT', path)
      made ??= `/${names.slice(0, depth + 1).join('/')}`
      parent = this.#add(parent, name, new DirectoryContent(++this.#lastId))
    }
    return made
  }

  async readdir(path: string): Promise<readonly string[]> {
    return [...this.#directory(path).names.keys()]
  }

  async lstat(path: string): Promise<FileFacts> {
    return this.#facts(this.#find(path))
  }

  stat(path: string): Promise<FileFacts> {
    return this.lstat(path)
  }

  async chmod(): Promise<void> {
    return
  }

  async unlink(path: string): Promise<void> {
    await this.#turns()
    const parent = this.#directory(dirname(path))
    const node = parent.names.get(basename(path))
    if (node === undefined) throw failure('ENOENT', path)
    parent.names.delete(basename(path))
    this.#options.journal.add({ kind: 'unname', parent, name: basename(path), node })
  }

  async statfs(): Promise<{ readonly bavail: number; readonly blocks: number; readonly bsize: number }> {
    return { bavail: 1_000_000, blocks: 1_000_000, bsize: 4_096 }
  }

  #add<Added extends Content>(parent: DirectoryContent, name: string, node: Added): Added {
    parent.names.set(name, node)
    this.#options.journal.add({ kind: 'name', parent, name, node })
    return node
  }

  #handle(node: Content): LayerFile {
    const sync = (): Promise<void> => this.#sync(node)
    return {
      fd: node.id,
      writev: async (pieces, position) => {
        await this.#turns()
        const file = asFile(node)
        const bytes = Buffer.concat(pieces)
        const grown = Buffer.alloc(Math.max(file.bytes.length, position + bytes.length))
        file.bytes.copy(grown)
        bytes.copy(grown, position)
        file.bytes = grown
        this.#options.journal.add({ kind: 'write', node, position, bytes })
        return { bytesWritten: bytes.length }
      },
      read: async (into, at, length, position) => {
        const bytesRead = asFile(node).bytes.copy(into, at, position, position + length)
        return { bytesRead }
      },
      stat: async () => this.#facts(node),
      datasync: sync,
      sync,
      close: () => this.#turns(),
    }
  }

  async #sync(node: Content): Promise<void> {
    const { journal, pretends } = this.#options
    const sync = ++this.#lastSync
    const honest = pretends !== (node.directory ? 'directory syncs' : 'file syncs')
    if (honest) journal.add({ kind: 'sync-begin', node, sync })
    await this.#turns()
    if (honest) journal.add({ kind: 'sync-end', node, sync })
  }

  #facts(node: Content): FileFacts {
    return {
      ino: node.id,
      dev: 1,
      uid: USER,
      mode: 0o700,
      size: node instanceof FileContent ? node.bytes.length : 0,
      // Old: whoever looks comes a long time after the power was lost.
      mtimeMs: 0,
      isFile: () => !node.directory,
      isDirectory: () => node.directory,
      isSymbolicLink: () => false,
    }
  }

  #directory(path: string): DirectoryContent {
    const known = this.#directories.get(path)
    if (known !== undefined) return known
    const node = this.#find(path)
    if (!(node instanceof DirectoryContent)) throw failure('ENOTDIR', path)
    this.#directories.set(path, node)
    return node
  }

  #find(path: string): Content {
    if (path === '/') return this.root
    const cut = path.lastIndexOf('/')
    const node = this.#directory(path.slice(0, cut) || '/').names.get(path.slice(cut + 1))
    if (node === undefined) throw failure('ENOENT', path)
    return node
  }

  async #turns(): Promise<void> {
    for (let left = Math.floor(4 * this.#options.random()); left > 0; left--) await Promise.resolve()
  }
}

function asFile(node: Content): FileContent {
  if (node instanceof FileContent) return node
  throw failure('EISDIR', String(node.id))
}

const USER = process.getuid?.() ?? 0

function failure(code: string, path: string): Error {
  // Without a stack: every start asks for 256 paths that are not there.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  const error = Object.assign(new Error(`${code} ${path}`), { code })
  Error.stackTraceLimit = stackTraceLimit
  return error
}
