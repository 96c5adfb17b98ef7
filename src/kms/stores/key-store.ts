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
 */
export interface KeyStore {
  /** Makes the material of a handle. What is returned goes into the commit that makes the version known. */
  create(handle: MaterialHandle): Promise<Fragment>
  /** `context`: canonical bytes. Rejects with `MaterialMissing`, or `KeyStoreUnavailable`. */
  wrap(handle: MaterialHandle, plaintext: SecretBytes, context: Uint8Array): Promise<Buffer>
  /** Undefined: the blob is not of this handle, or context or bytes are others. Rejects as `wrap` does. */
  unwrap(handle: MaterialHandle, blob: Uint8Array, context: Uint8Array): Promise<SecretBytes | undefined>
  /** What the commit carries that gives these handles up. */
  release(handles: readonly MaterialHandle[]): Promise<Fragment>
  /** After that commit: destroys the material for good, and what is cached of it. May be repeated. */
  discard(handles: readonly MaterialHandle[]): Promise<void>
}

/** There is no such material: never made, or destroyed. */
export class MaterialMissing extends Error {
  override readonly name = 'MaterialMissing'
}

/** The store does not answer. Nobody falls back to another. */
export class KeyStoreUnavailable extends Error {
  override readonly name = 'KeyStoreUnavailable'
}
