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

export const BUCKET_SETTINGS: Partial<Readonly<Record<DoneSubResource, Methods<BucketDecoder>>>> = {
  acl: { GET: decodeGetBucketAcl, PUT: decodePutBucketAcl },
  encryption: {
    GET: decodeGetBucketEncryption,
    PUT: decodePutBucketEncryption,
    DELETE: decodeDeleteBucketEncryption,
  },
  policy: { GET: decodeGetBucketPolicy, PUT: decodePutBucketPolicy, DELETE: decodeDeleteBucketPolicy },
  policyStatus: { GET: decodeGetBucketPolicyStatus },
  versioning: { GET: decodeGetBucketVersioning, PUT: decodePutBucketVersioning },
}

export const SETTING_ENCODERS = {
  'get-bucket-acl': encodeGetBucketAcl,
  'put-bucket-acl': encodePutBucketAcl,
  'get-bucket-encryption': encodeGetBucketEncryption,
  'put-bucket-encryption': encodePutBucketEncryption,
  'delete-bucket-encryption': encodeDeleteBucketEncryption,
  'get-bucket-policy': encodeGetBucketPolicy,
  'put-bucket-policy': encodePutBucketPolicy,
  'delete-bucket-policy': encodeDeleteBucketPolicy,
  'get-bucket-policy-status': encodeGetBucketPolicyStatus,
  'get-bucket-versioning': encodeGetBucketVersioning,
  'put-bucket-versioning': encodePutBucketVersioning,
}
