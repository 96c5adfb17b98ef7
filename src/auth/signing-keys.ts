import type { KeyObject } from 'node:crypto'
import type { SecretLike } from '../operations/index.ts'
import type { Credential } from './verified.ts'

/** A key that signs, and how it is made of the secret. */
export interface SigningKey {
  /** The scheme, and everything that the key is bound to. */
  readonly name: string
  readonly derive: (secret: SecretLike) => KeyObject
}

/**
 * Signing keys, kept by (access key, generation, name): a changed credential has another generation, so an old key is
 * never found again (T-064). The one used longest ago goes first.
 */
export class SigningKeys {
  readonly #keys = new Map<string, KeyObject>()
  readonly #max: number
  /** The one used last, which is in the map too: it is asked for again and again. */
  #last: { readonly name: string; readonly key: KeyObject } | undefined

  constructor(max: number) {
    this.#max = max
  }

  get(credential: Pick<Credential, 'accessKeyId' | 'secret' | 'generation'>, wanted: SigningKey): KeyObject {
    const { accessKeyId, generation } = credential
    const name = `${accessKeyId}\n${generation}\n${wanted.name}`
    const last = this.#last
    if (last?.name === name) return last.key
    const known = this.#keys.get(name)
    const key = known ?? wanted.derive(credential.secret)
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
