import { plainField } from './audit-fields.ts'
import type { AuditRecord } from './audit-record.ts'
import type { AuditIdentity, AuditSession } from './user-identity.ts'

/** A value of an event, as JSON. */
export type EventValue = string | number | boolean | null | EventObject | readonly EventValue[]
export interface EventObject {
  readonly [name: string]: EventValue
}

/** Where the log was written, as events tell it. */
export interface EventPlace {
  readonly region: string
  /** The account of what the server does by itself. */
  readonly account: string
}

const EVENT_VERSION = '1.11'

/** Where CloudTrail has another name for the operation than the policy has for the action. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  'list-buckets': 'ListBuckets',
  'create-upload': 'CreateMultipartUpload',
  'complete-upload': 'CompleteMultipartUpload',
  'abort-upload': 'AbortMultipartUpload',
  'list-uploads': 'ListMultipartUploads',
  'rotate-key': 'RotateKeyOnDemand',
}

/** Data events: about one object. Everything else is management. */
const DATA_EVENT =
  /^(Get|Put|Head|Copy|Delete|Restore|Append|Rename|Update|Create|Complete|Abort|List|Upload)(Object|MultipartUpload|Part)/
const READS =
  /^(Get|List|Head|Describe|Search|Verify|Decrypt|Encrypt|Sign|ReEncrypt|GenerateDataKey|GenerateMac|GenerateRandom|DeriveSharedSecret|AssumeRole|Unwrap)/

/** How names of details are called in `requestParameters`. Numbers and JSON texts become values. */
const PARAMETERS: Readonly<Record<string, string>> = {
  encryptionContext: 'encryptionContext',
  sourceEncryptionContext: 'sourceEncryptionContext',
  encryptionAlgorithm: 'encryptionAlgorithm',
  signingAlgorithm: 'signingAlgorithm',
  messageType: 'messageType',
  macAlgorithm: 'macAlgorithm',
  wrappingAlgorithm: 'wrappingAlgorithm',
  keyPairSpec: 'keyPairSpec',
  keySpec: 'keySpec',
  keyUsage: 'keyUsage',
  numberOfBytes: 'numberOfBytes',
  dryRun: 'dryRun',
  alias: 'aliasName',
  pendingDays: 'pendingWindowInDays',
  periodDays: 'rotationPeriodInDays',
  expirationModel: 'expirationModel',
  validTo: 'validTo',
  grantId: 'grantId',
  grantName: 'name',
  granteePrincipal: 'granteePrincipal',
  retiringPrincipal: 'retiringPrincipal',
  operations: 'operations',
  constraints: 'constraints',
  bypassLockout: 'bypassPolicyLockoutSafetyCheck',
  tagKeys: 'tagKeys',
  userName: 'userName',
  groupName: 'groupName',
  roleName: 'roleName',
  roleArn: 'roleArn',
  roleSessionName: 'roleSessionName',
  durationSeconds: 'durationSeconds',
  policyArn: 'policyArn',
  policyName: 'policyName',
  path: 'path',
  newUserName: 'newUserName',
  newGroupName: 'newGroupName',
  targetAccessKeyId: 'accessKeyId',
  status: 'status',
  versionId: 'versionId',
}
const NUMBERS: ReadonlySet<string> = new Set(['numberOfBytes', 'pendingDays', 'periodDays', 'durationSeconds'])
const OBJECTS: ReadonlySet<string> = new Set(['encryptionContext', 'sourceEncryptionContext', 'constraints'])
/** Answers of changes. */
const RESPONSES: Readonly<Record<string, string>> = { deletionDate: 'deletionDate' }

/**
 * A record as AWS CloudTrail would tell it: the same names, so that what reads CloudTrail reads it. What has no name
 * there stands under `coffer`.
 */
export function cloudTrailEvent(record: AuditRecord, place: EventPlace): EventObject {
  const [service = 'coffer', action = record.action] = splitAction(record.action)
  const eventName = nameOf(record, action)
  const readOnly = READS.test(eventName)
  const data = service === 's3' && DATA_EVENT.test(eventName)
  const viaService = record.detail?.['via'] === undefined ? undefined : `${record.detail['via']}.amazonaws.com`
  const account = record.identity?.accountId ?? place.account
  return defined({
    eventVersion: EVENT_VERSION,
    userIdentity: userIdentity(record, viaService),
    eventTime: `${new Date(record.timeMs).toISOString().slice(0, 19)}Z`,
    eventSource: service === 'coffer' ? 'coffer.admin' : `${service}.amazonaws.com`,
    eventName,
    awsRegion: regionOf(record.resource) ?? place.region,
    sourceIPAddress:
      viaService ?? record.sourceAddress ?? (record.identity?.invokedBy === undefined ? undefined : 'coffer'),
    userAgent: viaService ?? record.userAgent,
    errorCode: record.failure === undefined ? undefined : errorCode(record.failure),
    errorMessage: record.message,
    requestParameters: requestParameters(record),
    responseElements: readOnly ? null : nullIfEmpty(renamed(record.detail, RESPONSES)),
    additionalEventData: additional(record.detail),
    requestID: record.requestId,
    eventID: record.id,
    readOnly,
    resources: resources(record),
    eventType: record.identity?.type === 'AWSService' ? 'AwsServiceEvent' : 'AwsApiCall',
    managementEvent: !data,
    recipientAccountId: record.owner ?? account,
    sharedEventID: record.owner === undefined ? undefined : record.id,
    eventCategory: data ? 'Data' : 'Management',
    tlsDetails: record.tlsHost === undefined ? undefined : { clientProvidedHostHeader: record.tlsHost },
    coffer: defined({
      outcome: record.outcome,
      action: record.action,
      dialect: record.dialect,
      decision: record.decision,
      matchedPolicies: record.policies,
    }),
  })
}

