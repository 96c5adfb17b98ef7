import type { AuditChange, AuditLog } from '../../audit/index.ts'
import { refuse, StoreFailure, type BucketLifecycle, type Caller } from '../../operations/index.ts'
import { randomBytes } from '../../secrets/index.ts'
import { faultPoint, joinFragments, type Fragment, type Key, type Row } from '../../storage/index.ts'
import { uploadRemoval } from '../uploads/abort-upload.ts'
import { readDocument } from '../rows/bucket-documents.ts'
import type { BucketRecord } from '../rows/bucket-record.ts'
import { openBucket } from '../rows/bucket-rows.ts'
import { commitDeciding, type Decision } from '../commit-deciding.ts'
import { deletionOf, toldRemoval } from '../writing/delete-object.ts'
import { withEvent } from '../deliveries/event-rows.ts'
import { garbageWrite } from '../rows/garbage-rows.ts'
import { livePage, oldPage, type Candidate, type LifecyclePage, type OldPlace } from './lifecycle-page.ts'
import { abortOf, currentAction, noncurrentAction, type CurrentAction } from './lifecycle-rules.ts'
import type { ObjectVersion } from '../rows/object-record.ts'
import type { ObjectRooms } from '../object-rooms.ts'
import type { Permit } from '../permit.ts'
import { bucketOf } from '../permitted-bucket.ts'
import { rekeyed, revisionOf } from '../writing/place-version.ts'
import { bucketKey, BUCKETS, justAfter, rangeOf, UPLOAD_ID_BYTES, uploadPrefix } from '../rows/row-keys.ts'
import { COMPLETING_STALE_MS, openUpload, uploadIdText } from '../rows/upload-record.ts'
import { DAY_MS } from '../locks/whole-days.ts'
import { readLive, readVersion, type StoredVersion } from '../rows/version-rows.ts'

const PHASES = ['live', 'old', 'uploads'] as const
type Phase = (typeof PHASES)[number]

/** Where a pass over all buckets stands. Kept in memory: a pass that is lost begins anew, and finds less to do. */
export interface LifecyclePlace {
  /** The row of the bucket that is worked on. */
  readonly bucket: Key
  readonly phase: Phase
  readonly from?: { readonly key: Key; readonly place?: OldPlace }
}

export interface LifecycleRun {
  /** Absent: every bucket has been seen. */
  readonly next?: LifecyclePlace
  readonly done: number
  /** What was due and is locked, or changed meanwhile. */
  readonly kept: number
}

export interface LifecycleLimits {
  /** Rows of one page. */
  readonly limit: number
  readonly signal: AbortSignal
  /** What was carried out already, by bucket; lost with the process, which then looks again. */
  readonly seen: Map<string, string>
}

/**
 * One page of the rules' work: what is due in it is ended or relabelled, each in a commit of its own that checks that the
 * rules are still those, with its record in the same commit. Whatever a lock keeps stays, and is looked at again next time.
 */
export async function runLifecycle(
  rooms: ObjectRooms,
  audit: Pick<AuditLog, 'change'>,
  at: LifecyclePlace | undefined,
  limits: LifecycleLimits,
): Promise<LifecycleRun> {
  const found = await dueBucket(rooms, at, limits.seen)
  if (found === undefined) return { done: 0, kept: 0 }
  const { row, bucket, lifecycle, seenAs } = found
  const place: LifecyclePlace =
    at !== undefined && Buffer.compare(at.bucket, row.key) === 0 ? at : { bucket: row.key, phase: 'live' }
  const work: Work = { rooms, audit, bucket, lifecycle, nowMs: rooms.lockNow(), ...limits }
  const { page, done, kept } = await pageOf(work, place)
  if (page.next !== undefined) {
    const from = { key: page.next, ...(page.place === undefined ? {} : { place: page.place }) }
    return { next: { ...place, from }, done, kept }
  }
  const phase = PHASES[PHASES.indexOf(place.phase) + 1]
  if (phase !== undefined) return { next: { bucket: row.key, phase }, done, kept }
  limits.seen.set(uuidOf(bucket), seenAs)
  return { next: { bucket: justAfter(row.key), phase: 'live' }, done, kept }
}

const BUCKETS_AT_ONCE = 100

interface DueBucket {
  readonly row: Row
  readonly bucket: BucketRecord
  readonly lifecycle: BucketLifecycle
  /** The day and the rules: until one of them changes, nothing more falls due. */
  readonly seenAs: string
}

