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
  readonly outcome: 'done' | 'refused' | 'failed'
  /** The kind of the failure. */
  readonly failure?: string
  readonly detail?: Readonly<Record<string, string>>
}

export interface AuditLog {
  /** Durable within a second. Resolves at once; a log that cannot be written makes later calls throw `unavailable`. */
  record(record: AuditRecord): void
  /** Everything recorded so far is durable. */
  flush(): Promise<void>
  /** Newest first. */
  search(query: {
    readonly action?: string
    readonly resource?: string
    readonly sinceMs?: number
    readonly limit: number
  }): Promise<readonly AuditRecord[]>
  close(): Promise<void>
}
