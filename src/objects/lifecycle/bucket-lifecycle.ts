import {
  after,
  refuse,
  type Awaitable,
  type BucketLifecycle,
  type LifecycleRule,
  type OperationOf,
  type Results,
  type VersionExpiry,
} from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { joinFragments } from '../../storage/index.ts'
import { documentRemoval, documentWrites, newDocument, readDocument } from '../rows/bucket-documents.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { changeBucket } from '../buckets/change-bucket.ts'
import type { DocumentKind } from '../rows/document-reference.ts'
import { abortOf, expiryOf } from './lifecycle-rules.ts'
import { storageClassNumber, type ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import type { Verb } from '../verb.ts'

export const MAX_LIFECYCLE_RULES = 1_000
const MAX_ID_CHARACTERS = 255

export const getBucketLifecycle: Verb<'get-bucket-lifecycle'> = async (rooms, permit) => {
  const bucket = bucketOf(permit)
  const lifecycle = await readDocument(rooms, bucket, 'lifecycle')
  return { lifecycle: lifecycle ?? refuse({ kind: 'no-such-lifecycle', bucket: bucket.name }) }
}

/** Replaces all rules. The job sees them at its next look. */
export async function putBucketLifecycle(
  rooms: ObjectRooms,
  permit: Permit,
  { lifecycle }: OperationOf<'put-bucket-lifecycle'>,
): Promise<Results['put-bucket-lifecycle']> {
  const document = newDocument(checked(lifecycle))
  await changeBucket(
    rooms,
    permit,
    'put-bucket-lifecycle',
    (bucket) => ({ ...bucket, documents: { ...bucket.documents, lifecycle: document.reference } }),
    async (before) =>
      joinFragments(documentRemoval(before, before.documents?.lifecycle), documentWrites(rooms, before, document)),
  )
  return { transitionMinimum: lifecycle.transitionMinimum }
}

/** Removing what is not there is no error. */
export const deleteBucketLifecycle: Verb<'delete-bucket-lifecycle'> = async (rooms, permit) =>
  changeBucket(
    rooms,
    permit,
    'delete-bucket-lifecycle',
    (bucket) => withoutDocument(bucket, 'lifecycle'),
    async (before) => documentRemoval(before, before.documents?.lifecycle),
  )

export function withoutDocument(bucket: BucketRecord, kind: DocumentKind): BucketRecord {
  const { lifecycle, notification } = bucket.documents ?? {}
  const kept = {
    ...(lifecycle === undefined || kind === 'lifecycle' ? {} : { lifecycle }),
    ...(notification === undefined || kind === 'notification' ? {} : { notification }),
  }
  return { ...bucket, documents: kept }
}

/** What every dialect's rules have to be; how they are written is the dialect's. Rules without a name get one. */
function checked(lifecycle: BucketLifecycle): BucketLifecycle {
  const { rules } = lifecycle
  if (rules.length === 0 || rules.length > MAX_LIFECYCLE_RULES) {
    refuse({ kind: 'invalid-request', detail: `A lifecycle has 1 to ${MAX_LIFECYCLE_RULES} rules.` })
  }
  const seen = new Set<string>()
  const named = rules.map((rule): LifecycleRule => {
    const id = rule.id === '' ? randomBytes(24).toString('base64url') : rule.id
    if (id.length > MAX_ID_CHARACTERS) {
      badArgument('ID', `ID length should not exceed allowed limit of ${MAX_ID_CHARACTERS}`)
    }
    if (seen.has(id)) badArgument('ID', 'Rule ID must be unique. Found same ID for more than one rule')
    seen.add(id)
    for (const { storageClass } of [...rule.transitions, ...rule.noncurrentTransitions]) {
      storageClassNumber(storageClass)
    }
    return { ...rule, id }
  })
  return { ...lifecycle, rules: named }
}

function badArgument(argument: string, detail: string): never {
  return refuse({ kind: 'invalid-argument', argument, detail })
}

/** The rule that will end a version that is the current one, for its answers. */
export function versionExpiry(
  rooms: Pick<ObjectRooms, 'store' | 'records' | 'documents'>,
  bucket: BucketRecord,
  key: string,
  { header, detail }: ObjectVersion,
): Awaitable<{ readonly expiry?: VersionExpiry }> {
  return after(readDocument(rooms, bucket, 'lifecycle'), (lifecycle) => {
    if (lifecycle === undefined) return NONE
    const { size, modifiedMs } = header
    const expiry = expiryOf(lifecycle, { key, size, modifiedMs, tags: detail.tags })
    return expiry === undefined ? NONE : { expiry }
  })
}

const NONE = {}

/** The rule that will end an upload. */
export function uploadAbort(
  rooms: Pick<ObjectRooms, 'store' | 'records' | 'documents'>,
  bucket: BucketRecord,
  key: string,
  startedMs: number,
): Awaitable<{ readonly abort?: VersionExpiry }> {
  return after(readDocument(rooms, bucket, 'lifecycle'), (lifecycle) => {
    const abort = lifecycle === undefined ? undefined : abortOf(lifecycle, key, startedMs)
    return abort === undefined ? NONE : { abort }
  })
}
