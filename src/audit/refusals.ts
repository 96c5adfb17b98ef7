import { isIPv4, isIPv6 } from 'node:net'
import type { AuditRecord, UnknownRefusal } from './audit-record.ts'

/** How many groups a minute may have; what comes beyond them is counted in one group of its own. */
export const MAX_REFUSAL_GROUPS = 4_096
export const REFUSAL_SPAN_MS = 60_000

interface Group {
  readonly reason: string
  readonly addressPrefix: string
  readonly minute: number
  readonly firstMs: number
  lastMs: number
  count: number
}

/**
 * Counts refusals of unknown callers per (reason, address prefix, minute): strangers cannot fill the disk (T-160).
 * Groups leave as records when their minute is over, or when they are taken.
 */
export class RefusalCounts {
  readonly #groups = new Map<string, Group>()

  add({ timeMs, reason, remoteAddress }: UnknownRefusal): void {
    const minute = Math.floor(timeMs / REFUSAL_SPAN_MS)
    const full = this.#groups.size >= MAX_REFUSAL_GROUPS
    const prefix = addressPrefix(remoteAddress)
    const known = this.#groups.get(groupName(reason, prefix, minute))
    const [theReason, thePrefix] = known === undefined && full ? ['various', 'various'] : [reason, prefix]
    const name = groupName(theReason, thePrefix, minute)
    const group = known ?? this.#groups.get(name)
    if (group === undefined) {
      this.#groups.set(name, {
        reason: theReason,
        addressPrefix: thePrefix,
        minute,
        firstMs: timeMs,
        lastMs: timeMs,
        count: 1,
      })
      return
    }
    group.count += 1
    group.lastMs = Math.max(group.lastMs, timeMs)
  }

  get size(): number {
    return this.#groups.size
  }

  /** Removes and returns the groups of minutes that are over at `nowMs`; with `all`, every group. */
  take(nowMs: number, all = false): readonly AuditRecord[] {
    const minute = Math.floor(nowMs / REFUSAL_SPAN_MS)
    const taken: AuditRecord[] = []
    for (const [name, group] of this.#groups) {
      if (!all && group.minute >= minute) continue
      this.#groups.delete(name)
      taken.push(recordOf(group))
    }
    return taken
  }
}

function groupName(reason: string, prefix: string, minute: number): string {
  return `${minute}/${prefix}/${reason}`
}

function recordOf(group: Group): AuditRecord {
  return {
    timeMs: group.lastMs,
    requestId: '-',
    action: 'unknown',
    resource: 'unknown',
    caller: 'unknown',
    outcome: 'refused',
    failure: group.reason,
    detail: {
      count: String(group.count),
      addressPrefix: group.addressPrefix,
      firstTime: new Date(group.firstMs).toISOString(),
      lastTime: new Date(group.lastMs).toISOString(),
    },
  }
}

/** IPv4: the /24. IPv6: the /48, which is what one subscriber is given. Anything else: `unknown`. */
export function addressPrefix(address: string): string {
  const mapped = address.toLowerCase().startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  if (isIPv4(mapped)) return `${mapped.split('.').slice(0, 3).join('.')}.0/24`
  const plain = address.split('%')[0] ?? ''
  if (!isIPv6(plain)) return 'unknown'
  const [head = '', tail] = plain.split('::')
  const left = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8
  const groups = [...left, ...Array<string>(missing).fill('0')].slice(0, 3)
  return `${groups.map((group) => Number(`0x${group}`).toString(16)).join(':')}::/48`
}
