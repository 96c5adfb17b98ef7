import type { PromisedBody } from '../auth/index.ts'
import type { KeyRequest } from '../kms/index.ts'
import * as engine from '../objects/index.ts'
import type { Permit } from '../objects/index.ts'
import type { Answer, Operation, OperationKind, OperationOf, Results } from '../operations/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

type Done<Kind extends OperationKind> = Promise<Results[Kind]>
type Verb<Kind extends OperationKind> = (
  rooms: GatewayRooms,
  permit: Permit,
  operation: OperationOf<Kind>,
  body: PromisedBody,
) => Done<Kind>

/** Every operation and the one place that carries it out. Total: an operation without a verb does not compile. */
const VERBS: { readonly [Kind in OperationKind]: Verb<Kind> } = {
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
  'delete-objects': (rooms, permit, operation) => engine.deleteObjects(rooms.objects, permit, operation),
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
  'create-upload': (rooms, permit, operation) => engine.createUpload(rooms.objects, permit, operation),
  'upload-part': (rooms, permit, operation, body) => engine.uploadPart(rooms.objects, permit, operation, body),
  'upload-part-copy': (rooms, permit, operation) => engine.uploadPartCopy(rooms.objects, permit, operation),
  'complete-upload': (rooms, permit, operation) => engine.completeUpload(rooms.objects, permit, operation),
  'abort-upload': (rooms, permit, operation) => engine.abortUpload(rooms.objects, permit, operation),
  'list-parts': (rooms, permit, operation) => engine.listParts(rooms.objects, permit, operation),
  'create-key': async (rooms, permit, operation) => {
    const { description, keyId, alias } = operation
    const request = keyRequest(permit)
    const options = keyId === undefined ? { description } : { description, keyId }
    const key = await rooms.keys.createKey(request, options)
    if (alias === undefined) return { key }
    await rooms.keys.setAlias(request, alias, key.keyId, false)
    return { key: await rooms.keys.describeKey(request, key.keyId) }
  },
  'list-keys': async (rooms, permit) => ({ keys: await rooms.keys.listKeys(keyRequest(permit)) }),
  'describe-key': async (rooms, permit, { key }) => ({ key: await rooms.keys.describeKey(keyRequest(permit), key) }),
  'key-dependents': async (rooms, permit, { key }) => ({
    key: await rooms.keys.describeKey(keyRequest(permit), key),
    dependents: await rooms.keys.dependents(keyRequest(permit), key),
  }),
  'enable-key': async (rooms, permit, { key }) => ({ key: await rooms.keys.enableKey(keyRequest(permit), key) }),
  'disable-key': async (rooms, permit, { key }) => ({ key: await rooms.keys.disableKey(keyRequest(permit), key) }),
  'rotate-key': async (rooms, permit, { key }) => ({ key: await rooms.keys.rotateKey(keyRequest(permit), key) }),
  'set-key-rotation': async (rooms, permit, { key, periodDays }) => ({
    key: await rooms.keys.setRotation(keyRequest(permit), key, periodDays),
  }),
  'schedule-key-deletion': async (rooms, permit, { key, pendingDays }) => ({
    key: await rooms.keys.scheduleDeletion(keyRequest(permit), key, pendingDays),
  }),
  'cancel-key-deletion': async (rooms, permit, { key }) => ({
    key: await rooms.keys.cancelDeletion(keyRequest(permit), key),
  }),
  'set-alias': async (rooms, permit, { alias, key, replace }) => {
    await rooms.keys.setAlias(keyRequest(permit), alias, key, replace)
    return undefined
  },
  'remove-alias': async (rooms, permit, { alias }) => {
    await rooms.keys.removeAlias(keyRequest(permit), alias)
    return undefined
  },
  'list-aliases': async (rooms, permit, { key }) => ({
    aliases: await rooms.keys.listAliases(keyRequest(permit), key),
  }),
  'server-status': (rooms) => rooms.server.status(),
  'verify-store': (rooms, permit, { bucket }) => rooms.server.verify(permit, bucket),
  'search-audit': async (rooms, _permit, operation) => {
    await rooms.audit.flush()
    return { records: await rooms.audit.search(operation) }
  },
}

function keyRequest(permit: Permit): KeyRequest {
  return { caller: permit.caller, requestId: permit.requestId }
}

/** Carries out one authorized operation. */
export async function execute(
  rooms: GatewayRooms,
  permit: Permit,
  operation: Operation,
  body: PromisedBody,
): Promise<Answer> {
  // One kind's verb takes that kind's operation: the pair is right by the table, which the compiler checked.
  const verb = VERBS[operation.kind] as Verb<OperationKind>
  const result = await verb(rooms, permit, operation, body)
  // The table pairs each kind with its own result; the compiler cannot follow the pair through the union.
  return { operation, result } as Answer
}
