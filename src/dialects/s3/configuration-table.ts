/** Lists and configurations of buckets: which decoder takes which sub-resource and method, and who writes each answer. */
import type { HttpMethod } from '../../http/index.ts'
import type {
  AccessControlOperation,
  BucketName,
  ConfigurationOperation,
  NumberedDocument,
  ObjectTarget,
} from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'
import * as lists from './operations/access-lists.ts'
import * as tagging from './operations/bucket-tagging.ts'
import * as cors from './operations/cors.ts'
import * as numbered from './operations/numbered-documents.ts'
import * as settings from './operations/payment-and-acceleration.ts'
import * as replication from './operations/replication.ts'
import * as website from './operations/website.ts'
import type { Encoder, S3Request } from './s3-request.ts'

type BucketDecoder = (request: S3Request, bucket: BucketName) => Decoded
type ObjectDecoder = (request: S3Request, at: ObjectTarget) => Decoded
type Methods<Decoder> = Partial<Readonly<Record<HttpMethod, Decoder>>>

function numberedMethods(document: NumberedDocument): Methods<BucketDecoder> {
  return {
    GET: numbered.decodeGetDocument(document),
    PUT: numbered.decodePutDocument(document),
    DELETE: numbered.decodeDeleteDocument(document),
  }
}

const notHere = {}

export const BUCKET_CONFIGURATIONS = {
  accelerate: { GET: settings.decodeGetBucketAccelerate, PUT: settings.decodePutBucketAccelerate },
  acl: { GET: lists.decodeGetBucketAcl, PUT: lists.decodePutBucketAcl },
  analytics: numberedMethods('analytics'),
  cors: { GET: cors.decodeGetBucketCors, PUT: cors.decodePutBucketCors, DELETE: cors.decodeDeleteBucketCors },
  'intelligent-tiering': numberedMethods('intelligent-tiering'),
  inventory: numberedMethods('inventory'),
  metrics: numberedMethods('metrics'),
  ownershipControls: {
    GET: lists.decodeGetBucketOwnership,
    PUT: lists.decodePutBucketOwnership,
    DELETE: lists.decodeDeleteBucketOwnership,
  },
  replication: {
    GET: replication.decodeGetBucketReplication,
    PUT: replication.decodePutBucketReplication,
    DELETE: replication.decodeDeleteBucketReplication,
  },
  requestPayment: { GET: settings.decodeGetBucketRequestPayment, PUT: settings.decodePutBucketRequestPayment },
  website: {
    GET: website.decodeGetBucketWebsite,
    PUT: website.decodePutBucketWebsite,
    DELETE: website.decodeDeleteBucketWebsite,
  },
} satisfies Readonly<Record<string, Methods<BucketDecoder>>>

export type ConfigurationSubResource = keyof typeof BUCKET_CONFIGURATIONS

export const BUCKET_TAGGING: Methods<BucketDecoder> = {
  GET: tagging.decodeGetBucketTagging,
  PUT: tagging.decodePutBucketTagging,
  DELETE: tagging.decodeDeleteBucketTagging,
}

export const OBJECT_CONFIGURATIONS: Readonly<Record<ConfigurationSubResource, Methods<ObjectDecoder>>> = {
  accelerate: notHere,
  acl: { GET: lists.decodeGetObjectAcl, PUT: lists.decodePutObjectAcl },
  analytics: notHere,
  cors: notHere,
  'intelligent-tiering': notHere,
  inventory: notHere,
  metrics: notHere,
  ownershipControls: notHere,
  replication: notHere,
  requestPayment: notHere,
  website: notHere,
}

/** Referer lists are not S3's. */
export type ConfigurationKind = Exclude<
  (AccessControlOperation | ConfigurationOperation)['kind'],
  'get-bucket-referer' | 'put-bucket-referer'
>

export const CONFIGURATION_ENCODERS: { readonly [Kind in ConfigurationKind]: Encoder<Kind> } = {
  'get-bucket-acl': lists.encodeGetBucketAcl,
  'put-bucket-acl': lists.encodePutBucketAcl,
  'get-object-acl': lists.encodeGetObjectAcl,
  'put-object-acl': lists.encodePutObjectAcl,
  'get-bucket-ownership': lists.encodeGetBucketOwnership,
  'put-bucket-ownership': lists.encodePutBucketOwnership,
  'delete-bucket-ownership': lists.encodeDeleteBucketOwnership,
  'get-bucket-tagging': tagging.encodeGetBucketTagging,
  'put-bucket-tagging': tagging.encodePutBucketTagging,
  'delete-bucket-tagging': tagging.encodeDeleteBucketTagging,
  'get-bucket-cors': cors.encodeGetBucketCors,
  'put-bucket-cors': cors.encodePutBucketCors,
  'delete-bucket-cors': cors.encodeDeleteBucketCors,
  'get-bucket-website': website.encodeGetBucketWebsite,
  'put-bucket-website': website.encodePutBucketWebsite,
  'delete-bucket-website': website.encodeDeleteBucketWebsite,
  'get-bucket-request-payment': settings.encodeGetBucketRequestPayment,
  'put-bucket-request-payment': settings.encodePutBucketRequestPayment,
  'get-bucket-accelerate': settings.encodeGetBucketAccelerate,
  'put-bucket-accelerate': settings.encodePutBucketAccelerate,
  'get-bucket-replication': replication.encodeGetBucketReplication,
  'put-bucket-replication': replication.encodePutBucketReplication,
  'delete-bucket-replication': replication.encodeDeleteBucketReplication,
  'get-bucket-inventory': numbered.encodeGetDocument('inventory'),
  'put-bucket-inventory': numbered.encodePutDocument,
  'delete-bucket-inventory': numbered.encodeDeleteDocument,
  'list-bucket-inventory': numbered.encodeListDocuments('inventory'),
  'get-bucket-analytics': numbered.encodeGetDocument('analytics'),
  'put-bucket-analytics': numbered.encodePutDocument,
  'delete-bucket-analytics': numbered.encodeDeleteDocument,
  'list-bucket-analytics': numbered.encodeListDocuments('analytics'),
  'get-bucket-metrics': numbered.encodeGetDocument('metrics'),
  'put-bucket-metrics': numbered.encodePutDocument,
  'delete-bucket-metrics': numbered.encodeDeleteDocument,
  'list-bucket-metrics': numbered.encodeListDocuments('metrics'),
  'get-bucket-intelligent-tiering': numbered.encodeGetDocument('intelligent-tiering'),
  'put-bucket-intelligent-tiering': numbered.encodePutDocument,
  'delete-bucket-intelligent-tiering': numbered.encodeDeleteDocument,
  'list-bucket-intelligent-tiering': numbered.encodeListDocuments('intelligent-tiering'),
}
