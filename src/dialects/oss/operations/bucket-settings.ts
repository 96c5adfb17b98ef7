/** Settings of buckets: who reads each sub-resource, and who writes each answer. */
import type { BucketDecoder, Methods } from '../decode.ts'
import type { DoneSubResource } from '../sub-resources.ts'
import { decodeGetBucketAcl, decodePutBucketAcl, encodeGetBucketAcl, encodePutBucketAcl } from './access-control.ts'
import {
  decodeDeleteBucketEncryption,
  decodeGetBucketEncryption,
  decodePutBucketEncryption,
  encodeDeleteBucketEncryption,
  encodeGetBucketEncryption,
  encodePutBucketEncryption,
} from './bucket-encryption.ts'
import {
  decodeDeleteBucketPolicy,
  decodeGetBucketPolicy,
  decodeGetBucketPolicyStatus,
  decodePutBucketPolicy,
  encodeDeleteBucketPolicy,
  encodeGetBucketPolicy,
  encodeGetBucketPolicyStatus,
  encodePutBucketPolicy,
} from './bucket-policy.ts'
import {
  decodeGetBucketVersioning,
  decodePutBucketVersioning,
  encodeGetBucketVersioning,
  encodePutBucketVersioning,
} from './bucket-versioning.ts'
import {
  decodeDeleteBucketCors,
  decodeGetBucketCors,
  decodePutBucketCors,
  encodeDeleteBucketCors,
  encodeGetBucketCors,
  encodePutBucketCors,
} from './bucket-cors.ts'
import {
  decodeDeleteBucketLogging,
  decodeGetBucketLogging,
  decodePutBucketLogging,
  encodeDeleteBucketLogging,
  encodeGetBucketLogging,
  encodePutBucketLogging,
} from './bucket-logging.ts'
import { decodeGetBucketInfo, decodeGetBucketStat, encodeGetBucketInfo, encodeGetBucketStat } from './bucket-info.ts'
import {
  decodeDeleteBucketLifecycle,
  decodeGetBucketLifecycle,
  decodePutBucketLifecycle,
  encodeDeleteBucketLifecycle,
  encodeGetBucketLifecycle,
  encodePutBucketLifecycle,
} from './bucket-lifecycle.ts'
import {
  decodeDeleteBucketWebsite,
  decodeGetBucketWebsite,
  decodePutBucketWebsite,
  encodeDeleteBucketWebsite,
  encodeGetBucketWebsite,
  encodePutBucketWebsite,
} from './bucket-website.ts'
import {
  decodeGetBucketReferer,
  decodePutBucketReferer,
  encodeGetBucketReferer,
  encodePutBucketReferer,
} from './bucket-referer.ts'
import {
  decodeDeleteBucketTagging,
  decodeGetBucketTagging,
  decodePutBucketTagging,
  encodeDeleteBucketTagging,
  encodeGetBucketTagging,
  encodePutBucketTagging,
} from './bucket-tagging.ts'
import {
  decodeAbortBucketWorm,
  decodeExtendBucketWorm,
  decodeGetBucketWorm,
  decodePostBucketWorm,
  encodeAbortBucketWorm,
  encodeCompleteBucketWorm,
  encodeExtendBucketWorm,
  encodeGetBucketWorm,
  encodeInitiateBucketWorm,
} from './bucket-worm.ts'
import {
  decodeDeletePublicAccessBlock,
  decodeGetPublicAccessBlock,
  decodePutPublicAccessBlock,
  encodeDeletePublicAccessBlock,
  encodeGetPublicAccessBlock,
  encodePutPublicAccessBlock,
} from './public-access-block.ts'
import {
  decodeGetRequestPayment,
  decodePutRequestPayment,
  encodeGetRequestPayment,
  encodePutRequestPayment,
} from './request-payment.ts'
import {
  decodeGetAcceleration,
  decodePutAcceleration,
  encodeGetAcceleration,
  encodePutAcceleration,
} from './transfer-acceleration.ts'

