import type { Caller, OperationKind, Target } from '../operations/index.ts'
import type { ActionRow } from './action-row.ts'
import { AUDIT_ACTIONS } from './audit-actions.ts'
import { CHANGE_ACTIONS } from './change-actions.ts'
import { CONFIGURATION_ACTIONS } from './configuration-actions.ts'
import { CONSOLE_ACTIONS } from './console-actions.ts'
import { directoryCheck, directorySourceCheck, type DirectoryOwner } from './directory-actions.ts'
import { KEY_ACTIONS } from './key-actions.ts'
import { LOCK_ACTIONS } from './lock-actions.ts'
import { PEOPLE_ACTIONS } from './people-actions.ts'
import { anyObjectArn, bucketArn, keyReferenceArn, objectArn, personArn, serviceArn } from './resources.ts'

/** The actions of each operation, in the words of S3's and KMS's policies. Total: a new operation does not compile without. */
const ACTIONS: Readonly<Record<OperationKind, ActionRow>> = {
  'list-buckets': { actions: ['s3:ListAllMyBuckets'], subject: 'account' },
  'list-directory-buckets': { actions: ['s3express:ListAllMyDirectoryBuckets'], subject: 'account' },
  'create-bucket': { actions: ['s3:CreateBucket'], subject: 'bucket' },
  // Asked for once for each mode that it could have.
  'create-session': { actions: ['s3express:CreateSession'], subject: 'bucket' },
  'head-bucket': { actions: ['s3:ListBucket'], subject: 'bucket' },
  'probe-storage': { actions: ['s3:ListBucket'], subject: 'bucket', by: 'nobody' },
  'delete-bucket': { actions: ['s3:DeleteBucket'], subject: 'bucket' },
  'get-bucket-location': { actions: ['s3:GetBucketLocation'], subject: 'bucket' },
  'get-bucket-stat': { actions: ['s3:ListBucket'], subject: 'bucket' },
  'get-bucket-versioning': { actions: ['s3:GetBucketVersioning'], subject: 'bucket' },
  'put-bucket-versioning': { actions: ['s3:PutBucketVersioning'], subject: 'bucket' },
  'get-bucket-encryption': { actions: ['s3:GetEncryptionConfiguration'], subject: 'bucket' },
  'put-bucket-encryption': { actions: ['s3:PutEncryptionConfiguration'], subject: 'bucket' },
  // S3 has no delete action: removing the default is setting it (S3-25).
  'delete-bucket-encryption': { actions: ['s3:PutEncryptionConfiguration'], subject: 'bucket' },
  'get-bucket-policy': { actions: ['s3:GetBucketPolicy'], subject: 'bucket' },
  'put-bucket-policy': { actions: ['s3:PutBucketPolicy'], subject: 'bucket' },
  'delete-bucket-policy': { actions: ['s3:DeleteBucketPolicy'], subject: 'bucket' },
  'get-bucket-policy-status': { actions: ['s3:GetBucketPolicyStatus'], subject: 'bucket' },
  'get-public-access-block': { actions: ['s3:GetBucketPublicAccessBlock'], subject: 'bucket' },
  'put-public-access-block': { actions: ['s3:PutBucketPublicAccessBlock'], subject: 'bucket' },
  'delete-public-access-block': { actions: ['s3:PutBucketPublicAccessBlock'], subject: 'bucket' },
  'get-bucket-lifecycle': { actions: ['s3:GetLifecycleConfiguration'], subject: 'bucket' },
  'put-bucket-lifecycle': { actions: ['s3:PutLifecycleConfiguration'], subject: 'bucket' },
  // No delete action there either.
  'delete-bucket-lifecycle': { actions: ['s3:PutLifecycleConfiguration'], subject: 'bucket' },
  'get-bucket-logging': { actions: ['s3:GetBucketLogging'], subject: 'bucket' },
  'put-bucket-logging': { actions: ['s3:PutBucketLogging'], subject: 'bucket' },
  'delete-bucket-logging': { actions: ['s3:PutBucketLogging'], subject: 'bucket' },
  'get-bucket-notification': { actions: ['s3:GetBucketNotification'], subject: 'bucket' },
  'put-bucket-notification': { actions: ['s3:PutBucketNotification'], subject: 'bucket' },
  ...LOCK_ACTIONS,
  'list-objects': { actions: ['s3:ListBucket'], subject: 'bucket' },
  'list-object-versions': { actions: ['s3:ListBucketVersions'], subject: 'bucket' },
  'list-uploads': { actions: ['s3:ListBucketMultipartUploads'], subject: 'bucket' },
  // The names lie in the body: each entry is asked for by itself, as a delete-object.
  'delete-objects': { actions: ['s3:DeleteObject'], subject: 'objects', by: 'entries' },
  'put-object': { actions: ['s3:PutObject'], subject: 'object' },
  'get-object': { actions: ['s3:GetObject'], versioned: ['s3:GetObjectVersion'], subject: 'object' },
  'head-object': { actions: ['s3:GetObject'], versioned: ['s3:GetObjectVersion'], subject: 'object' },
  'copy-object': { actions: ['s3:PutObject'], subject: 'object' },
  'delete-object': { actions: ['s3:DeleteObject'], versioned: ['s3:DeleteObjectVersion'], subject: 'object' },
  'get-object-tagging': {
    actions: ['s3:GetObjectTagging'],
    versioned: ['s3:GetObjectVersionTagging'],
    subject: 'object',
  },
  'put-object-tagging': {
    actions: ['s3:PutObjectTagging'],
    versioned: ['s3:PutObjectVersionTagging'],
    subject: 'object',
  },
  'delete-object-tagging': {
    actions: ['s3:DeleteObjectTagging'],
    versioned: ['s3:DeleteObjectVersionTagging'],
    subject: 'object',
  },
  'get-object-attributes': {
    actions: ['s3:GetObjectAttributes', 's3:GetObject'],
    versioned: ['s3:GetObjectVersionAttributes', 's3:GetObjectVersion'],
    subject: 'object',
  },
  'update-object-encryption': { actions: ['s3:UpdateObjectEncryption'], subject: 'object' },
  ...CHANGE_ACTIONS,
  'create-upload': { actions: ['s3:PutObject'], subject: 'object' },
  'upload-part': { actions: ['s3:PutObject'], subject: 'object' },
  'upload-part-copy': { actions: ['s3:PutObject'], subject: 'object' },
  'complete-upload': { actions: ['s3:PutObject'], subject: 'object' },
  'abort-upload': { actions: ['s3:AbortMultipartUpload'], subject: 'object' },
  'list-parts': { actions: ['s3:ListMultipartUploadParts'], subject: 'object' },
  ...CONFIGURATION_ACTIONS,
  ...KEY_ACTIONS,
  ...PEOPLE_ACTIONS,
  ...CONSOLE_ACTIONS,
  'explain-policy': { actions: ['coffer:ExplainPolicy'], subject: 'server' },
  // A text says the same to everybody.
  'validate-policy': { actions: ['coffer:ValidatePolicy'], subject: 'server', by: 'self' },
  'list-jobs': { actions: ['coffer:ListJobs'], subject: 'server' },
  'control-job': { actions: ['coffer:ControlJob'], subject: 'server' },
  'server-status': { actions: ['coffer:GetServerStatus'], subject: 'server' },
  'verify-store': { actions: ['coffer:VerifyStore'], subject: 'server' },
  ...AUDIT_ACTIONS,
}

