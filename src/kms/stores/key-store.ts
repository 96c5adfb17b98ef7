import type { KeySpec, MacAlgorithm, SigningAlgorithm } from '../../operations/index.ts'
import type { SecretBytes } from '../../secrets/index.ts'
import type { Fragment } from '../../storage/index.ts'

/** One generation of a key's material. */
export interface MaterialHandle {
  /** 32 hexadecimal digits. */
  readonly keyUid: string
  readonly version: number
}

/**
 * Where key material lives. It wraps and unwraps by handle and never hands material out, so that hardware can stand
 * behind it. Blobs are `CKB1`. Every maker passes `conformance.ts`.
 *
 * What not every maker can do lies in the optional parts: a part that is absent is not supported, and keys that would
 * need it are refused before anything is made. Every method rejects with `KeyStoreUnavailable` when the store does not
 * answer, and, where it uses material, with `MaterialMissing` when there is none.
 */
export interface KeyStore {
  /**
   * Makes the material of a handle: 32 bytes for wrapping, unless `spec` says otherwise. What is returned goes into the
   * commit that makes the version known. `spec` is one that the parts below allow.
   */
  create(handle: MaterialHandle, spec?: KeySpec): Promise<Fragment>
  /** `context`: canonical bytes. */
  wrap(handle: MaterialHandle, plaintext: SecretBytes, context: Uint8Array): Promise<Buffer>
  /** Undefined: the blob is not of this handle, or context or bytes are others. */
  unwrap(handle: MaterialHandle, blob: Uint8Array, context: Uint8Array): Promise<SecretBytes | undefined>
  /** What the commit carries that gives these handles up. */
  release(handles: readonly MaterialHandle[]): Promise<Fragment>
  /** After that commit: destroys the material for good, and what is cached of it. May be repeated. */
  discard(handles: readonly MaterialHandle[]): Promise<void>
  /** Destroys what was given up and is not gone yet, because nobody came to `discard` it or the store was away. */
  resume?(): Promise<void>
  /** Whether material can be used now. Absent: it always can. Never rejects. */
  reachable?(handle: MaterialHandle): Promise<boolean>
  /** Material from outside, for keys with origin EXTERNAL. */
  readonly imports?: MaterialImports
  /** Specs `HMAC_*`. */
  readonly macs?: MacMaterial
  /** Specs `RSA_*` and `ECC_*`: for signing. */
  readonly pairs?: PairMaterial
}

export interface MaterialImports {
  /**
   * Takes material in, as `create` makes it: of `SYMMETRIC_DEFAULT` and `HMAC_*`, as many bytes as the spec has. The
   * caller wipes its own. After `release` and `discard` the same bytes may come again under the same handle.
   */
  put(handle: MaterialHandle, spec: KeySpec, material: SecretBytes): Promise<Fragment>
}

export interface MacMaterial {
  /** The whole HMAC (FIPS 198-1) of a message. `algorithm` is the one of the key's spec. */
  mac(handle: MaterialHandle, algorithm: MacAlgorithm, message: Uint8Array): Promise<Buffer>
}

export interface PairMaterial {
  /** DER of SubjectPublicKeyInfo (RFC 5280, 4.1). */
  publicKey(handle: MaterialHandle): Promise<Buffer>
  /**
   * A signature over the message itself: PKCS #1 v1.5; PSS with a salt as long as the hash; ECDSA in DER (RFC 3279,
   * 2.2.3); Ed25519, 64 bytes. `algorithm` is one that the key's spec allows.
   */
  sign(handle: MaterialHandle, algorithm: SigningAlgorithm, message: Uint8Array): Promise<Buffer>
}

/** There is no such material: never made, or destroyed. */
export class MaterialMissing extends Error {
  override readonly name = 'MaterialMissing'
}

/** The material has been used as often as it may be: only another version goes on. */
export class MaterialExhausted extends Error {
  override readonly name = 'MaterialExhausted'
}

/** The store does not answer. Nobody falls back to another. */
export class KeyStoreUnavailable extends Error {
  override readonly name = 'KeyStoreUnavailable'
}
