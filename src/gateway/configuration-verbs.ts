import * as engine from '../objects/index.ts'
import type { AccessControlOperation, ConfigurationOperation, NumberedDocument } from '../operations/index.ts'
import { withResolvedAcl } from './resolve-acl.ts'
import type { Verbs } from './verb.ts'

type Kind = (AccessControlOperation | ConfigurationOperation)['kind']
type NumberedKind = `${'get' | 'put' | 'delete' | 'list'}-bucket-${NumberedDocument}`

/** Documents of which a bucket has several: the four verbs of each. */
const NUMBERED_VERBS: Verbs<NumberedKind> = {
  'get-bucket-inventory': (rooms, permit, { id }) => engine.getNumberedDocument(rooms.objects, permit, 'inventory', id),
  'put-bucket-inventory': (rooms, permit, { kind, document }) =>
    engine.putNumberedDocument(rooms.objects, permit, kind, 'inventory', document),
  'delete-bucket-inventory': (rooms, permit, { kind, id }) =>
    engine.deleteNumberedDocument(rooms.objects, permit, kind, 'inventory', id),
  'list-bucket-inventory': (rooms, permit, { after }) =>
    engine.listNumberedDocuments(rooms.objects, permit, 'inventory', after),
  'get-bucket-analytics': (rooms, permit, { id }) => engine.getNumberedDocument(rooms.objects, permit, 'analytics', id),
  'put-bucket-analytics': (rooms, permit, { kind, document }) =>
    engine.putNumberedDocument(rooms.objects, permit, kind, 'analytics', document),
  'delete-bucket-analytics': (rooms, permit, { kind, id }) =>
    engine.deleteNumberedDocument(rooms.objects, permit, kind, 'analytics', id),
  'list-bucket-analytics': (rooms, permit, { after }) =>
    engine.listNumberedDocuments(rooms.objects, permit, 'analytics', after),
  'get-bucket-metrics': (rooms, permit, { id }) => engine.getNumberedDocument(rooms.objects, permit, 'metrics', id),
  'put-bucket-metrics': (rooms, permit, { kind, document }) =>
    engine.putNumberedDocument(rooms.objects, permit, kind, 'metrics', document),
  'delete-bucket-metrics': (rooms, permit, { kind, id }) =>
    engine.deleteNumberedDocument(rooms.objects, permit, kind, 'metrics', id),
  'list-bucket-metrics': (rooms, permit, { after }) =>
    engine.listNumberedDocuments(rooms.objects, permit, 'metrics', after),
  'get-bucket-intelligent-tiering': (rooms, permit, { id }) =>
    engine.getNumberedDocument(rooms.objects, permit, 'intelligent-tiering', id),
  'put-bucket-intelligent-tiering': (rooms, permit, { kind, document }) =>
    engine.putNumberedDocument(rooms.objects, permit, kind, 'intelligent-tiering', document),
  'delete-bucket-intelligent-tiering': (rooms, permit, { kind, id }) =>
    engine.deleteNumberedDocument(rooms.objects, permit, kind, 'intelligent-tiering', id),
  'list-bucket-intelligent-tiering': (rooms, permit, { after }) =>
    engine.listNumberedDocuments(rooms.objects, permit, 'intelligent-tiering', after),
}

/** Lists and configurations of buckets: the engine's, one file a document. Whom a list names is looked up here. */
export const CONFIGURATION_VERBS: Verbs<Kind> = {
  ...NUMBERED_VERBS,
  'put-bucket-acl': async (rooms, permit, operation) =>
    engine.putBucketAcl(rooms.objects, permit, await withResolvedAcl(rooms, operation)),
  'put-object-acl': async (rooms, permit, operation) =>
    engine.putObjectAcl(rooms.objects, permit, await withResolvedAcl(rooms, operation)),
  'get-bucket-acl': (rooms, permit, operation) => engine.getBucketAcl(rooms.objects, permit, operation),
  'get-object-acl': (rooms, permit, operation) => engine.getObjectAcl(rooms.objects, permit, operation),
  'get-bucket-ownership': (rooms, permit, operation) => engine.getBucketOwnership(rooms.objects, permit, operation),
  'put-bucket-ownership': (rooms, permit, operation) => engine.putBucketOwnership(rooms.objects, permit, operation),
  'delete-bucket-ownership': (rooms, permit, operation) =>
    engine.deleteBucketOwnership(rooms.objects, permit, operation),
  'get-bucket-tagging': (rooms, permit, operation) => engine.getBucketTagging(rooms.objects, permit, operation),
  'put-bucket-tagging': (rooms, permit, operation) => engine.putBucketTagging(rooms.objects, permit, operation),
  'delete-bucket-tagging': (rooms, permit, operation) => engine.deleteBucketTagging(rooms.objects, permit, operation),
  'get-bucket-cors': (rooms, permit, operation) => engine.getBucketCors(rooms.objects, permit, operation),
  'put-bucket-cors': (rooms, permit, operation) => engine.putBucketCors(rooms.objects, permit, operation),
  'delete-bucket-cors': (rooms, permit, operation) => engine.deleteBucketCors(rooms.objects, permit, operation),
  'get-bucket-website': (rooms, permit, operation) => engine.getBucketWebsite(rooms.objects, permit, operation),
  'put-bucket-website': (rooms, permit, operation) => engine.putBucketWebsite(rooms.objects, permit, operation),
  'delete-bucket-website': (rooms, permit, operation) => engine.deleteBucketWebsite(rooms.objects, permit, operation),
  'get-bucket-request-payment': (rooms, permit, operation) =>
    engine.getBucketRequestPayment(rooms.objects, permit, operation),
  'put-bucket-request-payment': (rooms, permit, operation) =>
    engine.putBucketRequestPayment(rooms.objects, permit, operation),
  'get-bucket-accelerate': (rooms, permit, operation) => engine.getBucketAccelerate(rooms.objects, permit, operation),
  'put-bucket-accelerate': (rooms, permit, operation) => engine.putBucketAccelerate(rooms.objects, permit, operation),
  'get-bucket-referer': (rooms, permit, operation) => engine.getBucketReferer(rooms.objects, permit, operation),
  'put-bucket-referer': (rooms, permit, operation) => engine.putBucketReferer(rooms.objects, permit, operation),
  'get-bucket-replication': (rooms, permit, operation) => engine.getBucketReplication(rooms.objects, permit, operation),
  'put-bucket-replication': (rooms, permit, operation) => engine.putBucketReplication(rooms.objects, permit, operation),
  'delete-bucket-replication': (rooms, permit, operation) =>
    engine.deleteBucketReplication(rooms.objects, permit, operation),
}
