import { refuse } from '../../operations/index.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { Permit } from '../permit.ts'

/**
 * Refuses another version than the one whose list or owner the permit rests on: it came meanwhile, and who may read the one
 * may not read the other for that. Whoever asks again is judged anew.
 */
export function requirePinned(
  permit: Pick<Permit, 'pinned'>,
  on: 'target' | 'source',
  { header }: Pick<ObjectVersion, 'header'>,
): void {
  const pinned = permit.pinned?.[on]
  if (pinned === undefined || Buffer.compare(pinned, header.sealId) === 0) return
  refuse({ kind: 'contended', detail: 'the object was replaced while the right to it was looked up' })
}
