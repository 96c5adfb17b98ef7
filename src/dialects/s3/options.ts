/** Compatibility switches, all off by default. */
export interface S3Switches {
  /** GetBucketEncryption of a bucket that nobody configured: 404 `ServerSideEncryptionConfigurationNotFoundError`, as years ago. */
  readonly encryptionNotFound?: boolean
  /** Encryption headers on UploadPart and CompleteMultipartUpload are ignored instead of refused. */
  readonly ignoreSseOnParts?: boolean
}

export interface S3DialectOptions {
  /** Base domains for virtual-hosted buckets, besides Amazon's own suffixes. */
  readonly domains: readonly string[]
  /** The home region. */
  readonly region: string
  /** Takes customer keys over plain HTTP. For tests. */
  readonly allowInsecureSseC: boolean
  readonly switches?: S3Switches
}

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'
