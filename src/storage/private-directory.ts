import { constants } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { NODE_FILES, type FileLayer } from './file-layer.ts'

/** The directory is not one that data may be kept in; the message is a sentence for the operator. */
export class DirectoryRefused extends Error {
  override readonly name = 'DirectoryRefused'
}

/**
 * Makes `path` (and what is missing above it) with mode 0700 and makes its name durable. A directory that exists
 * must be a directory, not a link, and belong to this process's user; other people's rights to it are taken away.
 * Returns the absolute path.
 */
export async function openPrivateDirectory(path: string, files: FileLayer = NODE_FILES): Promise<string> {
  const absolute = resolve(path)
  const made = await files.mkdir(absolute, { recursive: true, mode: 0o700 })
  const found = await files.lstat(absolute)
  if (found.isSymbolicLink()) throw new DirectoryRefused(`${absolute} is a link; name the directory itself`)
  if (!found.isDirectory()) throw new DirectoryRefused(`${absolute} is not a directory`)
  const user = process.getuid?.()
  if (user !== undefined && found.uid !== user) {
    throw new DirectoryRefused(`${absolute} belongs to user ${found.uid}, and this process runs as user ${user}`)
  }
  if ((found.mode & 0o077) !== 0) await files.chmod(absolute, 0o700)
  if (made !== undefined) await syncUpwards(files, absolute, dirname(made))
  return absolute
}

/** Makes the names inside a directory durable. */
export async function syncDirectory(path: string, files: FileLayer = NODE_FILES): Promise<void> {
  const handle = await files.open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncUpwards(files: FileLayer, from: string, to: string): Promise<void> {
  for (let path = from; ; path = dirname(path)) {
    await syncDirectory(path, files)
    if (path === to || path === dirname(path)) return
  }
}
