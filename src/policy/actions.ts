import type { Caller, OperationKind, Target } from '../operations/index.ts'
import type { ActionRow } from './action-row.ts'
import { KEY_ACTIONS } from './key-actions.ts'
import { PEOPLE_ACTIONS } from './people-actions.ts'
import { anyObjectArn, bucketArn, keyReferenceArn, objectArn, personArn, serviceArn } from './resources.ts'

/** The actions of each operation, in the words of S3's and KMS's policies. Total: a new operation does not compile without. */
const ACTIONS: Readonly<Record<OperationKind, ActionRow>> = {
  'list-buckets': { actions: ['s3:ListAllMyBuckets'], subject: 'account' },
  'create-bucket': { actions: ['s3:CreateBucket'], subject: 'bucket' },
  'head-bucket': { actions: ['s3:ListBucket'], subject: 'bucket' },
  'delete-bucket': { actions: ['s3:DeleteBucket'], subject: 'bucket' },
  'get-bucket-location': { actions: ['s3:GetBucketLocation'], subject: 'bucket' },
  'get-bucket-versioning': { actions: ['s3:GetBucketVersioning'], subject: 'bucket' },
  'put-bucket-versioning': { actions: ['s3:PutBucketVersioning'], subject: 'bucket' },
  'get-bucket-encryption': { actions: ['s3:GetEncryptionConfiguration'], subject: 'bucket' },
  'put-bucket-encryption': { actions: ['s3:PutEncryptionConfiguration'], subject: 'bucket' },
  // S3 has no delete action: removing the default is setting it (S3-25).
  'delete-bucket-encryption': { actions: ['s3:PutEncryptionConfiguration'], subject: 'bucket' },
  'list-objects': { actions: ['s3:ListBucket'], subject: 'bucket' },
  'list-object-versions': { actions: ['s3:ListBucketVersions'], subject: 'bucket' },
  'list-uploads': { actions: ['s3:ListBucketMultipartUploads'], subject: 'bucket' },
  // The names lie in the body, which is read after this question: it is asked for every object of the bucket.
  'delete-objects': { actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'], subject: 'objects' },
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
  'create-upload': { actions: ['s3:PutObject'], subject: 'object' },
  'upload-part': { actions: ['s3:PutObject'], subject: 'object' },
  'upload-part-copy': { actions: ['s3:PutObject'], subject: 'object' },
  'complete-upload': { actions: ['s3:PutObject'], subject: 'object' },
  'abort-upload': { actions: ['s3:AbortMultipartUpload'], subject: 'object' },
  'list-parts': { actions: ['s3:ListMultipartUploadParts'], subject: 'object' },
  ...KEY_ACTIONS,
  ...PEOPLE_ACTIONS,
  'server-status': { actions: ['coffer:GetServerStatus'], subject: 'server' },
  'verify-store': { actions: ['coffer:VerifyStore'], subject: 'server' },
  'search-audit': { actions: ['coffer:SearchAudit'], subject: 'server' },
}

/** One question to the policies: may the caller do `action` on `resource`? `on` says whose resource it is. */
export interface PolicyCheck {
  readonly action: string
  /** An ARN. */
  readonly resource: string
  readonly on: 'target' | 'source'
}

/** The name under which the operation is recorded: the first of its actions. */
export function actionOf(target: Pick<Target, 'kind' | 'versionId'>): string {
  return actionsOf(target)[0]
}

/**
 * What the gateway asks before the operation is carried out: all of it must be allowed. Nothing only for operations that
 * the room of their subject authorizes itself (`by`). `account` completes the ARNs of keys, of which a text names only the end.
 */
export function checksOf(target: Target, account = ''): readonly PolicyCheck[] {
  if (ACTIONS[target.kind].by !== undefined) return []
  const resource = arnOf(target, account)
  const [first, ...rest] = actionsOf(target)
  const check = (action: string): PolicyCheck => ({ action, resource, on: 'target' })
  return [check(first), ...rest.map(check), ...sourceChecks(target)]
}

/** The ARN under which a request of this caller is recorded. */
export function resourceOf(target: Target, caller: Caller): string {
  return arnOf(target, caller.kind === 'anonymous' ? '' : caller.account)
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

function sourceChecks({ source }: Target): readonly PolicyCheck[] {
  if (source === undefined) return []
  const action = source.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
  return [{ action, resource: objectArn(source.bucket, source.key), on: 'source' }]
}
