import { afterPrefix, asBuffer, compareKeys } from './key-order.ts'
import type { GroupEntry, GroupRange, Key, Row } from './metadata-store.ts'

export interface GroupPage {
  readonly entries: readonly GroupEntry[]
  readonly more: boolean
}

/** The whole prefix, up to and with the delimiter found after `from` bytes; undefined when the key stands for itself. */
export function groupOf(key: Key, range: Pick<GroupRange, 'from' | 'delimiter'>): Buffer | undefined {
  if (key.length < range.from + range.delimiter.length) return undefined
  const bytes = asBuffer(key)
  const at = bytes.indexOf(range.delimiter, range.from)
  return at < 0 ? undefined : bytes.subarray(0, at + range.delimiter.length)
}

/** A key that stands for itself, or the group that it lies in. */
export type KeyOrGroup = { readonly key: Buffer } | { readonly group: Buffer }

/** Keys of a group that are passed over one by one before it is left by a seek, which costs as much as several steps. */
const WALKED_KEYS = 8

/**
 * One page of keys and groups. `keysFrom` walks the keys of [start, range.end) in order from one snapshot; behind
 * a group it is asked again, from the first key after the group: that is the seek. While groups are so small that
 * walking on leads out of them, none is needed; the first that is not small ends that for the page.
 */
export function collectGroups(
  range: GroupRange,
  keysFrom: (start: Key) => Iterable<Buffer>,
): { readonly entries: readonly KeyOrGroup[]; readonly more: boolean } {
  const entries: KeyOrGroup[] = []
  let walks = true
  let start: Key | undefined = range.start
  while (start !== undefined && compareKeys(start, range.end) < 0) {
    /** The first key after the group that was added last, while the walk may still be in it. */
    let behind: Key | undefined
    let walked = 0
    const from: Key = start
    start = undefined
    for (const key of keysFrom(from)) {
      if (behind !== undefined && compareKeys(key, behind) < 0) {
        walked += 1
        if (walked < WALKED_KEYS) continue
        walks = false
        start = behind
        break
      }
      behind = undefined
      if (entries.length === range.limit) return { entries, more: true }
      const group = groupOf(key, range)
      if (group === undefined) {
        entries.push({ key })
        continue
      }
      entries.push({ group })
      behind = afterPrefix(group)
      walked = 0
      if (walks && behind !== undefined) continue
      start = behind
      break
    }
  }
  return { entries, more: false }
}

/**
 * As `collectGroups`, for a maker whose rows come in pages: `pageFrom` brings the first rows of [start, range.end),
 * none when there are none.
 */
export async function collectGroupPages(
  range: GroupRange,
  pageFrom: (start: Key) => Promise<readonly Row[]>,
): Promise<GroupPage> {
  const entries: GroupEntry[] = []
  let start: Key | undefined = range.start
  while (start !== undefined && compareKeys(start, range.end) < 0) {
    const page = await pageFrom(start)
    const last = page.at(-1)
    start = last === undefined ? undefined : Buffer.concat([last.key, Buffer.of(0)])
    for (const row of page) {
      if (entries.length === range.limit) return { entries, more: true }
      const group = groupOf(row.key, range)
      entries.push(group === undefined ? row : { group })
      if (group === undefined) continue
      start = afterPrefix(group)
      break
    }
  }
  return { entries, more: false }
}
