import { refuse, type StorageClass } from '../../operations/index.ts'

/** COS's words for classes, and the store's own. A class is a label: what is archived is read all the same. */
const CLASSES: ReadonlyMap<string, StorageClass> = new Map<string, StorageClass>([
  ['STANDARD', 'STANDARD'],
  ['STANDARD_IA', 'STANDARD_IA'],
  ['INTELLIGENT_TIERING', 'INTELLIGENT_TIERING'],
  ['ARCHIVE', 'GLACIER'],
  ['DEEP_ARCHIVE', 'DEEP_ARCHIVE'],
  ['COLD', 'COLD'],
  ['MAZ_STANDARD', 'MAZ_STANDARD'],
  ['MAZ_STANDARD_IA', 'MAZ_STANDARD_IA'],
  ['MAZ_INTELLIGENT_TIERING', 'MAZ_INTELLIGENT_TIERING'],
  ['MAZ_ARCHIVE', 'MAZ_ARCHIVE'],
  ['MAZ_DEEP_ARCHIVE', 'MAZ_DEEP_ARCHIVE'],
  ['MAZ_COLD', 'MAZ_COLD'],
])

/** How a class that has no word here is shown: by its nearest. */
const SHOWN: ReadonlyMap<string, string> = new Map([
  ...[...CLASSES].map(([word, name]) => [name, word] as const),
  ...(
    [
      ['REDUCED_REDUNDANCY', 'STANDARD'],
      ['ONEZONE_IA', 'STANDARD_IA'],
      ['GLACIER_IR', 'STANDARD_IA'],
      ['DEEP_COLD_ARCHIVE', 'DEEP_ARCHIVE'],
    ] as const
  ).map(([name, word]) => [name, word] as const),
])

/** A class by its word, in whichever case: documents write `Standard_IA`. */
export function storageClassNamed(text: string): StorageClass {
  return CLASSES.get(text.toUpperCase()) ?? refuse({ kind: 'invalid-storage-class', value: text.slice(0, 64) })
}

export function shownStorageClass(name: string): string {
  return SHOWN.get(name) ?? 'STANDARD'
}
