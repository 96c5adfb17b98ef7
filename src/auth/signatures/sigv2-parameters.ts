/**
 * Which query parameters a SigV2 signature covers. The scheme signs listed names only, so the list decides what a
 * captured signature can be turned into (T-043): it is the published list plus every parameter that a decoder of ours
 * dispatches on. A client that knows the classic list only cannot sign the added ones, and gets
 * `signature-does-not-match` for them: those operations need SigV4.
 */

/** Amazon S3, "Signing and authenticating REST requests (Signature Version 2)", constructing the CanonicalizedResource. */
const PUBLISHED = [
  ...['acl', 'lifecycle', 'location', 'logging', 'notification', 'partNumber', 'policy', 'requestPayment', 'torrent'],
  ...['uploadId', 'uploads', 'versionId', 'versioning', 'versions', 'website', 'cors', 'delete', 'tagging', 'restore'],
  ...['replication', 'accelerate', 'inventory', 'analytics', 'metrics', 'select', 'select-type', 'storageClass'],
  ...['response-cache-control', 'response-content-disposition', 'response-content-encoding'],
  ...['response-content-language', 'response-content-type', 'response-expires'],
] as const

/** Newer than the scheme, or never in its list. */
const ADDED = [
  ...['abac', 'attributes', 'encryption', 'intelligent-tiering', 'legal-hold', 'metadataConfiguration'],
  ...['metadataInventoryTable', 'metadataJournalTable', 'metadataTable', 'object-lock', 'ownershipControls'],
  ...['policyStatus', 'publicAccessBlock', 'rename', 'renameObject', 'retention', 'session', 'append', 'position'],
  ...['writeOffsetBytes', 'metadata', 'symlink', 'fields'],
] as const

/** Parameters of listings: never signed by the scheme, and none of them picks an operation. Rights see the real value. */
const LISTING = [
  ...['prefix', 'delimiter', 'marker', 'max-keys', 'encoding-type', 'list-type', 'continuation-token', 'start-after'],
  ...['fetch-owner', 'key-marker', 'version-id-marker', 'upload-id-marker', 'max-uploads', 'max-parts'],
  ...['part-number-marker', 'max-buckets', 'bucket-region', 'x-id'],
] as const

/** Names that go into the string to sign whenever they arrive. */
export const SIGV2_SIGNED_PARAMETERS: ReadonlySet<string> = new Set<string>([...PUBLISHED, ...ADDED])
/** Names that a decoder may see though SigV2 does not sign them. */
export const SIGV2_EXEMPT_PARAMETERS: ReadonlySet<string> = new Set<string>(LISTING)
