import type { AuditOperation, AuditResults } from './audit-operations.ts'
import type { ExplainOperation, ExplainResults, ValidatePolicy } from './explain-operation.ts'
import type { JobOperation, JobResults } from './job-operations.ts'

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
  /** How far the audit log is sealed and signed; the key is for verifying its checkpoints. */
  readonly audit: {
    /** Absent: nothing has been sealed yet. */
    readonly verifierKey?: string
    readonly signedMs?: number
    readonly signedRecords?: number
    readonly records: number
  }
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

export type ServerOperation =
  | { readonly kind: 'server-status' }
  | { readonly kind: 'verify-store'; readonly bucket?: string }
  | AuditOperation
  | ExplainOperation
  | ValidatePolicy
  | JobOperation

export interface ServerResults extends AuditResults, ExplainResults, JobResults {
  'server-status': ServerStatus
  'verify-store': VerifyReport
}
