import type { AuditOperation } from '../operations/index.ts'
import type { ActionRow } from './action-row.ts'

/** Operations of the audit log. */
export const AUDIT_ACTIONS: Readonly<Record<AuditOperation['kind'], ActionRow>> = {
  'search-audit': { actions: ['coffer:SearchAudit'], subject: 'server' },
  'verify-audit': { actions: ['coffer:VerifyAudit'], subject: 'server' },
  'prove-audit': { actions: ['coffer:ProveAudit'], subject: 'server' },
  'export-audit': { actions: ['coffer:ExportAudit'], subject: 'server' },
  'get-audit-checkpoint': { actions: ['coffer:GetAuditCheckpoint'], subject: 'server' },
  // Which keys there are, the key service asks about itself.
  'get-key-usage': { actions: ['coffer:GetKeyUsage'], subject: 'server' },
  'list-unused-keys': { actions: ['coffer:ListUnusedKeys'], subject: 'server' },
}
