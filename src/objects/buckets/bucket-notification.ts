import {
  refuse,
  type BucketNotification,
  type NotificationRule,
  type OperationOf,
  type Results,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import { documentRemoval, documentWrites, newDocument, readDocument } from '../rows/bucket-documents.ts'
import { withoutDocument } from '../lifecycle/bucket-lifecycle.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { changeBucket } from './change-bucket.ts'
import { waitingWrite } from '../deliveries/event-rows.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import type { Verb } from '../verb.ts'

export const MAX_NOTIFICATION_RULES = 100
const MAX_ID_CHARACTERS = 255
const MAX_FILTER_CHARACTERS = 1_024
export const WEBHOOK_ARN = 'arn:coffer:webhook:::'

export const getBucketNotification: Verb<'get-bucket-notification'> = async (rooms, permit) => ({
  notification: (await readDocument(rooms, bucketOf(permit), 'notification')) ?? { rules: [] },
})

/** Replaces all rules; none ends it. Each target is told once that it was named, unless the caller does not want that. */
export async function putBucketNotification(
  rooms: ObjectRooms,
  permit: Permit,
  { notification, skipTestEvent }: OperationOf<'put-bucket-notification'>,
): Promise<Results['put-bucket-notification']> {
  const rules = checked(rooms, notification)
  const document = newDocument({ rules })
  const tests = skipTestEvent ? [] : [...new Set(rules.map(({ target }) => target))]
  return changeBucket(
    rooms,
    permit,
    'put-bucket-notification',
    (bucket) =>
      rules.length === 0
        ? withoutDocument(bucket, 'notification')
        : { ...bucket, documents: { ...bucket.documents, notification: document.reference } },
    async (before) =>
      joinFragments(
        documentRemoval(before, before.documents?.notification),
        rules.length === 0 ? { checks: [], writes: [] } : documentWrites(rooms, before, document),
        testEvents(rooms, permit, before, tests),
      ),
  )
}

function testEvents(
  rooms: ObjectRooms,
  { requestId }: Permit,
  bucket: BucketRecord,
  targets: readonly string[],
): Fragment {
  const happenedMs = rooms.now()
  const body = JSON.stringify({
    ...{ Service: 'Coffer', Event: 's3:TestEvent', Time: new Date(happenedMs).toISOString(), Bucket: bucket.name },
    ...{ RequestId: requestId, HostId: requestId },
  })
  const writes = targets.map((target) =>
    waitingWrite(rooms, happenedMs, {
      ...{ v: 1, target, id: randomBytes(16).toString('hex'), happenedMs, attempts: 0, body },
    }),
  )
  return { checks: [], writes }
}

function checked(rooms: ObjectRooms, { rules }: BucketNotification): readonly NotificationRule[] {
  if (rules.length > MAX_NOTIFICATION_RULES) bad('Notification', `at most ${MAX_NOTIFICATION_RULES} rules`)
  const seen = new Set<string>()
  const named = rules.map((rule) => {
    const id = rule.id === '' ? randomBytes(24).toString('base64url') : rule.id
    if (id.length > MAX_ID_CHARACTERS) bad('Id', `an Id has at most ${MAX_ID_CHARACTERS} characters`)
    if (seen.has(id)) bad('Id', 'The same Id stands at two configurations.')
    seen.add(id)
    if (rule.events.length === 0) bad('Event', 'A configuration needs an event.')
    for (const text of [rule.prefix ?? '', rule.suffix ?? '']) {
      if (text.length > MAX_FILTER_CHARACTERS) bad('FilterRule', 'The value of a filter is too long.')
    }
    requireTarget(rooms, rule)
    return { ...rule, id }
  })
  for (const [index, rule] of named.entries()) refuseOverlap(rule, named.slice(index + 1))
  return named
}

/** Only what the operator configured is a target: nobody can make the server send anything anywhere else (T-094, T-131). */
function requireTarget({ options }: ObjectRooms, { target }: NotificationRule): void {
  const name = target.startsWith(WEBHOOK_ARN) ? target.slice(WEBHOOK_ARN.length) : undefined
  if (name !== undefined && options.notificationTargets.includes(name)) return
  bad('Destination', 'Unable to validate the following destination configurations')
}

/** Two rules that one event would fit are ambiguous (S3 User Guide, "Configuring notifications with object key name filtering"). */
function refuseOverlap(rule: NotificationRule, others: readonly NotificationRule[]): void {
  const nested = (one = '', other = '', has: (text: string, part: string) => boolean): boolean =>
    has(one, other) || has(other, one)
  for (const other of others) {
    const shared = rule.events.some((event) => other.events.some((second) => overlaps(event, second)))
    const prefixes = nested(rule.prefix, other.prefix, (text, part) => text.startsWith(part))
    const suffixes = nested(rule.suffix, other.suffix, (text, part) => text.endsWith(part))
    if (!shared || !prefixes || !suffixes) continue
    const detail =
      'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are ' +
      'overlapping for the same event type.'
    bad('FilterRule', detail)
  }
}

function overlaps(one: string, other: string): boolean {
  if (one === other) return true
  const kindOf = (event: string): string => event.slice(0, event.lastIndexOf(':'))
  return kindOf(one) === kindOf(other) && (one.endsWith('*') || other.endsWith('*'))
}

function bad(argument: string, detail: string): never {
  return refuse({ kind: 'invalid-argument', argument, detail })
}
