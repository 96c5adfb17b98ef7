import type { AuditRecord } from './audit-record.ts'

/** What a record may say besides its fields. Nothing that is secret has a name here. */
export const AUDIT_DETAIL_NAMES: ReadonlySet<string> = new Set([
  ...['encryptionContext', 'sourceEncryptionContext', 'keyVersion', 'keyId', 'keyArn', 'sourceKeyArn', 'alias', 'via'],
  ...['bucketKey', 'bucketKeyId', 'numberOfBytes', 'pendingDays', 'deletionDate', 'periodDays', 'state', 'origin'],
  ...[
    'causedBy',
    'reason',
    'scheme',
    'accessKeyId',
    'remoteAddress',
    'addressPrefix',
    'count',
    'firstTime',
    'lastTime',
  ],
  ...['versionId', 'bucket', 'key', 'job', 'mode', 'from', 'to', 'version', 'provider', 'dialect', 'what', 'omitted'],
])

export const MAX_FIELD_CHARS = 1_280
/** An encryption context may be 8 KiB long and is wanted whole. */
export const MAX_CONTEXT_CHARS = 8 * 1_024
export const MAX_DETAIL_NAMES = 16
export const MAX_RECORD_BYTES = 32 * 1_024

const CUT = '…'
/** Controls, line and paragraph separators, direction overrides, byte order mark, lone surrogates, and the escape itself. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Text that is one line wherever it is shown, of at most `maxChars` characters before escaping. */
export function cleanField(text: string, maxChars: number = MAX_FIELD_CHARS): string {
  const cut = text.length > maxChars ? `${text.slice(0, maxChars - 1)}${CUT}` : text
  return cut.replace(UNSAFE, (found) => (found === '\\' ? '\\\\' : `\\u{${found.charCodeAt(0).toString(16)}}`))
}

/** The record as it is kept: fields capped and escaped, details out of the allow-list. */
export function cleanRecord(record: AuditRecord): AuditRecord {
  const clean: AuditRecord = {
    timeMs: record.timeMs,
    requestId: cleanField(record.requestId),
    action: cleanField(record.action),
    resource: cleanField(record.resource),
    caller: cleanField(record.caller),
    outcome: record.outcome,
    ...(record.failure === undefined ? {} : { failure: cleanField(record.failure) }),
  }
  if (record.detail === undefined) return clean
  const whole = { ...clean, detail: cleanDetail(record.detail) }
  return Buffer.byteLength(JSON.stringify(whole), 'utf8') <= MAX_RECORD_BYTES
    ? whole
    : { ...clean, detail: { omitted: 'everything: too long' } }
}

function cleanDetail(detail: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {}
  const omitted: string[] = []
  for (const [name, value] of Object.entries(detail)) {
    if (!AUDIT_DETAIL_NAMES.has(name) || Object.keys(kept).length >= MAX_DETAIL_NAMES) {
      omitted.push(name)
      continue
    }
    kept[name] = cleanField(value, /encryptioncontext$/i.test(name) ? MAX_CONTEXT_CHARS : MAX_FIELD_CHARS)
  }
  if (omitted.length > 0) kept['omitted'] = cleanField(omitted.sort().join(','))
  return kept
}
