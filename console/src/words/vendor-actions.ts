import type { Vocabulary } from './vocabulary.ts'

/** What the pages ask for, where a vendor's permission has another name: as its own permission pages have it. */
const STORAGE: Readonly<Record<'oss' | 'cos', Readonly<Record<string, string>>>> = {
  oss: {
    ListAllMyBuckets: 'ListBuckets',
    CreateBucket: 'PutBucket',
    ListBucket: 'ListObjects',
    ListBucketVersions: 'ListObjectVersions',
    ListBucketMultipartUploads: 'ListMultipartUploads',
    GetEncryptionConfiguration: 'GetBucketEncryption',
    PutEncryptionConfiguration: 'PutBucketEncryption',
  },
  cos: {
    ListAllMyBuckets: 'GetService',
    CreateBucket: 'PutBucket',
    ListBucket: 'GetBucket',
    ListBucketVersions: 'GetBucketObjectVersions',
    ListBucketMultipartUploads: 'ListMultipartUploads',
    GetEncryptionConfiguration: 'GetBucketEncryption',
    PutEncryptionConfiguration: 'PutBucketEncryption',
  },
}
const HUAWEI_KMS: Readonly<Record<string, string>> = {
  CreateKey: 'cmk:create',
  DescribeKey: 'cmk:get',
  ListKeys: 'cmk:list',
  ListAliases: 'cmk:list',
  EnableKey: 'cmk:enable',
  DisableKey: 'cmk:disable',
  ScheduleKeyDeletion: 'cmk:update',
  CancelKeyDeletion: 'cmk:update',
  GenerateDataKey: 'dek:create',
  Decrypt: 'dek:crypto',
}

/** The name of a permission in the vendor's words: what an administrator of that vendor would write into a policy. */
export function vendorAction(action: string, vocabulary: Vocabulary): string {
  const [service = '', name = ''] = action.split(':')
  if (service === 'kms') return vocabulary === 'obs' ? `kms:${HUAWEI_KMS[name] ?? name}` : action
  if (service !== 's3' || vocabulary === 's3') return action
  if (vocabulary === 'obs') return `obs:${/Object/.test(name) ? 'object' : 'bucket'}:${name}`
  const own = STORAGE[vocabulary][name] ?? name
  return vocabulary === 'oss' ? `oss:${own}` : `name/cos:${own}`
}
