import { constants, type Stats } from 'node:fs'
import { chmod, link, lstat, mkdir, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { randomBytes, SecretBytes } from '../../secrets/index.ts'
import { KEY_BYTES } from '../wraps/committing-wrap.ts'
import { RootRefused, RootUnavailable, type RootProvider } from './root-provider.ts'
import { fixedRoot } from './fixed-root.ts'
import { MAX_ROOT_KEY_TEXT_BYTES, parseRootKey, rootKeyText } from './root-key-text.ts'

const OWNER_ONLY = 0o600
const OTHERS = 0o077

/** The root in a file of its own: 0600, the server's own user, no link. A missing file can be made by a first start. */
export async function fileRoot(path: string): Promise<RootProvider> {
  const place = `the root key file ${path}`
  let opened = await readExisting(path, place)
  const demand = (): RootProvider => {
    if (opened === undefined) throw new RootUnavailable(`${place} is not there`)
    return opened
  }
  return {
    kind: 'file',
    place,
    get canCreate() {
      return opened === undefined
    },
    create: async () => {
      if (opened !== undefined) throw new RootRefused(`there is a root key already: ${place}`)
      await createRootFile(path)
      opened = await readExisting(path, place)
    },
    wrap: async (...wanted) => demand().wrap(...wanted),
    unwrap: async (wrapped, clusterVersion) => demand().unwrap(wrapped, clusterVersion),
    identify: async (wrapped) => demand().identify(wrapped),
    extract: async () => demand().extract?.() ?? Promise.reject(new RootUnavailable(`${place} is not there`)),
  }
}

async function readExisting(path: string, place: string): Promise<RootProvider | undefined> {
  const text = await readSecretFile(path, place)
  if (text === undefined) return undefined
  const key = parseRootKey(text)
  text.fill(0)
  if (key === undefined) throw new RootRefused(`${place} does not hold a root key: 32 bytes in base64, one line`)
  return fixedRoot('file', place, key)
}

/** The bytes of a small file that only its owner can read; undefined when there is none. `RootRefused` for all else. */
export async function readSecretFile(
  path: string,
  place: string,
  maxBytes = MAX_ROOT_KEY_TEXT_BYTES,
): Promise<Buffer | undefined> {
  const found = await lstat(path).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined
    throw unreadable(place, error)
  })
  if (found === undefined) return undefined
  // Not blocking: a pipe in its place would hold the start up for ever (T-170).
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch((error: unknown) => {
    throw unreadable(place, error)
  })
  try {
    // The opened file is judged, not the name: it cannot be exchanged in between.
    refuseUnsafe(await file.stat(), path, place)
    const bytes = Buffer.alloc(maxBytes + 1)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    if (bytesRead > maxBytes) throw new RootRefused(`${place} is longer than ${maxBytes} bytes`)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

function refuseUnsafe(stats: Stats, path: string, place: string): void {
  if (!stats.isFile()) throw new RootRefused(`${place} is not a regular file`)
  const user = process.getuid?.()
  if (user !== undefined && stats.uid !== user) throw new RootRefused(`${place} belongs to another user`)
  if ((stats.mode & OTHERS) !== 0) {
    throw new RootRefused(`${place} can be read or changed by others`, `chmod 600 ${path}`)
  }
}

function unreadable(place: string, error: unknown): Error {
  if (isCode(error, 'ELOOP')) return new RootRefused(`${place} is a link`)
  return new RootUnavailable(
    `${place} cannot be read: ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}`,
  )
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

/**
 * A new root key under `path`, exclusive and durable. It is written and synced under another name first, so that a
 * crash never leaves half a key under the real one; `link` fails where a file already is.
 */
export async function createRootFile(path: string): Promise<void> {
  const key = new SecretBytes(randomBytes(KEY_BYTES))
  const text = rootKeyText(key)
  key.wipe()
  await writeNewSecretFile(path, text)
}

/** A new file for its owner only, exclusive and durable; the text is wiped. `RootRefused` where a file already is. */
export async function writeNewSecretFile(path: string, text: Buffer): Promise<void> {
  const directory = dirname(path)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomBytes(8).toString('hex')}.new`
  try {
    const file = await open(draft, 'wx', OWNER_ONLY)
    try {
      const { bytesWritten } = await file.write(text)
      if (bytesWritten !== text.length) throw new RootUnavailable('the disk took only part of the root key')
      await file.sync()
    } finally {
      text.fill(0)
      await file.close()
    }
    await chmod(draft, OWNER_ONLY)
    await link(draft, path).catch((error: unknown) => {
      if (isCode(error, 'EEXIST')) throw new RootRefused(`there is a file already: ${path}`)
      throw error
    })
  } finally {
    await unlink(draft).catch(() => undefined)
  }
  await syncDirectory(directory)
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
