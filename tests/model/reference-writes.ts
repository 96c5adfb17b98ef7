import assert from 'node:assert/strict'
import type {
  BodyExpectation,
  Checksum,
  FailureKind,
  ObjectProperties,
  OperationOf,
  StoredObject,
  Tags,
  WriteCondition,
} from '../../src/operations/index.ts'
import { resultOf, type Outcome } from './outcome.ts'
import { conditionReasons } from './reference-reads.ts'
import {
  bucketOf,
  checkEtag,
  checkShown,
  checksumFor,
  customerReasons,
  decide,
  drop,
  find,
  kmsReasons,
  md5Of,
  place,
  plainChecksums,
  refused,
  shownId,
  same,
  type Judge,
} from './reference.ts'
import type { ModelBucket, ModelEncryption, ModelVersion } from './world.ts'
import { valueOf } from './requests.ts'

export function writeConditionReasons(
  bucket: ModelBucket,
  key: string,
  condition: WriteCondition | undefined,
): readonly FailureKind[] {
  const top = bucket.names.get(key)?.[0]
  const current = top?.marker === false ? top : undefined
  if (condition === undefined) return []
  if (condition.kind === 'if-none-match-any') return current === undefined ? [] : ['precondition-failed']
  if (current === undefined) return ['no-such-key']
  return current.etag === condition.etag ? [] : ['precondition-failed']
}

/** What the client promised of a body, against the body. */
export async function bodyReasons(expect: BodyExpectation, body: Buffer): Promise<readonly FailureKind[]> {
  const { md5, checksum } = expect
  if (md5 !== undefined && Buffer.from(md5).toString('hex') !== md5Of(body)) return ['bad-digest']
  if (checksum === undefined || typeof checksum.value === 'string') return []
  const value = await valueOf(checksum.algorithm, body)
  return Buffer.compare(Buffer.from(value), Buffer.from(checksum.value)) === 0 ? [] : ['bad-digest']
}

export async function checkPut(
  judge: Judge,
  operation: OperationOf<'put-object'>,
  body: Buffer,
  outcome: Outcome,
): Promise<void> {
  const bucket = bucketOf(judge, operation.bucket)
  if (bucket === undefined) {
    refused(judge, operation, outcome, ['no-such-bucket'])
    return
  }
  const decided = decide(judge.world, operation.encryption, bucket.encryption)
  const reasons = [
    ...writeConditionReasons(bucket, operation.key, operation.condition),
    ...decided.reasons,
    ...(await bodyReasons(operation.expect, body)),
  ]
  if (refused(judge, operation, outcome, reasons)) return
  const result = resultOf('put-object', outcome)
  const encryption = checkShown(judge, result.encryption, decided)
  const checksum = await checksumFor(operation.expect.checksum?.algorithm ?? 'crc64nvme', body)
  const { properties } = operation
  checkStored(judge, 'put-object', bucket, result, { body, checksums: [checksum] })
  const made = {
    marker: false,
    body,
    etag: checkEtag(encryption, body, result.etag),
    properties,
    encryption,
    parts: [],
  }
  place(judge, bucket, operation.key, { ...made, checksums: [checksum] }, result.versionId)
}

export function checkStored(
  judge: Judge,
  kind: 'put-object' | 'copy-object' | 'complete-upload',
  bucket: ModelBucket,
  result: StoredObject,
  made: { readonly body: Buffer; readonly checksums: readonly Checksum[] },
): void {
  if (!judge.driver.unseen.has(`${kind}.checksums`)) {
    assert.deepEqual(plainChecksums(result.checksums), plainChecksums(made.checksums), 'checksums')
  }
  same(judge, kind, { size: result.size }, { size: made.body.length })
  assert.equal(result.versionId === undefined, bucket.versioning === 'unversioned', 'a version id is shown')
}

