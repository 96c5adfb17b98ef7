import type {
  BucketLifecycle,
  LifecycleRule,
  NoncurrentExpiration,
  RuleFilter,
  RuleTime,
  Tags,
  TransitionMinimum,
  VersionExpiry,
} from '../../operations/index.ts'
import { DAY_MS, nextMidnight } from '../locks/whole-days.ts'

/** What rules ask of an object. `tags` absent: not read yet; a rule about tags may fit. */
export interface RuledObject {
  readonly key: string
  readonly size: number
  readonly modifiedMs: number
  readonly tags?: Tags
}

/** What falls due for a current version. */
export type CurrentAction =
  | { readonly kind: 'expire'; readonly ruleId: string; readonly atMs: number }
  | { readonly kind: 'transition'; readonly ruleId: string; readonly storageClass: string }

function fits(filter: RuleFilter, { key, size, tags }: Pick<RuledObject, 'key' | 'size' | 'tags'>): boolean {
  if (filter.prefix !== undefined && !key.startsWith(filter.prefix)) return false
  if (filter.largerThanBytes !== undefined && size <= filter.largerThanBytes) return false
  if (filter.smallerThanBytes !== undefined && size >= filter.smallerThanBytes) return false
  if (tags === undefined) return true
  return filter.tags.every(([name, value]) => tags.some(([own, ownValue]) => own === name && ownValue === value))
}

/** When a rule's time reaches something of this age: days end at the midnight UTC that follows them. Undefined: never. */
export function dueAt(time: RuleTime, sinceMs: number): number | undefined {
  switch (time.kind) {
    case 'days':
      return nextMidnight(sinceMs + time.days * DAY_MS)
    case 'date':
      return Math.max(time.date.atMs, nextMidnight(sinceMs))
    case 'created-before':
      return sinceMs < time.date.atMs ? nextMidnight(sinceMs) : undefined
  }
}

/** The rule that ends a current version first, and when. */
export function expiryOf({ rules }: BucketLifecycle, object: RuledObject): VersionExpiry | undefined {
  let first: VersionExpiry | undefined
  for (const { id, enabled, filter, expiration } of rules) {
    if (!enabled || expiration === undefined || expiration.kind === 'expired-delete-marker') continue
    if (!fits(filter, object)) continue
    const atMs = dueAt(expiration, object.modifiedMs)
    if (atMs !== undefined && (first === undefined || atMs < first.atMs)) first = { ruleId: id, atMs }
  }
  return first
}

/** The rule that ends an upload first, and when. */
export function abortOf({ rules }: BucketLifecycle, key: string, startedMs: number): VersionExpiry | undefined {
  let first: VersionExpiry | undefined
  for (const { id, enabled, filter, abortUploads } of rules) {
    if (!enabled || abortUploads === undefined || !fits(filter, { key, size: 0 })) continue
    const atMs = dueAt(abortUploads, startedMs)
    if (atMs !== undefined && (first === undefined || atMs < first.atMs)) first = { ruleId: id, atMs }
  }
  return first
}

/** From dear to cheap: an object goes only this way (S3 User Guide, "Supported transitions"). */
const CLASS_ORDER: readonly string[] = [
  ...['STANDARD', 'REDUCED_REDUNDANCY', 'STANDARD_IA', 'INTELLIGENT_TIERING', 'ONEZONE_IA', 'GLACIER_IR'],
  ...['GLACIER', 'DEEP_ARCHIVE'],
]
const ARCHIVES: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE'])
const SMALL_BYTES = 128 * 1024

function mayMove(from: string, to: string, size: number, filter: RuleFilter, minimum: TransitionMinimum): boolean {
  if (CLASS_ORDER.indexOf(to) <= CLASS_ORDER.indexOf(from)) return false
  if (filter.largerThanBytes !== undefined || filter.smallerThanBytes !== undefined) return true
  if (minimum === 'varies_by_storage_class' && ARCHIVES.has(to)) return true
  return size >= SMALL_BYTES
}

