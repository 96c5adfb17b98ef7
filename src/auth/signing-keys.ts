import type { KeyObject } from 'node:crypto'
import { deriveSigningKey, scopeText, type Scope } from './signatures/sigv4.ts'
import type { Credential } from './verified.ts'

/**
 * SigV4 signing keys, kept by (access key, generation, date, region, service): a changed credential has another
 * generation, so an old key is never found again (T-064). The one used longest ago goes first.
 */
export class SigningKeys {
  readonly #keys = new Map<string, KeyObject>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  get(credential: Credential, scope: Scope): KeyObject {
    const name = `${credential.accessKeyId}\n${credential.generation}\n${scopeText(scope)}`
    const known = this.#keys.get(name)
    const key = known ?? deriveSigningKey(credential.secret, scope)
    if (known !== undefined) this.#keys.delete(name)
    this.#keys.set(name, key)
    if (this.#keys.size > this.#max) {
      const [oldest] = this.#keys.keys()
      if (oldest !== undefined) this.#keys.delete(oldest)
    }
    return key
  }

  get size(): number {
    return this.#keys.size
  }
}
