import { zoneOf, type OperationKind, type Target } from '../operations/index.ts'
import type { PolicyCheck } from './actions.ts'

/**
 * Operations on a directory bucket itself: actions of their own, given by identity policies of the owning account alone
 * (S3-56 to S3-60). Everything else there is the one action of its sessions (S3 User Guide, "Actions for S3 Express").
 */
const CONTROL: Partial<Readonly<Record<OperationKind, string>>> = {
  'create-bucket': 's3express:CreateBucket',
  'delete-bucket': 's3express:DeleteBucket',
  'get-bucket-encryption': 's3express:GetEncryptionConfiguration',
  'put-bucket-encryption': 's3express:PutEncryptionConfiguration',
  'delete-bucket-encryption': 's3express:PutEncryptionConfiguration',
  'get-bucket-policy': 's3express:GetBucketPolicy',
  'put-bucket-policy': 's3express:PutBucketPolicy',
  'delete-bucket-policy': 's3express:DeleteBucketPolicy',
}
const SESSION = 's3express:CreateSession'

/** Whose they are and where: the parts of a directory bucket's ARN that its name does not hold. */
export interface DirectoryOwner {
  readonly account: string
  readonly region: string
}

/** `arn:aws:s3express:<region>:<account>:bucket/<name>`. */
export function directoryArn(bucket: string, { account, region }: DirectoryOwner): string {
  return `arn:aws:s3express:${region}:${account}:bucket/${bucket}`
}

/** What is asked for the target of an operation in a directory bucket; undefined: the bucket is of the other kind. */
export function directoryCheck(
  target: Pick<Target, 'kind' | 'bucket'>,
  owner: DirectoryOwner,
): PolicyCheck | undefined {
  if (target.bucket === undefined || zoneOf(target.bucket) === undefined) return undefined
  const resource = directoryArn(target.bucket, owner)
  const control = CONTROL[target.kind]
  if (control === undefined) return { action: SESSION, resource, on: 'target' }
  return { action: control, resource, on: 'target', byOwnIdentity: true }
}

/** The same for the source of a copy. */
export function directorySourceCheck({ source }: Target, owner: DirectoryOwner): PolicyCheck | undefined {
  if (source === undefined || zoneOf(source.bucket) === undefined) return undefined
  return { action: SESSION, resource: directoryArn(source.bucket, owner), on: 'source' }
}
