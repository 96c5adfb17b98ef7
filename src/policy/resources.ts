import type { BucketName, ObjectKey, PeopleReference } from '../operations/index.ts'

/** `arn:aws:s3:::<bucket>`: names of buckets carry neither region nor account (S3 ARN format). */
export function bucketArn(bucket: BucketName): string {
  return `arn:aws:s3:::${bucket}`
}

/** The key is part of the ARN as it is: nothing in it is escaped or folded. */
export function objectArn(bucket: BucketName, key: ObjectKey): string {
  return `arn:aws:s3:::${bucket}/${key}`
}

export function anyObjectArn(bucket: BucketName): string {
  return `arn:aws:s3:::${bucket}/*`
}

/**
 * What a text says about a key, as an ARN: an ARN stays as it is; a bare id or an alias is one of the account's own. The
 * key service finds out which key that is; this is for records and for questions before it is asked.
 */
export function keyReferenceArn(account: string, reference: string, region = ''): string {
  if (reference.startsWith('arn:')) return reference
  const path = reference.startsWith('alias/') ? reference : `key/${reference}`
  return `arn:aws:kms:${region}:${account}:${path}`
}

/** The server itself. */
export function serviceArn(account: string): string {
  return `arn:aws:coffer::${account}:server`
}

/**
 * What a request says of somebody, as an ARN without the path, which only the directory knows: for records of requests
 * that were refused before it was asked.
 */
export function personArn(account: string, { kind, name }: PeopleReference): string {
  return kind === 'account' ? `arn:aws:iam::${name}:root` : `arn:aws:iam::${account}:${kind}/${name}`
}
