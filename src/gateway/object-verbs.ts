import * as engine from '../objects/index.ts'
import type { ChangeOperation, ObjectOperation, UploadOperation } from '../operations/index.ts'
import { notBuiltVerb } from './not-built.ts'
import type { BucketVerb } from './policy-verbs.ts'
import type { Verbs } from './verb.ts'

/** Operations of buckets, objects and uploads: the engine's, one file a verb. */
export const OBJECT_VERBS: Verbs<BucketVerb | (ObjectOperation | ChangeOperation | UploadOperation)['kind']> = {
  'list-buckets': (rooms, permit, operation) => engine.listBuckets(rooms.objects, permit, operation),
  'create-bucket': (rooms, permit, operation) => engine.createBucket(rooms.objects, permit, operation),
  'head-bucket': (rooms, permit, operation) => engine.headBucket(rooms.objects, permit, operation),
  'delete-bucket': (rooms, permit, operation) => engine.deleteBucket(rooms.objects, permit, operation),
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
    engine.deleteObjects(rooms.objects, permit, operation, ({ key, versionId }) =>
      permit.permitFor({
        ...{ kind: 'delete-object', entryOf: 'delete-objects', bucket: operation.bucket, key },
        ...(versionId === undefined ? {} : { versionId }),
      }),
    ),
  'put-object': (rooms, permit, operation, body) => engine.putObject(rooms.objects, permit, operation, body),
  'get-object': (rooms, permit, operation) => engine.getObject(rooms.objects, permit, operation),
  'head-object': (rooms, permit, operation) => engine.headObject(rooms.objects, permit, operation),
  'copy-object': (rooms, permit, operation) => engine.copyObject(rooms.objects, permit, operation),
  'delete-object': (rooms, permit, operation) => engine.deleteObject(rooms.objects, permit, operation),
  'get-object-tagging': (rooms, permit, operation) => engine.getObjectTagging(rooms.objects, permit, operation),
  'put-object-tagging': (rooms, permit, operation) => engine.putObjectTagging(rooms.objects, permit, operation),
  'delete-object-tagging': (rooms, permit, operation) => engine.deleteObjectTagging(rooms.objects, permit, operation),
  'get-object-attributes': (rooms, permit, operation) => engine.getObjectAttributes(rooms.objects, permit, operation),
  'update-object-encryption': (rooms, permit, operation) =>
    engine.updateObjectEncryption(rooms.objects, permit, operation),
  'append-object': notBuiltVerb('append-object'),
  'truncate-object': notBuiltVerb('truncate-object'),
  'modify-object': notBuiltVerb('modify-object'),
  'rename-object': notBuiltVerb('rename-object'),
  'put-symlink': notBuiltVerb('put-symlink'),
  'get-symlink': notBuiltVerb('get-symlink'),
  'restore-object': notBuiltVerb('restore-object'),
  'create-upload': (rooms, permit, operation) => engine.createUpload(rooms.objects, permit, operation),
  'upload-part': (rooms, permit, operation, body) => engine.uploadPart(rooms.objects, permit, operation, body),
  'upload-part-copy': (rooms, permit, operation) => engine.uploadPartCopy(rooms.objects, permit, operation),
  'complete-upload': (rooms, permit, operation) => engine.completeUpload(rooms.objects, permit, operation),
  'abort-upload': (rooms, permit, operation) => engine.abortUpload(rooms.objects, permit, operation),
  'list-parts': (rooms, permit, operation) => engine.listParts(rooms.objects, permit, operation),
}
