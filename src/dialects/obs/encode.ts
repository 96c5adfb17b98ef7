import type { HttpResponse } from '../../http/index.ts'
import type { Answer, OperationKind } from '../../operations/index.ts'
import type { AnswerOf, Encoder, ObsContext } from './obs-request.ts'
import {
  encodeGetBucketAcl,
  encodeGetObjectAcl,
  encodePutBucketAcl,
  encodePutObjectAcl,
} from './operations/access-lists.ts'
import {
  encodeDeleteBucketEncryption,
  encodeGetBucketEncryption,
  encodePutBucketEncryption,
} from './operations/bucket-encryption.ts'
import {
  encodeDeleteBucketInventory,
  encodeGetBucketInventory,
  encodeListBucketInventory,
  encodePutBucketInventory,
} from './operations/bucket-inventory.ts'
import { encodeGetBucketLogging, encodePutBucketLogging } from './operations/bucket-logging.ts'
import { encodeGetBucketNotification, encodePutBucketNotification } from './operations/bucket-notification.ts'
import {
  encodeDeleteBucketReplication,
  encodeGetBucketReplication,
  encodePutBucketReplication,
} from './operations/bucket-replication.ts'
import {
  encodeDeleteBucketLifecycle,
  encodeGetBucketLifecycle,
  encodePutBucketLifecycle,
} from './operations/bucket-lifecycle.ts'
import {
  encodeDeleteBucketPolicy,
  encodeGetBucketPolicy,
  encodeGetBucketPolicyStatus,
  encodePutBucketPolicy,
} from './operations/bucket-policy.ts'
import {
  encodeDeleteBucketCors,
  encodeDeleteBucketTagging,
  encodeDeleteBucketWebsite,
  encodeGetBucketCors,
  encodeGetBucketTagging,
  encodeGetBucketWebsite,
  encodeGetRequestPayment,
  encodePutBucketCors,
  encodePutBucketTagging,
  encodePutBucketWebsite,
  encodePutRequestPayment,
} from './operations/bucket-settings.ts'
import { encodeGetBucketVersioning, encodePutBucketVersioning } from './operations/bucket-versioning.ts'
import {
  encodeCreateBucket,
  encodeDeleteBucket,
  encodeGetBucketLocation,
  encodeGetStorageInfo,
  encodeHeadBucket,
  encodeProbe,
} from './operations/buckets.ts'
import {
  encodeAppendObject,
  encodeModifyObject,
  encodeRenameObject,
  encodeRestoreObject,
  encodeTruncateObject,
} from './operations/change-object.ts'
import { encodeCopyObject } from './operations/copy-object.ts'
import { encodeDeleteObject } from './operations/delete-object.ts'
import { encodeDeleteObjects } from './operations/delete-objects.ts'
import { encodeListBuckets } from './operations/list-buckets.ts'
import { encodeListObjectVersions } from './operations/list-object-versions.ts'
import { encodeListObjects } from './operations/list-objects.ts'
import { encodeListParts, encodeListUploads } from './operations/list-uploads.ts'
import { encodeGetObjectLock, encodePutObjectLock, encodePutRetention } from './operations/object-lock.ts'
import {
  encodeDeleteObjectTagging,
  encodeGetObjectTagging,
  encodePutObjectTagging,
} from './operations/object-tagging.ts'
import {
  encodeDeletePublicAccessBlock,
  encodeGetPublicAccessBlock,
  encodePutPublicAccessBlock,
} from './operations/public-access-block.ts'
import { encodePutObject } from './operations/put-object.ts'
import { encodeGetObject, encodeHeadObject } from './operations/read-object.ts'
import { encodeUploadPart, encodeUploadPartCopy } from './operations/upload-part.ts'
import { encodeAbortUpload, encodeCompleteUpload, encodeCreateUpload } from './operations/uploads.ts'

