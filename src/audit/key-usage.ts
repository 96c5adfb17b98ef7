import type { AuditRecord } from './audit-record.ts'
import { readLine } from './audit-rows.ts'
import { KEY_USES } from './last-uses.ts'
import { openSegment, peekSegment } from './ledger-rows.ts'
import { readSegments, type LedgerRooms } from './read-ledger.ts'
import { concernsKey } from './search-audit.ts'

/** Who did what with a key, how often, and when first and last. */
export interface KeyUser {
  readonly caller: string
  readonly action: string
  readonly outcome: AuditRecord['outcome']
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
}

/** For what: an object's ARN where that is known, else the encryption context as it was sent. */
export interface KeySubject {
  readonly subject: string
  readonly count: number
  readonly lastMs: number
}

export interface KeyUsage {
  /** Most frequent first. */
  readonly users: readonly KeyUser[]
  /** Last used first. */
  readonly subjects: readonly KeySubject[]
  /** Whether there were more subjects than are told. */
  readonly more: boolean
}

export const MAX_USAGE_USERS = 1_000
export const MAX_USAGE_SUBJECTS = 1_000

/** What the ledger tells of the uses of a key since `sinceMs`: done, refused and failed ones. */
export async function readKeyUsage(rooms: LedgerRooms, keyArn: string, sinceMs: number): Promise<KeyUsage> {
  const tally = new UsageTally()
  for await (const row of readSegments(rooms.store, { newestFirst: true })) {
    if (peekSegment(rooms.records, row).newestMs < sinceMs) break
    for (const line of openSegment(rooms.records, row).lines) {
      // Most lines are of other keys: looked at before they are parsed.
      if (!line.includes(keyArn)) continue
      const record = readLine(line)
      if (record.timeMs >= sinceMs && isUse(record) && concernsKey(record, keyArn)) tally.add(record)
    }
  }
  return tally.usage()
}

/** A call of the key service, or of an object whose key it is. */
function isUse({ action }: AuditRecord): boolean {
  return KEY_USES.has(action) || action.startsWith('s3:')
}

class UsageTally {
  readonly #users = new Map<string, KeyUser>()
  readonly #subjects = new Map<string, KeySubject>()
  #more = false

  add(record: AuditRecord): void {
    const { caller, action, outcome, timeMs } = record
    const name = JSON.stringify([caller, action, outcome])
    const user = this.#users.get(name)
    if (user !== undefined || this.#users.size < MAX_USAGE_USERS) {
      const { count = 0, firstMs = timeMs, lastMs = timeMs } = user ?? {}
      const times = { firstMs: Math.min(firstMs, timeMs), lastMs: Math.max(lastMs, timeMs) }
      this.#users.set(name, { caller, action, outcome, count: count + 1, ...times })
    } else this.#more = true
    const subject = subjectOf(record)
    if (subject !== undefined) this.#addSubject(subject, timeMs)
  }

  #addSubject(subject: string, timeMs: number): void {
    const known = this.#subjects.get(subject)
    if (known === undefined && this.#subjects.size >= MAX_USAGE_SUBJECTS) {
      this.#more = true
      return
    }
    const { count = 0, lastMs = timeMs } = known ?? {}
    this.#subjects.set(subject, { subject, count: count + 1, lastMs: Math.max(lastMs, timeMs) })
  }

  usage(): KeyUsage {
    return {
      users: [...this.#users.values()].sort((left, right) => right.count - left.count),
      subjects: [...this.#subjects.values()].sort((left, right) => right.lastMs - left.lastMs),
      more: this.#more,
    }
  }
}

function subjectOf({ action, resource, detail }: AuditRecord): string | undefined {
  if (action.startsWith('s3:')) return resource
  const context = detail?.['encryptionContext']
  if (context === undefined || context === '{}') return undefined
  const [, object] = /"aws:s3:arn":"([^"\\]+)"/.exec(context) ?? []
  return object ?? context
}
