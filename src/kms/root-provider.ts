import type { SecretBytes } from '../secrets/index.ts'

/**
 * Where the root key lives. It wraps one thing: the cluster key. Makers: `file`, `env`, `passphrase`,
 * `systemd-credential`. All of them derive or read 32 bytes and share one wrap (docs/key-hierarchy.md).
 */
export interface RootProvider {
  readonly kind: 'file' | 'env' | 'passphrase' | 'systemd-credential'
  /** Where, in words a person can follow; never the key. */
  readonly place: string
  /** Whether a first start may make a new root here (`file` only), and has to. */
  readonly canCreate: boolean
  /** The wrap of a cluster key, to be stored in a row `root/<version>`. */
  wrap(clusterKey: SecretBytes, clusterVersion: number): Promise<Buffer>
  /** Undefined: this root does not open it. Throws `RootUnavailable` when the provider does not answer. */
  unwrap(wrapped: Uint8Array, clusterVersion: number): Promise<SecretBytes | undefined>
}

export class RootUnavailable extends Error {
  override readonly name = 'RootUnavailable'
}
