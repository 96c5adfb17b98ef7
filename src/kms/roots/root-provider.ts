import type { SecretBytes } from '../../secrets/index.ts'

export const ROOT_KINDS = [
  ...(['file', 'env', 'passphrase', 'systemd-credential', 'pkcs11', 'vault', 'aws-kms', 'ephemeral'] as const),
] as const
export type RootKind = (typeof ROOT_KINDS)[number]

/**
 * Where the root key lives. It wraps one thing: the cluster key. `file`, `env`, `passphrase` and `systemd-credential`
 * derive or read 32 bytes and share one wrap; `pkcs11`, `vault` and `aws-kms` never give their key out, and share
 * another (docs/key-hierarchy.md).
 */
export interface RootProvider {
  readonly kind: RootKind
  /** Where, in words a person can follow; never the key. */
  readonly place: string
  /** Whether a first start may make a new root here (`file` only), and has to. */
  readonly canCreate: boolean
  /** Makes the root where `canCreate`: exclusive, and durable before it resolves. Others reject with `RootRefused`. */
  create(): Promise<void>
  /** The wrap of a cluster key, to be stored in a row `root/<version>/<root id>`. `clusterId`: 16 bytes. */
  wrap(clusterKey: SecretBytes, clusterVersion: number, clusterId: Uint8Array): Promise<Buffer>
  /** Undefined: this root does not open it. Throws `RootUnavailable` when the provider does not answer. */
  unwrap(wrapped: Uint8Array, clusterVersion: number): Promise<SecretBytes | undefined>
  /**
   * The public id of this root, 16 hexadecimal digits. A passphrase has another one with each salt, so the wrap
   * that it is compared with has to be given.
   */
  identify(wrapped: Uint8Array): Promise<string>
  /** Makes the provider's key anew, where it can be told to: wraps of before still open. Absent: it cannot. */
  renew?(): Promise<void>
  /** The root key itself, for a copy under a passphrase. Absent: it cannot be taken out, or whoever keeps it has it. */
  extract?(): Promise<SecretBytes>
}

/** The provider does not answer: the server starts sealed, and never falls back to another root. */
export class RootUnavailable extends Error {
  override readonly name = 'RootUnavailable'
}

/** What was configured cannot be a root (a key file that others can read, a passphrase too short): refuses the start. */
export class RootRefused extends Error {
  override readonly name = 'RootRefused'
  /** What the person can do about it, where there is one thing to do. */
  readonly advice: string | undefined

  constructor(why: string, advice?: string) {
    super(why)
    this.advice = advice
  }
}

/** The data belongs to another root. Nothing was changed. */
export class RootMismatch extends Error {
  override readonly name = 'RootMismatch'
  /** Ids of the roots that the data was sealed under. */
  readonly stored: readonly string[]
  readonly given: string

  constructor(stored: readonly string[], given: string, place: string) {
    super(`this data is sealed under root ${stored.join(', ')}, but ${place} is root ${given}. Nothing was changed.`)
    this.stored = stored
    this.given = given
  }
}
