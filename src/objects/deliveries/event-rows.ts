import {
  after,
  principalId,
  isSigned,
  type Awaitable,
  type BucketNotification,
  type NotificationEvent,
  type NotificationRule,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { joinFragments, type Fragment, type Write } from '../../storage/index.ts'
import { readDocument } from '../rows/bucket-documents.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import type { Decision } from '../commit-deciding.ts'
import { etagOf } from '../reading/conditions.ts'
import { versionIdOf, type VersionRecord } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { eventKey } from '../rows/row-keys.ts'
import { parseStoredJson } from '../rows/stored-json.ts'

/** An event on its way to a target. Its row's key begins with the time at which it is tried next. */
export interface WaitingEvent {
  readonly v: 1
  /** `arn:coffer:webhook:::<name>` */
  readonly target: string
  /** Unique; receivers know by it what they had before. */
  readonly id: string
  readonly happenedMs: number
  readonly attempts: number
  /** JSON, as it is sent. */
  readonly body: string
}

export interface ToldEvent {
  readonly name: Exclude<NotificationEvent, `${string}:*`>
  readonly key: string
  /** The version that was made; of a removal, what is known of it. */
  readonly version?: VersionRecord
  /** As the answer names it. */
  readonly versionId?: string
}

type Rooms = Pick<ObjectRooms, 'store' | 'records' | 'documents' | 'now' | 'region'>

const NOTHING: Fragment = { checks: [], writes: [] }

/** A decision together with what it tells: nothing where nothing is changed. */
export function withEvent<Result>(
  rooms: Rooms,
  permit: Permit,
  told: ToldEvent,
  decision: Decision<Result>,
): Awaitable<Decision<Result>> {
  const { fragment, result } = decision
  if (fragment === undefined) return decision
  return after(eventRows(rooms, permit, told), (rows) =>
    rows === NOTHING ? decision : { fragment: joinFragments(fragment, rows), result },
  )
}

/** The rows that tell of an event, for the commit of what happened: nothing is told that did not happen, and nothing is forgotten. */
function eventRows(rooms: Rooms, permit: Permit, told: ToldEvent): Awaitable<Fragment> {
  const bucket = bucketOf(permit)
  return after(readDocument(rooms, bucket, 'notification'), (notification) => {
    if (notification === undefined) return NOTHING
    const rules = rulesFor(notification, told)
    return rules.length === 0
      ? NOTHING
      : { checks: [], writes: rules.map((rule) => eventWrite(rooms, permit, bucket, told, rule)) }
  })
}

/** The rules that an event of this name fits. */
export function rulesFor(
  { rules }: BucketNotification,
  { name, key }: Pick<ToldEvent, 'name' | 'key'>,
): readonly NotificationRule[] {
  const all = `${name.slice(0, name.lastIndexOf(':'))}:*`
  return rules.filter(
    ({ events, prefix, suffix }) =>
      events.some((event) => event === name || event === all) &&
      key.startsWith(prefix ?? '') &&
      key.endsWith(suffix ?? ''),
  )
}

function eventWrite(
  rooms: Rooms,
  permit: Permit,
  bucket: BucketRecord,
  told: ToldEvent,
  rule: NotificationRule,
): Write {
  const happenedMs = rooms.now()
  const body = JSON.stringify({ Records: [eventRecord(rooms, permit, bucket, told, rule, happenedMs)] })
  return waitingWrite(rooms, happenedMs, {
    ...{ v: 1, target: rule.target, id: randomBytes(16).toString('hex'), happenedMs, attempts: 0, body },
  })
}

/** Puts an event in line for `dueMs`. */
export function waitingWrite({ records }: Pick<ObjectRooms, 'records'>, dueMs: number, event: WaitingEvent): Write {
  const key = eventKey(dueMs, Buffer.from(event.id, 'hex'))
  const secret = Buffer.from(JSON.stringify(event), 'utf8')
  return { kind: 'put', key, value: records.seal({ rowKey: key, clear: Buffer.alloc(0), secret }) }
}

function isWaiting(value: unknown): value is WaitingEvent {
  return typeof value === 'object' && value !== null && 'v' in value && value.v === 1 && 'target' in value
}

/** Undefined: the row holds no event that this version knows. Throws `integrity` where it does not authenticate. */
export function openEvent(
  { records }: Pick<ObjectRooms, 'records'>,
  row: { readonly key: Uint8Array; readonly value: Uint8Array },
): WaitingEvent | undefined {
  const stored: unknown = parseStoredJson(records.open(row.key, row.value).secret, 'event')
  return isWaiting(stored) ? stored : undefined
}

/** S3's message of an event (S3 User Guide, "Event message structure", version 2.1): names and sizes, no data. */
function eventRecord(
  rooms: Rooms,
  { caller, requestId, facts }: Permit,
  bucket: BucketRecord,
  { name, key, version, versionId }: ToldEvent,
  rule: NotificationRule,
  happenedMs: number,
): object {
  const object = version?.kind === 'object' ? { size: version.header.size, eTag: etagOf(version) } : {}
  const order = version === undefined ? happenedMs * 1_000 : version.header.order
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: rooms.region,
    eventTime: new Date(happenedMs).toISOString(),
    eventName: name.slice('s3:'.length),
    userIdentity: { principalId: isSigned(caller) ? principalId(caller) : caller.kind },
    requestParameters: { sourceIPAddress: facts?.sourceIp ?? '' },
    responseElements: { 'x-amz-request-id': requestId, 'x-amz-id-2': requestId },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: rule.id,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: bucket.account },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: {
        key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
        ...object,
        ...(versionId === undefined ? {} : { versionId }),
        sequencer: order.toString(16).toUpperCase().padStart(16, '0'),
      },
    },
  }
}

/** What a version that was made is called in an event: nothing while the bucket was never versioned. */
export function toldVersion(bucket: BucketRecord, version: VersionRecord): Pick<ToldEvent, 'version' | 'versionId'> {
  return bucket.versioning === 'unversioned' ? { version } : { version, versionId: versionIdOf(version.header) }
}
