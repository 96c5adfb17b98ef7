import { listsCount, publicAccessOf, versionAccess, writersOwn, type BucketRecord } from '../objects/index.ts'
import type { ObjectRooms } from '../objects/index.ts'
import type { Caller, ObjectKey, OperationKind, Target } from '../operations/index.ts'
import { aclAllows, evaluate, isAclAction, type Decision, type PolicyCheck, type Question } from '../policy/index.ts'
import { FactsWanted, type KnownFacts } from './request-context.ts'

/** Operations on an object that is there, which its own list and its own owner have a say in. Deleting is the bucket's. */
const OF_THE_OBJECT: ReadonlySet<OperationKind> = new Set<OperationKind>([
  ...(['get-object', 'head-object', 'get-object-attributes', 'get-object-acl', 'put-object-acl'] as const),
  ...(['get-object-tagging', 'put-object-tagging', 'delete-object-tagging', 'update-object-encryption'] as const),
  ...(['get-object-retention', 'put-object-retention', 'get-object-legal-hold', 'put-object-legal-hold'] as const),
  ...(['restore-object'] as const),
])

const WRITES: ReadonlySet<OperationKind> = new Set<OperationKind>(['put-object', 'copy-object', 'create-upload'])

export interface Judged {
  readonly bucket: BucketRecord | undefined
  readonly target: Target
  readonly check: PolicyCheck
  readonly known: KnownFacts
}

/**
 * The policies' answer, and where the bucket lets lists count also what they give. The list of an object is read only where
 * nothing else decides: `FactsWanted`. Where writers own what they write, whose the object is decides, and is read first.
 */
export function judgeWithLists(question: Question, judged: Judged): Decision {
  const { bucket, target, check, known } = judged
  if (bucket === undefined || target.kind === 'create-bucket' || !listsCount(bucket)) return evaluate(question)
  const wanted = check.on === 'source' ? 'sourceAccess' : 'access'
  const ofObject = check.on === 'source' || OF_THE_OBJECT.has(target.kind)
  const seen = known[wanted]
  if (ofObject && seen === undefined && writersOwn(bucket)) throw new FactsWanted(wanted)
  const access = ofObject && seen !== 'missing' ? seen : undefined
  const foreign = access !== undefined && access.owner !== bucket.account
  const owned = foreign ? { ...question, owner: access.owner, policyOnlyDenies: true } : question
  const alsoAllowedBy = givenByLists(
    { caller: question.caller, action: askedOfLists(judged, question) },
    bucket,
    access,
  )
  const decision = evaluate(alsoAllowedBy === undefined ? owned : { ...owned, alsoAllowedBy })
  if (decision.kind === 'no-opinion' && ofObject && seen === undefined && isAclAction('object', check.action)) {
    throw new FactsWanted(wanted)
  }
  return decision
}

/** Who may write into the bucket by its list may bring a list for what they write, if they are anybody (S3 user guide, ACL overview). */
function askedOfLists({ target, check }: Judged, { caller }: Pick<Question, 'caller'>): string {
  const brings = check.action === 's3:PutObjectAcl' && check.on === 'target' && WRITES.has(target.kind)
  return brings && caller.kind !== 'anonymous' ? 's3:PutObject' : check.action
}

function givenByLists(
  { action, caller }: Pick<Question, 'action' | 'caller'>,
  bucket: BucketRecord,
  access: Exclude<KnownFacts['access'], 'missing'>,
): string | undefined {
  const asked = {
    action,
    ...accountOf(caller),
    ignorePublic: publicAccessOf(bucket).ignorePublicAcls,
    writersDelete: bucket.ownership === 'bucket-owner',
  }
  const { acl, account: owner } = bucket
  const ofBucket = acl && aclAllows({ ...asked, on: 'bucket', owner, grants: acl.grants })
  if (ofBucket !== undefined || access === undefined) return ofBucket
  return aclAllows({ ...asked, on: 'object', owner: access.owner, grants: access.grants })
}

/** What is asked of the bucket's list and owner, and not of the object's: how it is written and removed. */
const OF_THE_BUCKET: ReadonlySet<string> = new Set([
  ...['s3:PutObject', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:AbortMultipartUpload'],
  ...['s3:ListMultipartUploadParts', 's3:BypassGovernanceRetention'],
])

/** A question about a request that there is not, with what the lists say to it. `key`: its newest version is meant. */
export async function withLists(
  rooms: ObjectRooms,
  question: Question,
  bucket: BucketRecord,
  key: ObjectKey | undefined,
): Promise<Question> {
  if (!listsCount(bucket)) return question
  const { action, caller } = question
  const ofObject = key !== undefined && !OF_THE_BUCKET.has(action)
  const access = ofObject ? await versionAccess(rooms, bucket, key, undefined) : undefined
  const foreign = access !== undefined && access.owner !== bucket.account
  const owned: Question = foreign ? { ...question, owner: access.owner, policyOnlyDenies: true } : question
  const alsoAllowedBy = givenByLists({ action, caller }, bucket, access)
  return alsoAllowedBy === undefined ? owned : { ...owned, alsoAllowedBy }
}

/** A job asks with the rights that its rule gives it: lists name people. */
function accountOf(caller: Caller): Pick<Parameters<typeof aclAllows>[0], 'account'> {
  return caller.kind === 'anonymous' || caller.kind === 'job' ? {} : { account: caller.account }
}

/** Whether everybody may delete in the bucket by its list. */
export function listLetsNobodyDelete(bucket: BucketRecord | undefined): boolean {
  if (bucket === undefined || !listsCount(bucket)) return false
  return givenByLists({ action: 's3:DeleteObject', caller: { kind: 'anonymous' } }, bucket, undefined) !== undefined
}

/** Whose the object of a request is and what its list gives, as it is now. */
export async function readAccess(
  rooms: ObjectRooms,
  target: Pick<Target, 'key' | 'versionId'> | undefined,
  bucket: BucketRecord | undefined,
): Promise<NonNullable<KnownFacts['access']>> {
  if (bucket === undefined || target?.key === undefined) return 'missing'
  return (await versionAccess(rooms, bucket, target.key, target.versionId)) ?? 'missing'
}