/** Why the source of a copy cannot be read; else the version. */
export function sourceOf(
  judge: Judge,
  source: OperationOf<'copy-object'>['source'],
): { readonly reasons: readonly FailureKind[]; readonly bucket?: ModelBucket; readonly version?: ModelVersion } {
  const found = find(judge, source)
  if (found.kind === 'missing') {
    // S3: "you are not allowed to specify a delete marker as a version for the x-amz-copy-source".
    return { reasons: found.reasons.map((one) => (one === 'method-not-allowed' ? 'invalid-request' : one)) }
  }
  const { bucket, version } = found
  const keys = [
    ...customerReasons(version.encryption, source.customer, 'access-denied'),
    ...kmsReasons(judge.world, version.encryption.keyArn),
  ]
  if (keys.length > 0) return { reasons: keys, bucket, version }
  const conditions = conditionReasons(source.conditions, version)
  return { reasons: conditions.length === 0 ? [] : ['precondition-failed'], bucket, version }
}

/** S3: a copy onto itself has to change something. */
function isUnchanged(operation: OperationOf<'copy-object'>, bucket: ModelBucket, version: ModelVersion): boolean {
  const { source, encryption } = operation
  if (source.bucket !== operation.bucket || source.key !== operation.key) return false
  if (bucket.names.get(operation.key)?.[0] !== version) return false
  if (operation.replaceProperties !== undefined || operation.storageClass !== undefined) return false
  if (operation.checksum !== undefined || encryption.kind !== 'default' || encryption.bucketKey !== undefined)
    return false
  return !bucket.encryption.explicit && version.encryption.mode === bucket.encryption.mode
}

export async function checkCopy(judge: Judge, operation: OperationOf<'copy-object'>, outcome: Outcome): Promise<void> {
  const bucket = bucketOf(judge, operation.bucket)
  const source = sourceOf(judge, operation.source)
  const { version } = source
  if (bucket === undefined || version === undefined) {
    const missing: readonly FailureKind[] = bucket === undefined ? ['no-such-bucket'] : []
    const condition = bucket === undefined ? [] : writeConditionReasons(bucket, operation.key, operation.condition)
    const block = bucket === undefined ? [] : decide(judge.world, operation.encryption, bucket.encryption).reasons
    refused(
      judge,
      operation,
      outcome,
      missing.length > 0 ? missing : [...source.reasons, ...condition, ...block],
      markerOf(outcome),
    )
    return
  }
  const decided = decide(judge.world, operation.encryption, bucket.encryption)
  const reasons: readonly FailureKind[] = [
    ...source.reasons,
    ...writeConditionReasons(bucket, operation.key, operation.condition),
    ...decided.reasons,
    ...(isUnchanged(operation, bucket, version) ? (['self-copy-without-change'] as const) : []),
  ]
  if (refused(judge, operation, outcome, reasons)) return
  const result = resultOf('copy-object', outcome)
  const encryption = checkShown(judge, result.encryption, decided)
  const algorithm = operation.checksum ?? version.checksums[0]?.algorithm ?? 'crc64nvme'
  const checksum = await checksumFor(algorithm, version.body)
  const { body } = version
  checkStored(judge, 'copy-object', bucket, result, { body, checksums: [checksum] })
  assert.equal(
    result.sourceVersionId,
    source.bucket === undefined ? undefined : shownId(source.bucket, version.id).versionId,
  )
  const made = { marker: false, body, etag: checkEtag(encryption, body, result.etag), encryption, parts: [] }
  const properties = copiedProperties(operation, version.properties)
  place(judge, bucket, operation.key, { ...made, properties, checksums: [checksum] }, result.versionId)
}

/** Which marker a refused source names is no promise. */
export function markerOf(outcome: Outcome): string | undefined {
  return outcome.kind === 'refused' ? outcome.deleteMarker : undefined
}

function copiedProperties(operation: OperationOf<'copy-object'>, source: ObjectProperties): ObjectProperties {
  const { system, metadata } = operation.replaceProperties ?? source
  const tags = operation.replaceTags ?? source.tags
  return { system, metadata, tags, storageClass: operation.storageClass ?? 'STANDARD' }
}

const EMPTY: ObjectProperties = { system: {}, metadata: [], tags: [], storageClass: 'STANDARD' }
const MARKER = {
  marker: true,
  body: Buffer.alloc(0),
  etag: '',
  properties: EMPTY,
  encryption: { mode: 'none', bucketKey: false } satisfies ModelEncryption,
  parts: [],
  checksums: [],
} as const

