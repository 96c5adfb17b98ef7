import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { SecretBytes } from '../secrets/index.ts'
import { ConfigProblem } from './config-problem.ts'
import type { Environment } from './env.ts'

const MAX_SECRET_FILE_BYTES = 8 * 1024
const OTHERS = 0o077

export const MIN_SECRET_KEY_CHARS = 20
export const MAX_SECRET_KEY_CHARS = 128

/** Takes a secret out of the environment: afterwards it lies in the returned bytes only. Undefined: not set. */
export function takeSecret(env: Environment, name: string): SecretBytes | undefined {
  const text = env.get(name)
  env.remove(name)
  if (text === undefined) return undefined
  if (text === '') throw new ConfigProblem(`${name} is set and empty`, `unset ${name}`)
  return new SecretBytes(Buffer.from(text, 'utf8'))
}

/** A secret from a file of at most 8 KiB that nobody else can read; one line break at its end does not count. */
export function readSecretFile(path: string, what: string): SecretBytes {
  const bytes = readPrivateFile(path, what, MAX_SECRET_FILE_BYTES)
  let length = bytes.length
  if (bytes[length - 1] === 0x0a) length -= 1
  if (bytes[length - 1] === 0x0d && length < bytes.length) length -= 1
  const secret = new SecretBytes(Uint8Array.from(bytes.subarray(0, length)))
  bytes.fill(0)
  if (length === 0) throw new ConfigProblem(`the file of ${what} is empty`)
  return secret
}

/** The bytes of a file that only its owner can read. Checked on the open file, so that it cannot be swapped in between. */
export function readPrivateFile(path: string, what: string, maxBytes: number): Buffer {
  const file = openPrivate(path, what)
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new ConfigProblem(`the file of ${what} is not a regular file`)
    if ((stat.mode & OTHERS) !== 0) {
      throw new ConfigProblem(`the file of ${what} can be read or changed by others`, `chmod 600 ${path}`)
    }
    if (stat.size > maxBytes) throw new ConfigProblem(`the file of ${what} is longer than ${maxBytes} bytes`)
    const bytes = Buffer.alloc(maxBytes + 1)
    const length = readSync(file, bytes, 0, bytes.length, 0)
    if (length > maxBytes) throw new ConfigProblem(`the file of ${what} is longer than ${maxBytes} bytes`)
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

function openPrivate(path: string, what: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch {
    throw new ConfigProblem(`the file of ${what} cannot be read`)
  }
}

/**
 * The rule for every secret access key (T-063): 20 to 128 printable ASCII characters without `&`, which joins a vendor's
 * signing key. Short secrets can be guessed offline by whoever holds one signature.
 */
export function requireGoodSecretKey(secret: SecretBytes, name: string): SecretBytes {
  const good = secret.expose(
    (bytes) =>
      bytes.length >= MIN_SECRET_KEY_CHARS &&
      bytes.length <= MAX_SECRET_KEY_CHARS &&
      bytes.every((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x26),
  )
  if (!good) {
    throw new ConfigProblem(
      `${name} must be ${MIN_SECRET_KEY_CHARS} to ${MAX_SECRET_KEY_CHARS} printable ASCII characters without blanks and &`,
      'openssl rand -hex 20',
    )
  }
  return secret
}
