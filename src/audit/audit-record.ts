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
  /** Names out of `AUDIT_DETAIL_NAMES`; any other is left out, and only its name is kept, under `omitted`. */
  readonly detail?: Readonly<Record<string, string>>
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
  readonly sinceMs?: number
  readonly limit: number
}

export interface AuditLog {
  /** Durable within a second. Resolves at once; a log that cannot be written makes later calls throw `unavailable`. */
  record(record: AuditRecord): void
  /** Aggregated per (reason, address prefix, minute): one record each, however many came (T-160). Never throws. */
  refused(refusal: UnknownRefusal): void
  /** Everything recorded so far is durable. */
  flush(): Promise<void>
  /** Newest first. */
  search(query: AuditQuery): Promise<readonly AuditRecord[]>
  close(): Promise<void>
}
