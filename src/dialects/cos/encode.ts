import type { HttpResponse } from '../../http/index.ts'
import type { Answer } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import type { AnswerOf, Encoder } from './cos-request.ts'
import { encodeGetBucketAcl, encodeGetObjectAcl, encodePutBucketAcl, encodePutObjectAcl } from './operations/acl.ts'
import { encodeGetBucketAccelerate, encodePutBucketAccelerate } from './operations/bucket-accelerate.ts'
import { encodeGetBucketCors, encodePutBucketCors, encodeDeleteBucketCors } from './operations/bucket-cors.ts'
import {
  encodeGetBucketLifecycle,
  encodePutBucketLifecycle,
  encodeDeleteBucketLifecycle,
} from './operations/bucket-lifecycle.ts'
import { encodeGetBucketLogging, encodePutBucketLogging } from './operations/bucket-logging.ts'
import { encodeGetBucketReferer, encodePutBucketReferer } from './operations/bucket-referer.ts'
import {
  encodeGetBucketWebsite,
  encodePutBucketWebsite,
  encodeDeleteBucketWebsite,
} from './operations/bucket-website.ts'
import { encodeAppendObject } from './operations/append-object.ts'
import {
  encodeDeleteBucketEncryption,
  encodeGetBucketEncryption,
  encodePutBucketEncryption,
} from './operations/bucket-encryption.ts'
import { encodeDeleteBucketPolicy, encodeGetBucketPolicy, encodePutBucketPolicy } from './operations/bucket-policy.ts'
import {
  encodeDeleteBucketTagging,
  encodeGetBucketTagging,
  encodePutBucketTagging,
} from './operations/bucket-tagging.ts'
import { encodeGetBucketVersioning, encodePutBucketVersioning } from './operations/bucket-versioning.ts'
import {
  encodeCreateBucket,
  encodeDeleteBucket,
  encodeGetBucketLocation,
  encodeHeadBucket,
} from './operations/buckets.ts'
import { encodeAbortUpload, encodeCompleteUpload } from './operations/complete-upload.ts'
import { encodeCopyObject } from './operations/copy-object.ts'
import { encodeCreateUpload } from './operations/create-upload.ts'
import { encodeDeleteObject } from './operations/delete-object.ts'
import { encodeDeleteObjects } from './operations/delete-objects.ts'
import { encodeListBuckets } from './operations/list-buckets.ts'
import { encodeListObjectVersions } from './operations/list-object-versions.ts'
import { encodeListObjects } from './operations/list-objects.ts'
import { encodeListParts } from './operations/list-parts.ts'
import { encodeListUploads } from './operations/list-uploads.ts'
import {
  encodeDeleteObjectTagging,
  encodeGetObjectTagging,
  encodePutObjectTagging,
} from './operations/object-tagging.ts'
import { encodePutObject } from './operations/put-object.ts'
import { encodeGetObject, encodeHeadObject } from './operations/read-object.ts'
import { encodeRestoreObject } from './operations/restore-object.ts'
import { encodeUploadPart, encodeUploadPartCopy } from './operations/upload-part.ts'

/** Every operation that the decoder yields, and who writes its answer. */
const ENCODERS = {
  'list-buckets': encodeListBuckets,
  'create-bucket': encodeCreateBucket,
  'head-bucket': encodeHeadBucket,
  'delete-bucket': encodeDeleteBucket,
  'get-bucket-location': encodeGetBucketLocation,
  'get-bucket-acl': encodeGetBucketAcl,
  'put-bucket-acl': encodePutBucketAcl,
  'get-bucket-versioning': encodeGetBucketVersioning,
  'put-bucket-versioning': encodePutBucketVersioning,
  'get-bucket-encryption': encodeGetBucketEncryption,
  'put-bucket-encryption': encodePutBucketEncryption,
  'delete-bucket-encryption': encodeDeleteBucketEncryption,
  'get-bucket-policy': encodeGetBucketPolicy,
  'put-bucket-policy': encodePutBucketPolicy,
  'delete-bucket-policy': encodeDeleteBucketPolicy,
  'get-bucket-tagging': encodeGetBucketTagging,
  'put-bucket-tagging': encodePutBucketTagging,
  'delete-bucket-tagging': encodeDeleteBucketTagging,
  'get-bucket-accelerate': encodeGetBucketAccelerate,
  'put-bucket-accelerate': encodePutBucketAccelerate,
  'get-bucket-cors': encodeGetBucketCors,
  'put-bucket-cors': encodePutBucketCors,
  'delete-bucket-cors': encodeDeleteBucketCors,
  'get-bucket-lifecycle': encodeGetBucketLifecycle,
  'put-bucket-lifecycle': encodePutBucketLifecycle,
  'delete-bucket-lifecycle': encodeDeleteBucketLifecycle,
  'get-bucket-logging': encodeGetBucketLogging,
  'put-bucket-logging': encodePutBucketLogging,
  'get-bucket-referer': encodeGetBucketReferer,
  'put-bucket-referer': encodePutBucketReferer,
  'get-bucket-website': encodeGetBucketWebsite,
  'put-bucket-website': encodePutBucketWebsite,
  'delete-bucket-website': encodeDeleteBucketWebsite,
  'list-objects': encodeListObjects,
  'list-object-versions': encodeListObjectVersions,
  'list-uploads': encodeListUploads,
  'delete-objects': encodeDeleteObjects,
  'put-object': encodePutObject,
  'get-object': encodeGetObject,
  'head-object': encodeHeadObject,
  'copy-object': encodeCopyObject,
  'append-object': encodeAppendObject,
  'delete-object': encodeDeleteObject,
  'restore-object': encodeRestoreObject,
  'get-object-acl': encodeGetObjectAcl,
  'put-object-acl': encodePutObjectAcl,
  'get-object-tagging': encodeGetObjectTagging,
  'put-object-tagging': encodePutObjectTagging,
  'delete-object-tagging': encodeDeleteObjectTagging,
  'create-upload': encodeCreateUpload,
  'upload-part': encodeUploadPart,
  'upload-part-copy': encodeUploadPartCopy,
  'complete-upload': encodeCompleteUpload,
  'abort-upload': encodeAbortUpload,
  'list-parts': encodeListParts,
} as const

type CosKind = keyof typeof ENCODERS
type CosAnswers = { readonly [Kind in CosKind]: AnswerOf<Kind> }
const TABLE: { readonly [Kind in CosKind]: Encoder<Kind> } = ENCODERS

function isCosAnswer(answer: Answer): answer is CosAnswers[CosKind] {
  return Object.hasOwn(TABLE, answer.operation.kind)
}

function encodeOne<Kind extends CosKind>(kind: Kind, answer: CosAnswers[Kind], context: AnswerContext): HttpResponse {
  const encoder: (answer: CosAnswers[Kind], context: AnswerContext) => HttpResponse = TABLE[kind]
  return encoder(answer, context)
}

/** The answer on the wire. What this dialect never asks for is no part of it: to meet one here is a defect. */
export function encode(answer: Answer, context: AnswerContext): HttpResponse {
  if (!isCosAnswer(answer)) throw new Error(`the COS dialect has no answer for ${answer.operation.kind}`)
  return encodeOne(answer.operation.kind, answer, context)
}
