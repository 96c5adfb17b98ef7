import type { HttpResponse } from '../../http/index.ts'
import type {
  Answer,
  BucketOperation,
  LifecycleOperation,
  LockOperation,
  LoggingOperation,
  NotificationOperation,
  ObjectOperation,
  UploadOperation,
} from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { CONFIGURATION_ENCODERS, type ConfigurationKind } from './configuration-table.ts'
import {
  encodeDeleteBucketEncryption,
  encodeGetBucketEncryption,
  encodePutBucketEncryption,
} from './operations/bucket-encryption.ts'
import {
  encodeDeleteBucketLifecycle,
  encodeGetBucketLifecycle,
  encodePutBucketLifecycle,
} from './operations/bucket-lifecycle.ts'
import { encodeGetBucketLogging, encodePutBucketLogging } from './operations/bucket-logging.ts'
import { encodeGetBucketNotification, encodePutBucketNotification } from './operations/bucket-notification.ts'
import {
  encodeDeleteBucketPolicy,
  encodeGetBucketPolicy,
  encodeGetBucketPolicyStatus,
  encodePutBucketPolicy,
} from './operations/bucket-policy.ts'
import { encodeGetBucketVersioning, encodePutBucketVersioning } from './operations/bucket-versioning.ts'
import {
  encodeCreateBucket,
  encodeDeleteBucket,
  encodeGetBucketLocation,
  encodeHeadBucket,
} from './operations/buckets.ts'
import { encodeAbortUpload, encodeCompleteUpload } from './operations/complete-upload.ts'
import { encodeCopyObject } from './operations/copy-object.ts'
import { encodeCreateSession } from './operations/create-session.ts'
import { encodeListDirectoryBuckets } from './operations/directory-buckets.ts'
import { encodeCreateUpload } from './operations/create-upload.ts'
import { encodeDeleteObject } from './operations/delete-object.ts'
import { encodeDeleteObjects } from './operations/delete-objects.ts'
import { encodeListBuckets } from './operations/list-buckets.ts'
import { encodeListObjectVersions } from './operations/list-object-versions.ts'
import { encodeListObjects } from './operations/list-objects.ts'
import { encodeListParts } from './operations/list-parts.ts'
import { encodeListUploads } from './operations/list-uploads.ts'
import { encodeGetObjectAttributes } from './operations/object-attributes.ts'
import { encodeGetObjectLockConfiguration, encodePutObjectLockConfiguration } from './operations/object-lock.ts'
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
import { encodeRenameObject } from './operations/rename-object.ts'
import { encodeRestoreObject } from './operations/restore-object.ts'
import { encodeUpdateObjectEncryption } from './operations/update-object-encryption.ts'
import { encodeUploadPart, encodeUploadPartCopy } from './operations/upload-part.ts'
import {
  encodeGetObjectLegalHold,
  encodeGetObjectRetention,
  encodePutObjectLegalHold,
  encodePutObjectRetention,
} from './operations/version-lock.ts'
import type { AnswerOf, Encoder } from './s3-request.ts'

type S3Kind =
  | Exclude<
      (
        | BucketOperation
        | LifecycleOperation
        | LockOperation
        | LoggingOperation
        | NotificationOperation
        | ObjectOperation
        | UploadOperation
      )['kind'],
      'delete-bucket-logging' | 'get-bucket-stat'
    >
  | ConfigurationKind
  | 'restore-object'
  | 'rename-object'
type S3Answers = { readonly [Kind in S3Kind]: AnswerOf<Kind> }

/** Every operation of buckets, objects and uploads, and who writes its answer. */
const ENCODERS: { readonly [Kind in S3Kind]: Encoder<Kind> } = {
  ...CONFIGURATION_ENCODERS,
  'list-buckets': encodeListBuckets,
  'list-directory-buckets': encodeListDirectoryBuckets,
  'create-session': encodeCreateSession,
  'create-bucket': encodeCreateBucket,
  'head-bucket': encodeHeadBucket,
  'delete-bucket': encodeDeleteBucket,
  'get-bucket-location': encodeGetBucketLocation,
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
  'get-object-attributes': encodeGetObjectAttributes,
  'update-object-encryption': encodeUpdateObjectEncryption,
  'get-bucket-lifecycle': encodeGetBucketLifecycle,
  'put-bucket-lifecycle': encodePutBucketLifecycle,
  'delete-bucket-lifecycle': encodeDeleteBucketLifecycle,
  'get-bucket-logging': encodeGetBucketLogging,
  'put-bucket-logging': encodePutBucketLogging,
  'get-bucket-notification': encodeGetBucketNotification,
  'put-bucket-notification': encodePutBucketNotification,
  'get-object-lock-configuration': encodeGetObjectLockConfiguration,
  'put-object-lock-configuration': encodePutObjectLockConfiguration,
  'rename-object': encodeRenameObject,
  'restore-object': encodeRestoreObject,
  'get-object-retention': encodeGetObjectRetention,
  'put-object-retention': encodePutObjectRetention,
  'get-object-legal-hold': encodeGetObjectLegalHold,
  'put-object-legal-hold': encodePutObjectLegalHold,
  'create-upload': encodeCreateUpload,
  'upload-part': encodeUploadPart,
  'upload-part-copy': encodeUploadPartCopy,
  'complete-upload': encodeCompleteUpload,
  'abort-upload': encodeAbortUpload,
  'list-parts': encodeListParts,
}

function isS3Answer(answer: Answer): answer is S3Answers[S3Kind] {
  return Object.hasOwn(ENCODERS, answer.operation.kind)
}

function encodeOne<Kind extends S3Kind>(kind: Kind, answer: S3Answers[Kind], context: AnswerContext): HttpResponse {
  const encoder: (answer: S3Answers[Kind], context: AnswerContext) => HttpResponse = ENCODERS[kind]
  return encoder(answer, context)
}

/** The answer on the wire. Keys and server operations are no part of this dialect: to meet one here is a defect. */
export function encode(answer: Answer, context: AnswerContext): HttpResponse {
  if (!isS3Answer(answer)) throw new Error(`the S3 dialect has no answer for ${answer.operation.kind}`)
  return encodeOne(answer.operation.kind, answer, context)
}
