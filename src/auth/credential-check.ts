import type { KeyObject } from 'node:crypto'
import { refuse, type Scheme } from '../operations/index.ts'
import { equalInConstantTime, randomBytes, SecretBytes } from '../secrets/index.ts'
import { MAX_ACCESS_KEY_ID_CHARS } from './limits.ts'
import { SigningKeys } from './signing-keys.ts'
import { sigV2Key, sigV2Sign } from './signatures/sigv2.ts'
import { signText, type Scope } from './signatures/sigv4.ts'
import type { Credential, CredentialLookup } from './verified.ts'

const ACCESS_KEY_ID = /^[\x21-\x7e]+$/

/**
 * Compares signatures. An unknown access key costs what a wrong signature costs: the same HMACs are made with a key
 * that nobody has, and only then is it said to be unknown (T-062).
 */
export class CredentialCheck {
  readonly #lookup: CredentialLookup
  readonly #keys: SigningKeys
  readonly #nobody: Credential

  constructor(lookup: CredentialLookup, maxCachedSigningKeys: number) {
    this.#lookup = lookup
    this.#keys = new SigningKeys(maxCachedSigningKeys)
    this.#nobody = {
      // A space: no parser lets such an id through, so it can never be a real one's.
      accessKeyId: 'nobody ',
      secret: new SecretBytes(randomBytes(40)),
      generation: '',
      schemes: new Set(),
    }
  }

  /** Verifies `signature` against what may have been signed. Returns the signing key, from which chunks go on. */
  async sigV4(
    accessKeyId: string,
    scheme: Scheme,
    scope: Scope,
    signature: string,
    strings: readonly string[],
  ): Promise<KeyObject> {
    const credential = await this.#find(accessKeyId)
    const key = this.#keys.get(credential ?? this.#nobody, scope)
    const matches = matchesOne(strings, signature, (text) => signText(key, text))
    decide(credential, scheme, matches)
    return key
  }

  async sigV2(accessKeyId: string, scheme: Scheme, signature: string, strings: readonly string[]): Promise<void> {
    const credential = await this.#find(accessKeyId)
    const key = sigV2Key((credential ?? this.#nobody).secret)
    const matches = matchesOne(strings, signature, (text) => sigV2Sign(key, text))
    decide(credential, scheme, matches)
  }

  async #find(accessKeyId: string): Promise<Credential | undefined> {
    if (accessKeyId.length > MAX_ACCESS_KEY_ID_CHARS || !ACCESS_KEY_ID.test(accessKeyId)) return undefined
    const credential = await this.#lookup(accessKeyId)
    // A store that compares without case must not make two ids one.
    return credential?.accessKeyId === accessKeyId ? credential : undefined
  }
}

/** Texts are compared, not what they decode to: one signature has one spelling. */
function matchesOne(strings: readonly string[], signature: string, sign: (text: string) => string): boolean {
  const given = Buffer.from(signature, 'utf8')
  return strings.some((text) => equalInConstantTime(Buffer.from(sign(text), 'utf8'), given))
}

function decide(credential: Credential | undefined, scheme: Scheme, matches: boolean): void {
  if (credential === undefined) refuse({ kind: 'unknown-access-key' })
  if (!matches) refuse({ kind: 'signature-does-not-match' })
  if (!credential.schemes.has(scheme)) {
    refuse({ kind: 'invalid-request', detail: 'this access key may not be used with this signature version' })
  }
}
