/** Query parameters that pick an operation. One at most per request; whatever is not listed here picks none. */

const DONE = [
  ...([
    'acl',
    'apiversion',
    'append',
    'bucketStatus',
    'cors',
    'delete',
    'encryption',
    'lifecycle',
    'location',
    'modify',
  ] as const),
  ...(['object-lock', 'policy', 'policyStatus', 'publicAccessBlock', 'rename', 'requestPayment', 'restore'] as const),
  ...(['inventory', 'logging', 'notification', 'replication', 'storageinfo'] as const),
  ...(['retention', 'tagging', 'truncate', 'uploadId', 'uploads', 'versioning', 'versions', 'website'] as const),
] as const

type Level = 'bucket' | 'object' | 'both'

/** Known to OBS and not implemented here, with the levels that have them. */
const UNDONE = {
  backtosource: 'bucket',
  cdnNotifyConfiguration: 'bucket',
  customdomain: 'bucket',
  deletebucket: 'bucket',
  directcoldaccess: 'bucket',
  fileinterface: 'bucket',
  getcontentsummary: 'both',
  listcontentsummary: 'both',
  metadata: 'object',
  mirrorBackToSource: 'bucket',
  mirrorrefresh: 'object',
  multilistcontentsummary: 'both',
  obsalias: 'bucket',
  obsbucketalias: 'bucket',
  obscompresspolicy: 'bucket',
  obsworkflowtriggerpolicy: 'bucket',
  quota: 'bucket',
  replication_progress: 'bucket',
  select: 'object',
  storageClass: 'bucket',
  storagePolicy: 'bucket',
  symlink: 'object',
  torrent: 'object',
  'x-image-process': 'object',
  'x-oss-process': 'object',
} as const satisfies Readonly<Record<string, Level>>

export type DoneSubResource = (typeof DONE)[number]
export type UndoneSubResource = keyof typeof UNDONE
export type SubResource = DoneSubResource | UndoneSubResource

export function undoneLevel(name: UndoneSubResource): Level {
  return UNDONE[name]
}

const ALL: ReadonlyMap<string, SubResource> = new Map(
  [...DONE, ...namesOf(UNDONE)].map((name) => [name, name] as const),
)

function namesOf<Names extends string>(table: Readonly<Record<Names, unknown>>): readonly Names[] {
  const names: Names[] = []
  for (const name in table) names.push(name)
  return names
}

/** The sub-resource of exactly this name. */
export function subResourceNamed(name: string): SubResource | undefined {
  return ALL.get(name)
}

export function isDone(name: SubResource): name is DoneSubResource {
  return DONE.some((done) => done === name)
}

export const SUB_RESOURCES: readonly SubResource[] = [...ALL.values()]
