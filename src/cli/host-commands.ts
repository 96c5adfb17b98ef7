import type { Config, RootKeySetting } from '../config/index.ts'
import type { SecretBytes } from '../secrets/index.ts'
import type { FirstStart, LaterStart, ReadyFacts } from './first-start.ts'

/** What `serve` tells while it starts; the command line turns it into words. */
export interface ServeEvents {
  /** The first start made things. `secret` may be shown on a terminal only. */
  firstStart(facts: FirstStart): void
  laterStart(facts: LaterStart): void
  /** Requests are served from now on. Exactly once. */
  ready(facts: ReadyFacts): void
  /** A line for the person: warnings, a sealed start. */
  note(text: string): void
}

/** What `serve --check` looked at. */
export interface CheckReport {
  readonly lines: readonly {
    readonly verdict: 'ok' | 'warn' | 'fail'
    readonly what: string
    readonly detail: string
  }[]
}

export interface RootStatus {
  readonly provider: string
  /** Where, in words; never the key. */
  readonly place: string
  /** Public fingerprint of the root, short. */
  readonly rootId: string
  readonly clusterVersion: number
  readonly wraps: number
}

export interface RootChange {
  readonly place: string
  readonly rootId: string
  /** The place that is no longer needed, if it is another one. */
  readonly left?: string
}

export interface ClusterKeyChange {
  readonly clusterVersion: number
  /** How many keys and secrets were wrapped anew. */
  readonly renewed: number
  readonly place: string
}

/**
 * What only the owner of the host can do: it opens the data directory itself. Handed in by the composition, because the
 * command line may not pick an implementation. They throw `HostRefusal` for what a person can mend.
 */
export interface HostCommands {
  /** Serves until it is told to stop; resolves with the exit code. */
  serve(config: Config, events: ServeEvents): Promise<number>
  check(config: Config): Promise<CheckReport>
  rootStatus(config: Config): Promise<RootStatus>
  /** A fresh root key at the same place. */
  rotateRoot(config: Config): Promise<RootChange>
  moveRoot(config: Config, to: RootKeySetting): Promise<RootChange>
  /** A new cluster key under the present root key; everything under it is wrapped anew. */
  rotateClusterKey(config: Config): Promise<ClusterKeyChange>
  /** Writes a copy of the root key, wrapped by a passphrase, to a new file. */
  exportRoot(config: Config, to: { readonly file: string; readonly passphrase: SecretBytes }): Promise<RootStatus>
  /** Makes a root key file of such a copy. */
  importRoot(from: {
    readonly file: string
    readonly passphrase: SecretBytes
    readonly to: string
  }): Promise<RootChange>
  /** Unwraps the cluster key as a proof. */
  verifyRoot(config: Config): Promise<RootStatus>
  /** A new secret for the root credential of the first account. */
  recoverRoot(config: Config): Promise<{ readonly accessKeyId: string; readonly secret: SecretBytes }>
}

/** A host command that cannot be done, in a sentence, with what to try. */
export class HostRefusal extends Error {
  override readonly name = 'HostRefusal'
  readonly tries: readonly string[]
  readonly reason: 'configuration' | 'root-mismatch' | 'sealed' | 'in-use' | 'failed'

  constructor(reason: HostRefusal['reason'], sentence: string, tries: readonly string[] = []) {
    super(sentence)
    this.reason = reason
    this.tries = tries
  }
}