/** The next bucket with rules that were not carried out today. */
async function dueBucket(
  rooms: ObjectRooms,
  at: LifecyclePlace | undefined,
  seen: ReadonlyMap<string, string>,
): Promise<DueBucket | undefined> {
  let start: Key | undefined = at?.bucket ?? BUCKETS.start
  while (start !== undefined) {
    const { rows, more }: Awaited<ReturnType<ObjectRooms['store']['scan']>> = await rooms.store.scan({
      ...{ start, end: BUCKETS.end, limit: BUCKETS_AT_ONCE },
    })
    for (const row of rows) {
      const bucket = openBucket(rooms, row)
      const reference = bucket.documents?.lifecycle
      if (reference === undefined) continue
      const seenAs = `${Math.floor(rooms.lockNow() / DAY_MS)} ${reference.id}`
      const lifecycle = seen.get(uuidOf(bucket)) === seenAs ? undefined : await readDocument(rooms, bucket, 'lifecycle')
      if (lifecycle !== undefined) return { row, bucket, lifecycle, seenAs }
    }
    const last = rows.at(-1)
    start = more && last !== undefined ? justAfter(last.key) : undefined
  }
  return undefined
}

function uuidOf({ uuid }: BucketRecord): string {
  return Buffer.from(uuid).toString('hex')
}

interface Work extends LifecycleLimits {
  readonly rooms: ObjectRooms
  readonly audit: Pick<AuditLog, 'change'>
  readonly bucket: BucketRecord
  readonly lifecycle: BucketLifecycle
  readonly nowMs: number
}

type Worked = Pick<LifecycleRun, 'done' | 'kept'> & { readonly page: Pick<LifecyclePage, 'next' | 'place'> }

async function pageOf(work: Work, { phase, from }: LifecyclePlace): Promise<Worked> {
  const { rooms, bucket, lifecycle } = work
  if (phase === 'uploads') return uploadsPage(work, from?.key)
  const page =
    phase === 'live'
      ? await livePage(rooms, bucket, lifecycle, from?.key, work)
      : await oldPage(rooms, bucket, lifecycle, from, work)
  let [done, kept] = [0, 0]
  for (const candidate of page.candidates) {
    work.signal.throwIfAborted()
    if (await carriedOut(work, candidate)) done++
    else kept++
  }
  return { page, done, kept }
}

/** False: it is locked, or nothing is due any more. */
async function carriedOut(work: Work, candidate: Candidate): Promise<boolean> {
  const { rooms } = work
  const { key, versionId } = candidate
  // What the whole record says is due: its commit is recorded in the name of that rule.
  const told = { ...candidate }
  try {
    const permit = await permitOf(work, told)
    return await commitDeciding(rooms, permit, 'lifecycle', async (current): Promise<Decision<boolean>> => {
      const bucket = bucketOf(current)
      const stored =
        versionId === undefined ? await readLive(rooms, bucket, key) : await readVersion(rooms, bucket, key, versionId)
      const action = stored === undefined ? undefined : confirmed(work, candidate, stored)
      if (stored === undefined || action === undefined) return { result: false }
      told.action = action
      if (action.kind === 'transition') {
        const fragment = relabelled(rooms, stored, action)
        return fragment === undefined ? { result: false } : { fragment, result: true }
      }
      const wish = versionId === undefined ? { key } : { key, versionId }
      const { fragment, result } = await deletionOf(rooms, bucket, wish)
      if (fragment === undefined) return { result: false }
      const event = toldRemoval('s3:LifecycleExpiration', wish, result)
      return withEvent(rooms, current, event, { fragment, result: true })
    })
  } catch (error) {
    if (error instanceof StoreFailure && KEPT.has(error.failure.kind)) return false
    throw error
  }
}

/** A lock keeps it; its bucket or the rules went; others keep changing it: next time. */
const KEPT: ReadonlySet<string> = new Set(['object-locked', 'no-such-bucket', 'contended'])

/** The same question with everything known: the tags too, and that the version still stands where it stood. */
function confirmed(
  { lifecycle, nowMs }: Work,
  candidate: Candidate,
  { version, current }: StoredVersion,
): CurrentAction | undefined {
  const { key, noncurrent } = candidate
  const { size, modifiedMs, storageClass } = version.header
  if (noncurrent === undefined) {
    if (!current) return undefined
    if (version.kind === 'marker') return candidate.action
    return currentAction(lifecycle, { key, size, modifiedMs, tags: version.detail.tags }, storageClass, nowMs)
  }
  if (current) return undefined
  if (version.kind === 'marker') return noncurrentAction(lifecycle, noncurrent, storageClass, nowMs, true)
  return noncurrentAction(lifecycle, { ...noncurrent, tags: version.detail.tags }, storageClass, nowMs, false)
}

/** Another storage class, which is a label here: data, ETag and times stay. */
function relabelled(
  rooms: ObjectRooms,
  stored: StoredVersion,
  { storageClass }: { readonly storageClass: string },
): Fragment | undefined {
  const { version } = stored
  if (version.kind === 'marker') return undefined
  const changed: ObjectVersion = { ...version, header: { ...version.header, storageClass } }
  return { checks: [revisionOf(stored)], writes: [rekeyed(rooms, changed, stored.row.key)] }
}

const ACTIONS = { expire: 's3:LifecycleExpiration', transition: 's3:LifecycleTransition' } as const

