/** What an operator asks of the server as a whole. */
export interface ServerStatus {
  readonly state: 'serving' | 'sealed'
  readonly version: string
  readonly region: string
  readonly account: string
  readonly startedMs: number
  readonly workers: number
  readonly data: string
  readonly freeBytes?: number
  readonly buckets: number
  readonly versions: number
  readonly bytes: number
  readonly uploads: number
  readonly rootProvider: string
}

export interface VerifyReport {
  readonly versions: number
  readonly sealed: number
  readonly readable: number
  readonly keysMissing: number
  readonly damaged: readonly {
    readonly bucket: string
    readonly key: string
    readonly versionId: string
    readonly what: string
  }[]
  readonly countersAgree: boolean
  readonly indexAgrees: boolean
  readonly orphans: number
  readonly leftovers: number
  /** What does not agree, in words. */
  readonly remarks: readonly string[]
}

/** One audit record as it is shown. Fields are an allow-list. */
export interface ShownAuditRecord {
  readonly timeMs: number
  readonly requestId: string
  readonly action: string
  readonly resource: string
  readonly caller: string
  readonly outcome: 'done' | 'refused' | 'failed'
  readonly failure?: string
  readonly detail?: Readonly<Record<string, string>>
}

export type ServerOperation =
  | { readonly kind: 'server-status' }
  | { readonly kind: 'verify-store'; readonly bucket?: string }
  | {
      readonly kind: 'search-audit'
      /** Exact, or a beginning when it ends in `*`. */
      readonly action?: string
      readonly resource?: string
      readonly outcome?: ShownAuditRecord['outcome']
      readonly sinceMs?: number
      readonly limit: number
    }

export interface ServerResults {
  'server-status': ServerStatus
  'verify-store': VerifyReport
  'search-audit': { readonly records: readonly ShownAuditRecord[] }
}
