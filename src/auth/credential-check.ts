import type { KeyObject } from 'node:crypto'
import { after, refuse, type Awaitable, type Scheme, type SecretLike, type SignedText } from '../operations/index.ts'
import { equalInConstantTime, randomBytes, SecretBytes } from '../secrets/index.ts'
import { MAX_ACCESS_KEY_ID_CHARS } from './limits.ts'
import { SigningKeys, type SigningKey } from './signing-keys.ts'
import { sigV2Key, sigV2Sign } from './signatures/sigv2.ts'
import { deriveSigningKey, signText, type Scope } from './signatures/sigv4.ts'
import type { Credential, CredentialLookup } from './verified.ts'

const ACCESS_KEY_ID = /^[\x21-\x7e]+$/

/** Which credential somebody says is theirs. */
export interface Claimed {
  readonly accessKeyId: string
  /** Of a temporary credential: it is found by both, and by neither alone (T-060). */
  readonly token: string | undefined
  /** It came as the token of a directory bucket's session. */
  readonly ofDirectory?: true
}

/** What `among` compares. */
export interface Readings {
  readonly scheme: Scheme
  /** As the client sent it. */
  readonly signature: string
  /** The key that signs; `kept` makes keys, and keeps them for the next request of the same credential. */
  readonly keyOf: (kept: (wanted: SigningKey) => KeyObject) => KeyObject
  /** The signature of each reading. */
  readonly readings: readonly ((key: KeyObject) => string)[]
  /** What a refusal shows of the text that should have been signed. */
  readonly mismatch?: () => SignedText | undefined
}

/** The secret itself is the key of SigV2 and of the older schemes of other vendors. */
export const OF_THE_SECRET: SigningKey = { name: 'secret', derive: sigV2Key }

/**
 * Compares signatures. An unknown access key costs what a wrong signature costs: the same HMACs are made with a key
 * that nobody has, and only then is it said to be unknown (T-062).
 */
export class CredentialCheck {
  readonly #lookup: CredentialLookup
  readonly #keys: SigningKeys
  /** Whose key nobody has: what is unknown is checked against it all the same. */
  readonly #nobody: Pick<Credential, 'accessKeyId' | 'secret' | 'generation'>

  constructor(lookup: CredentialLookup, maxCachedSigningKeys: number) {
    this.#lookup = lookup
    this.#keys = new SigningKeys(maxCachedSigningKeys)
    this.#nobody = {
      // A space: no parser lets such an id through, so it can never be a real one's.
      accessKeyId: 'nobody ',
      secret: new SecretBytes(randomBytes(40)),
      generation: '',
    }
  }

  /** Verifies `signature` against what may have been signed. Returns the signing key, from which chunks go on. */
  sigV4(
    claimed: Claimed,
    scheme: Scheme,
    scope: Scope,
    signature: string,
    strings: readonly string[],
  ): Awaitable<{ readonly key: KeyObject; readonly credential: Credential }> {
    return after(this.#find(claimed), (credential) => {
      const name = `sigv4\n${scope.date}\n${scope.region}\n${scope.service}`
      const derive = (secret: SecretLike): KeyObject => deriveSigningKey(secret, scope)
      const key = this.#keys.get(credential ?? this.#nobody, { name, derive })
      let matches = false
      for (const text of strings) matches ||= isSignature(signText(key, text), signature)
      return { key, credential: decide(credential, claimed, scheme, matches) }
    })
  }

  sigV2(claimed: Claimed, scheme: Scheme, signature: string, strings: readonly string[]): Awaitable<Credential> {
    return after(this.#find(claimed), (credential) => {
      const key = this.#keys.get(credential ?? this.#nobody, OF_THE_SECRET)
      let matches = false
      for (const text of strings) matches ||= isSignature(sigV2Sign(key, text), signature)
      return decide(credential, claimed, scheme, matches)
    })
  }

  /**
   * Verifies `signature` against the signatures of the texts that a client may have signed, one for each reading of the
   * request, the likeliest first: those behind the one that fits are not made. Returns which of them it was.
   */
  among(
    claimed: Claimed,
    { scheme, signature, keyOf, readings, mismatch }: Readings,
  ): Awaitable<{ readonly reading: number; readonly credential: Credential }> {
    return after(this.#find(claimed), (credential) => {
      const key = keyOf((wanted) => this.#keys.get(credential ?? this.#nobody, wanted))
      const reading = readings.findIndex((signed) => isSignature(signed(key), signature))
      const shown = reading < 0 ? mismatch?.() : undefined
      return { reading, credential: decide(credential, claimed, scheme, reading >= 0, shown) }
    })
  }

  /** The same for texts that are signed with the secret once and never again: forms. */
  oneOf(
    claimed: Claimed,
    scheme: Scheme,
    signature: string,
    sign: (secret: SecretLike) => readonly string[],
    mismatch?: SignedText,
  ): Awaitable<{ readonly reading: number; readonly credential: Credential }> {
    return after(this.#find(claimed), (credential) => {
      const reading = sign((credential ?? this.#nobody).secret).findIndex((ours) => isSignature(ours, signature))
      return { reading, credential: decide(credential, claimed, scheme, reading >= 0, mismatch) }
    })
  }

  #find({ accessKeyId, token }: Claimed): Awaitable<Credential | undefined> {
    if (accessKeyId.length > MAX_ACCESS_KEY_ID_CHARS || !ACCESS_KEY_ID.test(accessKeyId)) return undefined
    return after(this.#lookup(accessKeyId, token), (found) => {
      // A store that compares without case must not make two ids one; without its token a temporary key is nobody's.
      if (found?.accessKeyId !== accessKeyId) return undefined
      return found.session !== undefined && token === undefined ? undefined : found
    })
  }
}

/** No signature of a scheme spoken here is longer as text. */
const MAX_SIGNATURE_CHARS = 128
/** Filled anew by each comparison, which is synchronous. Signatures are no secrets. */
const made = Buffer.alloc(MAX_SIGNATURE_CHARS)
const given = Buffer.alloc(MAX_SIGNATURE_CHARS)

/** Texts are compared, not what they decode to: one signature has one spelling. */
function isSignature(ours: string, theirs: string): boolean {
  if (theirs.length !== ours.length || ours.length > MAX_SIGNATURE_CHARS) return false
  made.fill(0)
  given.fill(0)
  made.write(ours, 'latin1')
  // What is not ASCII would lose its upper bits, and could become another text.
  return given.write(theirs, 'utf8') === ours.length && equalInConstantTime(made, given)
}

function decide(
  credential: Credential | undefined,
  { token, ofDirectory }: Claimed,
  scheme: Scheme,
  matches: boolean,
  shown?: SignedText,
): Credential {
  if (credential === undefined) return refuse({ kind: 'unknown-access-key' })
  if (!matches) refuse({ kind: 'signature-does-not-match', ...(shown === undefined ? {} : { shown }) })
  // A token that restricts nothing is not ignored: its holder meant to be restricted.
  if (token !== undefined && credential.session === undefined) refuse({ kind: 'invalid-token' })
  // Each kind of session has its own place: one in the other's was meant for something else.
  if ((credential.session?.directory !== undefined) !== (ofDirectory === true)) refuse({ kind: 'invalid-token' })
  if (!credential.schemes.has(scheme)) {
    refuse({ kind: 'invalid-request', detail: 'this access key may not be used with this signature version' })
  }
  return credential
}
