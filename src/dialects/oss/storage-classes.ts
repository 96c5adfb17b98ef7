import { isStorageClass, refuse, type StorageClass } from '../../operations/index.ts'

/** OSS's words for classes of storage. */
const WORDS: ReadonlyMap<string, StorageClass> = new Map<string, StorageClass>([
  ['Standard', 'STANDARD'],
  ['IA', 'STANDARD_IA'],
  ['Archive', 'GLACIER'],
  ['ColdArchive', 'DEEP_ARCHIVE'],
  ['DeepColdArchive', 'DEEP_COLD_ARCHIVE'],
])

/** What each class is shown as: the nearest one that OSS has a word for. */
const SHOWN: Readonly<Record<StorageClass, string>> = {
  STANDARD: 'Standard',
  REDUCED_REDUNDANCY: 'Standard',
  STANDARD_IA: 'IA',
  ONEZONE_IA: 'IA',
  INTELLIGENT_TIERING: 'Standard',
  GLACIER: 'Archive',
  DEEP_ARCHIVE: 'ColdArchive',
  GLACIER_IR: 'IA',
  EXPRESS_ONEZONE: 'Standard',
  OUTPOSTS: 'Standard',
  SNOW: 'Standard',
  COLD: 'IA',
  DEEP_COLD_ARCHIVE: 'DeepColdArchive',
  MAZ_STANDARD: 'Standard',
  MAZ_STANDARD_IA: 'IA',
  MAZ_INTELLIGENT_TIERING: 'Standard',
  MAZ_ARCHIVE: 'Archive',
  MAZ_DEEP_ARCHIVE: 'ColdArchive',
  MAZ_COLD: 'IA',
}

export function storageClassNamed(word: string): StorageClass {
  return WORDS.get(word) ?? refuse({ kind: 'invalid-storage-class', value: word.slice(0, 64) })
}

export function shownStorageClass(name: string): string {
  return isStorageClass(name) ? SHOWN[name] : 'Standard'
}
