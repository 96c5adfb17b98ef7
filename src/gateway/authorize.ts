import type { HttpRequest } from '../http/index.ts'
import { readBucket, readGuards, type BucketRecord, type Permit } from '../objects/index.ts'
import { refuse, type AccountId, type BucketName, type Caller, type Target } from '../operations/index.ts'
import { checksOf, evaluate, type PolicyCheck } from '../policy/index.ts'
import type { Check } from '../storage/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

type Request = Pick<HttpRequest, 'requestId' | 'arrivedMs' | 'signal'>

interface Guarded {
  readonly bucket: BucketRecord | undefined
  readonly sourceBucket: BucketRecord | undefined
  readonly checks: readonly Check[]
}

/**
 * May the caller do it? Asked once for each request, here. The guards of every account that takes part are read before
 * what they guard, so that a commit which carries them sees any change since.
 */
export async function authorize(
  rooms: GatewayRooms,
  caller: Caller,
  target: Target,
  request: Request,
): Promise<Permit> {
  const guarded = await readGuarded(rooms, caller, target)
  requireBuckets(target, guarded)
  requireOwners(target, guarded)
  const account = caller.kind === 'anonymous' ? '' : caller.account
  for (const check of checksOf(target, account)) decide(caller, check, ownerOf(caller, check, guarded))
  refuseBlockedCustomerKey(target, guarded)
  return {
    caller,
    requestId: request.requestId,
    nowMs: request.arrivedMs,
    ...(guarded.bucket === undefined ? {} : { bucket: guarded.bucket }),
    ...(guarded.sourceBucket === undefined ? {} : { sourceBucket: guarded.sourceBucket }),
    checks: guarded.checks,
    // Asked for by what waits for something; a small answer never does.
    get signal() {
      return request.signal
    },
    renew: () => authorize(rooms, caller, target, request),
  }
}

/** Reads guards first, then the buckets; a bucket of an account that nobody thought of is read again after its guard. */
async function readGuarded(rooms: GatewayRooms, caller: Caller, target: Target): Promise<Guarded> {
  const accounts = new Set<AccountId>(caller.kind === 'anonymous' ? [] : [caller.account])
  for (;;) {
    const known = accounts.size
    const checks = await readGuards(rooms.objects.store, [...accounts])
    const bucket = await readNamed(rooms, target.bucket)
    const sourceBucket = await readNamed(rooms, target.source?.bucket)
    for (const one of [bucket, sourceBucket]) if (one !== undefined) accounts.add(one.account)
    if (accounts.size > known) continue
    return { bucket, sourceBucket, checks }
  }
}

async function readNamed(rooms: GatewayRooms, name: BucketName | undefined): Promise<BucketRecord | undefined> {
  return name === undefined ? undefined : readBucket(rooms.objects, name)
}

function requireBuckets(target: Target, guarded: Guarded): void {
  if (target.bucket !== undefined && guarded.bucket === undefined && target.kind !== 'create-bucket') {
    refuse({ kind: 'no-such-bucket', bucket: target.bucket })
  }
  if (target.source !== undefined && guarded.sourceBucket === undefined) {
    refuse({ kind: 'no-such-bucket', bucket: target.source.bucket })
  }
}

function requireOwners(target: Target, guarded: Guarded): void {
  const wrong = (expected: AccountId | undefined, bucket: BucketRecord | undefined): boolean =>
    expected !== undefined && bucket !== undefined && bucket.account !== expected
  if (wrong(target.expectedOwner, guarded.bucket) || wrong(target.expectedSourceOwner, guarded.sourceBucket)) {
    refuse({ kind: 'access-denied', reason: 'the bucket has another owner than was expected' })
  }
}

/** Where SSE-C is blocked, a write that names it is refused before its key is looked at: a good one and a broken one alike. */
function refuseBlockedCustomerKey(target: Target, guarded: Guarded): void {
  if (target.namesCustomerKey === true && guarded.bucket?.encryption.blocked === 'sse-c') {
    refuse({ kind: 'access-denied', reason: 'the bucket blocks SSE-C' })
  }
}

/** Whose resource a check is about: the bucket's owner, or the caller's own account for what has no bucket. */
function ownerOf(caller: Caller, check: PolicyCheck, guarded: Guarded): AccountId | undefined {
  const bucket = check.on === 'source' ? guarded.sourceBucket : guarded.bucket
  if (bucket !== undefined) return bucket.account
  return caller.kind === 'anonymous' ? undefined : caller.account
}

function decide(caller: Caller, check: PolicyCheck, owner: AccountId | undefined): void {
  const decision = evaluate({ caller, action: check.action, resource: check.resource, owner })
  if (decision.kind !== 'allow') refuse({ kind: 'access-denied', action: check.action, reason: decision.reason })
}
