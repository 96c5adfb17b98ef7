import type {
  BucketEncryption,
  EncryptionContext,
  GrantParty,
  KeyDescription,
  ObjectDescription,
  ObjectKey,
  Results,
  ShownEncryption,
  ShownGrant,
  ShownJob,
  StoredObject,
  VerifyReport,
} from '../../operations/index.ts'
import { ACCOUNT_JSON } from './account-json.ts'
import { AUDIT_JSON } from './audit-json.ts'
import { KEY_MATERIAL_JSON } from './key-material-json.ts'
import { present } from '../present.ts'
import { PEOPLE_JSON } from './people-json.ts'
import type { JobJson } from './console/wire.ts'
import type {
  AdminKind,
  AdminResults,
  BucketEncryptionJson,
  GrantJson,
  KeyJson,
  ObjectJson,
  ShownEncryptionJson,
  StoredJson,
  TagJson,
  VerifyJson,
} from './wire.ts'

type Shapers = {
  readonly [Kind in AdminKind]: (result: Results[Kind], named: { readonly key: string }) => AdminResults[Kind]
}

const NOTHING = {}

/** Each result as JSON, member by member: what is not named here is not told. */
export const RESULT_JSON: Shapers = {
  ...PEOPLE_JSON,
  'server-status': ({ startedMs, ...status }) => ({
    state: status.state,
    version: status.version,
    region: status.region,
    account: status.account,
    started: instant(startedMs),
    workers: status.workers,
    data: status.data,
    ...present({ freeBytes: status.freeBytes }),
    buckets: status.buckets,
    versions: status.versions,
    bytes: status.bytes,
    uploads: status.uploads,
    rootProvider: status.rootProvider,
    audit: {
      records: status.audit.records,
      ...present({ verifierKey: status.audit.verifierKey, signedRecords: status.audit.signedRecords }),
      ...(status.audit.signedMs === undefined ? {} : { signed: instant(status.audit.signedMs) }),
    },
  }),
  'verify-store': verifyJson,
  'list-jobs': ({ jobs }) => ({ jobs: jobs.map(jobJson) }),
  'control-job': () => NOTHING,
  ...AUDIT_JSON,
  'explain-policy': ({ principal, action, resource, decision, reason, sides }) => ({
    ...{ principal, action, resource, decision, reason },
    sides: sides.map(({ side, says, policy, sid, index }) => ({ side, says, ...present({ policy, sid, index }) })),
  }),
  ...ACCOUNT_JSON,
  'list-buckets': ({ buckets, next }) => ({
    buckets: buckets.map(({ name, createdMs, region }) => ({ name, created: instant(createdMs), region })),
    ...present({ next }),
  }),
  'create-bucket': ({ location }) => ({ location }),
  'head-bucket': ({ region }) => ({ region }),
  'delete-bucket': () => NOTHING,
  'get-bucket-encryption': ({ encryption }) => bucketEncryptionJson(encryption),
  'put-bucket-encryption': () => NOTHING,
  'delete-bucket-encryption': () => NOTHING,
  'get-bucket-versioning': ({ versioning }) => ({ versioning }),
  'put-bucket-versioning': () => NOTHING,
  'list-objects': ({ objects, groups, truncated, nextContinuation }) => ({
    objects: objects.map(({ key, size, lastModifiedMs, etag, storageClass }) => ({
      key,
      size,
      lastModified: instant(lastModifiedMs),
      etag,
      storageClass,
    })),
    groups,
    truncated,
    ...present({ next: nextContinuation }),
  }),
  'head-object': ({ object }, { key }) => objectJson(object, key),
  'put-object': storedJson,
  'copy-object': (result) => ({ ...storedJson(result), lastModified: instant(result.lastModifiedMs) }),
  'delete-object': ({ versionId, deleteMarker }) => ({ ...present({ versionId }), deleteMarker }),
  'get-object-tagging': ({ tags, versionId }) => ({
    tags: tags.map(([key, value]) => ({ key, value })),
    ...present({ versionId }),
  }),
  'put-object-tagging': ({ versionId }) => present({ versionId }),
  'delete-object-tagging': ({ versionId }) => present({ versionId }),
  ...KEY_MATERIAL_JSON,
  'validate-policy': ({ problems }) => ({ valid: problems.length === 0, problems }),
  'create-key': keyResult,
  // Of keys that the caller may not describe, nothing is told here.
  'list-keys': ({ keys }) => ({
    keys: keys.flatMap(({ description }) => (description === undefined ? [] : [keyJson(description)])),
  }),
  'describe-key': keyResult,
  'key-dependents': ({ key, dependents }) => ({
    key: keyJson(key),
    dependents: {
      versions: dependents.versions,
      uploads: dependents.uploads,
      defaults: dependents.defaults,
      byVersion: dependents.byVersion.map(({ version, count }) => ({ version, count })),
    },
  }),
  'enable-key': keyResult,
  'disable-key': keyResult,
  'rotate-key': keyResult,
  'set-key-rotation': keyResult,
  'schedule-key-deletion': keyResult,
  'cancel-key-deletion': keyResult,
  'set-alias': () => NOTHING,
  'remove-alias': () => NOTHING,
  'list-aliases': ({ aliases }) => ({
    aliases: aliases.map(({ alias, keyId }) => ({ alias, ...present({ keyId }) })),
  }),
  'get-key-policy': ({ policy }) => ({ policy }),
  'put-key-policy': () => NOTHING,
  'create-grant': ({ grantId, grantToken }) => ({ id: grantId, token: grantToken }),
  'list-grants': ({ grants }) => ({ grants: grants.map(grantJson) }),
  'revoke-grant': () => NOTHING,
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}

