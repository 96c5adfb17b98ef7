/**
 * Storage classes are labels: stored, shown, listed, restored, and never a reason not to give out the data. The names
 * are S3's where S3 has one; the others are what other vendors tell apart besides. Each dialect owns a table from its
 * words to these, and shows one that it has no word for as its nearest.
 */
export const STORAGE_CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
  'EXPRESS_ONEZONE',
  'OUTPOSTS',
  'SNOW',
  /** COS: `COLD`. */
  'COLD',
  /** OSS: `DeepColdArchive`; its `Archive` and `ColdArchive` are GLACIER and DEEP_ARCHIVE. */
  'DEEP_COLD_ARCHIVE',
  /** COS, in several zones. */
  'MAZ_STANDARD',
  'MAZ_STANDARD_IA',
  'MAZ_INTELLIGENT_TIERING',
  'MAZ_ARCHIVE',
  'MAZ_DEEP_ARCHIVE',
  'MAZ_COLD',
] as const

export type StorageClass = (typeof STORAGE_CLASSES)[number]

export function isStorageClass(name: string): name is StorageClass {
  return STORAGE_CLASSES.some((one) => one === name)
}

const ARCHIVES: ReadonlySet<string> = new Set<StorageClass>([
  ...(['GLACIER', 'DEEP_ARCHIVE', 'DEEP_COLD_ARCHIVE', 'MAZ_ARCHIVE', 'MAZ_DEEP_ARCHIVE'] as const),
])

/** What vendors keep so that it has to be restored before it is read: a restore of anything else is refused. */
export function isArchiveClass(name: string): boolean {
  return ARCHIVES.has(name)
}