function splitAction(action: string): readonly [string?, string?] {
  const colon = action.indexOf(':')
  return colon < 0 ? [] : [action.slice(0, colon), action.slice(colon + 1)]
}

function nameOf({ operation, action }: AuditRecord, fallback: string): string {
  // The operation is the request's; what a service does for it has a name of its own.
  if (operation === undefined || !action.startsWith('s3:')) return fallback
  return (
    EVENT_NAMES[operation] ?? operation.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase())
  )
}

function userIdentity({ identity, caller }: AuditRecord, viaService: string | undefined): EventObject {
  const known: AuditIdentity = identity ?? { type: caller === 'anonymous' ? 'Anonymous' : 'AWSAccount' }
  const { type, principalId, accountId, accessKeyId, userName, session, invokedBy } = known
  return defined({
    type,
    principalId,
    arn: caller.startsWith('arn:') ? caller : undefined,
    accountId,
    accessKeyId,
    userName,
    sessionContext: session === undefined ? undefined : sessionContext(session),
    invokedBy: viaService ?? invokedBy,
  })
}

function sessionContext(session: AuditSession): EventObject {
  const { issuerArn, issuerId, issuerAccount, issuerName, createdMs, mfa, sourceIdentity } = session
  const type = issuerArn.includes(':role/') ? 'Role' : issuerArn.endsWith(':root') ? 'Root' : 'IAMUser'
  return defined({
    sessionIssuer: { type, principalId: issuerId, arn: issuerArn, accountId: issuerAccount, userName: issuerName },
    sourceIdentity,
    attributes: {
      creationDate: `${new Date(createdMs).toISOString().slice(0, 19)}Z`,
      mfaAuthenticated: mfa ? 'true' : 'false',
    },
  })
}

/** `arn:aws:kms:eu-1:…`; S3's and IAM's ARNs have none. */
function regionOf(arn: string): string | undefined {
  const region = arn.split(':')[3]
  return region === '' ? undefined : region
}

/** `access-denied` as `AccessDenied`. */
function errorCode(kind: string): string {
  return kind.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase())
}

function requestParameters({ resource, detail }: AuditRecord): EventValue {
  const target: Record<string, EventValue> = {}
  const [, bucket, key] = /^arn:aws:s3:::([^/]+)(?:\/(.+))?$/.exec(resource) ?? []
  if (bucket !== undefined) target['bucketName'] = bucket
  if (key !== undefined) target['key'] = key
  if (/^arn:aws:kms:[^:]*:[^:]*:(key|alias)\//.test(resource)) target['keyId'] = resource
  return nullIfEmpty({ ...target, ...renamed(detail, PARAMETERS) })
}

function additional(detail: AuditRecord['detail']): EventObject | undefined {
  const rest: Record<string, EventValue> = {}
  for (const [name, value] of Object.entries(detail ?? {})) {
    if (PARAMETERS[name] === undefined && RESPONSES[name] === undefined && name !== 'via') rest[name] = value
  }
  return Object.keys(rest).length === 0 ? undefined : rest
}

function renamed(detail: AuditRecord['detail'], names: Readonly<Record<string, string>>): EventObject {
  const values: Record<string, EventValue> = {}
  for (const [name, value] of Object.entries(detail ?? {})) {
    const shown = names[name]
    if (shown !== undefined) values[shown] = valueOf(name, value)
  }
  return values
}

function valueOf(name: string, text: string): EventValue {
  if (NUMBERS.has(name) && /^\d{1,15}$/.test(text)) return Number(text)
  if (!OBJECTS.has(name)) return text
  try {
    return JSON.parse(plainField(text)) as EventValue
  } catch {
    return text
  }
}

function resources({ resource, owner, identity }: AuditRecord): readonly EventObject[] | undefined {
  if (!resource.startsWith('arn:')) return undefined
  const accountId = owner ?? resource.split(':')[4]
  const known = accountId === undefined || accountId === '' ? identity?.accountId : accountId
  return [defined({ ARN: resource, accountId: known, type: typeOf(resource) })]
}

function typeOf(arn: string): string | undefined {
  if (/^arn:aws:s3:::[^/]+$/.test(arn)) return 'AWS::S3::Bucket'
  if (arn.startsWith('arn:aws:s3:::')) return 'AWS::S3::Object'
  if (/^arn:aws:kms:.*:alias\//.test(arn)) return 'AWS::KMS::Alias'
  if (arn.startsWith('arn:aws:kms:')) return 'AWS::KMS::Key'
  const [, kind] = /^arn:aws:iam::\d+:(user|group|role|policy)\//.exec(arn) ?? []
  return kind === undefined ? undefined : `AWS::IAM::${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`
}

function nullIfEmpty(value: EventObject): EventValue {
  return Object.keys(value).length === 0 ? null : value
}

function defined(members: Readonly<Record<string, EventValue | undefined>>): EventObject {
  const kept: Record<string, EventValue> = {}
  for (const [name, value] of Object.entries(members)) if (value !== undefined) kept[name] = value
  return kept
}
