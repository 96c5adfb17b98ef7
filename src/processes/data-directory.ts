import { createServer, connect, type Server } from 'node:net'
import { chmodSync, lstatSync, mkdirSync, rmSync, type Stats } from 'node:fs'
import { join } from 'node:path'

/** The data directory cannot be used: a sentence for the person who started Coffer, and a next step. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
  readonly advice: string | undefined

  constructor(why: string, advice?: string) {
    super(why)
    this.advice = advice
  }
}

export interface DataDirectory {
  readonly path: string
  readonly metadata: string
  readonly blobs: string
  /** Sockets of the running server; relative to `path`, since a socket's path has a short limit. */
  readonly run: string
}

/** Makes what is missing, with rights for its owner only, whatever the umask; refuses links and foreign owners. */
export function prepareDataDirectory(path: string): DataDirectory {
  const directory = { path, metadata: join(path, 'metadata'), blobs: join(path, 'blobs'), run: join(path, 'run') }
  for (const folder of [directory.path, directory.metadata, directory.run]) ownFolder(folder)
  return directory
}

function ownFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if ((refuseForeignFolder(path).mode & 0o077) !== 0) chmodSync(path, 0o700)
}

/** A part of the data is a directory of this user's own, and no link to one (T-170). Changes nothing. */
export function refuseForeignFolder(path: string): Stats {
  const stats = lstatSync(path)
  if (!stats.isDirectory())
    throw new StartRefused(`${path} is not a directory (links are not followed). Nothing was changed.`)
  const owner = process.getuid?.()
  if (owner !== undefined && stats.uid !== owner) {
    throw new StartRefused(`${path} belongs to another user. Nothing was changed.`)
  }
  return stats
}

const LOCK_NAME = 'primary.sock'
const PROBE_MS = 1_000

/**
 * Takes the directory for this server: a socket that lives as long as its process. A second start finds somebody
 * listening and refuses; a dead one's socket is swept away. The working directory must be the data directory.
 */
export async function lockDataDirectory(directory: DataDirectory): Promise<{ release(): Promise<void> }> {
  const socketPath = join('run', LOCK_NAME)
  if (await somebodyListens(socketPath)) {
    throw new StartRefused(
      `${directory.path} is in use by a running Coffer.`,
      'stop it first, or COFFER_DATA=<another directory>',
    )
  }
  rmSync(socketPath, { force: true })
  const server = createServer((socket) => socket.destroy())
  await listen(server, socketPath)
  chmodSync(socketPath, 0o600)
  server.unref()
  return { release: () => new Promise((resolve) => server.close(() => resolve())) }
}

function somebodyListens(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(PROBE_MS, () => end(true))
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
  })
}

function listen(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, () => resolve())
  })
}
