/** Appends and renames: what OSS, OBS, COS and directory buckets have, by the words of `src/operations`. */
import assert from 'node:assert/strict'
import type { FailureKind, OperationOf, ReadConditions } from '../../src/operations/index.ts'
import { resultOf, type Outcome } from './outcome.ts'
import { conditionReasons } from './reference-reads.ts'
import { replace } from './reference-writes.ts'
import {
  bucketOf,
  checkShown,
  customerNumber,
  decide,
  drop,
  kmsReasons,
  place,
  plainShown,
  refused,
  shownId,
  shownOf,
  type Judge,
} from './reference.ts'
import type { ModelBucket, ModelVersion } from './world.ts'

type Append = OperationOf<'append-object'>
type Rename = OperationOf<'rename-object'>

function currentOf(bucket: ModelBucket, key: string): ModelVersion | undefined {
  const top = bucket.names.get(key)?.[0]
  return top?.marker === false ? top : undefined
}

export function checkAppend(judge: Judge, operation: Append, body: Buffer, outcome: Outcome): void {
  const bucket = bucketOf(judge, operation.bucket)
  if (bucket === undefined) {
    refused(judge, operation, outcome, ['no-such-bucket'])
    return
  }
  const current = currentOf(bucket, operation.key)
  if (current === undefined) begin(judge, bucket, operation, body, outcome)
  else goOn(judge, bucket, current, operation, body, outcome)
}

function begin(judge: Judge, bucket: ModelBucket, operation: Append, body: Buffer, outcome: Outcome): void {
  const decided = decide(judge.world, operation.encryption, bucket.encryption)
  const misplaced: readonly FailureKind[] = operation.position === 0 ? [] : ['position-mismatch']
  if (refused(judge, operation, outcome, [...misplaced, ...decided.reasons])) return
  const result = resultOf('append-object', outcome)
  const encryption = checkShown(judge, result.encryption, decided)
  assert.match(result.etag, /^[0-9a-f]{32}$/)
  assert.equal(result.size, body.length)
  const { properties } = operation
  const made = { marker: false, body, etag: result.etag, properties, encryption, parts: [], checksums: [] }
  place(judge, bucket, operation.key, { ...made, appendable: true }, result.versionId)
}

/** Why an upload or an object does not take the customer's key that came, or is to take one no more. */
function resumeReasons(bucket: ModelBucket, current: ModelVersion, { encryption }: Append): readonly FailureKind[] {
  const { customer } = current.encryption
  if (customer === undefined) return []
  if (bucket.encryption.blocked === 'sse-c') return ['access-denied']
  const sent = encryption.kind === 'sse-c' ? customerNumber(encryption.customer) : undefined
  return sent === customer ? [] : ['customer-key-mismatch']
}

function goOn(
  judge: Judge,
  bucket: ModelBucket,
  current: ModelVersion,
  operation: Append,
  body: Buffer,
  outcome: Outcome,
): void {
  const reasons: readonly FailureKind[] = [
    ...(current.appendable === true ? [] : (['not-appendable'] as const)),
    ...(operation.position === current.body.length ? [] : (['position-mismatch'] as const)),
    ...resumeReasons(bucket, current, operation),
    ...kmsReasons(judge.world, current.encryption.keyArn),
  ]
  if (refused(judge, operation, outcome, reasons)) return
  const result = resultOf('append-object', outcome)
  assert.deepEqual(plainShown(result.encryption), plainShown(shownOf(current.encryption)))
  assert.equal(result.size, current.body.length + body.length)
  assert.deepEqual({ versionId: result.versionId }, { versionId: shownId(bucket, current.id).versionId })
  if (body.length === 0) {
    assert.equal(result.etag, current.etag, 'nothing was added')
    return
  }
  assert.notEqual(result.etag, current.etag)
  const grown = { body: Buffer.concat([current.body, body]), etag: result.etag, modifiedMs: judge.world.nowMs }
  replace(bucket, operation.key, current, { ...current, ...grown })
}

function targetReasons(conditions: ReadConditions, current: ModelVersion | undefined): readonly FailureKind[] {
  if (current !== undefined) return conditionReasons(conditions, current).map(() => 'precondition-failed')
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs } = conditions
  const compares = ifMatch !== undefined || (ifModifiedSinceMs !== undefined && ifNoneMatch === undefined)
  return compares ? ['precondition-failed'] : []
}

export function checkRename(judge: Judge, operation: Rename, outcome: Outcome): void {
  const bucket = bucketOf(judge, operation.bucket)
  if (bucket === undefined) {
    refused(judge, operation, outcome, ['no-such-bucket'])
    return
  }
  const { from, key, sourceConditions, targetConditions, keepsTarget } = operation
  const [source, target] = [currentOf(bucket, from), currentOf(bucket, key)]
  const reasons: readonly FailureKind[] = [
    ...(from === key ? (['invalid-request'] as const) : []),
    ...(bucket.versioning === 'unversioned' ? [] : (['invalid-bucket-state'] as const)),
    ...(source === undefined
      ? (['no-such-key'] as const)
      : [
          ...kmsReasons(judge.world, source.encryption.keyArn),
          ...conditionReasons(sourceConditions, source).map(() => 'precondition-failed' as const),
        ]),
    ...(keepsTarget === true && target !== undefined ? (['rename-conflict'] as const) : []),
    ...targetReasons(targetConditions, target),
  ]
  // A marker that hides the name is named by who finds none; only where there are versions, which are refused.
  const hidden = outcome.kind === 'refused' ? outcome.deleteMarker : undefined
  if (refused(judge, operation, outcome, reasons, hidden) || source === undefined) return
  const { encryption } = resultOf('rename-object', outcome)
  assert.deepEqual(
    { ...plainShown(encryption), customerKeyMd5: undefined },
    { ...plainShown(shownOf(source.encryption)), customerKeyMd5: undefined },
  )
  drop(judge, bucket, from, source.id)
  place(judge, bucket, key, source, undefined)
  const placed = currentOf(bucket, key) ?? assert.fail()
  replace(bucket, key, placed, { ...placed, modifiedMs: source.modifiedMs })
}