/** The server's own right to do what a rule says: for as long as the bucket has these very rules. `told` is read when it is done. */
function permitOf(work: Work, told: Pick<Candidate, 'key' | 'versionId'> & { action: CurrentAction }): Promise<Permit> {
  const { audit, bucket, rooms } = work
  const caller = callerOf(bucket)
  const requestId = `lifecycle-${randomBytes(8).toString('hex')}`
  const recordChange = (): AuditChange => {
    const { key, versionId, action } = told
    return audit.change({
      ...{ timeMs: rooms.now(), requestId, caller: caller.arn, outcome: 'done', action: ACTIONS[action.kind] },
      resource: `arn:aws:s3:::${bucket.name}/${key}`,
      detail: {
        ...{ job: 'lifecycle', rule: action.ruleId },
        ...(versionId === undefined ? {} : { versionId }),
        ...(action.kind === 'transition' ? { to: action.storageClass } : {}),
      },
    })
  }
  return ownPermit(work, { requestId, recordChange })
}

function callerOf({ account }: BucketRecord): Extract<Caller, { readonly kind: 'job' }> {
  return { kind: 'job', job: 'lifecycle', account, arn: `arn:aws:coffer::${account}:job/lifecycle` }
}

/** The bucket is read again, with the revision that the commits of this permit check. */
async function ownPermit(
  work: Work,
  own: Pick<Permit, 'requestId'> & { readonly recordChange?: () => AuditChange },
): Promise<Permit> {
  const { rooms, bucket, signal } = work
  const made: Omit<Permit, 'checks' | 'renew'> = {
    caller: callerOf(bucket),
    nowMs: rooms.now(),
    bucket,
    signal,
    ...own,
  }
  const renew = async (): Promise<Permit> => {
    const [row] = await rooms.store.getMany([bucketKey(bucket.name)])
    const now = row === undefined ? undefined : openBucket(rooms, row)
    const same =
      now !== undefined &&
      Buffer.compare(now.uuid, bucket.uuid) === 0 &&
      now.documents?.lifecycle?.id === bucket.documents?.lifecycle?.id
    if (!same || row === undefined) return refuse({ kind: 'no-such-bucket', bucket: bucket.name })
    return { ...made, bucket: now, checks: [revisionOf({ row })], renew }
  }
  return renew()
}

async function uploadsPage(work: Work, from: Key | undefined): Promise<Worked> {
  const { rooms, bucket, lifecycle, nowMs, limit } = work
  const prefix = uploadPrefix(bucket.uuid)
  const range = rangeOf(prefix)
  const { rows, more } = await rooms.store.scan({ start: from ?? range.start, end: range.end, limit })
  let [done, kept] = [0, 0]
  for (const row of rows) {
    work.signal.throwIfAborted()
    const key = Buffer.from(row.key.subarray(prefix.length, row.key.length - UPLOAD_ID_BYTES - 1)).toString('utf8')
    const upload = openUpload(rooms.records, row)
    const abort = abortOf(lifecycle, key, upload.startedMs)
    if (abort === undefined || abort.atMs > nowMs) continue
    const { state } = upload
    if (state.kind === 'completing' && rooms.now() - state.sinceMs <= COMPLETING_STALE_MS) kept++
    else if (await ended(work, key, row, abort.ruleId)) done++
    else kept++
  }
  const last = rows.at(-1)
  return { page: more && last !== undefined ? { next: justAfter(last.key) } : {}, done, kept }
}

/** Ends one upload, if it is as it was read and the rules are still those. */
async function ended(work: Work, key: string, row: Row, ruleId: string): Promise<boolean> {
  const { rooms, audit, bucket } = work
  const upload = openUpload(rooms.records, row)
  const permit = await ownPermit(work, { requestId: `lifecycle-${randomBytes(8).toString('hex')}` }).catch(
    (error: unknown) => {
      if (error instanceof StoreFailure && KEPT.has(error.failure.kind)) return undefined
      throw error
    },
  )
  if (permit === undefined) return false
  const record = audit.change({
    ...{ timeMs: rooms.now(), requestId: permit.requestId, caller: callerOf(bucket).arn, outcome: 'done' },
    ...{ action: 's3:LifecycleAbortUpload', resource: `arn:aws:s3:::${bucket.name}/${key}` },
    detail: { job: 'lifecycle', rule: ruleId },
  })
  const garbage = garbageWrite(rooms, {
    kind: 'aborted-upload',
    uploadId: uploadIdText(row.key.subarray(row.key.length - UPLOAD_ID_BYTES)),
    sealId: Buffer.from(upload.sealId).toString('hex'),
  })
  const own: Fragment = { checks: permit.checks, writes: [garbage] }
  faultPoint('lifecycle-upload:before-metadata-commit')
  const committed = await rooms.store.commit(
    joinFragments(uploadRemoval(rooms, bucket, { row, upload }), own, record.fragment),
  )
  if (committed.kind !== 'committed') return false
  record.committed()
  faultPoint('lifecycle-upload:after-metadata-commit')
  return true
}
