import type { AuditChange, AuditTrail } from '../audit/index.ts'
import type { Caller, RequestFacts } from '../operations/index.ts'
import type { Check } from '../storage/index.ts'
import type { PinnedVersion } from './reading/pinned-version.ts'
import type { BucketRecord } from './rows/bucket-record.ts'

/**
 * The result of authorization: the engine takes no step without one. `checks` are the guards that were read when the
 * decision was made; a write carries them in its commit, and asks `renew` when one of them changed meanwhile.
 */
export interface Permit {
  readonly caller: Caller
  readonly requestId: string
  /** Of the request, for conditions; absent for what the server does by itself. */
  readonly facts?: RequestFacts
  /** When the request arrived, by the server's clock, in milliseconds. */
  readonly nowMs: number
  readonly bucket?: BucketRecord
  readonly sourceBucket?: BucketRecord
  readonly checks: readonly Check[]
  /**
   * The versions whose lists, owners or tags the decision rests on: it is a right to those alone, and not to
   * what replaced them since.
   */
  readonly pinned?: { readonly target?: PinnedVersion; readonly source?: PinnedVersion }
  readonly signal: AbortSignal
  /** The record of the change that this request asks for, made for its commit; absent for what is recorded otherwise. */
  readonly recordChange?: () => AuditChange
  /** The records of this request, for the rooms that write some of their own. */
  readonly trail?: AuditTrail | undefined
  /** Reads the guards again and decides again: throws `access-denied` (or `no-such-bucket`) when the right is gone. */
  renew(): Promise<Permit>
}
