import type { AuditChange, AuditTrail } from '../audit/index.ts'
import type { HttpRequest } from '../http/index.ts'
import { readAuthority, type Authority, type BucketRecord, type Permit } from '../objects/index.ts'
import {
  after,
  isSigned,
  refuse,
  type AccountId,
  type Awaitable,
  type Caller,
  type RequestFacts,
  type Target,
} from '../operations/index.ts'
import { actionOf, checksOf, evaluate, resourceOf, type PolicyCheck, type Rights } from '../policy/index.ts'
import type { Check } from '../storage/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { isRecordedChange } from './record-outcome.ts'

/** Who asks, and what is known of the request beyond what is asked. */
export interface Asking {
  readonly caller: Caller
  readonly facts: RequestFacts
  readonly request: Pick<HttpRequest, 'requestId' | 'arrivedMs' | 'signal'>
  /** The records of the request. */
  readonly trail: AuditTrail | undefined
}

/** Times that a guard may change between the caller's rights and what they are held against. */
const MAX_READS = 10

/**
 * May the caller do it? Asked once for each request, here. The guards of every account that takes part are read from
 * one snapshot with what they guard, so that a commit which carries them sees any change since.
 */
export function authorize(rooms: GatewayRooms, asking: Asking, target: Target): Awaitable<Permit> {
  const { caller, trail } = asking
  return after(readSides(rooms, caller, target, MAX_READS), ({ guarded, rights }) => {
    requireBuckets(target, guarded)
    requireOwners(target, guarded)
    const account = caller.kind === 'anonymous' ? '' : caller.account
    for (const check of checksOf(target, account)) decide(asking, rights, check, ownerOf(caller, check, guarded))
    refuseBlockedCustomerKey(target, guarded)
    const permit = new RequestPermit(asking, guarded, async () => authorize(rooms, asking, target))
    if (trail !== undefined && isRecordedChange(target.kind)) permit.recordChange = changeOf(trail, target, caller)
    return permit
  })
}

interface Sides {
  readonly guarded: Authority
  readonly rights: Rights | undefined
}

/** What the caller may, and what is asked for, both under one state of the guards. */
function readSides(rooms: GatewayRooms, caller: Caller, target: Target, reads: number): Awaitable<Sides> {
  const accounts = caller.kind === 'anonymous' ? [] : [caller.account]
  if (!isSigned(caller)) {
    return after(readGuarded(rooms, target, accounts), (guarded) => ({ guarded, rights: undefined }))
  }
  return after(rooms.people.rightsOf(caller), ({ rights, revision }) =>
    after(readGuarded(rooms, target, accounts), (guarded) => {
      const [guard] = guarded.checks
      const seen = guard?.kind === 'revision' ? guard.revision : undefined
      if (caller.kind !== 'account-root' && seen !== revision) {
        if (reads <= 1) return refuse({ kind: 'slow-down', detail: 'the rights of the caller change all the time' })
        return readSides(rooms, caller, target, reads - 1)
      }
      return { guarded, rights }
    }),
  )
}

/** How the commit of this request records it. */
function changeOf(trail: AuditTrail, target: Target, caller: Caller): () => AuditChange {
  return () => trail.change({ action: actionOf(target), resource: resourceOf(target, caller) })
}

class RequestPermit implements Permit {
  readonly caller: Caller
  readonly requestId: string
  readonly nowMs: number
  readonly bucket?: BucketRecord
  readonly sourceBucket?: BucketRecord
  readonly checks: readonly Check[]
  readonly renew: () => Promise<Permit>
  readonly facts: RequestFacts
  readonly trail: AuditTrail | undefined
  recordChange?: () => AuditChange
  readonly #request: Asking['request']

  constructor({ caller, facts, request, trail }: Asking, guarded: Authority, renew: () => Promise<Permit>) {
    this.caller = caller
    this.facts = facts
    this.trail = trail
    this.requestId = request.requestId
    this.nowMs = request.arrivedMs
    if (guarded.bucket !== undefined) this.bucket = guarded.bucket
    if (guarded.sourceBucket !== undefined) this.sourceBucket = guarded.sourceBucket
    this.checks = guarded.checks
    this.renew = renew
    this.#request = request
  }

  /** Asked for by what waits for something; a small answer never does. */
  get signal(): AbortSignal {
    return this.#request.signal
  }
}

/** Guards and buckets from one snapshot; once more where a bucket is of an account that nobody thought of. */
function readGuarded(rooms: GatewayRooms, target: Target, accounts: readonly AccountId[]): Awaitable<Authority> {
  const { bucket: name, source } = target
  return after(readAuthority(rooms.objects, accounts, name, source?.bucket), (guarded) => {
    const owners = [guarded.bucket?.account, guarded.sourceBucket?.account].filter((one) => one !== undefined)
    const missing = owners.filter((owner) => !accounts.includes(owner))
    return missing.length === 0 ? guarded : readGuarded(rooms, target, [...new Set([...accounts, ...missing])])
  })
}

function requireBuckets(target: Target, guarded: Authority): void {
  if (target.bucket !== undefined && guarded.bucket === undefined && target.kind !== 'create-bucket') {
    refuse({ kind: 'no-such-bucket', bucket: target.bucket })
  }
  if (target.source !== undefined && guarded.sourceBucket === undefined) {
    refuse({ kind: 'no-such-bucket', bucket: target.source.bucket })
  }
}

function requireOwners(target: Target, guarded: Authority): void {
  const wrong = (expected: AccountId | undefined, bucket: BucketRecord | undefined): boolean =>
    expected !== undefined && bucket !== undefined && bucket.account !== expected
  if (wrong(target.expectedOwner, guarded.bucket) || wrong(target.expectedSourceOwner, guarded.sourceBucket)) {
    refuse({ kind: 'access-denied', reason: 'the bucket has another owner than was expected' })
  }
}

/** Where SSE-C is blocked, a write that names it is refused before its key is looked at: a good one and a broken one alike. */
function refuseBlockedCustomerKey(target: Target, guarded: Authority): void {
  if (target.namesCustomerKey === true && guarded.bucket?.encryption.blocked === 'sse-c') {
    refuse({ kind: 'access-denied', reason: 'the bucket blocks SSE-C' })
  }
}

/** Whose resource a check is about: the bucket's owner, or the caller's own account for what has no bucket. */
function ownerOf(caller: Caller, check: PolicyCheck, guarded: Authority): AccountId | undefined {
  const bucket = check.on === 'source' ? guarded.sourceBucket : guarded.bucket
  if (bucket !== undefined) return bucket.account
  return caller.kind === 'anonymous' ? undefined : caller.account
}

function decide(
  { caller, trail }: Asking,
  rights: Rights | undefined,
  check: PolicyCheck,
  owner: AccountId | undefined,
): void {
  const { action, resource } = check
  const decision = evaluate({ caller, action, resource, owner, ...(rights === undefined ? {} : { rights }) })
  trail?.decided(decision)
  if (decision.kind !== 'allow') refuse({ kind: 'access-denied', action, resource, reason: decision.reason })
}
