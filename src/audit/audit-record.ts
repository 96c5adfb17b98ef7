import type { Fragment } from '../storage/index.ts'
import type { AuditIdentity } from './user-identity.ts'

export type AuditOutcome = 'done' | 'refused' | 'failed'

/** One thing that happened. An allow-list: nothing is recorded that is not a field here. */
export interface AuditRecord {
  readonly timeMs: number
  readonly requestId: string
  /** `s3:PutObject`, `kms:Decrypt`, `coffer:...` */
  readonly action: string
  /** An ARN. */
  readonly resource: string
  /** The caller's ARN; `anonymous`; `unknown` for refusals before anybody was known (aggregated). */
  readonly caller: string
  readonly outcome: AuditOutcome
  /** The kind of the failure. */
  readonly failure?: string
  /** Why it was refused or failed, in words; CloudTrail's `errorMessage`. */
  readonly message?: string
  /** Whoever `caller` names, as CloudTrail tells it. */
  readonly identity?: AuditIdentity
  /** The client's address, after the trusted-proxy rule. */
  readonly sourceAddress?: string
  /** As the client claims it. */
  readonly userAgent?: string
  /** The host that the client asked, when it came by TLS. */
  readonly tlsHost?: string
  readonly dialect?: string
  /** The kind of the operation: `delete-bucket-encryption` where the action is `s3:PutEncryptionConfiguration`. */
  readonly operation?: string
  /** What authorization said, and which policies made it. */
  readonly decision?: string
  readonly policies?: readonly string[]
  /** The account whose resource it was, where it is another than the caller's. */
  readonly owner?: string
  /** Names out of `AUDIT_DETAIL_NAMES`; any other is left out, and only its name is kept, under `omitted`. */
  readonly detail?: Readonly<Record<string, string>>
  /** A UUID, given by the log. */
  readonly id?: string
}

/** The record of a change, for the commit of that change. */
export interface AuditChange {
  /** A row of the log. Good for one commit: ask for another one when the change is tried again. */
  readonly fragment: Fragment
  /** To be called when the commit was made, and only then. */
  committed(): void
}

/** A refusal of somebody nobody knows: counted, not recorded one by one. */
export interface UnknownRefusal {
  readonly timeMs: number
  /** The kind of the failure. */
  readonly reason: string
  readonly remoteAddress: string
}

export interface AuditQuery {
  /** Exact, or a beginning when it ends in `*`. */
  readonly action?: string
  /** Exact, or a beginning when it ends in `*`. */
  readonly resource?: string
  readonly outcome?: AuditOutcome
  /** An ARN, exact or a beginning. */
  readonly caller?: string
  /** The ARN of a key that was used, or that an object was under. */
  readonly key?: string
  readonly requestId?: string
  readonly sinceMs?: number
  readonly untilMs?: number
  /** Only what this account did, or what was done to what is its own. */
  readonly account?: string
  readonly limit: number
}

export interface AuditLog {
  /** Durable within a second. Resolves at once; a log that cannot be written makes later calls throw `unavailable`. */
  record(record: AuditRecord): void
  /** Throws `unavailable` when nothing can be recorded now. */
  demandWritable(): void
  /** The same for a change: its record lies in the change's own commit. Throws `unavailable` like `record`. */
  change(record: AuditRecord): AuditChange
  /** Aggregated per (reason, address prefix, minute): one record each, however many came (T-160). Never throws. */
  refused(refusal: UnknownRefusal): void
  /** Everything recorded so far is durable. */
  flush(): Promise<void>
  /** Newest first. */
  search(query: AuditQuery): Promise<readonly AuditRecord[]>
  close(): Promise<void>
}
