/** Query parameters that pick an operation, in lower case. One at most per request; whatever is not listed here picks none. */

/** Known to COS and not implemented here, with what each is. */
export const UNDONE: ReadonlyMap<string, string> = new Map([
  ['domain', 'Custom domains'],
  ['intelligent-tiering', 'Intelligent tiering'],
  ['intelligenttiering', 'Intelligent tiering'],
  ['inventory', 'Inventories'],
  ['notification', 'Notifications'],
  ['object-lock', 'Object lock'],
  ['origin', 'Origins'],
  ['replication', 'Replication'],
  ['retention', 'Object lock'],
  ['select', 'Select'],
  ['torrent', 'Torrents'],
])

export const DONE = [
  'accelerate',
  'acl',
  'append',
  'cors',
  'delete',
  'encryption',
  'lifecycle',
  'location',
  'logging',
  'policy',
  'referer',
  'restore',
  'tagging',
  'uploadid',
  'uploads',
  'versioning',
  'versions',
  'website',
] as const

export type DoneSubResource = (typeof DONE)[number]

const DONE_NAMES: ReadonlySet<string> = new Set(DONE)

export function isDone(name: string): name is DoneSubResource {
  return DONE_NAMES.has(name)
}

export function isSubResource(name: string): boolean {
  return DONE_NAMES.has(name) || UNDONE.has(name)
}

/** Parameters of Tencent's data processing, which COS's own hosts answer. */
const PROCESSING =
  /^(?:ci-process|image(?:mogr2|view2|info|ave)(?:\/.*)?|watermark(?:\/.*)?|exif|asset.*|sensitive-content.*)$/

export function isDataProcessing(name: string): boolean {
  return PROCESSING.test(name)
}
