import type { AuditChange, AuditTrail } from '../audit/index.ts'
import type { HttpRequest } from '../http/index.ts'
import { readAuthority, type Authority, type BucketRecord, type PinnedVersion } from '../objects/index.ts'
import {
  after,
  isSigned,
  refuse,
  type AccountId,
  StoreFailure,
  type Awaitable,
  type Caller,
  type OperationKind,
  type RequestFacts,
  type Target,
} from '../operations/index.ts'
import {
  actionOf,
  checksOf,
  type DirectoryOwners,
  isServerWide,
  resourceOf,
  type PolicyCheck,
  type Question,
  type Rights,
} from '../policy/index.ts'
import type { Check } from '../storage/index.ts'
import { demandPayment, demandReferer } from './bucket-demands.ts'
import { bucketPolicyOf, restrictsPublic } from './bucket-policy.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { judgeWithLists, listLetsNobodyDelete } from './judge-with-lists.ts'
import { readFacts } from './read-facts.ts'
import { isRecordedChange } from './record-outcome.ts'
import { demandDirectoryOwner, demandDirectorySession } from './directory-sessions.ts'
import { contextOf, FactsWanted, type KnownFacts } from './request-context.ts'
import type { RequestPermit } from './verb.ts'

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
export function authorize(rooms: GatewayRooms, asking: Asking, target: Target): Awaitable<RequestPermit> {
  const { caller, trail } = asking
  return after(readSides(rooms, caller, target, MAX_READS), (sides) => {
    const { guarded } = sides
    demandDirectorySession(caller, target, guarded.bucket)
    requireBuckets(target, guarded)
    requireOwners(target, guarded)
    demandPayment(caller, target, guarded)
    demandReferer(caller, target, asking.facts, guarded.bucket)
    const account = ownAccount(rooms, caller, target) ?? ''
    const permit = new GuardedPermit(rooms, asking, guarded, target)
    if (trail !== undefined && isRecordedChange(target.kind)) permit.recordChange = changeOf(trail, target, caller)
    const judge = (known: KnownFacts): Awaitable<RequestPermit> => {
      try {
        for (const check of checksOf(target, account, directoriesOf(rooms, target, account, guarded)))
          demand(rooms, asking, target, { ...sides, known }, check)
      } catch (error) {
        if (!(error instanceof FactsWanted)) throw error
        return readFacts(rooms, permit, target, error.of).then((read) => judge({ ...known, ...read }))
      }
      refuseBlockedCustomerKey(target, guarded)
      refuseNobodysList(caller, target, guarded)
      permit.pin(known)
      return permit
    }
    return judge(NOTHING_KNOWN)
  })
}

const NOTHING_KNOWN: KnownFacts = {}

