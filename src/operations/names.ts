/** Branded names and their parsers. A value of these types was checked; nobody casts to them but the parser. */

export type BucketName = string & { readonly __brand: 'BucketName' }
/** Valid Unicode without NUL, 1 to 1,024 bytes of UTF-8. Compared as bytes, never as a path. */
export type ObjectKey = string & { readonly __brand: 'ObjectKey' }
/** 32 lower-case hexadecimal digits, or `null` for the null version. */
export type VersionId = string & { readonly __brand: 'VersionId' }
export type UploadId = string & { readonly __brand: 'UploadId' }
/** 12 digits. */
export type AccountId = string & { readonly __brand: 'AccountId' }

export const MAX_OBJECT_KEY_BYTES = 1_024

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/
const IPV4_SHAPE = /^\d{1,3}(\.\d{1,3}){3}$/
const RESERVED_STARTS = ['xn--', 'sthree-', 'amzn-s3-demo-']
const RESERVED_ENDS = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3']
const RESERVED_NAMES = new Set(['service', 'kms'])

/** A general purpose bucket's name (S3 naming rules), or undefined. */
export function parseBucketName(text: string): BucketName | undefined {
  if (!BUCKET_NAME.test(text) || IPV4_SHAPE.test(text) || text.includes('..')) return undefined
  if (text.includes('.-') || text.includes('-.') || RESERVED_NAMES.has(text)) return undefined
  if (RESERVED_STARTS.some((start) => text.startsWith(start))) return undefined
  if (RESERVED_ENDS.some((end) => text.endsWith(end))) return undefined
  return text as BucketName
}

/** `<base>--<zone>--x-s3`, without dots (S3 User Guide, "Directory bucket naming rules"). */
const DIRECTORY_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?--([a-z0-9]+(?:-[a-z0-9]+)+)--x-s3$/
const MAX_BUCKET_NAME_CHARS = 63

/** A directory bucket's name, or undefined. */
export function parseDirectoryName(text: string): BucketName | undefined {
  if (text.length > MAX_BUCKET_NAME_CHARS || !DIRECTORY_NAME.test(text)) return undefined
  return RESERVED_STARTS.some((start) => text.startsWith(start)) ? undefined : (text as BucketName)
}

/** The zone in the name of a directory bucket; undefined: it is a general purpose bucket's. */
export function zoneOf(bucket: BucketName): string | undefined {
  return DIRECTORY_NAME.exec(bucket)?.[1]
}

/** A bucket's name, of either kind. */
export function parseAnyBucketName(text: string): BucketName | undefined {
  return parseBucketName(text) ?? parseDirectoryName(text)
}

/** Why a text is no object key: the reason decides the code that the client sees. */
export type ObjectKeyProblem = 'empty' | 'too-long' | 'malformed'

export type ParsedObjectKey =
  { readonly kind: 'key'; readonly key: ObjectKey } | { readonly kind: 'problem'; readonly problem: ObjectKeyProblem }

/** A key from text that was decoded strictly from UTF-8. */
export function parseObjectKey(text: string): ParsedObjectKey {
  if (text.length === 0) return { kind: 'problem', problem: 'empty' }
  if (text.includes('\0') || !text.isWellFormed()) return { kind: 'problem', problem: 'malformed' }
  if (Buffer.byteLength(text, 'utf8') > MAX_OBJECT_KEY_BYTES) return { kind: 'problem', problem: 'too-long' }
  return { kind: 'key', key: text as ObjectKey }
}

/** The id of a version as clients send it; `null` is the null version. Undefined: no id of ours. */
export function parseVersionId(text: string): VersionId | undefined {
  return text === 'null' || /^[0-9a-f]{32}$/.test(text) ? (text as VersionId) : undefined
}

/** 48 lower-case hexadecimal digits, or undefined. */
export function parseUploadId(text: string): UploadId | undefined {
  return /^[0-9a-f]{48}$/.test(text) ? (text as UploadId) : undefined
}

export function parseAccountId(text: string): AccountId | undefined {
  return /^[0-9]{12}$/.test(text) ? (text as AccountId) : undefined
}
