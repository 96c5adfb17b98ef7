import { scrypt, timingSafeEqual } from 'node:crypto'
import { refuse } from '../operations/index.ts'
import { randomBytes, type SecretBytes } from '../secrets/index.ts'

/** In characters; what is hashed are the bytes of the NFC form in UTF-8, so that one keyboard spells as another. */
export const PASSWORD_LIMITS = Object.freeze({ minChars: 12, maxChars: 128 })

/** RFC 7914; OWASP Password Storage Cheat Sheet: N = 2^16, r = 8, p = 2, which is 64 MiB and a fifth of a second. */
export const SCRYPT = Object.freeze({ cost: 2 ** 16, blockSize: 8, parallelization: 2, saltBytes: 16, hashBytes: 32 })

/** What is kept of a password: with it the parameters, so that others can be chosen later. */
export interface PasswordHash {
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
  /** Hexadecimal, as the hash. */
  readonly salt: string
  readonly hash: string
}

/** Refuses what is too short, too long, or no text. */
export function demandPassword(text: string, name = 'password'): void {
  const bad = (detail: string): never => refuse({ kind: 'invalid-argument', argument: name, detail })
  const { minChars, maxChars } = PASSWORD_LIMITS
  const chars = Array.from(text).length
  if (chars < minChars) bad(`has at least ${minChars} characters`)
  if (chars > maxChars) bad(`has at most ${maxChars} characters`)
  if (!text.isWellFormed() || /\p{Cc}/u.test(text)) bad('has no control characters')
  if (new Set(text).size < MIN_DIFFERENT) bad(`has at least ${MIN_DIFFERENT} different characters`)
}

const MIN_DIFFERENT = 5

export async function hashPassword(password: SecretBytes): Promise<PasswordHash> {
  const { cost, blockSize, parallelization, saltBytes } = SCRYPT
  const salt = randomBytes(saltBytes)
  const hash = await derive(password, { cost, blockSize, parallelization, salt: salt.toString('hex'), hash: '' })
  return { cost, blockSize, parallelization, salt: salt.toString('hex'), hash: hash.toString('hex') }
}

/** Whether it is the one. Takes as long whether it is or not. */
export async function isPassword(kept: PasswordHash, password: SecretBytes): Promise<boolean> {
  const hash = await derive(password, kept)
  return timingSafeEqual(hash, Buffer.from(kept.hash, 'hex'))
}

function derive(password: SecretBytes, { cost, blockSize, parallelization, salt }: PasswordHash): Promise<Buffer> {
  // 128 * N * r, and as much again for what the library needs besides.
  const maxmem = 256 * cost * blockSize
  return new Promise((resolve, reject) => {
    password.expose((bytes) => {
      // The copy outlives `expose`: the derivation runs in a thread of its own.
      const copy = Buffer.from(bytes)
      const options = { N: cost, r: blockSize, p: parallelization, maxmem }
      scrypt(copy, Buffer.from(salt, 'hex'), SCRYPT.hashBytes, options, (error, derived) => {
        copy.fill(0)
        if (error === null) resolve(derived)
        else reject(error)
      })
    })
  })
}