interface Sides {
  readonly guarded: Authority
  readonly rights: Rights | undefined
  readonly known?: KnownFacts
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
      if ((caller.kind !== 'account-root' || caller.session !== undefined) && seen !== revision) {
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

class GuardedPermit implements RequestPermit {
  readonly caller: Caller
  readonly requestId: string
  readonly nowMs: number
  readonly bucket?: BucketRecord
  readonly sourceBucket?: BucketRecord
  readonly checks: readonly Check[]
  readonly facts: RequestFacts
  readonly trail: AuditTrail | undefined
  recordChange?: () => AuditChange
  pinned?: NonNullable<RequestPermit['pinned']>
  readonly #rooms: GatewayRooms
  readonly #asking: Asking
  readonly #target: Target

  constructor(rooms: GatewayRooms, asking: Asking, guarded: Authority, target: Target) {
    this.caller = asking.caller
    this.facts = asking.facts
    this.trail = asking.trail
    this.requestId = asking.request.requestId
    this.nowMs = asking.request.arrivedMs
    if (guarded.bucket !== undefined) this.bucket = guarded.bucket
    if (guarded.sourceBucket !== undefined) this.sourceBucket = guarded.sourceBucket
    this.checks = guarded.checks
    this.#rooms = rooms
    this.#asking = asking
    this.#target = target
  }

  /** The right rests on the lists, owners and tags of these versions, and is one to nothing else. */
  pin({ access, sourceAccess }: KnownFacts): void {
    if (access === undefined && sourceAccess === undefined) return
    this.pinned = {
      ...(access === undefined ? {} : { target: pinOf(access) }),
      ...(sourceAccess === undefined ? {} : { source: pinOf(sourceAccess) }),
    }
  }

  async renew(): Promise<RequestPermit> {
    return authorize(this.#rooms, this.#asking, this.#target)
  }

  permitFor(target: Target): Awaitable<RequestPermit> {
    const { conditions } = this.#target
    return authorize(this.#rooms, this.#asking, conditions === undefined ? target : { ...target, conditions })
  }

  async mayAlso(target: Target): Promise<boolean> {
    try {
      await authorize(this.#rooms, { ...this.#asking, trail: undefined }, target)
      return true
    } catch (error) {
      if (error instanceof StoreFailure && error.failure.kind === 'access-denied') return false
      throw error
    }
  }

  /** Asked for by what waits for something; a small answer never does. */
  get signal(): AbortSignal {
    return this.#asking.request.signal
  }
}

function pinOf(access: NonNullable<KnownFacts['access']>): PinnedVersion {
  return access === 'missing' ? {} : { sealId: access.sealId, tags: access.tags }
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

/** What is asked for before its bucket is there: a session with which clients then create it. */
const MAKES_BUCKETS: ReadonlySet<OperationKind> = new Set<OperationKind>(['create-bucket', 'create-session'])

/** Whose directory buckets take part: one that is not there yet would be the caller's. */
function directoriesOf(rooms: GatewayRooms, target: Target, account: string, guarded: Authority): DirectoryOwners {
  const { region } = rooms
  const bucket = target.kind === 'create-bucket' ? undefined : guarded.bucket
  return {
    target: { account: bucket?.account ?? account, region: bucket?.region ?? region },
    source: { account: guarded.sourceBucket?.account ?? '', region: guarded.sourceBucket?.region ?? region },
  }
}

function requireBuckets(target: Target, guarded: Authority): void {
  if (target.bucket !== undefined && guarded.bucket === undefined && !MAKES_BUCKETS.has(target.kind)) {
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

/** A list of entries from nobody, where no policy could allow any of them: refused before it is read. */
function refuseNobodysList(caller: Caller, target: Target, { bucket }: Authority): void {
  if (caller.kind !== 'anonymous' || target.kind !== 'delete-objects') return
  if (bucket?.policy !== undefined || listLetsNobodyDelete(bucket)) return
  refuse({ kind: 'access-denied', action: actionOf(target), reason: 'anonymous: nothing is public' })
}

/** Whose is what has no owner of its own yet: the caller's account's, or, of the server itself, the first account's. */
function ownAccount({ home }: GatewayRooms, caller: Caller, { kind }: Target): AccountId | undefined {
  if (isServerWide(kind)) return home
  return caller.kind === 'anonymous' ? undefined : caller.account
}

/** One question, and its answer as a refusal. A name that is taken is no policy of the one who wants to take it. */
function questionOf(
  rooms: GatewayRooms,
  { caller, facts }: Asking,
  target: Target,
  { guarded, rights, known }: Sides,
  { action, resource, on, operation: done }: PolicyCheck,
): Question {
  const bucket = on === 'source' ? guarded.sourceBucket : guarded.bucket
  const owned = bucket !== undefined && target.kind !== 'create-bucket'
  const owner = owned ? bucket.account : ownAccount(rooms, caller, target)
  const policy = target.kind === 'create-bucket' ? undefined : bucketPolicyOf(bucket)
  return {
    ...{ caller, action, resource, owner, operation: on === 'source' ? (done ?? 'get-object') : operationOf(target) },
    context: contextOf({ caller, rights, facts, target, owner, on, known: known ?? NOTHING_KNOWN }),
    ...(rights === undefined ? {} : { rights }),
    ...(policy === undefined ? {} : { resourcePolicy: policy, restrictPublic: restrictsPublic(bucket) }),
  }
}

/** What the deed is called, where a vendor's policies tell more apart than actions do. */
function operationOf({ kind, entryOf, byForm }: Target): NonNullable<Question['operation']> {
  return byForm === true ? 'post-object' : (entryOf ?? kind)
}

function demand(rooms: GatewayRooms, asking: Asking, target: Target, sides: Sides, check: PolicyCheck): void {
  const known = sides.known ?? NOTHING_KNOWN
  const bucket = check.on === 'source' ? sides.guarded.sourceBucket : sides.guarded.bucket
  const asked = questionOf(rooms, asking, target, sides, check)
  // What only the caller's own policies give, the resource's own can deny, and no more (S3-57).
  const question = check.byOwnIdentity === true ? { ...asked, policyOnlyDenies: true } : asked
  const decision = judgeWithLists(question, { bucket, target, check, known })
  if (check.byOwnIdentity === true && target.kind !== 'create-bucket') {
    demandDirectoryOwner(asking.caller, target, sides.guarded.bucket?.account)
  }
  asking.trail?.decided(decision)
  if (decision.kind === 'allow') return
  if (check.ifTagged === true) {
    const source = known.sourceAccess
    if (source === undefined) throw new FactsWanted('sourceAccess')
    if (source === 'missing' || source.tags.length === 0) return
  }
  refuseMissing(rooms, asking, target, sides, check)
  const { action, resource } = check
  refuse({ kind: 'access-denied', action, resource, reason: decision.reason })
}

/** Of an object that is not there no list says anything: who may list the bucket is told that, and nobody else (T-076). */
function refuseMissing(rooms: GatewayRooms, asking: Asking, target: Target, sides: Sides, { on }: PolicyCheck): void {
  const { access, sourceAccess } = sides.known ?? NOTHING_KNOWN
  // What is not there can be deleted: that it is missing is no answer.
  if (on === 'target' && target.kind === 'delete-object') return
  const object = on === 'source' ? target.source : target
  const { key, versionId, bucket: name } = object ?? {}
  if ((on === 'source' ? sourceAccess : access) !== 'missing' || key === undefined || name === undefined) return
  const list: Target = { kind: 'list-objects', bucket: name }
  const guarded = on === 'source' ? withoutSource(sides.guarded) : sides.guarded
  const check: PolicyCheck = { action: actionOf(list), resource: resourceOf(list, asking.caller), on: 'target' }
  const question = questionOf(rooms, asking, list, { ...sides, guarded }, check)
  if (judgeWithLists(question, { bucket: guarded.bucket, target: list, check, known: NOTHING_KNOWN }).kind !== 'allow')
    return
  if (versionId !== undefined) refuse({ kind: 'no-such-version', key, versionId })
  refuse({ kind: 'no-such-key', key })
}

/** What a question about the source of a copy is put to. */
function withoutSource(guarded: Authority): Authority {
  return { ...guarded, bucket: guarded.sourceBucket, sourceBucket: undefined }
}
