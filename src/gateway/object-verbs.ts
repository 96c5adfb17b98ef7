import * as engine from '../objects/index.ts'
import type {
  Awaitable,
  BucketName,
  ChangeOperation,
  DeleteEntry,
  DeleteObjects,
  GetObject,
  HeadObject,
  ObjectDescription,
  ObjectKey,
  ObjectOperation,
  UploadOperation,
} from '../operations/index.ts'
import { withResolvedAcl } from './resolve-acl.ts'
import type { BucketVerb } from './policy-verbs.ts'
import type { RequestPermit, Verbs } from './verb.ts'

/** Operations of buckets, objects and uploads: the engine's, one file a verb. */
export const OBJECT_VERBS: Verbs<
  Exclude<BucketVerb, 'create-session'> | (ObjectOperation | ChangeOperation | UploadOperation)['kind']
> = {
  'list-buckets': (rooms, permit, operation) => engine.listBuckets(rooms.objects, permit, operation),
  'list-directory-buckets': (rooms, permit, operation) => engine.listDirectoryBuckets(rooms.objects, permit, operation),
  'create-bucket': async (rooms, permit, operation) =>
    engine.createBucket(rooms.objects, permit, await withResolvedAcl(rooms, operation)),
  'head-bucket': (rooms, permit, operation) => engine.headBucket(rooms.objects, permit, operation),
  'delete-bucket': (rooms, permit, operation) => engine.deleteBucket(rooms.objects, permit, operation),
  'get-bucket-stat': (rooms, permit, operation) => engine.getBucketStat(rooms.objects, permit, operation),
  'get-bucket-location': (rooms, permit, operation) => engine.getBucketLocation(rooms.objects, permit, operation),
  'get-bucket-versioning': (rooms, permit, operation) => engine.getBucketVersioning(rooms.objects, permit, operation),
  'put-bucket-versioning': (rooms, permit, operation) => engine.putBucketVersioning(rooms.objects, permit, operation),
  'get-bucket-encryption': (rooms, permit, operation) => engine.getBucketEncryption(rooms.objects, permit, operation),
  'put-bucket-encryption': (rooms, permit, operation) => engine.putBucketEncryption(rooms.objects, permit, operation),
  'delete-bucket-encryption': (rooms, permit, operation) =>
    engine.deleteBucketEncryption(rooms.objects, permit, operation),
  'list-objects': (rooms, permit, operation) => engine.listObjects(rooms.objects, permit, operation),
  'list-object-versions': (rooms, permit, operation) => engine.listObjectVersions(rooms.objects, permit, operation),
  'list-uploads': (rooms, permit, operation) => engine.listUploads(rooms.objects, permit, operation),
  // Each entry is asked for by itself, and its permit is the one that its commit carries (T-075, T-078).
  'delete-objects': (rooms, permit, operation) =>
    engine.deleteObjects(rooms.objects, permit, operation, ({ key, versionId, condition }) =>
      permit.permitFor({
        ...{ kind: 'delete-object', entryOf: 'delete-objects', bucket: operation.bucket, key },
        ...(versionId === undefined ? {} : { versionId }),
        ...alsoOf(operation, condition),
      }),
    ),
  // A PUT without a list goes on in the same turn of the event loop.
  'put-object': (rooms, permit, operation, body) =>
    operation.acl === undefined
      ? engine.putObject(rooms.objects, permit, operation, body)
      : withResolvedAcl(rooms, operation).then((asked) => engine.putObject(rooms.objects, permit, asked, body)),
  'get-object': async (rooms, permit, operation) => {
    const result = await engine.getObject(rooms.objects, permit, operation, linked(permit, operation))
    return result.object.lock === undefined ? result : { ...result, object: await shownLock(permit, operation, result) }
  },
  'head-object': async (rooms, permit, operation) => {
    const result = await engine.headObject(rooms.objects, permit, operation, linked(permit, operation))
    return result.object.lock === undefined ? result : { ...result, object: await shownLock(permit, operation, result) }
  },
  'copy-object': async (rooms, permit, operation) =>
    engine.copyObject(rooms.objects, permit, await withResolvedAcl(rooms, operation)),
  'delete-object': (rooms, permit, operation) => engine.deleteObject(rooms.objects, permit, operation),
  'get-object-tagging': (rooms, permit, operation) => engine.getObjectTagging(rooms.objects, permit, operation),
  'put-object-tagging': (rooms, permit, operation) => engine.putObjectTagging(rooms.objects, permit, operation),
  'delete-object-tagging': (rooms, permit, operation) => engine.deleteObjectTagging(rooms.objects, permit, operation),
  'get-object-attributes': (rooms, permit, operation) => engine.getObjectAttributes(rooms.objects, permit, operation),
  'update-object-encryption': (rooms, permit, operation) =>
    engine.updateObjectEncryption(rooms.objects, permit, operation),
  'append-object': async (rooms, permit, operation, body) =>
    engine.appendObject(rooms.objects, permit, await withResolvedAcl(rooms, operation), body),
  'truncate-object': (rooms, permit, operation) => engine.truncateObject(rooms.objects, permit, operation),
  'modify-object': (rooms, permit, operation, body) => engine.modifyObject(rooms.objects, permit, operation, body),
  'rename-object': (rooms, permit, operation) => engine.renameObject(rooms.objects, permit, operation),
  'put-symlink': async (rooms, permit, operation) =>
    engine.putSymlink(rooms.objects, permit, await withResolvedAcl(rooms, operation)),
  'get-symlink': (rooms, permit, operation) => engine.getSymlink(rooms.objects, permit, operation),
  'restore-object': (rooms, permit, operation) => engine.restoreObject(rooms.objects, permit, operation),
  'create-upload': async (rooms, permit, operation) =>
    engine.createUpload(rooms.objects, permit, await withResolvedAcl(rooms, operation)),
  'upload-part': (rooms, permit, operation, body) => engine.uploadPart(rooms.objects, permit, operation, body),
  'upload-part-copy': (rooms, permit, operation) => engine.uploadPartCopy(rooms.objects, permit, operation),
  'complete-upload': (rooms, permit, operation) => engine.completeUpload(rooms.objects, permit, operation),
  'abort-upload': (rooms, permit, operation) => engine.abortUpload(rooms.objects, permit, operation),
  'list-parts': (rooms, permit, operation) => engine.listParts(rooms.objects, permit, operation),
}