/** One question to the policies: may the caller do `action` on `resource`? `on` says whose resource it is. */
export interface PolicyCheck {
  readonly action: string
  /** An ARN. */
  readonly resource: string
  readonly on: 'target' | 'source'
  /** Of the source: what is done to it. */
  readonly operation?: OperationKind
  /** Asked only where the source of a copy has tags. */
  readonly ifTagged?: true
  /** Only policies of callers of the owning account give it; the resource's own policy can only deny it. */
  readonly byOwnIdentity?: true
}

/** The name under which the operation is recorded: the first of its actions. */
export function actionOf(target: Pick<Target, 'kind' | 'versionId' | 'bucket'>): string {
  return directoryCheck(target, NOBODY)?.action ?? actionsOf(target)[0]
}

/**
 * What the gateway asks before the operation is carried out: all of it must be allowed. Nothing only for operations that
 * the room of their subject authorizes itself (`by`). `account` completes the ARNs of keys, of which a text names only the end.
 */
export function checksOf(target: Target, account = '', directories: DirectoryOwners = NOBODYS): readonly PolicyCheck[] {
  if (ACTIONS[target.kind].by !== undefined) return []
  if (target.kind === 'create-session' && target.sessionMode === undefined) return []
  const resource = arnOf(target, account)
  const directory = directoryCheck(target, directories.target)
  const source = directorySourceCheck(target, directories.source)
  return [
    ...(directory === undefined ? ownChecks(target, resource) : directoryChecks(target, directory)),
    ...(source === undefined ? sourceChecks(target, resource) : [source]),
  ]
}

