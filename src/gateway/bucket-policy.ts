import { bindFound } from '../iam/index.ts'
import { publicAccessOf, type BucketRecord } from '../objects/index.ts'
import { refuse, type OperationOf, type BucketPolicyText } from '../operations/index.ts'
import { isPublic, parsePolicy, type NamedPolicy, type Question } from '../policy/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import type { RequestPermit } from './verb.ts'

type BucketPolicy = NonNullable<Question['resourcePolicy']>

/** By the record that they were read from: a bucket that changed is another record. */
const read = new WeakMap<BucketRecord, BucketPolicy>()

/** The policy of a bucket, read once for each state of the bucket. */
export function bucketPolicyOf(bucket: BucketRecord | undefined): BucketPolicy | undefined {
  if (bucket?.policy === undefined) return undefined
  const known = read.get(bucket)
  if (known !== undefined) return known
  const { grammar, text, principals = {} } = bucket.policy
  const document = bindFound(parsePolicy(grammar, 'bucket', text, { bucket: bucket.name }), principals)
  const policy: BucketPolicy = { on: 'bucket', name: `bucket policy of ${bucket.name}`, document }
  read.set(bucket, policy)
  return policy
}

export function isPublicPolicy(policy: NamedPolicy | undefined): boolean {
  return policy !== undefined && isPublic(policy.document)
}

/** Whether what is public counts for the owner's account only (RestrictPublicBuckets). */
export function restrictsPublic(bucket: BucketRecord | undefined): boolean {
  return bucket !== undefined && publicAccessOf(bucket).restrictPublicBuckets
}

/**
 * A policy that is to be put: it parses in its grammar, speaks of this bucket alone, names principals that exist (which
 * are bound to their unique ids), and opens nothing that the bucket keeps closed (BlockPublicPolicy).
 */
export async function readBucketPolicy(
  rooms: GatewayRooms,
  permit: RequestPermit,
  { bucket, policy }: OperationOf<'put-bucket-policy'>,
): Promise<BucketPolicyText> {
  const document = parsePolicy(policy.grammar, 'bucket', policy.text, { bucket })
  const principals = await rooms.people.findPrincipals(document)
  if (permit.bucket !== undefined && publicAccessOf(permit.bucket).blockPublicPolicy && isPublic(document)) {
    refuse({ kind: 'access-denied', reason: 'the bucket blocks public policies' })
  }
  return { ...policy, principals }
}
