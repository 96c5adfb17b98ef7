/** What an object can be asked: by sub-resource, then by method. */
import type { ObjectTarget } from '../../operations/index.ts'
import type { Decoded } from '../dialect.ts'
import { NOT_HERE, type LevelTable } from './bucket-level.ts'
import { COPY_SOURCE } from './copy-source.ts'
import type { ObsRequest } from './obs-request.ts'
import { decodeGetObjectAcl, decodePutObjectAcl } from './operations/access-lists.ts'
import {
  decodeAppendObject,
  decodeModifyObject,
  decodeRenameObject,
  decodeRestoreObject,
  decodeTruncateObject,
} from './operations/change-object.ts'
import { decodeCopyObject } from './operations/copy-object.ts'
import { decodeDeleteObject } from './operations/delete-object.ts'
import { decodeListParts } from './operations/list-uploads.ts'
import { decodePutRetention } from './operations/object-lock.ts'
import {
  decodeDeleteObjectTagging,
  decodeGetObjectTagging,
  decodePutObjectTagging,
} from './operations/object-tagging.ts'
import { decodePutObject } from './operations/put-object.ts'
import { decodeGetObject, decodeHeadObject } from './operations/read-object.ts'
import { decodeUploadPart } from './operations/upload-part.ts'
import { decodeAbortUpload, decodeCompleteUpload, decodeCreateUpload } from './operations/uploads.ts'

export type ObjectDecoder = (request: ObsRequest, at: ObjectTarget) => Decoded

export const OBJECT_LEVEL: LevelTable<ObjectDecoder> = {
  acl: { GET: decodeGetObjectAcl, PUT: decodePutObjectAcl },
  append: { POST: decodeAppendObject },
  cors: NOT_HERE,
  inventory: NOT_HERE,
  lifecycle: NOT_HERE,
  logging: NOT_HERE,
  notification: NOT_HERE,
  replication: NOT_HERE,
  modify: { PUT: decodeModifyObject },
  'object-lock': NOT_HERE,
  rename: { POST: decodeRenameObject },
  requestPayment: NOT_HERE,
  restore: { POST: decodeRestoreObject },
  retention: { PUT: decodePutRetention },
  truncate: { PUT: decodeTruncateObject },
  website: NOT_HERE,
  plain: {
    GET: decodeGetObject,
    HEAD: decodeHeadObject,
    PUT: (request, at) =>
      request.headers.has(COPY_SOURCE) ? decodeCopyObject(request, at) : decodePutObject(request, at),
    DELETE: decodeDeleteObject,
  },
  apiversion: NOT_HERE,
  bucketStatus: NOT_HERE,
  delete: NOT_HERE,
  encryption: NOT_HERE,
  location: NOT_HERE,
  policy: NOT_HERE,
  policyStatus: NOT_HERE,
  publicAccessBlock: NOT_HERE,
  tagging: { GET: decodeGetObjectTagging, PUT: decodePutObjectTagging, DELETE: decodeDeleteObjectTagging },
  uploadId: {
    GET: decodeListParts,
    PUT: decodeUploadPart,
    POST: decodeCompleteUpload,
    DELETE: decodeAbortUpload,
  },
  uploads: { POST: decodeCreateUpload },
  versioning: NOT_HERE,
  storageinfo: NOT_HERE,
  versions: NOT_HERE,
}
