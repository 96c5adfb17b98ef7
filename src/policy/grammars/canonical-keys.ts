/** What the vendors call the condition keys that AWS has, too. Everything in lower case. */

const ENCRYPTION = 's3:x-amz-server-side-encryption'

/** Words for one thing: OBS writes `kms`, OSS `KMS`, COS `cos/kms`. */
const ENCRYPTION_WORDS: ReadonlyMap<string, string> = new Map([
  ['kms', 'aws:kms'],
  ['KMS', 'aws:kms'],
  ['cos/kms', 'aws:kms'],
])

/** A value in the words in which requests of every dialect are described (T-072). */
export function canonicalValue(key: string, value: string): string {
  return key === ENCRYPTION ? (ENCRYPTION_WORDS.get(value) ?? value) : value
}

/** Headers that are more than their vendor's beginning and the same rest. */
const HEADERS: ReadonlyMap<string, string> = new Map([
  ['x-oss-object-acl', 's3:x-amz-acl'],
  ['x-oss-server-side-encryption-key-id', `${ENCRYPTION}-aws-kms-key-id`],
  ['x-obs-server-side-encryption-kms-key-id', `${ENCRYPTION}-aws-kms-key-id`],
  ['x-cos-server-side-encryption-cos-kms-key-id', `${ENCRYPTION}-aws-kms-key-id`],
])

/** Headers of S3 that are condition keys (S3 condition keys). */
const KNOWN_HEADERS = new Set([
  ...['acl', 'copy-source', 'metadata-directive', 'storage-class', 'content-sha256', 'server-side-encryption'],
  ...['server-side-encryption-customer-algorithm', 'server-side-encryption-aws-kms-key-id'],
  ...['grant-read', 'grant-write', 'grant-read-acp', 'grant-write-acp', 'grant-full-control'],
])

/** `x-oss-storage-class`, `x-obs-acl`, `x-cos-acl`: the key of the same header in S3, if it has one. */
export function headerKey(name: string): string | undefined {
  const known = HEADERS.get(name)
  if (known !== undefined) return known
  const rest = /^x-(?:oss|obs|cos|amz)-(.+)$/.exec(name)?.[1]
  return rest !== undefined && KNOWN_HEADERS.has(rest) ? `s3:x-amz-${rest}` : undefined
}

/** A key by its whole name, or by the beginning of one that has a tag's key behind it. */
export function keyBy(
  names: ReadonlyMap<string, string>,
  beginnings: ReadonlyMap<string, string>,
  name: string,
): string | undefined {
  const whole = names.get(name)
  if (whole !== undefined) return whole
  for (const [beginning, canonical] of beginnings) {
    if (name.startsWith(beginning) && name.length > beginning.length) return canonical + name.slice(beginning.length)
  }
  return undefined
}