/** What a deletion shows, after it was done to the model. */
export function applyDelete(
  judge: Judge,
  bucket: ModelBucket,
  target: { readonly key: string; readonly versionId?: string },
  result: { readonly versionId?: string; readonly deleteMarker: boolean },
): void {
  const { key, versionId } = target
  if (versionId !== undefined) {
    const removed = drop(judge, bucket, key, versionId)
    assert.deepEqual(
      { versionId: result.versionId, deleteMarker: result.deleteMarker },
      { versionId, deleteMarker: removed?.marker ?? false },
    )
    return
  }
  if (bucket.versioning === 'unversioned') {
    assert.deepEqual([result.versionId, result.deleteMarker], [undefined, false])
    drop(judge, bucket, key, 'null')
    return
  }
  assert.equal(result.deleteMarker, true, 'a delete marker is made')
  place(judge, bucket, key, MARKER, result.versionId)
}

export function checkDelete(judge: Judge, operation: OperationOf<'delete-object'>, outcome: Outcome): void {
  const bucket = bucketOf(judge, operation.bucket)
  if (refused(judge, operation, outcome, bucket === undefined ? ['no-such-bucket'] : [])) return
  if (bucket !== undefined) applyDelete(judge, bucket, operation, resultOf(operation.kind, outcome))
}

export function checkDeleteMany(judge: Judge, operation: OperationOf<'delete-objects'>, outcome: Outcome): void {
  const bucket = bucketOf(judge, operation.bucket)
  if (refused(judge, operation, outcome, bucket === undefined ? ['no-such-bucket'] : [])) return
  const { outcomes } = resultOf(operation.kind, outcome)
  assert.equal(outcomes.length, operation.entries.length)
  for (const [index, entry] of operation.entries.entries()) {
    const one = outcomes[index]
    if (bucket === undefined || one?.kind !== 'deleted') assert.fail(`entry ${index} was not deleted`)
    assert.deepEqual([one.key, one.versionId], [entry.key, entry.versionId])
    applyDelete(judge, bucket, entry, one.result)
  }
}

export function replace(bucket: ModelBucket, key: string, version: ModelVersion, by: ModelVersion): void {
  const versions = bucket.names.get(key) ?? []
  bucket.names.set(
    key,
    versions.map((one) => (one === version ? by : one)),
  )
}

export function checkChangeTags(
  judge: Judge,
  operation: OperationOf<'put-object-tagging' | 'delete-object-tagging'>,
  outcome: Outcome,
): void {
  const found = find(judge, operation)
  if (found.kind === 'missing') {
    refused(judge, operation, outcome, found.reasons, found.deleteMarker)
    return
  }
  const { bucket, version } = found
  const tags: Tags = operation.kind === 'put-object-tagging' ? operation.tags : []
  same(judge, operation.kind, resultOf(operation.kind, outcome), shownId(bucket, version.id))
  replace(bucket, operation.key, version, { ...version, properties: { ...version.properties, tags } })
}

export function checkUpdateEncryption(
  judge: Judge,
  operation: OperationOf<'update-object-encryption'>,
  outcome: Outcome,
): void {
  const found = find(judge, operation)
  if (found.kind === 'missing') {
    refused(judge, operation, outcome, found.reasons, found.deleteMarker)
    return
  }
  const { bucket, version } = found
  const { mode, keyArn } = version.encryption
  const reasons: readonly FailureKind[] = [
    ...(mode === 'dsse-kms' || mode === 'sse-c' ? (['invalid-request'] as const) : []),
    ...kmsReasons(judge.world, keyArn),
    ...kmsReasons(judge.world, operation.keyArn),
  ]
  if (refused(judge, operation, outcome, reasons)) return
  resultOf(operation.kind, outcome)
  const encryption = { mode: 'sse-kms', keyArn: operation.keyArn, bucketKey: operation.bucketKey } as const
  replace(bucket, operation.key, version, { ...version, encryption })
}
