import type { KeyObject } from 'node:crypto'
import { deriveSigningKey, type Scope } from './signatures/sigv4.ts'
import type { Credential } from './verified.ts'

/**
 * SigV4 signing keys, kept by (access key, generation, date, region, service): a changed credential has another
 * generation, so an old key is never found again (T-064). The one used longest ago goes first.
 */
export class SigningKeys {
  readonly #keys = new Map<string, KeyObject>()
  readonly #max: number
  /** The one used last, which is in the map too: it is asked for again and again. */
  #last: { readonly name: string; readonly key: KeyObject } | undefined

  constructor(max: number) {
    this.#max = max
  }

  get(credential: Pick<Credential, 'accessKeyId' | 'secret' | 'generation'>, scope: Scope): KeyObject {
    const { accessKeyId, generation } = credential
    const name = `${accessKeyId}\n${generation}\n${scope.date}\n${scope.region}\n${scope.service}`
    const last = this.#last
    if (last?.name === name) return last.key
    const known = this.#keys.get(name)
    const key = known ?? deriveSigningKey(credential.secret, scope)
    if (known !== undefined) this.#keys.delete(name)
    this.#keys.set(name, key)
    if (this.#keys.size > this.#max) {
      const [oldest] = this.#keys.keys()
      if (oldest !== undefined) this.#keys.delete(oldest)
    }
    this.#last = { name, key }
    return key
  }

  get size(): number {
    return this.#keys.size
  }
}
