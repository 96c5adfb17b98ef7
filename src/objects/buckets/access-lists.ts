import {
  isPublicList,
  parseAccountId,
  refuse,
  type AccessControlList,
  type AccountId,
  type AclGrant,
  type AclRequest,
  type Caller,
  type CannedAcl,
  type ObjectOwnership,
} from '../../operations/index.ts'
import { publicAccessOf } from './bucket-policy.ts'
import type { BucketRecord, StoredAcl } from '../rows/bucket-record.ts'

/** What lists are made of, and when they count: pure functions over records. */

/** The ownership in force: S3's default since April 2023, or, where it was removed, its default before that. */
export function ownershipOf({ ownership }: Pick<BucketRecord, 'ownership'>): ObjectOwnership {
  return ownership === 'none' ? 'object-writer' : (ownership ?? 'bucket-owner-enforced')
}

/** Whether lists give anything in this bucket. */
export function listsCount(bucket: Pick<BucketRecord, 'ownership'>): boolean {
  return ownershipOf(bucket) !== 'bucket-owner-enforced'
}

/** Whether objects of this bucket can belong to other accounts than the bucket's. */
export function writersOwn(bucket: Pick<BucketRecord, 'ownership'>): boolean {
  const ownership = ownershipOf(bucket)
  return ownership === 'object-writer' || ownership === 'bucket-owner-preferred'
}

/** Whose a version is, by the ownership that is in force now. */
export function versionOwner(bucket: BucketRecord, { owner }: { readonly owner?: AccountId }): AccountId {
  return writersOwn(bucket) ? (owner ?? bucket.account) : bucket.account
}

interface Place {
  readonly on: 'bucket' | 'object'
  /** Of what the list hangs on. */
  readonly owner: AccountId
  readonly bucketOwner: AccountId
}

const EVERYONE = { kind: 'group', group: 'everyone' } as const
const AUTHENTICATED = { kind: 'group', group: 'authenticated' } as const
const LOG_DELIVERY = { kind: 'group', group: 'log-delivery' } as const

const full = (account: AccountId): AclGrant => ({ grantee: { kind: 'account', account }, permission: 'FULL_CONTROL' })

/** Which ready-made lists there are where (S3 User Guide, canned ACL; OBS and COS, their pages on lists). */
const FOR_BUCKETS: readonly CannedAcl[] = [
  ...(['private', 'public-read', 'public-read-write', 'authenticated-read', 'log-delivery-write'] as const),
  // Of a bucket they say nothing: it is its owner's (S3 user guide, canned ACL).
  ...(['bucket-owner-read', 'bucket-owner-full-control'] as const),
  ...(['public-read-delivered', 'public-read-write-delivered'] as const),
]
const FOR_OBJECTS: readonly CannedAcl[] = [
  ...(['private', 'public-read', 'public-read-write', 'authenticated-read', 'default'] as const),
  ...(['bucket-owner-read', 'bucket-owner-full-control'] as const),
]

/** The grants of a ready-made list. Undefined: `default`, no list at all. */
export function grantsOfCanned(canned: CannedAcl, { owner, bucketOwner }: Place): readonly AclGrant[] | undefined {
  const own = full(owner)
  const read = { permission: 'READ' } as const
  const write = { permission: 'WRITE' } as const
  const delivered = { delivered: true } as const
  switch (canned) {
    case 'private':
      return [own]
    case 'public-read':
      return [own, { grantee: EVERYONE, ...read }]
    case 'public-read-write':
      return [own, { grantee: EVERYONE, ...read }, { grantee: EVERYONE, ...write }]
    case 'public-read-delivered':
      return [own, { grantee: EVERYONE, ...read, ...delivered }]
    case 'public-read-write-delivered':
      return [own, { grantee: EVERYONE, ...read, ...delivered }, { grantee: EVERYONE, ...write, ...delivered }]
    case 'authenticated-read':
      return [own, { grantee: AUTHENTICATED, ...read }]
    case 'log-delivery-write':
      return [own, { grantee: LOG_DELIVERY, ...write }, { grantee: LOG_DELIVERY, permission: 'READ_ACP' }]
    case 'bucket-owner-read':
      return owner === bucketOwner ? [own] : [own, { grantee: { kind: 'account', account: bucketOwner }, ...read }]
    case 'bucket-owner-full-control':
      return owner === bucketOwner ? [own] : [own, full(bucketOwner)]
    case 'default':
      return undefined
  }
}

/** The ready-made list that these grants are, if any. */
export function cannedOf(grants: readonly AclGrant[], place: Place): CannedAcl | undefined {
  const shown = texts(grants)
  const candidates = place.on === 'bucket' ? FOR_BUCKETS : FOR_OBJECTS
  return candidates.find((canned) => {
    const own = grantsOfCanned(canned, place)
    return own !== undefined && texts(own) === shown
  })
}

function texts(grants: readonly AclGrant[]): string {
  return grants
    .map(({ grantee, permission, delivered }) => {
      const who = grantee.kind === 'account' ? grantee.account : grantee.group
      return `${who} ${permission} ${delivered === true ? 'delivered' : ''}`
    })
    .sort()
    .join('\n')
}

