/** One audit record as it is shown. Fields are an allow-list. */
export interface ShownAuditRecord {
  readonly timeMs: number
  readonly requestId: string
  readonly action: string
  readonly resource: string
  readonly caller: string
  readonly outcome: 'done' | 'refused' | 'failed'
  readonly failure?: string
  readonly message?: string
  readonly sourceAddress?: string
  readonly userAgent?: string
  readonly dialect?: string
  readonly decision?: string
  readonly policies?: readonly string[]
  readonly owner?: string
  readonly detail?: Readonly<Record<string, string>>
  /** A UUID: what a record is proved by. */
  readonly id?: string
}

/** What a verification of the whole audit log found. */
export interface AuditReport {
  readonly intact: boolean
  readonly records: number
  readonly segments: number
  readonly checkpoints: number
  readonly firstMs?: number
  readonly lastMs?: number
  /** `record`: so many before it are intact. */
  readonly problems: readonly {
    readonly what: string
    readonly record?: number
    readonly segment?: number
    readonly afterMs?: number
  }[]
  /** The newest checkpoint that the records bear out; `root` in hexadecimal. */
  readonly checkpoint?: { readonly size: number; readonly root: string; readonly note: string }
  readonly verifierKey?: string
}

/** That a record is one that a signed checkpoint speaks of (RFC 9162, 2.1.3). Hashes are in base64. */
export interface AuditProof {
  readonly line: string
  readonly index: number
  readonly size: number
  readonly hashes: readonly string[]
  readonly checkpoint: string
  readonly verifierKey: string
}

/** Who used a key, how, and for what. */
export interface KeyUsageReport {
  readonly keyArn: string
  readonly sinceMs: number
  readonly lastUsedMs?: number
  readonly users: readonly {
    readonly caller: string
    readonly action: string
    readonly outcome: ShownAuditRecord['outcome']
    readonly count: number
    readonly firstMs: number
    readonly lastMs: number
  }[]
  /** Objects by their ARNs where they are known, else encryption contexts. */
  readonly subjects: readonly { readonly subject: string; readonly count: number; readonly lastMs: number }[]
  readonly more: boolean
}

/** A key that nobody has used since a moment. */
export interface UnusedKey {
  readonly keyId: string
  readonly arn: string
  readonly aliases: readonly string[]
  readonly state: string
  readonly createdMs: number
  /** Absent: never. */
  readonly lastUsedMs?: number
}

export type AuditOperation =
  | {
      readonly kind: 'search-audit'
      /** Each exact, or a beginning when it ends in `*`. */
      readonly action?: string
      readonly resource?: string
      readonly caller?: string
      /** The ARN of a key that was used, or that an object was under. */
      readonly key?: string
      readonly requestId?: string
      readonly outcome?: ShownAuditRecord['outcome']
      readonly sinceMs?: number
      readonly untilMs?: number
      readonly limit: number
      /** How many of the newest that fit were shown already. */
      readonly skip?: number
    }
  /** `checkpoints`: signed notes that were kept elsewhere. */
  | { readonly kind: 'verify-audit'; readonly checkpoints?: string }
  | { readonly kind: 'prove-audit'; readonly id: string }
  /** `from`: where the page before ended. */
  | {
      readonly kind: 'export-audit'
      readonly format: 'cloudtrail' | 'ledger'
      readonly from: number
      readonly limit: number
      readonly sinceMs?: number
      readonly untilMs?: number
    }
  | { readonly kind: 'get-audit-checkpoint' }
  | { readonly kind: 'get-key-usage'; readonly key: string; readonly sinceMs: number }
  | { readonly kind: 'list-unused-keys'; readonly sinceMs: number }

export interface AuditResults {
  'search-audit': { readonly records: readonly ShownAuditRecord[] }
  'verify-audit': AuditReport
  'prove-audit': AuditProof
  /** One JSON text a record. */
  'export-audit': { readonly lines: readonly string[]; readonly next?: number }
  'get-audit-checkpoint': { readonly verifierKey: string; readonly note?: string; readonly timeMs?: number }
  'get-key-usage': KeyUsageReport
  'list-unused-keys': { readonly keys: readonly UnusedKey[] }
}
