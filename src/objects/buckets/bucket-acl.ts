import { refuse } from '../../operations/index.ts'
import {
  demandListAllowed,
  givesToOthers,
  listsCount,
  listWanted,
  ownershipOf,
  shownBucketList,
} from './access-lists.ts'
import { changeBucket } from './change-bucket.ts'
import { bucketOf } from '../permitted-bucket.ts'
import type { Verb } from '../verb.ts'

export const getBucketAcl: Verb<'get-bucket-acl'> = async (_rooms, permit) => ({
  acl: shownBucketList(bucketOf(permit)),
})

/** The list of a bucket. Where lists do not count, one that gives nothing to others is taken, and nothing changes. */
export const putBucketAcl: Verb<'put-bucket-acl'> = async (rooms, permit, operation) =>
  changeBucket(rooms, permit, 'put-bucket-acl', (bucket) => {
    const { account } = bucket
    const acl = listWanted(operation.acl, { on: 'bucket', owner: account, bucketOwner: account })
    demandListAllowed(bucket, acl)
    return acl === undefined || !listsCount(bucket) ? bucket : { ...bucket, acl }
  })

export const getBucketOwnership: Verb<'get-bucket-ownership'> = async (_rooms, permit) => {
  const bucket = bucketOf(permit)
  if (bucket.ownership === 'none') {
    return refuse({ kind: 'no-such-configuration', configuration: 'ownership', bucket: bucket.name })
  }
  return { ownership: ownershipOf(bucket) }
}

/** Lists are not switched off while the bucket's gives something to others: nobody would see that it stopped counting. */
export const putBucketOwnership: Verb<'put-bucket-ownership'> = async (rooms, permit, { ownership }) =>
  changeBucket(rooms, permit, 'put-bucket-ownership', (bucket) => {
    if (ownership === 'bucket-owner-enforced' && givesToOthers(bucket.acl, bucket.account)) {
      refuse({ kind: 'acl-with-ownership', bucket: bucket.name })
    }
    return { ...bucket, ownership }
  })

export const deleteBucketOwnership: Verb<'delete-bucket-ownership'> = async (rooms, permit) =>
  changeBucket(rooms, permit, 'delete-bucket-ownership', (bucket) => ({ ...bucket, ownership: 'none' }))