export const BUCKET_SETTINGS: Partial<Readonly<Record<DoneSubResource, Methods<BucketDecoder>>>> = {
  acl: { GET: decodeGetBucketAcl, PUT: decodePutBucketAcl },
  bucketInfo: { GET: decodeGetBucketInfo },
  stat: { GET: decodeGetBucketStat },
  lifecycle: { GET: decodeGetBucketLifecycle, PUT: decodePutBucketLifecycle, DELETE: decodeDeleteBucketLifecycle },
  website: { GET: decodeGetBucketWebsite, PUT: decodePutBucketWebsite, DELETE: decodeDeleteBucketWebsite },
  encryption: {
    GET: decodeGetBucketEncryption,
    PUT: decodePutBucketEncryption,
    DELETE: decodeDeleteBucketEncryption,
  },
  policy: { GET: decodeGetBucketPolicy, PUT: decodePutBucketPolicy, DELETE: decodeDeleteBucketPolicy },
  policyStatus: { GET: decodeGetBucketPolicyStatus },
  versioning: { GET: decodeGetBucketVersioning, PUT: decodePutBucketVersioning },
  cors: { GET: decodeGetBucketCors, PUT: decodePutBucketCors, DELETE: decodeDeleteBucketCors },
  logging: { GET: decodeGetBucketLogging, PUT: decodePutBucketLogging, DELETE: decodeDeleteBucketLogging },
  referer: { GET: decodeGetBucketReferer, PUT: decodePutBucketReferer },
  tagging: { GET: decodeGetBucketTagging, PUT: decodePutBucketTagging, DELETE: decodeDeleteBucketTagging },
  worm: { GET: decodeGetBucketWorm, POST: decodePostBucketWorm, DELETE: decodeAbortBucketWorm },
  wormExtend: { POST: decodeExtendBucketWorm },
  publicAccessBlock: {
    GET: decodeGetPublicAccessBlock,
    PUT: decodePutPublicAccessBlock,
    DELETE: decodeDeletePublicAccessBlock,
  },
  requestPayment: { GET: decodeGetRequestPayment, PUT: decodePutRequestPayment },
  transferAcceleration: { GET: decodeGetAcceleration, PUT: decodePutAcceleration },
}

export const SETTING_ENCODERS = {
  'get-bucket-acl': encodeGetBucketAcl,
  'put-bucket-acl': encodePutBucketAcl,
  'describe-bucket': encodeGetBucketInfo,
  'get-bucket-stat': encodeGetBucketStat,
  'get-bucket-lifecycle': encodeGetBucketLifecycle,
  'put-bucket-lifecycle': encodePutBucketLifecycle,
  'delete-bucket-lifecycle': encodeDeleteBucketLifecycle,
  'get-bucket-website': encodeGetBucketWebsite,
  'put-bucket-website': encodePutBucketWebsite,
  'delete-bucket-website': encodeDeleteBucketWebsite,
  'get-bucket-encryption': encodeGetBucketEncryption,
  'put-bucket-encryption': encodePutBucketEncryption,
  'delete-bucket-encryption': encodeDeleteBucketEncryption,
  'get-bucket-policy': encodeGetBucketPolicy,
  'put-bucket-policy': encodePutBucketPolicy,
  'delete-bucket-policy': encodeDeleteBucketPolicy,
  'get-bucket-policy-status': encodeGetBucketPolicyStatus,
  'get-bucket-versioning': encodeGetBucketVersioning,
  'put-bucket-versioning': encodePutBucketVersioning,
  'get-bucket-cors': encodeGetBucketCors,
  'put-bucket-cors': encodePutBucketCors,
  'delete-bucket-cors': encodeDeleteBucketCors,
  'get-bucket-logging': encodeGetBucketLogging,
  'put-bucket-logging': encodePutBucketLogging,
  'delete-bucket-logging': encodeDeleteBucketLogging,
  'get-bucket-referer': encodeGetBucketReferer,
  'put-bucket-referer': encodePutBucketReferer,
  'get-bucket-tagging': encodeGetBucketTagging,
  'put-bucket-tagging': encodePutBucketTagging,
  'delete-bucket-tagging': encodeDeleteBucketTagging,
  'get-bucket-worm': encodeGetBucketWorm,
  'initiate-bucket-worm': encodeInitiateBucketWorm,
  'complete-bucket-worm': encodeCompleteBucketWorm,
  'extend-bucket-worm': encodeExtendBucketWorm,
  'abort-bucket-worm': encodeAbortBucketWorm,
  'get-public-access-block': encodeGetPublicAccessBlock,
  'put-public-access-block': encodePutPublicAccessBlock,
  'delete-public-access-block': encodeDeletePublicAccessBlock,
  'get-bucket-request-payment': encodeGetRequestPayment,
  'put-bucket-request-payment': encodePutRequestPayment,
  'get-bucket-accelerate': encodeGetAcceleration,
  'put-bucket-accelerate': encodePutAcceleration,
}
