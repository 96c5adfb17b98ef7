import { createSecretKey, type KeyObject } from 'node:crypto'
import type { SecretLike } from '../../operations/index.ts'

/** Lends a key made of a secret and what a scheme puts before or behind it; the joined bytes are wiped at once. */
export function withSecretKey<Result>(
  secret: SecretLike,
  { before = '', after = '' }: { readonly before?: string; readonly after?: string },
  use: (key: KeyObject) => Result,
): Result {
  const key = secret.expose((bytes) => {
    const joined = Buffer.concat([Buffer.from(before, 'latin1'), bytes, Buffer.from(after, 'latin1')])
    const made = createSecretKey(joined)
    joined.fill(0)
    return made
  })
  return use(key)
}
