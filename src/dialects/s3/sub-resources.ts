/** Query parameters that pick an operation. One at most per request; whatever is not listed here picks none. */

const DONE = [
  'accelerate',
  'acl',
  'analytics',
  'attributes',
  'cors',
  'delete',
  'encryption',
  'intelligent-tiering',
  'inventory',
  'legal-hold',
  'lifecycle',
  'location',
  'logging',
  'metrics',
  'notification',
  'object-lock',
  'ownershipControls',
  'policy',
  'policyStatus',
  'publicAccessBlock',
  'replication',
  'requestPayment',
  'restore',
  'retention',
  'tagging',
  'uploadId',
  'uploads',
  'versioning',
  'versions',
  'website',
] as const

/** Known to S3 and not implemented here, with the levels that have them. */
const UNDONE = {
  abac: 'bucket',
  metadataConfiguration: 'bucket',
  metadataInventoryTable: 'bucket',
  metadataJournalTable: 'bucket',
  metadataTable: 'bucket',
  renameObject: 'object',
  select: 'object',
  session: 'bucket',
  torrent: 'object',
} as const satisfies Readonly<Record<string, 'bucket' | 'object' | 'both'>>

export type DoneSubResource = (typeof DONE)[number]
export type UndoneSubResource = keyof typeof UNDONE
export type SubResource = DoneSubResource | UndoneSubResource

export function undoneLevel(name: UndoneSubResource): 'bucket' | 'object' | 'both' {
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
