import { bucketOf } from '../permitted-bucket.ts'
import type { Verb } from '../verb.ts'

export const headBucket: Verb<'head-bucket'> = async (_rooms, permit) => ({ region: bucketOf(permit).region })

export const getBucketLocation: Verb<'get-bucket-location'> = async (_rooms, permit) => ({
  region: bucketOf(permit).region,
})
