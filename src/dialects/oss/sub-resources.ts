/** Query parameters that pick an operation. One at most per request; whatever is not listed here picks none. */

const DONE = [
  ...(['acl', 'append', 'bucketInfo', 'cors', 'delete', 'encryption', 'lifecycle', 'location', 'logging'] as const),
  ...(['objectMeta', 'policy', 'policyStatus', 'publicAccessBlock', 'referer', 'requestPayment', 'restore'] as const),
  ...(['stat', 'symlink', 'tagging', 'transferAcceleration', 'uploadId', 'uploads', 'versioning', 'versions'] as const),
  ...(['website', 'worm', 'wormExtend', 'inventory', 'replication'] as const),
] as const

/** Known to OSS and not implemented here. */
const UNDONE = [
  ...(['accessPoint', 'accessPointPolicy', 'asyncFetch', 'bucketArchiveDirectRead', 'cloudboxes', 'cname'] as const),
  ...(['group', 'httpsConfig', 'img', 'link', 'live', 'metaQuery', 'objectInfo', 'qos', 'qosInfo'] as const),
  ...(['qosRequester', 'redundancyTransition', 'regionList', 'replicationLocation', 'replicationProgress'] as const),
  ...(['requesterQosInfo', 'resourceGroup', 'resourcePool', 'resourcePoolBuckets', 'resourcePoolInfo'] as const),
  ...(['rtc', 'seal', 'style', 'udf', 'udfApplication', 'udfApplicationLog', 'udfImage', 'udfImageDesc'] as const),
  ...(['vod', 'accessMonitor', 'rename'] as const),
] as const

export type DoneSubResource = (typeof DONE)[number]
export type SubResource = DoneSubResource | (typeof UNDONE)[number]

const ALL: ReadonlyMap<string, SubResource> = new Map([...DONE, ...UNDONE].map((name) => [name, name] as const))

/** The sub-resource of exactly this name. */
export function subResourceNamed(name: string): SubResource | undefined {
  return ALL.get(name)
}

export function isDone(name: SubResource): name is DoneSubResource {
  return DONE.some((done) => done === name)
}

export const SUB_RESOURCES: readonly SubResource[] = [...ALL.values()]
