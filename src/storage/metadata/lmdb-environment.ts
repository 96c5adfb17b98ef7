import { chmod, lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { DirectoryRefused, openPrivateDirectory, syncDirectory } from '../private-directory.ts'

export type LmdbDatabase = RootDatabase<Buffer, Buffer>

/** Address space, not disk: the file grows with what is in it. */
const DEFAULT_MAP_BYTES = 256 * 1024 ** 3
/** Larger than a row of an object with a small inline body, so that few values need pages of their own. */
const PAGE_BYTES = 8_192
/** Slots for reading processes; each process takes one or two. */
const MAX_READERS = 512

const FILES = ['data.mdb', 'lock.mdb']

export interface LmdbOptions {
  readonly directory: string
  readonly mapBytes?: number
}

/** Opens for writing, making what is missing. Throws DirectoryRefused. */
export async function openWritable(options: LmdbOptions): Promise<LmdbDatabase> {
  const directory = await openPrivateDirectory(options.directory)
  await demandPlainFiles(directory)
  const database = openDatabase(directory, options, false)
  for (const name of FILES) await chmod(join(directory, name), 0o600)
  await syncDirectory(directory)
  return database
}

/** Opens for reading an environment that a writer has made. */
export async function openReadable(options: LmdbOptions): Promise<LmdbDatabase> {
  const directory = await openPrivateDirectory(options.directory)
  await demandPlainFiles(directory)
  return openDatabase(directory, options, true)
}

/** The package opens its files by path and follows links. */
async function demandPlainFiles(directory: string): Promise<void> {
  for (const name of FILES) {
    const found = await lstat(join(directory, name)).catch(() => undefined)
    if (found?.isFile() === false) throw new DirectoryRefused(`${join(directory, name)} is not a plain file`)
  }
}

/**
 * `overlappingSync` would show rows before they are durable. `noSubdir` is said because the package would otherwise
 * take a directory with a dot in its name for a file.
 */
function openDatabase(path: string, options: LmdbOptions, readOnly: boolean): LmdbDatabase {
  return open<Buffer, Buffer>({
    path,
    readOnly,
    noSubdir: false,
    overlappingSync: false,
    encoding: 'binary',
    keyEncoding: 'binary',
    cache: false,
    pageSize: PAGE_BYTES,
    mapSize: options.mapBytes ?? DEFAULT_MAP_BYTES,
    maxReaders: MAX_READERS,
  })
}