/** Who owns the directory buckets that take part. */
export interface DirectoryOwners {
  readonly target: DirectoryOwner
  readonly source: DirectoryOwner
}

const NOBODY = { account: '', region: '' }
const NOBODYS: DirectoryOwners = { target: NOBODY, source: NOBODY }

function ownChecks(target: Target, resource: string): readonly PolicyCheck[] {
  const [first, ...rest] = actionsOf(target)
  const check = (action: string): PolicyCheck => ({ action, resource, on: 'target' })
  return [check(first), ...rest.map(check), ...(target.also ?? []).map(check)]
}

/** Of what comes with a request, directory buckets have only what is called theirs. */
function directoryChecks({ also = [] }: Target, own: PolicyCheck): readonly PolicyCheck[] {
  return [own, ...also.filter((action) => action.startsWith('s3express:')).map((action) => ({ ...own, action }))]
}

/** Whether an operation is about the server as a whole, which is the first account's, whoever asks (T-086). */
export function isServerWide(kind: OperationKind): boolean {
  return ACTIONS[kind].subject === 'server'
}

/** The ARN under which a request of this caller is recorded. */
export function resourceOf(target: Target, caller: Caller): string {
  const account = caller.kind === 'anonymous' ? '' : caller.account
  return directoryCheck(target, { account, region: '' })?.resource ?? arnOf(target, account)
}

/** The ARN of what an operation is about. */
function arnOf(target: Target, account: string): string {
  const { bucket, key } = target
  switch (ACTIONS[target.kind].subject) {
    case 'account':
      return '*'
    case 'bucket':
      return bucket === undefined ? '*' : bucketArn(bucket)
    case 'objects':
      return bucket === undefined ? '*' : anyObjectArn(bucket)
    case 'object':
      return bucket === undefined || key === undefined ? '*' : objectArn(bucket, key)
    case 'key':
      return target.keyReference === undefined ? '*' : keyReferenceArn(account, target.keyReference)
    case 'person':
      return target.arn ?? (target.person === undefined ? '*' : personArn(account, target.person))
    case 'server':
      return serviceArn(account)
  }
}

function actionsOf({ kind, versionId }: Pick<Target, 'kind' | 'versionId'>): readonly [string, ...string[]] {
  const row = ACTIONS[kind]
  return versionId === undefined ? row.actions : (row.versioned ?? row.actions)
}

/** The old name of a renamed object is read, and goes (T-073, T-074). */
function renameChecks(resource: string): readonly PolicyCheck[] {
  return [
    { action: 's3:GetObject', resource, on: 'source' },
    { action: 's3:DeleteObject', resource, on: 'source', operation: 'delete-object' },
  ]
}

/** The source of a copy is read by the caller's own right, its tags included where they are taken along (T-074). */
function sourceChecks({ kind, source, copiesTags }: Target, resource: string): readonly PolicyCheck[] {
  if (source === undefined) return []
  const from = objectArn(source.bucket, source.key)
  if (kind === 'rename-object') return renameChecks(from)
  const versioned = source.versionId !== undefined
  const reads = { action: versioned ? 's3:GetObjectVersion' : 's3:GetObject', resource: from, on: 'source' } as const
  if (copiesTags !== true) return [reads]
  const readsTags = versioned ? 's3:GetObjectVersionTagging' : 's3:GetObjectTagging'
  return [
    reads,
    { action: readsTags, resource: from, on: 'source', ifTagged: true },
    { action: 's3:PutObjectTagging', resource, on: 'target', ifTagged: true },
  ]
}
