import type { Question } from '../question.ts'
import type { RequestNames } from './request-names.ts'
import { kindAndRest, spellingsOf, subjectOf, type NamedSubject } from './subject.ts'

/** OSS's names for S3's actions, where they differ (OSS developer reference, RAM policies). */
const OSS_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['ListAllMyBuckets', 'ListBuckets'],
  ['CreateBucket', 'PutBucket'],
  ['ListBucket', 'ListObjects'],
  ['ListBucketVersions', 'ListObjectVersions'],
  ['ListBucketMultipartUploads', 'ListMultipartUploads'],
  ['ListMultipartUploadParts', 'ListParts'],
  ['GetEncryptionConfiguration', 'GetBucketEncryption'],
  ['PutEncryptionConfiguration', 'PutBucketEncryption'],
  ['GetLifecycleConfiguration', 'GetBucketLifecycle'],
  ['PutLifecycleConfiguration', 'PutBucketLifecycle'],
  ['GetInventoryConfiguration', 'GetBucketInventory'],
  ['PutInventoryConfiguration', 'PutBucketInventory'],
  ['GetReplicationConfiguration', 'GetBucketReplication'],
  ['PutReplicationConfiguration', 'PutBucketReplication'],
  ['GetBucketCORS', 'GetBucketCors'],
  ['PutBucketCORS', 'PutBucketCors'],
  ['GetAccelerateConfiguration', 'GetBucketTransferAcceleration'],
  ['PutAccelerateConfiguration', 'PutBucketTransferAcceleration'],
  // OSS tells no more apart: what S3 shows as attributes, OSS shows to who may get the object.
  ['GetObjectAttributes', 'GetObject'],
  ['GetObjectVersionAttributes', 'GetObjectVersion'],
  // It has no such deed; whoever may write the object may have its key wrapped anew.
  ['UpdateObjectEncryption', 'PutObject'],
])

/** One operation, two names: the action asked for is one in S3, and another in OSS. */
const BY_OPERATION: ReadonlyMap<string, string> = new Map([
  ['delete-bucket-encryption', 'DeleteBucketEncryption'],
  ['delete-bucket-lifecycle', 'DeleteBucketLifecycle'],
  ['delete-bucket-logging', 'DeleteBucketLogging'],
  ['get-bucket-worm', 'GetBucketWorm'],
  ['initiate-bucket-worm', 'InitiateBucketWorm'],
  ['complete-bucket-worm', 'CompleteBucketWorm'],
  ['extend-bucket-worm', 'ExtendBucketWorm'],
  ['abort-bucket-worm', 'AbortBucketWorm'],
  ['head-bucket', 'GetBucketInfo'],
  ['describe-bucket', 'GetBucketInfo'],
  ['get-bucket-stat', 'GetBucketStat'],
  ['delete-bucket-tagging', 'DeleteBucketTagging'],
  ['delete-bucket-cors', 'DeleteBucketCors'],
  ['delete-bucket-replication', 'DeleteBucketReplication'],
  ['delete-bucket-inventory', 'DeleteBucketInventory'],
])

const SERVICES: ReadonlyMap<string, string> = new Map([
  ['s3', 'oss'],
  ['iam', 'ram'],
])
/** Actions about all keys, or about one among them: judged for the one, or for where it is kept (OSS-74). */
const LISTS = /^List/

/** The same question in the words of Alibaba Cloud's RAM. */
export function ramNames(question: Question): RequestNames {
  const subject = subjectOf(question)
  const service = SERVICES.get(subject.service) ?? subject.service
  const [first = '', ...wider] = actionsOf(subject, question)
  const accounts = [spellingsOf(question).uid, question.owner].filter((one) => one !== undefined)
  const owner = SERVICES.get(subject.owner) ?? subject.owner
  const region = owner === 'ram' ? '' : subject.region
  const paths = pathsOf(subject)
  const spelled = accounts.length === 0 ? [''] : accounts
  return {
    groups: [[`${service}:${first}`.toLowerCase()]],
    wider: wider.map((action) => `${service}:${action}`.toLowerCase()),
    resources: spelled.flatMap((account) => paths.map((path) => ['acs', owner, region, account, path])),
  }
}

/** The name that has to be allowed, and then the wider ones. */
function actionsOf({ service, action }: NamedSubject, { operation }: Question): readonly string[] {
  if (service !== 's3') return [action]
  const name = OSS_ACTIONS.get(action) ?? action
  const special = operation === undefined ? undefined : BY_OPERATION.get(operation)
  return special === undefined ? [name] : [special, name]
}

/** What follows the account. */
function pathsOf({ owner, action, path }: NamedSubject): readonly string[] {
  if (owner !== 'kms') return [path ?? '*']
  const containers = ['key', 'alias']
  if (path === undefined) return containers
  const [kind, rest] = kindAndRest(path)
  // OSS's page puts the id alone where the star was, KMS's own names have `key/` before it: both are the key.
  const own = kind === 'key' ? [path, rest] : [path]
  return LISTS.test(action) ? [...own, ...containers] : own
}