/** What is due for a current version now: its end before any move; of moves the farthest. */
export function currentAction(
  lifecycle: BucketLifecycle,
  object: RuledObject,
  storageClass: string,
  nowMs: number,
): CurrentAction | undefined {
  const expiry = expiryOf(lifecycle, object)
  if (expiry !== undefined && expiry.atMs <= nowMs) return { kind: 'expire', ...expiry }
  return farthest(lifecycle, object, storageClass, (rule) =>
    rule.transitions.filter(({ time }) => {
      const atMs = dueAt(time, object.modifiedMs)
      return atMs !== undefined && atMs <= nowMs
    }),
  )
}

function farthest(
  { rules, transitionMinimum }: BucketLifecycle,
  object: RuledObject,
  storageClass: string,
  dueOf: (rule: LifecycleRule) => readonly { readonly storageClass: string }[],
): Extract<CurrentAction, { readonly kind: 'transition' }> | undefined {
  let found: Extract<CurrentAction, { readonly kind: 'transition' }> | undefined
  for (const rule of rules) {
    if (!rule.enabled || !fits(rule.filter, object)) continue
    for (const due of dueOf(rule)) {
      const from = found?.storageClass ?? storageClass
      if (!mayMove(from, due.storageClass, object.size, rule.filter, transitionMinimum)) continue
      found = { kind: 'transition', ruleId: rule.id, storageClass: due.storageClass }
    }
  }
  return found
}

/** A version that is not the current one. `sinceMs`: when its successor came; `newer`: noncurrent versions newer than it. */
export interface NoncurrentVersion extends RuledObject {
  readonly sinceMs: number
  readonly newer: number
}

/** What is due for a noncurrent version or, with `marker`, a noncurrent delete marker. */
export function noncurrentAction(
  lifecycle: BucketLifecycle,
  version: NoncurrentVersion,
  storageClass: string,
  nowMs: number,
  marker: boolean,
): CurrentAction | undefined {
  const isDue = ({ days, newerVersions }: NoncurrentExpiration): boolean =>
    version.newer >= (newerVersions ?? 0) && nextMidnight(version.sinceMs + days * DAY_MS) <= nowMs
  for (const { id, enabled, filter, noncurrentExpiration } of lifecycle.rules) {
    if (!enabled || noncurrentExpiration === undefined || !isDue(noncurrentExpiration)) continue
    if (marker ? fitsMarker(filter, version.key) : fits(filter, version)) {
      return { kind: 'expire', ruleId: id, atMs: nowMs }
    }
  }
  if (marker) return undefined
  return farthest(lifecycle, version, storageClass, (rule) => rule.noncurrentTransitions.filter(isDue))
}

/** A marker has neither tags nor a size: a rule about those is not about it. */
function fitsMarker(filter: RuleFilter, key: string): boolean {
  const { tags, largerThanBytes, smallerThanBytes } = filter
  if (tags.length > 0 || largerThanBytes !== undefined || smallerThanBytes !== undefined) return false
  return fits(filter, { key, size: 0 })
}

/**
 * The rule that takes away a delete marker with nothing behind it: one that says so, or one that ends objects after days which
 * the marker has had too (S3 User Guide, "Lifecycle configuration elements").
 */
export function markerExpiry(
  { rules }: BucketLifecycle,
  marker: Pick<RuledObject, 'key' | 'modifiedMs'>,
  nowMs: number,
): string | undefined {
  const rule = rules.find(({ enabled, expiration, filter }) => {
    if (!enabled || expiration === undefined || !fitsMarker(filter, marker.key)) return false
    if (expiration.kind === 'expired-delete-marker') return true
    const atMs = expiration.kind === 'days' ? dueAt(expiration, marker.modifiedMs) : undefined
    return atMs !== undefined && atMs <= nowMs
  })
  return rule?.id
}
