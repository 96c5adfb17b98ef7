import type { AuditRecord } from './audit-record.ts'
import type { AuditIdentity } from './user-identity.ts'

/** What a record may say besides its fields. Nothing that is secret has a name here. */
export const AUDIT_DETAIL_NAMES: ReadonlySet<string> = new Set([
  // Uses of keys.
  ...['encryptionContext', 'sourceEncryptionContext', 'encryptionAlgorithm', 'keyVersion', 'keyId', 'keyArn'],
  ...['sourceKeyArn', 'via', 'bucketKey', 'bucketKeyId', 'numberOfBytes', 'keySpec', 'keyUsage', 'keyMaterialId'],
  ...['signingAlgorithm', 'messageType', 'macAlgorithm', 'keyPairSpec', 'dryRun', 'wrappingAlgorithm'],
  // Changes of keys.
  ...['alias', 'pendingDays', 'deletionDate', 'periodDays', 'state', 'origin', 'expirationModel', 'validTo', 'tagKeys'],
  ...['grantId', 'grantName', 'granteePrincipal', 'retiringPrincipal', 'operations', 'constraints', 'bypassLockout'],
  ...['shred', 'dependents'],
  // The words in which a person of the console read it.
  'coffer:vocabulary',
  // People. Never a secret, a password, a session token or a policy's text.
  ...['userName', 'groupName', 'roleName', 'roleArn', 'roleSessionName', 'durationSeconds', 'policyArn', 'policyName'],
  ...[
    'policyVersion',
    'path',
    'newUserName',
    'newGroupName',
    'targetAccessKeyId',
    'targetAccount',
    'status',
    'schemes',
  ],
  // Refusals, and who was refused.
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
  // Objects, jobs and the server itself.
  ...[
    'versionId',
    'bucket',
    'key',
    'job',
    'rule',
    'mode',
    'from',
    'to',
    'version',
    'provider',
    'dialect',
    'what',
    'omitted',
  ],
])

/** Names whose values may be as long as an encryption context. */
const LONG_NAMES: ReadonlySet<string> = new Set(['encryptionContext', 'sourceEncryptionContext', 'constraints'])

export const MAX_FIELD_CHARS = 1_280
/** An encryption context may be 8 KiB long and is wanted whole. */
export const MAX_CONTEXT_CHARS = 8 * 1_024
export const MAX_DETAIL_NAMES = 16
export const MAX_RECORD_BYTES = 32 * 1_024

const MAX_AGENT_CHARS = 512
const MAX_POLICIES = 32
/** A character of a clean field takes at most this many bytes in JSON; the names and the short fields, so many together. */
const BYTES_PER_CHAR = 3
const OTHER_BYTES = 16 * 1_024
/** Where everything was long. */
const SHORT_FIELD_CHARS = 256

const CUT = '…'
/** What needs no look at each character. */
const PLAIN = /^[ -[\]-~]*$/
/** Controls, line and paragraph separators, direction overrides, byte order mark, lone surrogates, and the escape itself. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\\]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Text that is one line wherever it is shown, of at most `maxChars` characters before escaping. */
export function cleanField(text: string, maxChars: number = MAX_FIELD_CHARS): string {
  const cut = text.length > maxChars ? `${text.slice(0, maxChars - 1)}${CUT}` : text
  if (PLAIN.test(cut)) return cut
  return cut.replace(UNSAFE, (found) => (found === '\\' ? '\\\\' : `\\u{${found.charCodeAt(0).toString(16)}}`))
}

const AGENT_FIELDS: ReadonlySet<string> = new Set(['sourceAddress', 'userAgent', 'tlsHost'])
const SHORT_FIELDS: ReadonlySet<string> = new Set([
  ...['failure', 'dialect', 'operation', 'decision', 'owner', 'identity'],
])

/** How many characters a field may have; details by `detail.` and their name. */
export function fieldLimit(name: string): number {
  if (SHORT_FIELDS.has(name)) return SHORT_FIELD_CHARS
  if (AGENT_FIELDS.has(name)) return MAX_AGENT_CHARS
  return name.startsWith('detail.') && LONG_NAMES.has(name.slice(7)) ? MAX_CONTEXT_CHARS : MAX_FIELD_CHARS
}

