import type { AuditOperation, AuditReport, KeyUsageReport, Results, ShownAuditRecord } from '../../operations/index.ts'
import { present } from '../present.ts'
import type { AdminResults, AuditRecordJson, AuditReportJson, KeyUsageJson } from './wire.ts'

type AuditKind = AuditOperation['kind']
type Shapers = { readonly [Kind in AuditKind]: (result: Results[Kind]) => AdminResults[Kind] }

/** Results of the audit log as JSON, member by member. */
export const AUDIT_JSON: Shapers = {
  'search-audit': ({ records }) => ({ records: records.map(recordJson) }),
  'verify-audit': reportJson,
  'prove-audit': ({ line, index, size, hashes, checkpoint, verifierKey }) => ({
    ...{ line, index, size, hashes, checkpoint, verifierKey },
  }),
  'export-audit': ({ lines, next }) => ({ lines, ...present({ next }) }),
  'get-audit-checkpoint': ({ verifierKey, note, timeMs }) => ({
    verifierKey,
    ...present({ note, time: instant(timeMs) }),
  }),
  'get-key-usage': usageJson,
  'list-unused-keys': ({ keys }) => ({
    keys: keys.map(({ keyId: id, arn, aliases, state, createdMs, lastUsedMs }) => ({
      ...{ id, arn, aliases, state, created: new Date(createdMs).toISOString() },
      ...present({ lastUsed: instant(lastUsedMs) }),
    })),
  }),
}

function instant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

function recordJson(record: ShownAuditRecord): AuditRecordJson {
  const { timeMs, requestId, action, resource, caller, outcome, failure, detail, message, id, ...rest } = record
  const { sourceAddress, userAgent, dialect, decision, policies, owner } = rest
  return {
    ...{ time: new Date(timeMs).toISOString(), requestId, action, resource, caller, outcome },
    ...present({ failure, message, detail, sourceAddress, userAgent, dialect, decision, policies, owner, id }),
  }
}

function reportJson(report: AuditReport): AuditReportJson {
  const { intact, records, segments, checkpoints, firstMs, lastMs, problems, checkpoint, verifierKey } = report
  return {
    ...{ intact, records, segments, checkpoints },
    ...present({ first: instant(firstMs), last: instant(lastMs), checkpoint, verifierKey }),
    problems: problems.map(({ what, record, segment, afterMs }) => ({
      what,
      ...present({ record, segment, after: instant(afterMs) }),
    })),
  }
}

function usageJson({ keyArn, sinceMs, lastUsedMs, users, subjects, more }: KeyUsageReport): KeyUsageJson {
  return {
    key: keyArn,
    since: new Date(sinceMs).toISOString(),
    ...present({ lastUsed: instant(lastUsedMs) }),
    users: users.map(({ caller, action, outcome, count, firstMs, lastMs }) => ({
      ...{ caller, action, outcome, count },
      ...{ first: new Date(firstMs).toISOString(), last: new Date(lastMs).toISOString() },
    })),
    subjects: subjects.map(({ subject, count, lastMs }) => ({ subject, count, last: new Date(lastMs).toISOString() })),
    more,
  }
}
