import type { Question } from '../question.ts'
import type { RequestNames } from './request-names.ts'
import {
  bucketAndKey,
  isAboutDataKey,
  isOfNewKey,
  isOnTheWay,
  kindAndRest,
  spellingsOf,
  subjectOf,
  type NamedSubject,
} from './subject.ts'

/** OBS's names for S3's actions, where they differ; the others are the same (OBS permissions and supported actions). */
const OBS_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['GetObjectAttributes', 'GetObject'],
  ['GetObjectVersionAttributes', 'GetObjectVersion'],
  ['UpdateObjectEncryption', 'PutObject'],
  ['GetInventoryConfiguration', 'GetBucketInventoryConfiguration'],
  ['PutInventoryConfiguration', 'PutBucketInventoryConfiguration'],
])

/** Deeds that OBS tells apart and S3 does not. The wider name counts for a Deny. */
const BY_OPERATION: ReadonlyMap<string, string> = new Map([
  ['get-bucket-stat', 'GetBucketStorage'],
  ['delete-bucket-tagging', 'DeleteBucketTagging'],
  ['delete-bucket-replication', 'DeleteReplicationConfiguration'],
  ['delete-bucket-inventory', 'DeleteBucketInventoryConfiguration'],
])

/** KMS's names (DEW permissions): several deeds of AWS's are one. Each entry lists names of which one is enough. */
const KMS_ACTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['CreateKey', ['cmk:create']],
  ['DescribeKey', ['cmk:get']],
  ['GetKeyRotationStatus', ['cmk:get', 'cmk:getRotation']],
  ['EnableKeyRotation', ['cmk:enableRotation', 'cmk:updateRotation']],
  ['DisableKeyRotation', ['cmk:disableRotation']],
  ['ListKeyRotations', ['cmk:get']],
  ['GetPublicKey', ['cmk:get']],
  ['ListKeys', ['cmk:list']],
  ['ListAliases', ['cmk:list']],
  ['ListAliasesByKeyId', ['cmk:list']],
  ['EnableKey', ['cmk:enable']],
  ['DisableKey', ['cmk:disable']],
  ['ScheduleKeyDeletion', ['cmk:update']],
  ['CancelKeyDeletion', ['cmk:update']],
  ['UpdateKeyDescription', ['cmk:update']],
  ['CreateAlias', ['cmk:update']],
  ['UpdateAlias', ['cmk:update']],
  ['DeleteAlias', ['cmk:update']],
  ['GenerateRandom', ['cmk:generate']],
  ['Encrypt', ['cmk:crypto', 'cmk:encrypt']],
  ['Decrypt', ['cmk:crypto', 'cmk:decrypt']],
  ['ReEncryptFrom', ['dek:crypto', 'dek:decrypt']],
  ['ReEncryptTo', ['dek:crypto', 'dek:encrypt']],
  ['GenerateDataKey', ['dek:create']],
  ['GenerateDataKeyWithoutPlaintext', ['dek:create']],
  ['CreateGrant', ['grant:create']],
  ['ListGrants', ['grant:list']],
  ['ListRetirableGrants', ['grant:list']],
  ['RevokeGrant', ['grant:revoke']],
  ['RetireGrant', ['grant:retire']],
  ['TagResource', ['cmkTag:create']],
  ['UntagResource', ['cmkTag:delete']],
  ['ListResourceTags', ['cmkTag:list']],
])

/** The data key of an object, and not small data of a person; and a default key that is made for an object (OBSB-32). */
const ON_THE_WAY: ReadonlyMap<string, readonly string[]> = new Map([
  ['Encrypt', ['dek:crypto', 'dek:encrypt']],
  ['Decrypt', ['dek:crypto', 'dek:decrypt']],
  ['CreateKey', ['cmk:create', 'cmk:generate']],
])

/** `encrypt-datakey` and `decrypt-datakey`, which are other rights than those on small data. */
const OF_DATA_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Encrypt', ['dek:crypto', 'dek:encrypt']],
  ['Decrypt', ['dek:crypto', 'dek:decrypt']],
])

/** The same question in the words of Huawei Cloud's IAM: `service:type:operation`. */
export function huaweiNames(question: Question): RequestNames {
  const subject = subjectOf(question)
  const service = SERVICES.get(subject.service) ?? subject.service
  const owner = SERVICES.get(subject.owner) ?? subject.owner
  const full = (name: string): string => `${service}:${name}`.toLowerCase()
  const special = subject.service === 's3' ? BY_OPERATION.get(question.operation ?? '') : undefined
  const own = actionsOf(subject, question).map(full)
  const domains = [spellingsOf(question).domainId, question.owner].filter((one) => one !== undefined)
  const spelled = domains.length === 0 ? [''] : domains
  const [type, path] = typeAndPath(subject)
  return {
    groups: [special === undefined ? own : [full(`bucket:${special}`)]],
    wider: special === undefined ? [] : own,
    resources: spelled.map((domain) => [owner, subject.region, domain, type, path]),
  }
}

function actionsOf({ service, action, path }: NamedSubject, question: Question): readonly string[] {
  if (service === 's3') {
    if (question.operation === 'head-bucket') return ['bucket:HeadBucket']
    const type = path?.includes('/') === true ? 'object' : 'bucket'
    return [`${type}:${OBS_ACTIONS.get(action) ?? action}`]
  }
  // A deed without a name there has one of its own form, which no narrower right includes.
  const own = `${OWN_TYPES.get(service) ?? service}:${action.charAt(0).toLowerCase()}${action.slice(1)}`
  if (service !== 'kms') return [own]
  // A name that a key is given when it is made takes no right beyond that to make it.
  if (action === 'CreateAlias' && isOfNewKey(question)) return ['cmk:create']
  const special = isOnTheWay(question)
    ? ON_THE_WAY.get(action)
    : isAboutDataKey(question)
      ? OF_DATA_KEYS.get(action)
      : undefined
  return special ?? KMS_ACTIONS.get(action) ?? [own]
}

const SERVICES: ReadonlyMap<string, string> = new Map([['s3', 'obs']])

const OWN_TYPES: ReadonlyMap<string, string> = new Map([
  ['kms', 'cmk'],
  ['iam', 'directory'],
  ['sts', 'session'],
  ['coffer', 'server'],
])

function typeAndPath({ owner, path }: NamedSubject): readonly [type: string, path: string] {
  if (owner === 's3') {
    const [bucket, key] = bucketAndKey(path ?? '*')
    return key === undefined ? ['bucket', bucket] : ['object', `${bucket}/${key}`]
  }
  const [kind, rest] = kindAndRest(path ?? '*')
  if (owner === 'kms') return [kind === 'alias' ? 'alias' : 'cmk', rest]
  return [kind, rest]
}
