import type { AccessControlOperation, ConfigurationOperation } from '../operations/index.ts'
import type { ActionRow } from './action-row.ts'

const onBucket = (action: string): ActionRow => ({ actions: [action], subject: 'bucket' })

/**
 * Actions of lists and configurations (Service Authorization Reference, S3). Where S3 has no delete action, removing is
 * setting. Referer lists are OSS's and COS's: their name of it stands here in S3's form.
 */
export const CONFIGURATION_ACTIONS: Readonly<
  Record<(AccessControlOperation | ConfigurationOperation)['kind'], ActionRow>
> = {
  'get-bucket-acl': onBucket('s3:GetBucketAcl'),
  'put-bucket-acl': onBucket('s3:PutBucketAcl'),
  'get-object-acl': { actions: ['s3:GetObjectAcl'], versioned: ['s3:GetObjectVersionAcl'], subject: 'object' },
  'put-object-acl': { actions: ['s3:PutObjectAcl'], versioned: ['s3:PutObjectVersionAcl'], subject: 'object' },
  'get-bucket-ownership': onBucket('s3:GetBucketOwnershipControls'),
  'put-bucket-ownership': onBucket('s3:PutBucketOwnershipControls'),
  'delete-bucket-ownership': onBucket('s3:PutBucketOwnershipControls'),
  'get-bucket-tagging': onBucket('s3:GetBucketTagging'),
  'put-bucket-tagging': onBucket('s3:PutBucketTagging'),
  'delete-bucket-tagging': onBucket('s3:PutBucketTagging'),
  'get-bucket-cors': onBucket('s3:GetBucketCORS'),
  'put-bucket-cors': onBucket('s3:PutBucketCORS'),
  'delete-bucket-cors': onBucket('s3:PutBucketCORS'),
  'get-bucket-website': onBucket('s3:GetBucketWebsite'),
  'put-bucket-website': onBucket('s3:PutBucketWebsite'),
  'delete-bucket-website': onBucket('s3:DeleteBucketWebsite'),
  'get-bucket-request-payment': onBucket('s3:GetBucketRequestPayment'),
  'put-bucket-request-payment': onBucket('s3:PutBucketRequestPayment'),
  'get-bucket-accelerate': onBucket('s3:GetAccelerateConfiguration'),
  'put-bucket-accelerate': onBucket('s3:PutAccelerateConfiguration'),
  'get-bucket-referer': onBucket('s3:GetBucketReferer'),
  'put-bucket-referer': onBucket('s3:PutBucketReferer'),
  'get-bucket-replication': onBucket('s3:GetReplicationConfiguration'),
  'put-bucket-replication': onBucket('s3:PutReplicationConfiguration'),
  'delete-bucket-replication': onBucket('s3:PutReplicationConfiguration'),
  'get-bucket-inventory': onBucket('s3:GetInventoryConfiguration'),
  'list-bucket-inventory': onBucket('s3:GetInventoryConfiguration'),
  'put-bucket-inventory': onBucket('s3:PutInventoryConfiguration'),
  'delete-bucket-inventory': onBucket('s3:PutInventoryConfiguration'),
  'get-bucket-analytics': onBucket('s3:GetAnalyticsConfiguration'),
  'list-bucket-analytics': onBucket('s3:GetAnalyticsConfiguration'),
  'put-bucket-analytics': onBucket('s3:PutAnalyticsConfiguration'),
  'delete-bucket-analytics': onBucket('s3:PutAnalyticsConfiguration'),
  'get-bucket-metrics': onBucket('s3:GetMetricsConfiguration'),
  'list-bucket-metrics': onBucket('s3:GetMetricsConfiguration'),
  'put-bucket-metrics': onBucket('s3:PutMetricsConfiguration'),
  'delete-bucket-metrics': onBucket('s3:PutMetricsConfiguration'),
  'get-bucket-intelligent-tiering': onBucket('s3:GetIntelligentTieringConfiguration'),
  'list-bucket-intelligent-tiering': onBucket('s3:GetIntelligentTieringConfiguration'),
  'put-bucket-intelligent-tiering': onBucket('s3:PutIntelligentTieringConfiguration'),
  'delete-bucket-intelligent-tiering': onBucket('s3:PutIntelligentTieringConfiguration'),
}