/** Rights that an entry needs besides its own: to compare itself with what is there, and to lift governance retention (T-075). */
function alsoOf(
  { bypassGovernance }: DeleteObjects,
  condition: DeleteEntry['condition'],
): { readonly also?: readonly string[] } {
  const also: string[] = []
  if (bypassGovernance === true) also.push('s3:BypassGovernanceRetention')
  // Whoever compares learns something of what is there; that there is something, a deletion tells anyway.
  if (condition !== undefined && condition.etag !== '*') also.push('s3:GetObject')
  return also.length === 0 ? {} : { also }
}

/** Retention and hold are told to those who may ask for them by themselves (S3 GetObject, `x-amz-object-lock-mode`). */
async function shownLock(
  permit: RequestPermit,
  { bucket, key, versionId }: GetObject | HeadObject,
  { object }: { readonly object: ObjectDescription },
): Promise<ObjectDescription> {
  const { lock, ...shown } = object
  const at = { bucket, key, ...(versionId === undefined ? {} : { versionId }) }
  const may = (kind: 'get-object-retention' | 'get-object-legal-hold'): Promise<boolean> =>
    permit.mayAlso({ kind, ...at })
  const { retention, legalHold } = lock ?? {}
  const kept = {
    ...(retention !== undefined && (await may('get-object-retention')) ? { retention } : {}),
    ...(legalHold !== undefined && (await may('get-object-legal-hold')) ? { legalHold } : {}),
  }
  return Object.keys(kept).length === 0 ? shown : { ...shown, lock: kept }
}

/** What a link stands for is asked for by itself: the right to the link is none to its target (T-073, T-074). */
function linked(
  permit: RequestPermit,
  { kind, bucket }: { readonly kind: 'get-object' | 'head-object'; readonly bucket: BucketName },
): (key: ObjectKey) => Awaitable<engine.Permit> {
  return (key) => permit.permitFor({ kind, bucket, key })
}
