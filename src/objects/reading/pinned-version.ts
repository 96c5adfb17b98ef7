import { refuse, type Tags } from '../../operations/index.ts'
import type { VersionRecord } from '../rows/object-record.ts'
import type { Permit } from '../permit.ts'

/** The version that a decision rests on. */
export interface PinnedVersion {
  /** Absent: there was none. */
  readonly sealId?: Uint8Array
  /** As they were judged; absent: nobody asked for them. */
  readonly tags?: Tags
}

/**
 * Refuses another version than the one whose list, owner or tags the permit rests on, and that one with other tags: it
 * changed meanwhile, and who may read the one may not read the other for that. Whoever asks again is judged anew. A
 * delete marker has nothing that a right could rest on.
 */
export function requirePinned(
  permit: Pick<Permit, 'pinned'>,
  on: 'target' | 'source',
  version: VersionRecord | undefined,
): void {
  const pinned = permit.pinned?.[on]
  if (pinned === undefined || version?.kind !== 'object') return
  const { sealId, tags } = pinned
  const same = sealId !== undefined && Buffer.compare(sealId, version.header.sealId) === 0
  if (same && (tags === undefined || sameTags(tags, version.detail.tags))) return
  refuse({ kind: 'contended', detail: 'the object changed while the right to it was looked up' })
}

function sameTags(left: Tags, right: Tags): boolean {
  return (
    left.length === right.length && left.every(([name, value], at) => right[at]?.[0] === name && right[at][1] === value)
  )
}