/** The list that a request wants; undefined: none of its own. Ids were resolved to account numbers before. */
export function listWanted(request: AclRequest, place: Place): StoredAcl | undefined {
  if (request.kind === 'canned') {
    const fits = (place.on === 'bucket' ? FOR_BUCKETS : FOR_OBJECTS).includes(request.canned)
    if (!fits)
      refuse({ kind: 'invalid-argument', argument: 'acl', value: request.canned, detail: 'No such list here.' })
    const grants = grantsOfCanned(request.canned, place)
    return grants === undefined ? undefined : { grants }
  }
  if (request.owner !== undefined && request.owner !== place.owner) {
    refuse({ kind: 'access-denied', reason: 'a list cannot change the owner' })
  }
  return { grants: request.grants.map((grant) => ({ ...grant, grantee: resolved(grant.grantee) })) }
}

function resolved(grantee: Extract<AclRequest, { kind: 'grants' }>['grants'][number]['grantee']): AclGrant['grantee'] {
  if (grantee.kind === 'group') return grantee
  const account = parseAccountId(grantee.id)
  return account === undefined ? refuse({ kind: 'malformed-acl', detail: 'Invalid id' }) : { kind: 'account', account }
}

/** Whether a list gives anything to anybody but this account. */
export function givesToOthers(acl: StoredAcl | undefined, owner: AccountId): boolean {
  return (acl?.grants ?? []).some(({ grantee }) => grantee.kind === 'group' || grantee.account !== owner)
}

/**
 * Whether the bucket takes this list: refused where lists do not count and it gives something to others than the owner of
 * the bucket, or where the bucket blocks public lists and it is one (T-085). In every dialect alike.
 */
export function demandListAllowed(
  bucket: Pick<BucketRecord, 'name' | 'account' | 'ownership' | 'publicAccess'>,
  acl: StoredAcl | undefined,
): void {
  if (!listsCount(bucket) && givesToOthers(acl, bucket.account)) {
    refuse({ kind: 'acl-not-supported', bucket: bucket.name })
  }
  if (publicAccessOf(bucket).blockPublicAcls && isPublicList(acl?.grants ?? [])) {
    refuse({ kind: 'access-denied', reason: 'the bucket blocks public lists' })
  }
}

/** What a new version keeps of its request: its owner, where that is not the bucket's, and its list, where it has one. */
export interface OwnedByWrite {
  readonly owner?: AccountId
  readonly acl?: StoredAcl
}

/** What a write by this caller with this wish makes. Refuses what the bucket does not take. */
export function listOfWrite(bucket: BucketRecord, caller: Caller, request: AclRequest | undefined): OwnedByWrite {
  const writer = caller.kind === 'anonymous' ? bucket.account : caller.account
  const bucketOwner = bucket.account
  const gives = request?.kind === 'canned' && request.canned === 'bucket-owner-full-control'
  const owned = !writersOwn(bucket) || (ownershipOf(bucket) === 'bucket-owner-preferred' && gives)
  const owner = owned ? bucketOwner : writer
  const acl = request === undefined ? undefined : listWanted(request, { on: 'object', owner, bucketOwner })
  demandListAllowed(bucket, acl)
  return {
    ...(owner === bucketOwner ? {} : { owner }),
    // Where lists do not count there is nothing to keep: what is there is what there would be without.
    ...(acl === undefined || !listsCount(bucket) ? {} : { acl }),
  }
}

/** Grants of a bucket that count for objects without a list of their own. */
export function inheritedGrants(bucket: BucketRecord): readonly AclGrant[] {
  return (bucket.acl?.grants ?? []).filter(({ delivered }) => delivered === true)
}

/** What hangs on a version, for judging it: its own list, or what it inherits. */
export function grantsOfVersion(bucket: BucketRecord, { acl }: OwnedByWrite): readonly AclGrant[] {
  return acl?.grants ?? inheritedGrants(bucket)
}

/** A bucket's list as it is shown. */
export function shownBucketList(bucket: BucketRecord): AccessControlList {
  const { account } = bucket
  const grants = (listsCount(bucket) ? bucket.acl?.grants : undefined) ?? [full(account)]
  return shown(grants, { on: 'bucket', owner: account, bucketOwner: account })
}

/** A version's list as it is shown. */
export function shownVersionList(bucket: BucketRecord, version: OwnedByWrite): AccessControlList {
  const owner = versionOwner(bucket, version)
  const place: Place = { on: 'object', owner, bucketOwner: bucket.account }
  const own = listsCount(bucket) ? version.acl?.grants : undefined
  if (own !== undefined) return shown(own, place)
  const inherited = listsCount(bucket) ? inheritedGrants(bucket) : []
  return { owner, grants: [full(owner), ...inherited], canned: 'default' }
}

function shown(grants: readonly AclGrant[], place: Place): AccessControlList {
  const canned = cannedOf(grants, place)
  return { owner: place.owner, grants, ...(canned === undefined ? {} : { canned }) }
}
