import { scrypt, timingSafeEqual } from 'node:crypto'
import { refuse, type SecretLike } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'

/** In characters; what is hashed are the bytes of the NFC form in UTF-8, so that one keyboard spells as another. */
export const PASSWORD_LIMITS = Object.freeze({ minChars: 12, maxChars: 128 })

/** RFC 7914, with the OWASP Password Storage Cheat Sheet's N = 2^15, r = 8, p = 3: 32 MiB and about a tenth of a second. */
export const SCRYPT = Object.freeze({ cost: 2 ** 15, blockSize: 8, parallelization: 3, saltBytes: 16, hashBytes: 32 })

/** What is kept of a password: with it the parameters, so that others can be chosen later. */
export interface PasswordHash {
  readonly cost: number
  readonly blockSize: number
  readonly parallelization: number
  /** Hexadecimal, as the hash. */
  readonly salt: string
  readonly hash: string
}

const MIN_DIFFERENT = 5

/** Refuses what is too short, too long, or no text. Nothing of it stands in the refusal. */
export function demandPassword(password: SecretLike, name = 'password'): void {
  const bad = (detail: string): never => refuse({ kind: 'invalid-argument', argument: name, detail })
  const { minChars, maxChars } = PASSWORD_LIMITS
  password.expose((bytes) => {
    const text = Buffer.from(bytes).toString('utf8')
    const characters = Array.from(text)
    if (characters.length < minChars) bad(`has at least ${minChars} characters`)
    if (characters.length > maxChars) bad(`has at most ${maxChars} characters`)
    if (/[\p{Cc}\u{FFFD}]/u.test(text)) bad('has no control characters')
    if (new Set(characters).size < MIN_DIFFERENT) bad(`has at least ${MIN_DIFFERENT} different characters`)
  })
}

export async function hashPassword(password: SecretLike): Promise<PasswordHash> {
  const { cost, blockSize, parallelization, saltBytes } = SCRYPT
  const chosen = { cost, blockSize, parallelization, salt: randomBytes(saltBytes).toString('hex') }
  const hash = await derive(password, chosen)
  return { ...chosen, hash: hash.toString('hex') }
}

/** Whether it is the one. Takes as long whether it is or not. */
export async function isPassword(kept: PasswordHash, password: SecretLike): Promise<boolean> {
  const hash = await derive(password, kept)
  return timingSafeEqual(hash, Buffer.from(kept.hash, 'hex'))
}

function derive(
  password: SecretLike,
  { cost, blockSize, parallelization, salt }: Omit<PasswordHash, 'hash'>,
): Promise<Buffer> {
  // 128 * N * r, and as much again for what the library needs besides.
  const options = { N: cost, r: blockSize, p: parallelization, maxmem: 256 * cost * blockSize }
  return new Promise((resolve, reject) => {
    // The copy outlives `expose`: the derivation runs in a thread of its own.
    const copy = password.expose((bytes) => Buffer.from(bytes))
    scrypt(copy, Buffer.from(salt, 'hex'), SCRYPT.hashBytes, options, (error, derived) => {
      copy.fill(0)
      if (error === null) resolve(derived)
      else reject(error)
    })
  })
}
