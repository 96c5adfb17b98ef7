import type { AuditOperation } from '../../operations/index.ts'
import type { Decoders } from './decoder.ts'
import { present } from '../present.ts'
import { instantOf } from './instant.ts'

export const DEFAULT_AUDIT_RECORDS = 100
export const MAX_AUDIT_RECORDS = 1_000

export const AUDIT_DECODERS: Decoders<AuditOperation['kind']> = {
  'search-audit': () => ({
    target: {},
    build: (body) => ({
      kind: 'search-audit',
      ...present({
        action: body.optionalText('action'),
        resource: body.optionalText('resource'),
        caller: body.optionalText('caller'),
        key: body.optionalText('usedKey'),
        requestId: body.optionalText('requestId'),
        outcome: body.optionalWord('outcome', ['done', 'refused', 'failed']),
        sinceMs: instantOf('since', body.optionalText('since')),
        untilMs: instantOf('until', body.optionalText('until')),
      }),
      limit: body.optionalNumber('limit', 1, MAX_AUDIT_RECORDS) ?? DEFAULT_AUDIT_RECORDS,
    }),
  }),
  'verify-audit': () => ({
    target: {},
    build: (body) => ({ kind: 'verify-audit', ...present({ checkpoints: body.optionalText('checkpoints') }) }),
  }),
  'prove-audit': () => ({ target: {}, build: (body) => ({ kind: 'prove-audit', id: body.text('id') }) }),
  'export-audit': () => ({
    target: {},
    build: (body) => ({
      kind: 'export-audit',
      format: body.optionalWord('format', ['cloudtrail', 'ledger']) ?? 'cloudtrail',
      from: body.optionalNumber('from', 0, Number.MAX_SAFE_INTEGER) ?? 0,
      limit: body.optionalNumber('limit', 1, MAX_AUDIT_RECORDS) ?? MAX_AUDIT_RECORDS,
      ...present({
        sinceMs: instantOf('since', body.optionalText('since')),
        untilMs: instantOf('until', body.optionalText('until')),
      }),
    }),
  }),
  'get-audit-checkpoint': () => ({ target: {}, build: () => ({ kind: 'get-audit-checkpoint' }) }),
  'get-key-usage': (read) => {
    const key = read.key()
    return {
      target: { keyReference: key },
      build: (body) => ({ kind: 'get-key-usage', key, sinceMs: instantOf('since', body.text('since')) ?? 0 }),
    }
  },
  'list-unused-keys': () => ({
    target: {},
    build: (body) => ({ kind: 'list-unused-keys', sinceMs: instantOf('since', body.text('since')) ?? 0 }),
  }),
}