/** What a clean field said before it was escaped. */
export function plainField(text: string): string {
  return text.replace(/\\(\\|u\{([0-9a-f]{1,4})\})/g, (_, _all, code: string | undefined) =>
    code === undefined ? '\\' : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** The record as it is kept, in the order in which it is written: fields capped and escaped, details out of the allow-list. */
export function cleanRecord(record: AuditRecord): AuditRecord {
  const clean = cleanFacts(record, MAX_FIELD_CHARS)
  const whole = record.detail === undefined ? clean : { ...clean, detail: cleanDetail(record.detail) }
  if (fits(whole)) return whole
  const without = { ...clean, detail: { omitted: 'everything: too long' } }
  return fits(without) ? without : { ...cleanFacts(record, SHORT_FIELD_CHARS), detail: without.detail }
}

/** Whether it is short enough, at a glance where that can be seen. */
function fits(record: AuditRecord): boolean {
  const { requestId, action, resource, caller, failure = '', message = '', userAgent = '', detail = {} } = record
  let chars = requestId.length + action.length + resource.length + caller.length
  chars += failure.length + message.length + userAgent.length
  for (const name in detail) chars += name.length + (detail[name]?.length ?? 0)
  const glance = record.identity?.session === undefined && record.policies === undefined
  if (glance && chars * BYTES_PER_CHAR + OTHER_BYTES <= MAX_RECORD_BYTES) return true
  return Buffer.byteLength(JSON.stringify(record), 'utf8') <= MAX_RECORD_BYTES
}

type Writable = { -readonly [Name in keyof AuditRecord]: AuditRecord[Name] }

function cleanFacts(record: AuditRecord, maxChars: number): AuditRecord {
  const clean: Writable = {
    timeMs: record.timeMs,
    requestId: cleanField(record.requestId, maxChars),
    action: cleanField(record.action, maxChars),
    resource: cleanField(record.resource, maxChars),
    caller: cleanField(record.caller, maxChars),
    outcome: record.outcome,
  }
  const { failure, message, sourceAddress, userAgent, tlsHost, dialect, operation, decision, policies, owner } = record
  if (failure !== undefined) clean.failure = cleanField(failure, SHORT_FIELD_CHARS)
  if (message !== undefined) clean.message = cleanField(message, maxChars)
  if (record.identity !== undefined) clean.identity = cleanIdentity(record.identity)
  if (sourceAddress !== undefined) clean.sourceAddress = cleanField(sourceAddress, MAX_AGENT_CHARS)
  if (userAgent !== undefined) clean.userAgent = cleanField(userAgent, MAX_AGENT_CHARS)
  if (tlsHost !== undefined) clean.tlsHost = cleanField(tlsHost, MAX_AGENT_CHARS)
  if (dialect !== undefined) clean.dialect = cleanField(dialect, SHORT_FIELD_CHARS)
  if (operation !== undefined) clean.operation = cleanField(operation, SHORT_FIELD_CHARS)
  if (decision !== undefined) clean.decision = cleanField(decision, SHORT_FIELD_CHARS)
  if (policies !== undefined)
    clean.policies = policies.slice(0, MAX_POLICIES).map((one) => cleanField(one, SHORT_FIELD_CHARS))
  if (owner !== undefined) clean.owner = cleanField(owner, SHORT_FIELD_CHARS)
  return clean
}

/** Names and ids out of the directory: its own rules keep them short, and this keeps them so. */
function cleanIdentity(identity: AuditIdentity): AuditIdentity {
  const { type, session } = identity
  const clean: Record<string, string> = {}
  for (const name of ['principalId', 'accountId', 'accessKeyId', 'userName', 'invokedBy'] as const) {
    const value = identity[name]
    if (value !== undefined) clean[name] = cleanField(value, SHORT_FIELD_CHARS)
  }
  if (session === undefined) return { type, ...clean }
  const { issuerArn, issuerId, issuerAccount, issuerName, createdMs, mfa, sourceIdentity } = session
  const issuer = {
    issuerArn: cleanField(issuerArn, SHORT_FIELD_CHARS),
    issuerId: cleanField(issuerId, SHORT_FIELD_CHARS),
    issuerAccount: cleanField(issuerAccount, SHORT_FIELD_CHARS),
    issuerName: cleanField(issuerName, SHORT_FIELD_CHARS),
  }
  const source = sourceIdentity === undefined ? {} : { sourceIdentity: cleanField(sourceIdentity, SHORT_FIELD_CHARS) }
  return { type, ...clean, session: { ...issuer, createdMs, mfa, ...source } }
}

function cleanDetail(detail: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {}
  const omitted: string[] = []
  let names = 0
  for (const [name, value] of Object.entries(detail)) {
    if (!AUDIT_DETAIL_NAMES.has(name) || names >= MAX_DETAIL_NAMES) {
      omitted.push(name)
      continue
    }
    kept[name] = cleanField(value, LONG_NAMES.has(name) ? MAX_CONTEXT_CHARS : MAX_FIELD_CHARS)
    names += 1
  }
  if (omitted.length > 0) kept['omitted'] = cleanField(omitted.sort().join(','))
  return kept
}