function jobJson({ startedMs, endedMs, nextMs, ...job }: ShownJob): JobJson {
  const { name, state, paused, pausable, units, failures, lastFailure } = job
  const told = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : instant(ms))
  return {
    ...{ name, state, paused, pausable, units, failures },
    ...present({ lastFailure, lastStarted: told(startedMs), lastEnded: told(endedMs), next: told(nextMs) }),
  }
}

function grantJson(grant: ShownGrant): GrantJson {
  const { constraints = {} } = grant
  const pairs = (context: EncryptionContext | undefined): readonly TagJson[] | undefined =>
    context === undefined ? undefined : Object.entries(context).map(([key, value]) => ({ key, value }))
  const party = (one: GrantParty): string => (one.kind === 'principal' ? one.arn : one.name)
  return {
    id: grant.grantId,
    created: instant(grant.createdMs),
    grantee: party(grant.grantee),
    operations: grant.operations,
    ...present({
      name: grant.name,
      retiring: grant.retiring === undefined ? undefined : party(grant.retiring),
      contextEquals: pairs(constraints.contextEquals),
      contextSubset: pairs(constraints.contextSubset),
    }),
  }
}

function keyResult({ key }: { readonly key: KeyDescription }): { readonly key: KeyJson } {
  return { key: keyJson(key) }
}

function keyJson(key: KeyDescription): KeyJson {
  const { rotation, deletionMs } = key
  return {
    id: key.keyId,
    arn: key.arn,
    account: key.account,
    region: key.region,
    state: key.state,
    description: key.description,
    created: instant(key.createdMs),
    manager: key.manager,
    origin: key.origin,
    spec: key.spec,
    usage: key.usage,
    aliases: key.aliases,
    version: key.version,
    ...(rotation === undefined
      ? {}
      : { rotation: { periodDays: rotation.periodDays, next: instant(rotation.nextMs) } }),
    ...(deletionMs === undefined ? {} : { deletion: instant(deletionMs) }),
  }
}

function bucketEncryptionJson(encryption: BucketEncryption): BucketEncryptionJson {
  const { mode, cipher, key, bucketKey, explicit, blocked } = encryption
  return { mode, cipher, ...present({ key }), bucketKey, explicit, ...present({ blocked }) }
}

/** Neither the client's encryption context nor a customer key's digest is repeated. */
function encryptionJson({ mode, cipher, keyArn, bucketKey }: ShownEncryption): ShownEncryptionJson {
  return { mode, cipher, ...present({ keyArn, bucketKey }) }
}

function storedJson({ versionId, etag, size, encryption }: StoredObject): StoredJson {
  return { ...present({ versionId }), etag, size, encryption: encryptionJson(encryption) }
}

function objectJson(object: ObjectDescription, key: ObjectKey | string): ObjectJson {
  return {
    key,
    ...present({ versionId: object.versionId }),
    size: object.size,
    lastModified: instant(object.lastModifiedMs),
    etag: object.etag,
    ...present({ contentType: object.system.contentType }),
    storageClass: object.storageClass,
    metadata: Object.fromEntries(object.metadata),
    tagCount: object.tagCount,
    encryption: encryptionJson(object.encryption),
    ...present({ parts: object.partsCount }),
  }
}

function verifyJson(report: VerifyReport): VerifyJson {
  return {
    versions: report.versions,
    sealed: report.sealed,
    readable: report.readable,
    keysMissing: report.keysMissing,
    damaged: report.damaged.map(({ bucket, key, versionId, what }) => ({ bucket, key, versionId, what })),
    countersAgree: report.countersAgree,
    indexAgrees: report.indexAgrees,
    orphans: report.orphans,
    leftovers: report.leftovers,
    remarks: report.remarks,
  }
}
