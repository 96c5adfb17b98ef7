import * as engine from '../objects/index.ts'
import { refuse, StoreFailure, type KeyDescription, type Overview } from '../operations/index.ts'
import { bucketPolicyOf, isPublicPolicy, restrictsPublic } from './bucket-policy.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { keyRequest } from './key-request.ts'
import type { RequestPermit } from './verb.ts'

const DAY_MS = 24 * 60 * 60 * 1_000
const ROTATION_DAYS = 30
/** How many buckets are looked at, refusals counted, and lines shown. */
export const OVERVIEW_LIMITS = Object.freeze({
  buckets: 1_000,
  refusals: 1_000,
  shownRefusals: 20,
  attention: 100,
  countedKeys: 200,
})

/** The caller's account at a glance: counters, keys, what was refused, and buckets that deserve a look. */
export async function overviewOf(rooms: GatewayRooms, permit: RequestPermit): Promise<Overview> {
  const { caller } = permit
  if (caller.kind === 'anonymous') return refuse({ kind: 'access-denied' })
  const { account } = caller
  const count = async (what: 'buckets' | 'versions' | 'bytes' | 'uploads'): Promise<number> =>
    Number(await rooms.objects.store.sum(engine.accountCounter(account, what)))
  const keys = await orNothing(() => rooms.keys.listKeys(keyRequest(permit)))
  return {
    ...{ buckets: await count('buckets'), versions: await count('versions') },
    ...{ bytes: await count('bytes'), uploads: await count('uploads') },
    ...(keys === undefined ? {} : { keys: keyCounts(keys, rooms.now()) }),
    ...(await versionsByKey(rooms, permit, keys, await count('versions'))),
    refusals: await refusalsOf(rooms, account),
    ...concernsOf(await bucketsOf(rooms, permit), keys),
  }
}

/** By the counters of the keys, which hold every version under a KMS key, and of the account. */
async function versionsByKey(
  rooms: GatewayRooms,
  permit: RequestPermit,
  keys: readonly KeyDescription[] | undefined,
  versions: number,
): Promise<Pick<Overview, 'versionsByKey'>> {
  if (keys === undefined || keys.length > OVERVIEW_LIMITS.countedKeys) return {}
  let underKeys = 0
  for (const { arn } of keys) {
    const counted = await orNothing(() => rooms.keys.dependents(keyRequest(permit), arn))
    if (counted === undefined) return {}
    underKeys += counted.versions
  }
  return { versionsByKey: { underKeys, others: Math.max(0, versions - underKeys) } }
}

/** Undefined: the caller may not. */
async function orNothing<Value>(run: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof StoreFailure && error.failure.kind === 'access-denied') return undefined
    throw error
  }
}

function keyCounts(keys: readonly KeyDescription[], nowMs: number): NonNullable<Overview['keys']> {
  const inState = (state: KeyDescription['state']): number => keys.filter((key) => key.state === state).length
  const due = keys.filter(({ rotation }) => rotation !== undefined && rotation.nextMs <= nowMs + ROTATION_DAYS * DAY_MS)
  return {
    enabled: inState('enabled'),
    disabled: inState('disabled'),
    pendingDeletion: inState('pending-deletion'),
    pendingImport: inState('pending-import'),
    dueForRotation: due.length,
  }
}

async function refusalsOf(rooms: GatewayRooms, account: string): Promise<NonNullable<Overview['refusals']>> {
  await rooms.audit.flush()
  const limit = OVERVIEW_LIMITS.refusals
  const records = await rooms.audit.search({ outcome: 'refused', sinceMs: rooms.now() - DAY_MS, account, limit })
  const counts = new Map<string, number>()
  for (const { action } of records) counts.set(action, (counts.get(action) ?? 0) + 1)
  const byAction = [...counts].map(([action, times]) => ({ action, count: times }))
  byAction.sort((one, other) => other.count - one.count)
  return { byAction: byAction.slice(0, OVERVIEW_LIMITS.shownRefusals), more: records.length === limit }
}

type Concern = Overview['attention'][number]

async function bucketsOf(rooms: GatewayRooms, permit: RequestPermit): Promise<readonly engine.BucketRecord[]> {
  const allowed = await orNothing(async () => permit.permitFor({ kind: 'list-buckets' }))
  if (allowed === undefined) return []
  const wanted = { kind: 'list-buckets', maxBuckets: OVERVIEW_LIMITS.buckets } as const
  const { buckets } = await engine.listBuckets(rooms.objects, allowed, wanted)
  const records: engine.BucketRecord[] = []
  for (const { name } of buckets) {
    const bucket = await engine.readBucket(rooms.objects, name)
    if (bucket !== undefined) records.push(bucket)
  }
  return records
}

function concernsOf(
  buckets: readonly engine.BucketRecord[],
  keys: readonly KeyDescription[] | undefined,
): Pick<Overview, 'defaults' | 'attention'> {
  const modes = new Map<Overview['defaults'][number]['mode'], number>()
  for (const { encryption } of buckets) modes.set(encryption.mode, (modes.get(encryption.mode) ?? 0) + 1)
  const attention = buckets.flatMap((bucket) => concernsAbout(bucket, keys))
  return {
    defaults: [...modes].map(([mode, count]) => ({ mode, buckets: count })),
    attention: attention.slice(0, OVERVIEW_LIMITS.attention),
  }
}

function concernsAbout(bucket: engine.BucketRecord, keys: readonly KeyDescription[] | undefined): readonly Concern[] {
  const { name, encryption } = bucket
  const concerns: Concern[] = []
  if (encryption.mode === 'none') concerns.push({ bucket: name, why: 'none' })
  if (isPublicPolicy(bucketPolicyOf(bucket)) && !restrictsPublic(bucket)) concerns.push({ bucket: name, why: 'public' })
  const { key } = encryption
  if (key === undefined) return concerns
  if (/(?:^|:)alias\//.test(key)) concerns.push({ bucket: name, why: 'alias', key })
  const why = keys === undefined ? undefined : keyConcern(key, keys)
  return why === undefined ? concerns : [...concerns, { bucket: name, why, key }]
}

function keyConcern(reference: string, keys: readonly KeyDescription[]): Concern['why'] | undefined {
  // Another account's key is not among those listed, and no concern of a list.
  if (reference.startsWith('arn:') && !keys.some(({ arn }) => arn.split(':')[4] === reference.split(':')[4]))
    return undefined
  const name = reference.replace(/^arn:[^/]*:(?=alias\/)/, '')
  const key = keys.find(({ arn, keyId, aliases }) => arn === reference || keyId === reference || aliases.includes(name))
  if (key === undefined) return 'key-unknown'
  if (key.state === 'disabled') return 'key-disabled'
  return key.state === 'pending-deletion' ? 'key-pending-deletion' : undefined
}
