/** Whose page says what a task needs. */
export type Vendor = 's3' | 'oss' | 'obs' | 'cos'

/** What is done with a key that somebody named: setting it for a bucket, writing, writing a part, reading. */
export type KeyTask = 'configure' | 'upload' | 'upload-part' | 'download'

const OSS_LOOK_UP = ['kms:ListKeys', 'kms:ListAliases', 'kms:ListAliasesByKeyId', 'kms:DescribeKey'] as const

/**
 * Actions on the key, as the caller, on each vendor's road: S3's from KMS's page on S3; OSS's from its page on server-side
 * encryption, for keys given by id (OSS-53 to OSS-72); OBS's from its two pages, of which either list is enough (OBSA-24
 * to OBSA-33, OBSB-24 to OBSB-35).
 */
const ACTIONS: Readonly<Record<Vendor, Readonly<Record<KeyTask, readonly string[]>>>> = {
  s3: {
    configure: [],
    upload: ['kms:GenerateDataKey'],
    'upload-part': ['kms:Decrypt'],
    download: ['kms:Decrypt'],
  },
  oss: {
    configure: OSS_LOOK_UP,
    upload: [...OSS_LOOK_UP, 'kms:GenerateDataKey'],
    'upload-part': [...OSS_LOOK_UP, 'kms:GenerateDataKey'],
    download: ['kms:Decrypt'],
  },
  obs: {
    configure: [],
    upload: ['kms:DescribeKey', 'kms:GenerateDataKey'],
    'upload-part': ['kms:DescribeKey', 'kms:Decrypt'],
    download: ['kms:DescribeKey', 'kms:Decrypt'],
  },
  cos: {
    configure: [],
    upload: ['kms:GenerateDataKey'],
    'upload-part': ['kms:Decrypt'],
    download: ['kms:Decrypt'],
  },
}

/** What is asked of a named key for a task, in canonical names; all of it has to be allowed. */
export function keyActionsOf(vendor: Vendor, task: KeyTask): readonly string[] {
  return ACTIONS[vendor][task]
}
