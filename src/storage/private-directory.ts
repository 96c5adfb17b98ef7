import { constants } from 'node:fs'
import { chmod, lstat, mkdir, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** The directory is not one that data may be kept in; the message is a sentence for the operator. */
export class DirectoryRefused extends Error {
  override readonly name = 'DirectoryRefused'
}

/**
 * Makes `path` (and what is missing above it) with mode 0700 and makes its name durable. A directory that exists
 * must be a directory, not a link, and belong to this process's user; other people's rights to it are taken away.
 * Returns the absolute path.
 */
export async function openPrivateDirectory(path: string): Promise<string> {
  const absolute = resolve(path)
  const made = await mkdir(absolute, { recursive: true, mode: 0o700 })
  const found = await lstat(absolute)
  if (found.isSymbolicLink()) throw new DirectoryRefused(`${absolute} is a link; name the directory itself`)
  if (!found.isDirectory()) throw new DirectoryRefused(`${absolute} is not a directory`)
  const user = process.getuid?.()
  if (user !== undefined && found.uid !== user) {
    throw new DirectoryRefused(`${absolute} belongs to user ${found.uid}, and this process runs as user ${user}`)
  }
  if ((found.mode & 0o077) !== 0) await chmod(absolute, 0o700)
  if (made !== undefined) await syncUpwards(absolute, dirname(made))
  return absolute
}

/** Makes the names inside a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncUpwards(from: string, to: string): Promise<void> {
  for (let path = from; ; path = dirname(path)) {
    await syncDirectory(path)
    if (path === to || path === dirname(path)) return
  }
}
