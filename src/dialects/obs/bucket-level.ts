/** What a bucket can be asked: by sub-resource, then by method. */
import type { HttpMethod } from '../../http/index.ts'
import type { BucketName } from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'
import type { ObsRequest } from './obs-request.ts'
import { decodeGetBucketAcl, decodePutBucketAcl } from './operations/access-lists.ts'
import {
  decodeDeleteBucketEncryption,
  decodeGetBucketEncryption,
  decodePutBucketEncryption,
} from './operations/bucket-encryption.ts'
import {
  decodeDeleteBucketInventory,
  decodeGetBucketInventory,
  decodePutBucketInventory,
} from './operations/bucket-inventory.ts'
import { decodeGetBucketLogging, decodePutBucketLogging } from './operations/bucket-logging.ts'
import { decodeGetBucketNotification, decodePutBucketNotification } from './operations/bucket-notification.ts'
import {
  decodeDeleteBucketReplication,
  decodeGetBucketReplication,
  decodePutBucketReplication,
} from './operations/bucket-replication.ts'
import {
  decodeDeleteBucketLifecycle,
  decodeGetBucketLifecycle,
  decodePutBucketLifecycle,
} from './operations/bucket-lifecycle.ts'
import {
  decodeDeleteBucketPolicy,
  decodeGetBucketPolicy,
  decodeGetBucketPolicyStatus,
  decodePutBucketPolicy,
} from './operations/bucket-policy.ts'
import {
  decodeDeleteBucketCors,
  decodeDeleteBucketTagging,
  decodeDeleteBucketWebsite,
  decodeGetBucketCors,
  decodeGetBucketTagging,
  decodeGetBucketWebsite,
  decodeGetRequestPayment,
  decodePutBucketCors,
  decodePutBucketTagging,
  decodePutBucketWebsite,
  decodePutRequestPayment,
} from './operations/bucket-settings.ts'
import { decodeGetBucketVersioning, decodePutBucketVersioning } from './operations/bucket-versioning.ts'
import {
  decodeCreateBucket,
  decodeDeleteBucket,
  decodeGetBucketLocation,
  decodeGetStorageInfo,
  decodeHeadBucket,
  decodeProbe,
} from './operations/buckets.ts'
import { decodeDeleteObjects } from './operations/delete-objects.ts'
import { decodeListObjectVersions } from './operations/list-object-versions.ts'
import { decodeListObjects } from './operations/list-objects.ts'
import { decodeListUploads } from './operations/list-uploads.ts'
import { decodeGetObjectLock, decodePutObjectLock } from './operations/object-lock.ts'
import { decodePostObject } from './operations/post-object.ts'
import {
  decodeDeletePublicAccessBlock,
  decodeGetPublicAccessBlock,
  decodePutPublicAccessBlock,
} from './operations/public-access-block.ts'
import type { DoneSubResource } from './sub-resources.ts'

export type BucketDecoder = (request: ObsRequest, bucket: BucketName) => Decoded

/** A method that is missing is 405. */
export type Methods<Decoder> = Partial<Readonly<Record<HttpMethod, Decoder>>>

/** `plain`: no sub-resource. Total: every implemented sub-resource says what it is at each level. */
export type LevelTable<Decoder> = Readonly<Record<DoneSubResource | 'plain', Methods<Decoder>>>

export const NOT_HERE = {}

export const BUCKET_LEVEL: LevelTable<BucketDecoder> = {
  acl: { GET: decodeGetBucketAcl, PUT: decodePutBucketAcl },
  append: NOT_HERE,
  cors: { GET: decodeGetBucketCors, PUT: decodePutBucketCors, DELETE: decodeDeleteBucketCors },
  lifecycle: { GET: decodeGetBucketLifecycle, PUT: decodePutBucketLifecycle, DELETE: decodeDeleteBucketLifecycle },
  inventory: { GET: decodeGetBucketInventory, PUT: decodePutBucketInventory, DELETE: decodeDeleteBucketInventory },
  logging: { GET: decodeGetBucketLogging, PUT: decodePutBucketLogging },
  modify: NOT_HERE,
  notification: { GET: decodeGetBucketNotification, PUT: decodePutBucketNotification },
  'object-lock': { GET: decodeGetObjectLock, PUT: decodePutObjectLock },
  rename: NOT_HERE,
  replication: {
    GET: decodeGetBucketReplication,
    PUT: decodePutBucketReplication,
    DELETE: decodeDeleteBucketReplication,
  },
  requestPayment: { GET: decodeGetRequestPayment, PUT: decodePutRequestPayment },
  restore: NOT_HERE,
  retention: NOT_HERE,
  truncate: NOT_HERE,
  website: { GET: decodeGetBucketWebsite, PUT: decodePutBucketWebsite, DELETE: decodeDeleteBucketWebsite },
  plain: {
    GET: decodeListObjects,
    HEAD: decodeHeadBucket,
    PUT: decodeCreateBucket,
    DELETE: decodeDeleteBucket,
    POST: decodePostObject,
  },
  apiversion: { HEAD: decodeProbe },
  bucketStatus: { GET: decodeGetBucketPolicyStatus },
  delete: { POST: decodeDeleteObjects },
  encryption: {
    GET: decodeGetBucketEncryption,
    PUT: decodePutBucketEncryption,
    DELETE: decodeDeleteBucketEncryption,
  },
  location: { GET: decodeGetBucketLocation },
  policy: { GET: decodeGetBucketPolicy, PUT: decodePutBucketPolicy, DELETE: decodeDeleteBucketPolicy },
  policyStatus: { GET: decodeGetBucketPolicyStatus },
  publicAccessBlock: {
    GET: decodeGetPublicAccessBlock,
    PUT: decodePutPublicAccessBlock,
    DELETE: decodeDeletePublicAccessBlock,
  },
  storageinfo: { GET: decodeGetStorageInfo },
  tagging: { GET: decodeGetBucketTagging, PUT: decodePutBucketTagging, DELETE: decodeDeleteBucketTagging },
  uploadId: NOT_HERE,
  uploads: { GET: decodeListUploads },
  versioning: { GET: decodeGetBucketVersioning, PUT: decodePutBucketVersioning },
  versions: { GET: decodeListObjectVersions },
}
