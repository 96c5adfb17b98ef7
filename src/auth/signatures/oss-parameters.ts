/**
 * Which query parameters an OSS V1 signature covers. The scheme signs listed names only, so the list decides what a
 * captured signature can be turned into (T-043): the union of what the official clients sign, plus whatever the
 * decoder dispatches on. Every name that begins with `x-oss-` is signed too.
 */

/** Sub-resources and overrides that the official Java, Python and Go clients sign. */
const PUBLISHED = [
  ...['accessPoint', 'accessPointPolicy', 'acl', 'append', 'asyncFetch', 'bucketArchiveDirectRead', 'bucketInfo'],
  ...['callback', 'callback-var', 'cloudboxes', 'cname', 'comp', 'continuation-token', 'cors', 'delete', 'encryption'],
  ...['endTime', 'group', 'httpsConfig', 'img', 'inventory', 'inventoryId', 'lifecycle', 'link', 'live', 'location'],
  ...['logging', 'metaQuery', 'objectInfo', 'objectMeta', 'partNumber', 'policy', 'policyStatus', 'position'],
  ...['publicAccessBlock', 'qos', 'qosInfo', 'qosRequester', 'redundancyTransition', 'referer', 'regionList'],
  ...['replication', 'replicationLocation', 'replicationProgress', 'requestPayment', 'requesterQosInfo'],
  ...['resourceGroup', 'resourcePool', 'resourcePoolBuckets', 'resourcePoolInfo', 'response-cache-control'],
  ...['response-content-disposition', 'response-content-encoding', 'response-content-language'],
  ...['response-content-type', 'response-expires', 'restore', 'rtc', 'seal', 'security-token', 'sequential'],
  ...['startTime', 'stat', 'status', 'style', 'styleName', 'symlink', 'tagging', 'transferAcceleration', 'udf'],
  ...['udfApplication', 'udfApplicationLog', 'udfImage', 'udfImageDesc', 'udfName', 'uploadId', 'uploads', 'versionId'],
  ...['versioning', 'versions', 'vod', 'website', 'worm', 'wormExtend', 'wormId', 'vip', 'vpcip'],
] as const

/** Never in their lists; the decoder heeds or refuses them, so they are signed. */
const ADDED = ['accessMonitor', 'rename', 'truncate', 'modify'] as const

/** Parameters of listings: never signed by the scheme, and none of them picks an operation. Rights see the real value. */
const LISTING = [
  ...['prefix', 'delimiter', 'marker', 'max-keys', 'encoding-type', 'list-type', 'start-after', 'fetch-owner'],
  ...['key-marker', 'version-id-marker', 'upload-id-marker', 'max-uploads', 'max-parts', 'part-number-marker'],
  ...['tag-key', 'tag-value', 'rule-id'],
] as const

/** Names of parameters and headers that are this vendor's. */
export const OSS_PREFIX = 'x-oss-'

const SIGNED: ReadonlySet<string> = new Set<string>([...PUBLISHED, ...ADDED])
/** Names that a decoder may see though V1 does not sign them. */
export const OSS_EXEMPT_PARAMETERS: ReadonlySet<string> = new Set<string>(LISTING)

/** True for names that go into the V1 string to sign whenever they arrive. */
export function isSignedByOssV1(name: string): boolean {
  return SIGNED.has(name) || name.startsWith(OSS_PREFIX)
}

/**
 * What a V1 URL may carry besides: reading, and writing one object. V1 signs the decoded key, so a URL for a key that
 * holds `?acl` would be one for the sub-resource too: settings, rights, tags and deletions are for signed headers
 * (T-044).
 */
const IN_URLS: ReadonlySet<string> = new Set([
  ...['versionId', 'uploadId', 'partNumber', 'uploads', 'append', 'position', 'security-token', 'objectMeta'],
  ...['x-oss-process', 'x-oss-traffic-limit', 'callback', 'callback-var'],
])

export function mayStandInOssV1Url(name: string): boolean {
  return IN_URLS.has(name) || name.startsWith('response-') || !isSignedByOssV1(name)
}

/** Whether a key's text could be read as a path with a signed parameter (T-044). */
export function readsAsSubResource(key: string): boolean {
  const mark = key.indexOf('?')
  if (mark < 0) return false
  return key
    .slice(mark + 1)
    .split(/[?&]/)
    .some((piece) => isSignedByOssV1(piece.split('=', 1)[0] ?? ''))
}
