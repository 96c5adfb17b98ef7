/**
 * Which query parameters an OBS signature covers (OBS API reference, "Authentication", CanonicalizedResource; and the lists
 * of the official SDKs, which are longer). The union of both is verified: a name that is left out could be added by
 * anybody who holds a signed URL, and would turn one operation into another (T-043). Membership does not count case.
 */

/** Both lists of the vendor's page: header and URL. */
const DOCUMENTED = [
  ...['acl', 'attname', 'cors', 'customdomain', 'delete', 'deletebucket', 'encryption', 'inventory', 'length'],
  ...['lifecycle', 'location', 'logging', 'metadata', 'modify', 'name', 'notification', 'object-lock', 'partNumber'],
  ...['policy', 'position', 'quota', 'rename', 'replication', 'requestPayment', 'response-cache-control'],
  ...['response-content-disposition', 'response-content-encoding', 'response-content-language'],
  ...['response-content-type', 'response-expires', 'restore', 'retention', 'storageClass', 'storagePolicy'],
  ...['storageinfo', 'tagging', 'torrent', 'truncate', 'uploadId', 'uploads', 'versionId', 'versioning', 'versions'],
  ...['website', 'x-obs-security-token'],
] as const

/** Of the SDKs for Node.js, Go, Java and Python together. */
const OF_SDKS = [
  ...['append', 'backtosource', 'bucketStatus', 'directcoldaccess', 'fileinterface', 'ignore-sign-in-query'],
  ...['mirrorBackToSource', 'mirrorrefresh', 'obsalias', 'obsbucketalias', 'obscompresspolicy'],
  ...['obsworkflowtriggerpolicy', 'policyStatus', 'publicAccessBlock', 'readahead', 'replication_progress', 'select'],
  ...['select-type', 'symlink', 'x-image-process', 'x-image-save-bucket', 'x-image-save-object'],
  ...['x-obs-accesslabel', 'x-obs-sse-kms-key-project-id', 'x-oss-process', 'cdnNotifyConfiguration'],
  ...['listcontentsummary', 'getcontentsummary', 'multilistcontentsummary', 'x-obs-trash', 'x-obs-qosinfo'],
  ...['x-obs-snapshot', 'x-obs-snapshotroot', 'x-workflow-prefix', 'x-workflow-start', 'x-workflow-limit'],
  ...['x-workflow-template-name', 'x-workflow-graph-name', 'x-workflow-execution-state'],
  ...['x-workflow-execution-type', 'x-workflow-next-marker'],
] as const

/** In no list, and a decoder of ours would see them. */
const ADDED = ['legal-hold', 'accelerate', 'ownershipControls', 'attributes'] as const

/** Parameters of listings: never signed, and none of them picks an operation. Rights see the real value. */
const LISTING = [
  ...['prefix', 'marker', 'delimiter', 'max-keys', 'key-marker', 'version-id-marker', 'encoding-type', 'list-type'],
  ...['max-parts', 'part-number-marker', 'max-uploads', 'upload-id-marker', 'continuation-token', 'start-after'],
  ...['fetch-owner', 'id', 'apiversion'],
] as const

const SIGNED: ReadonlySet<string> = new Set([...DOCUMENTED, ...OF_SDKS, ...ADDED].map((name) => name.toLowerCase()))
const UNSIGNED: ReadonlySet<string> = new Set<string>(LISTING)

/** Whether a parameter goes into the string to sign. `name` in lower case; `prefix` is that of the scheme's headers. */
export function isObsSigned(name: string, prefix: 'x-obs-' | 'x-amz-'): boolean {
  return SIGNED.has(name) || name.startsWith(prefix)
}

/** Whether a decoder may see a parameter although no signature covers it. `name` exactly as it came. */
export function isObsListing(name: string): boolean {
  return UNSIGNED.has(name)
}