/** Every operation that this dialect asks for, and who writes its answer. */
const ENCODERS = {
  'list-buckets': encodeListBuckets,
  'create-bucket': encodeCreateBucket,
  'head-bucket': encodeHeadBucket,
  'delete-bucket': encodeDeleteBucket,
  'probe-storage': encodeProbe,
  'get-bucket-location': encodeGetBucketLocation,
  'get-bucket-stat': encodeGetStorageInfo,
  'get-bucket-versioning': encodeGetBucketVersioning,
  'put-bucket-versioning': encodePutBucketVersioning,
  'get-bucket-encryption': encodeGetBucketEncryption,
  'put-bucket-encryption': encodePutBucketEncryption,
  'delete-bucket-encryption': encodeDeleteBucketEncryption,
  'get-bucket-policy': encodeGetBucketPolicy,
  'put-bucket-policy': encodePutBucketPolicy,
  'delete-bucket-policy': encodeDeleteBucketPolicy,
  'get-bucket-policy-status': encodeGetBucketPolicyStatus,
  'get-public-access-block': encodeGetPublicAccessBlock,
  'put-public-access-block': encodePutPublicAccessBlock,
  'delete-public-access-block': encodeDeletePublicAccessBlock,
  'list-objects': encodeListObjects,
  'list-object-versions': encodeListObjectVersions,
  'list-uploads': encodeListUploads,
  'delete-objects': encodeDeleteObjects,
  'put-object': encodePutObject,
  'get-object': encodeGetObject,
  'head-object': encodeHeadObject,
  'copy-object': encodeCopyObject,
  'delete-object': encodeDeleteObject,
  'get-object-tagging': encodeGetObjectTagging,
  'put-object-tagging': encodePutObjectTagging,
  'delete-object-tagging': encodeDeleteObjectTagging,
  'create-upload': encodeCreateUpload,
  'upload-part': encodeUploadPart,
  'upload-part-copy': encodeUploadPartCopy,
  'complete-upload': encodeCompleteUpload,
  'abort-upload': encodeAbortUpload,
  'list-parts': encodeListParts,
  'get-bucket-inventory': encodeGetBucketInventory,
  'put-bucket-inventory': encodePutBucketInventory,
  'delete-bucket-inventory': encodeDeleteBucketInventory,
  'list-bucket-inventory': encodeListBucketInventory,
  'get-bucket-logging': encodeGetBucketLogging,
  'put-bucket-logging': encodePutBucketLogging,
  'get-bucket-notification': encodeGetBucketNotification,
  'put-bucket-notification': encodePutBucketNotification,
  'get-bucket-replication': encodeGetBucketReplication,
  'put-bucket-replication': encodePutBucketReplication,
  'delete-bucket-replication': encodeDeleteBucketReplication,
  'get-bucket-lifecycle': encodeGetBucketLifecycle,
  'put-bucket-lifecycle': encodePutBucketLifecycle,
  'delete-bucket-lifecycle': encodeDeleteBucketLifecycle,
  'get-bucket-acl': encodeGetBucketAcl,
  'put-bucket-acl': encodePutBucketAcl,
  'get-object-acl': encodeGetObjectAcl,
  'put-object-acl': encodePutObjectAcl,
  'get-bucket-tagging': encodeGetBucketTagging,
  'put-bucket-tagging': encodePutBucketTagging,
  'delete-bucket-tagging': encodeDeleteBucketTagging,
  'get-bucket-cors': encodeGetBucketCors,
  'put-bucket-cors': encodePutBucketCors,
  'delete-bucket-cors': encodeDeleteBucketCors,
  'get-bucket-website': encodeGetBucketWebsite,
  'put-bucket-website': encodePutBucketWebsite,
  'delete-bucket-website': encodeDeleteBucketWebsite,
  'get-bucket-request-payment': encodeGetRequestPayment,
  'put-bucket-request-payment': encodePutRequestPayment,
  'get-object-lock-configuration': encodeGetObjectLock,
  'put-object-lock-configuration': encodePutObjectLock,
  'put-object-retention': encodePutRetention,
  'append-object': encodeAppendObject,
  'truncate-object': encodeTruncateObject,
  'modify-object': encodeModifyObject,
  'rename-object': encodeRenameObject,
  'restore-object': encodeRestoreObject,
} satisfies { readonly [Kind in OperationKind]?: Encoder<Kind> }

type ObsKind = keyof typeof ENCODERS
type ObsAnswers = { readonly [Kind in ObsKind]: AnswerOf<Kind> }
const TABLE: { readonly [Kind in ObsKind]: Encoder<Kind> } = ENCODERS

function isObsAnswer(answer: Answer): answer is ObsAnswers[ObsKind] {
  return Object.hasOwn(TABLE, answer.operation.kind)
}

function encodeOne<Kind extends ObsKind>(kind: Kind, answer: ObsAnswers[Kind], context: ObsContext): HttpResponse {
  const encoder: (answer: ObsAnswers[Kind], context: ObsContext) => HttpResponse = TABLE[kind]
  return encoder(answer, context)
}

/** The answer on the wire. What this dialect never asks for has none: to meet it here is a defect. */
export function encode(answer: Answer, context: ObsContext): HttpResponse {
  if (!isObsAnswer(answer)) throw new Error(`the OBS dialect has no answer for ${answer.operation.kind}`)
  return encodeOne(answer.operation.kind, answer, context)
}
