import type { Question } from '../question.ts'
import type { RequestNames } from './request-names.ts'
import { bucketAndKey, isOfNewKey, spellingsOf, subjectOf, type NamedSubject } from './subject.ts'

/** COS's names for S3's actions, where they differ (COS API authorization guide). */
const COS_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['ListAllMyBuckets', 'GetService'],
  ['CreateBucket', 'PutBucket'],
  ['ListBucket', 'GetBucket'],
  ['ListBucketVersions', 'GetBucketObjectVersions'],
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
  ['GetBucketObjectLockConfiguration', 'GetBucketObjectLock'],
  ['PutBucketObjectLockConfiguration', 'PutBucketObjectLock'],
  ['GetAccelerateConfiguration', 'GetBucketAccelerate'],
  ['PutAccelerateConfiguration', 'PutBucketAccelerate'],
  ['GetIntelligentTieringConfiguration', 'GetBucketIntelligentTiering'],
  ['PutIntelligentTieringConfiguration', 'PutBucketIntelligentTiering'],
  ['RestoreObject', 'PostObjectRestore'],
  ['UpdateObjectEncryption', 'PutObject'],
  ['GetObjectAttributes', 'HeadObject'],
  // COS has one name for an object and for its versions.
  ['GetObjectVersion', 'GetObject'],
  ['GetObjectVersionAttributes', 'HeadObject'],
  ['DeleteObjectVersion', 'DeleteObject'],
  ['GetObjectVersionTagging', 'GetObjectTagging'],
  ['PutObjectVersionTagging', 'PutObjectTagging'],
  ['DeleteObjectVersionTagging', 'DeleteObjectTagging'],
  ['GetObjectVersionAcl', 'GetObjectAcl'],
  ['PutObjectVersionAcl', 'PutObjectAcl'],
])

/** COS tells more deeds apart than S3: `<COS's name of the action> <operation>`. The wider name counts for a Deny. */
const BY_OPERATION: ReadonlyMap<string, string> = new Map([
  ['GetBucket head-bucket', 'HeadBucket'],
  ['GetObject head-object', 'HeadObject'],
  ['PutBucketEncryption delete-bucket-encryption', 'DeleteBucketEncryption'],
  ['PutBucketLifecycle delete-bucket-lifecycle', 'DeleteBucketLifecycle'],
  ['PutBucketTagging delete-bucket-tagging', 'DeleteBucketTagging'],
  ['PutBucketCORS delete-bucket-cors', 'DeleteBucketCORS'],
  ['PutBucketReplication delete-bucket-replication', 'DeleteBucketReplication'],
  ['PutBucketInventory delete-bucket-inventory', 'DeleteBucketInventory'],
  ['GetBucketInventory list-bucket-inventory', 'ListBucketInventory'],
  ['DeleteObject delete-objects', 'DeleteMultipleObjects'],
  ['PutObject copy-object', 'PutObjectCopy'],
  ['PutObject append-object', 'AppendObject'],
  ['PutObject post-object', 'PostObject'],
  ['PutObject create-upload', 'InitiateMultipartUpload'],
  ['PutObject upload-part', 'UploadPart'],
  ['PutObject upload-part-copy', 'UploadPartCopy'],
  ['PutObject complete-upload', 'CompleteMultipartUpload'],
])

const SERVICES: ReadonlyMap<string, string> = new Map([
  ['s3', 'cos'],
  ['iam', 'cam'],
])

/** The same question in the words of Tencent Cloud's CAM; `name/` before an action says nothing and is left out. */
export function camNames(question: Question): RequestNames {
  const subject = subjectOf(question)
  const service = SERVICES.get(subject.service) ?? subject.service
  const [first = '', ...wider] = actionsOf(subject, question).map((name) => `${service}:${name}`.toLowerCase())
  const { region } = subject
  const owner = SERVICES.get(subject.owner) ?? subject.owner
  return {
    groups: [[first]],
    wider,
    resources: placesOf(subject, question).map(([account, path]) => ['qcs', '', owner, region, account, path]),
  }
}

function actionsOf({ service, action }: NamedSubject, question: Question): readonly string[] {
  // A key has its name from the beginning there: making it is the one right.
  if (service === 'kms' && action === 'CreateAlias' && isOfNewKey(question)) return ['CreateKey']
  if (service !== 's3') return [action]
  const name = COS_ACTIONS.get(action) ?? action
  const special = BY_OPERATION.get(`${name} ${question.operation ?? ''}`)
  return special === undefined ? [name] : [special, name]
}

type Place = readonly [account: string, path: string]

/** Account and path, in each way in which they are written. */
function placesOf({ owner: of, path = '*' }: NamedSubject, question: Question): readonly Place[] {
  const { uin, appId } = spellingsOf(question)
  const owner = question.owner ?? ''
  const ids = (id: string | undefined): readonly string[] => (id === undefined || id === owner ? [owner] : [id, owner])
  if (of !== 's3') return ids(uin).map((one): Place => [`uin/${one}`, path])
  return ids(appId).flatMap((number) => bucketPaths(path, number).map((one): Place => [`uid/${number}`, one]))
}

/** A bucket is called with its owner's number behind it, and without, and in the old form `prefix//<number>/<bucket>/<key>`. */
function bucketPaths(path: string, appId: string): readonly string[] {
  if (path === '*') return [path]
  const [bucket, key] = bucketAndKey(path)
  const suffix = `-${appId}`
  const short = bucket.endsWith(suffix) ? bucket.slice(0, -suffix.length) : bucket
  const names = [`${short}${suffix}`, short]
  if (key === undefined) return names.flatMap((name) => [`${name}/`, name])
  return [...names.map((name) => `${name}/${key}`), `prefix//${appId}/${short}/${key}`]
}
