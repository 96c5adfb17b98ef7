/**
 * Audit: what happened. Who asked for what, on what, and what came of it, as sealed rows of the metadata store.
 *
 * Promises: a record is durable within a second, or later ones are refused with `unavailable`; fields are an allow-list,
 * capped and escaped, one line each; no body, key, signature or secret has a field; strangers cannot fill the disk,
 * because refusals without a known caller are counted, not listed.
 * Imports: operations, secrets, records, storage.
 */
export { AUDIT_DETAIL_NAMES } from './audit-fields.ts'
export { AUDIT_FAULT_POINTS, createAuditLog, MAX_SEARCH_RESULTS, type AuditLogOptions } from './audit-log.ts'
export type { AuditChange, AuditLog, AuditOutcome, AuditQuery, AuditRecord, UnknownRefusal } from './audit-record.ts'
export { createAuditLedger, type AuditLedger, type AuditLedgerOptions, type LedgerPage } from './audit-ledger.ts'
export { readLine as readAuditLine } from './audit-rows.ts'
export { createTrail, type AuditDecision, type AuditEvent, type AuditTrail, type RequestOrigin } from './audit-trail.ts'
export { INTERRUPTED_NOTE } from './checkpoint-note.ts'
export { cloudTrailEvent, type EventObject, type EventPlace, type EventValue } from './cloudtrail.ts'
export type { KeyUsage } from './key-usage.ts'
export type { CheckpointFile, StoredCheckpoint } from './make-checkpoint.ts'
export type { EventProof } from './prove-event.ts'
export { concernsAccount } from './search-audit.ts'
export type { LedgerProblem, LedgerReport } from './ledger-check.ts'
export { callerName, identityOf, type AuditIdentity, type AuditSession } from './user-identity.ts'
