/**
 * Objects: buckets, versions, uploads. One file per verb, each `verb(rooms, permit, operation, body?)`.
 *
 * Promises: nothing happens without a `Permit`; a write is one metadata commit that carries the permit's guards, so
 * it happens whole, or not at all, and only while the right lasts; what is acknowledged is durable; a blob exists
 * because a row says so, and goes only when no reader can need it.
 * It does not know the key service: it asks `encryption` for keys and gets streams.
 * May import `encryption`, `storage`, `records`, `operations`, `secrets`.
 */
export { listsCount, writersOwn } from './buckets/access-lists.ts'
export { abortUpload } from './uploads/abort-upload.ts'
export { appendObject } from './writing/append-object.ts'
export {
  abortBucketWorm,
  completeBucketWorm,
  extendBucketWorm,
  getBucketWorm,
  initiateBucketWorm,
} from './buckets/bucket-worm.ts'
export { deleteBucketLogging, getBucketLogging, putBucketLogging } from './buckets/bucket-logging.ts'
export { getBucketNotification, putBucketNotification, WEBHOOK_ARN } from './buckets/bucket-notification.ts'
export { deleteBucketLifecycle, getBucketLifecycle, putBucketLifecycle } from './lifecycle/bucket-lifecycle.ts'
export {
  deleteBucketOwnership,
  getBucketAcl,
  getBucketOwnership,
  putBucketAcl,
  putBucketOwnership,
} from './buckets/bucket-acl.ts'
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
} from './buckets/bucket-configurations.ts'
export { readConfiguration } from './buckets/configuration-rows.ts'
export { deleteBucketEncryption, getBucketEncryption, putBucketEncryption } from './buckets/bucket-encryption.ts'
export {
  deleteBucketPolicy,
  deletePublicAccessBlock,
  getBucketPolicy,
  getPublicAccessBlock,
  publicAccessOf,
  putBucketPolicy,
  putPublicAccessBlock,
} from './buckets/bucket-policy.ts'
export type { BucketRecord } from './rows/bucket-record.ts'
export { openBucket, readBucket } from './rows/bucket-rows.ts'
export { getBucketVersioning, putBucketVersioning } from './buckets/bucket-versioning.ts'
export { checksumOf } from './bodies/checksums.ts'
export { collectGarbage } from './upkeep/collect-garbage.ts'
export { completeUpload } from './uploads/complete-upload.ts'
export { copyObject } from './writing/copy-object.ts'
export { createBucket } from './buckets/create-bucket.ts'
export { createUpload } from './uploads/create-upload.ts'
export { deleteBucket } from './buckets/delete-bucket.ts'
export { deliverLogs } from './deliveries/deliver-logs.ts'
export { deliverEvents, type SendEvent } from './deliveries/deliver-events.ts'
export { deleteObject } from './writing/delete-object.ts'
export { deleteObjects } from './writing/delete-objects.ts'
export { expireUploads, forgetDoneUploads } from './uploads/expire-uploads.ts'
export { OBJECT_FAULT_POINTS } from './fault-points.ts'
export { getObjectAcl, putObjectAcl, versionAccess, type VersionAccess } from './writing/object-acl.ts'
export { getObject } from './reading/get-object.ts'
export { getObjectAttributes } from './reading/get-object-attributes.ts'
export { changeGuard, readAuthority, type Authority } from './buckets/guards.ts'
export { bucketStat, getBucketStat } from './buckets/bucket-stat.ts'
export { getBucketLocation, headBucket } from './buckets/head-bucket.ts'
export { headObject } from './reading/head-object.ts'
export { sessionEncryption, shownSessionEncryption } from './buckets/directory-buckets.ts'
export { listBuckets, listDirectoryBuckets } from './buckets/list-buckets.ts'
export { listObjectVersions } from './listing/list-object-versions.ts'
export { listObjects } from './listing/list-objects.ts'
export { listParts } from './uploads/list-parts.ts'
export { listUploads } from './uploads/list-uploads.ts'
export { isLocked, refuseLocked } from './locks/locked-versions.ts'
export {
  getObjectLegalHold,
  getObjectLockConfiguration,
  getObjectRetention,
  putObjectLegalHold,
  putObjectLockConfiguration,
  putObjectRetention,
} from './writing/object-lock.ts'
export { createObjectRooms, type ObjectOptions, type ObjectRooms } from './object-rooms.ts'
export { deleteObjectTagging, getObjectTagging, putObjectTagging } from './writing/object-tagging.ts'
export { modifyObject } from './writing/modify-object.ts'
export { truncateObject } from './writing/truncate-object.ts'
export type { Permit } from './permit.ts'
export type { PinnedVersion } from './reading/pinned-version.ts'
export { getSymlink, putSymlink } from './writing/symlink.ts'
export { renameObject } from './writing/rename-object.ts'
export { restoreObject } from './writing/restore-object.ts'
export { putObject } from './writing/put-object.ts'
export { forgetDeadReads, type ReadLeases } from './reading/read-leases.ts'
export { accountCounter, bucketCounter, bucketKey, guardKey } from './rows/row-keys.ts'
export { runLifecycle, type LifecyclePlace } from './lifecycle/run-lifecycle.ts'
export { scrubStore, type ScrubOptions } from './upkeep/scrub-store.ts'
export type { KeyHolds } from './upkeep/store-tally.ts'
export { sweepLeftovers } from './upkeep/sweep-leftovers.ts'
export { updateObjectEncryption } from './writing/update-object-encryption.ts'
export { uploadEncryption } from './rows/upload-record.ts'
export { uploadPart } from './uploads/upload-part.ts'
export { uploadPartCopy } from './uploads/upload-part-copy.ts'
