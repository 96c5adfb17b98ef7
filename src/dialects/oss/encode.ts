import type { HttpResponse } from '../../http/index.ts'
import type { Answer } from '../../operations/index.ts'
import type { AnswerContext } from '../dialect.ts'
import { encodeGetObjectAcl, encodePutObjectAcl } from './operations/access-control.ts'
import { SETTING_ENCODERS } from './operations/bucket-settings.ts'
import {
  encodeCreateBucket,
  encodeDeleteBucket,
  encodeGetBucketLocation,
  encodeHeadBucket,
} from './operations/buckets.ts'
import {
  encodeAppendObject,
  encodeGetSymlink,
  encodePutSymlink,
  encodeRestoreObject,
} from './operations/change-object.ts'
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
import { encodeUploadPart, encodeUploadPartCopy } from './operations/upload-part.ts'
import type { OssDialectOptions } from './options.ts'
import type { AnswerOf, Encoder } from './oss-request.ts'

/** Every operation that a decoder of this dialect yields, and who writes its answer. */
const ENCODERS = {
  'list-buckets': encodeListBuckets,
  'create-bucket': encodeCreateBucket,
  'head-bucket': encodeHeadBucket,
  'delete-bucket': encodeDeleteBucket,
  'get-bucket-location': encodeGetBucketLocation,
  ...SETTING_ENCODERS,
  'list-objects': encodeListObjects,
  'list-object-versions': encodeListObjectVersions,
  'list-uploads': encodeListUploads,
  'delete-objects': encodeDeleteObjects,
  'put-object': encodePutObject,
  'get-object': encodeGetObject,
  'head-object': encodeHeadObject,
  'copy-object': encodeCopyObject,
  'delete-object': encodeDeleteObject,
  'append-object': encodeAppendObject,
  'put-symlink': encodePutSymlink,
  'get-symlink': encodeGetSymlink,
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
}

type OssKind = keyof typeof ENCODERS
type OssAnswers = { readonly [Kind in OssKind]: AnswerOf<Kind> }
/** Each encoder is of its own kind: a wrong pair does not compile. */
const TABLE: { readonly [Kind in OssKind]: Encoder<Kind> } = ENCODERS

function isOssAnswer(answer: Answer): answer is OssAnswers[OssKind] {
  return Object.hasOwn(TABLE, answer.operation.kind)
}

function encodeOne<Kind extends OssKind>(
  kind: Kind,
  answer: OssAnswers[Kind],
  context: AnswerContext,
  options: OssDialectOptions,
): HttpResponse {
  const encoder: (answer: OssAnswers[Kind], context: AnswerContext, options: OssDialectOptions) => HttpResponse =
    TABLE[kind]
  return encoder(answer, context, options)
}

/** The answer on the wire. Keys and server operations are no part of this dialect: to meet one here is a defect. */
export function encode(answer: Answer, context: AnswerContext, options: OssDialectOptions): HttpResponse {
  if (!isOssAnswer(answer)) throw new Error(`the OSS dialect has no answer for ${answer.operation.kind}`)
  return encodeOne(answer.operation.kind, answer, context, options)
}
