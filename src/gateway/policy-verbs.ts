import * as engine from '../objects/index.ts'
import type { BucketOperation } from '../operations/index.ts'
import { bucketPolicyOf, isPublicPolicy, readBucketPolicy } from './bucket-policy.ts'
import type { Verbs } from './verb.ts'

type PolicyKind =
  | 'get-bucket-policy'
  | 'put-bucket-policy'
  | 'delete-bucket-policy'
  | 'get-bucket-policy-status'
  | 'get-public-access-block'
  | 'put-public-access-block'
  | 'delete-public-access-block'

/** Operations of buckets that the engine carries out with nobody's help. */
export type BucketVerb = Exclude<BucketOperation['kind'], PolicyKind>

/** Policies of buckets: read and judged here, kept by the engine. */
export const POLICY_VERBS: Verbs<PolicyKind> = {
  'get-bucket-policy': (rooms, permit, operation) => engine.getBucketPolicy(rooms.objects, permit, operation),
  'put-bucket-policy': async (rooms, permit, operation) => {
    const policy = await readBucketPolicy(rooms, permit, operation)
    return engine.putBucketPolicy(rooms.objects, permit, { ...operation, policy })
  },
  'delete-bucket-policy': (rooms, permit, operation) => engine.deleteBucketPolicy(rooms.objects, permit, operation),
  'get-bucket-policy-status': async (rooms, permit, { bucket }) => {
    await engine.getBucketPolicy(rooms.objects, permit, { kind: 'get-bucket-policy', bucket })
    return { isPublic: isPublicPolicy(bucketPolicyOf(permit.bucket)) }
  },
  'get-public-access-block': (rooms, permit, operation) =>
    engine.getPublicAccessBlock(rooms.objects, permit, operation),
  'put-public-access-block': (rooms, permit, operation) =>
    engine.putPublicAccessBlock(rooms.objects, permit, operation),
  'delete-public-access-block': (rooms, permit, operation) =>
    engine.deletePublicAccessBlock(rooms.objects, permit, operation),
}
