/**
 * Objects: buckets, versions, uploads. One file per verb, each `verb(rooms, permit, operation, body?)`.
 *
 * Promises: nothing happens without a `Permit`; a write is one metadata commit that carries the permit's guards, so
 * it happens whole, or not at all, and only while the right lasts; what is acknowledged is durable; a blob exists
 * because a row says so, and goes only when no reader can need it.
 * It does not know the key service: it asks `encryption` for keys and gets streams.
 * May import `encryption`, `storage`, `records`, `operations`, `secrets`.
 */
export { listsCount, writersOwn } from './access-lists.ts'
export { abortUpload } from './abort-upload.ts'
export { appendObject } from './append-object.ts'
export {
  abortBucketWorm,
  completeBucketWorm,
  extendBucketWorm,
  getBucketWorm,
  initiateBucketWorm,
} from './bucket-worm.ts'
export { deleteBucketLogging, getBucketLogging, putBucketLogging } from './bucket-logging.ts'
export { getBucketNotification, putBucketNotification } from './bucket-notification.ts'
export { deleteBucketLifecycle, getBucketLifecycle, putBucketLifecycle } from './bucket-lifecycle.ts'
export {
  deleteBucketOwnership,
  getBucketAcl,
  getBucketOwnership,
  putBucketAcl,
  putBucketOwnership,
} from './bucket-acl.ts'
export {
  deleteBucketCors,
  deleteBucketReplication,
  deleteBucketTagging,
  deleteBucketWebsite,
  deleteNumberedDocument,
  getBucketAccelerate,
  getBucketCors,
  getBucketReferer,
  getBucketReplication,
  getBucketRequestPayment,
  getBucketTagging,
  getBucketWebsite,
  getNumberedDocument,
  listNumberedDocuments,
  putBucketAccelerate,
  putBucketCors,
  putBucketReferer,
  putBucketReplication,
  putBucketRequestPayment,
  putBucketTagging,
  putBucketWebsite,
  putNumberedDocument,
} from './bucket-configurations.ts'
export { readConfiguration } from './configuration-rows.ts'
export { deleteBucketEncryption, getBucketEncryption, putBucketEncryption } from './bucket-encryption.ts'
export {
  deleteBucketPolicy,
  deletePublicAccessBlock,
  getBucketPolicy,
  getPublicAccessBlock,
  publicAccessOf,
  putBucketPolicy,
  putPublicAccessBlock,
} from './bucket-policy.ts'
export type { BucketRecord } from './bucket-record.ts'
export { openBucket, readBucket } from './bucket-rows.ts'
export { getBucketVersioning, putBucketVersioning } from './bucket-versioning.ts'
export { checksumOf } from './checksums.ts'
export { collectGarbage } from './collect-garbage.ts'
export { completeUpload } from './complete-upload.ts'
export { copyObject } from './copy-object.ts'
export { createBucket } from './create-bucket.ts'
export { createUpload } from './create-upload.ts'
export { deleteBucket } from './delete-bucket.ts'
export { deliverLogs } from './deliver-logs.ts'
export { deliverEvents, type SendEvent } from './deliver-events.ts'
export { deleteObject } from './delete-object.ts'
export { deleteObjects } from './delete-objects.ts'
export { expireUploads, forgetDoneUploads } from './expire-uploads.ts'
export { OBJECT_FAULT_POINTS } from './fault-points.ts'
export { getObjectAcl, putObjectAcl, versionAccess, type VersionAccess } from './object-acl.ts'
export { getObject } from './get-object.ts'
export { getObjectAttributes } from './get-object-attributes.ts'
export { changeGuard, readAuthority, type Authority } from './guards.ts'
export { getBucketLocation, headBucket } from './head-bucket.ts'
export { headObject } from './head-object.ts'
export { sessionEncryption, shownSessionEncryption } from './directory-buckets.ts'
export { listBuckets, listDirectoryBuckets } from './list-buckets.ts'
export { listObjectVersions } from './list-object-versions.ts'
export { listObjects } from './list-objects.ts'
export { listParts } from './list-parts.ts'
export { listUploads } from './list-uploads.ts'
export { isLocked, refuseLocked } from './locked-versions.ts'
export {
  getObjectLegalHold,
  getObjectLockConfiguration,
  getObjectRetention,
  putObjectLegalHold,
  putObjectLockConfiguration,
  putObjectRetention,
} from './object-lock.ts'
export { createObjectRooms, type ObjectOptions, type ObjectRooms } from './object-rooms.ts'
export { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts'
export type { Permit } from './permit.ts'
export { getSymlink, putSymlink } from './symlink.ts'
export { restoreObject } from './restore-object.ts'
export { putObject } from './put-object.ts'
export { forgetDeadReads, type ReadLeases } from './read-leases.ts'
export { accountCounter, bucketCounter, bucketKey, guardKey } from './row-keys.ts'
export { runLifecycle, type LifecyclePlace } from './run-lifecycle.ts'
export { scrubStore, type ScrubOptions } from './scrub-store.ts'
export type { KeyHolds } from './store-tally.ts'
export { sweepLeftovers } from './sweep-leftovers.ts'
export { updateObjectEncryption } from './update-object-encryption.ts'
export { uploadEncryption } from './upload-record.ts'
export { uploadPart } from './upload-part.ts'
export { uploadPartCopy } from './upload-part-copy.ts'
