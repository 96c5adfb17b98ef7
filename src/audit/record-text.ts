import {
  AUDIT_DETAIL_NAMES,
  cleanField,
  cleanRecord,
  fieldLimit,
  MAX_DETAIL_NAMES,
  MAX_RECORD_BYTES,
} from './audit-fields.ts'
import type { AuditRecord } from './audit-record.ts'
import { recordLine } from './audit-rows.ts'
import type { AuditIdentity } from './user-identity.ts'

/** Needs neither an escape of ours nor one of JSON. */
const SAFE = /^[ !#-[\]-~]*$/
/** What a line takes at most for each of its characters. */
const BYTES_PER_CHAR = 3

/**
 * The line of a record: what `recordLine` makes of a clean record, member by member in the same fixed order, without
 * the objects in between. Each use of a key pays for it.
 */
export function recordText(record: AuditRecord, id: string): string {
  const { identity, detail } = record
  const simple = record.policies === undefined && identity?.session === undefined && isListed(detail)
  const line = simple ? quickLine(record, id) : ''
  if (simple && line.length * BYTES_PER_CHAR <= MAX_RECORD_BYTES) return line
  return recordLine({ ...cleanRecord(record), id })
}

function quickLine(record: AuditRecord, id: string): string {
  const { timeMs, outcome, identity, detail } = record
  let line = `{"timeMs":${timeMs}${member(record, 'requestId')}${member(record, 'action')}${member(record, 'resource')}`
  line += `${member(record, 'caller')},"outcome":"${outcome}"${member(record, 'failure')}${member(record, 'message')}`
  if (identity !== undefined) line += `,"identity":${identityText(identity)}`
  line += `${member(record, 'sourceAddress')}${member(record, 'userAgent')}${member(record, 'tlsHost')}`
  line += `${member(record, 'dialect')}${member(record, 'operation')}${member(record, 'decision')}${member(record, 'owner')}`
  if (detail !== undefined) line += `,"detail":${membersText(detail)}`
  return `${line},"id":"${id}"}\n`
}

type TextMember = {
  [Name in keyof AuditRecord]-?: AuditRecord[Name] extends string | undefined ? Name : never
}[keyof AuditRecord]

function member(record: AuditRecord, name: TextMember): string {
  const value = record[name]
  return value === undefined ? '' : `,"${name}":${quoted(value, name)}`
}

function quoted(value: string, name: string): string {
  const maxChars = fieldLimit(name)
  return value.length <= maxChars && SAFE.test(value) ? `"${value}"` : JSON.stringify(cleanField(value, maxChars))
}

function identityText(identity: AuditIdentity): string {
  let text = `{"type":"${identity.type}"`
  for (const name of ['principalId', 'accountId', 'accessKeyId', 'userName', 'invokedBy'] as const) {
    const value = identity[name]
    if (value !== undefined) text += `,"${name}":${quoted(value, 'identity')}`
  }
  return `${text}}`
}

function membersText(detail: Readonly<Record<string, string>>): string {
  let text = ''
  for (const name in detail)
    text += `${text === '' ? '{' : ','}"${name}":${quoted(detail[name] ?? '', `detail.${name}`)}`
  return text === '' ? '{}' : `${text}}`
}

/** Whether every name is in the list, and there are not too many. */
function isListed(detail: AuditRecord['detail']): boolean {
  let names = 0
  for (const name in detail) {
    if (!AUDIT_DETAIL_NAMES.has(name)) return false
    names += 1
  }
  return names <= MAX_DETAIL_NAMES
}
