/** Bytes of an object that are written over or cut off in place, by the words of `src/operations`. */
import assert from 'node:assert/strict'
import type { FailureKind, OperationOf } from '../../src/operations/index.ts'
import { resultOf, type Outcome } from './outcome.ts'
import { replace } from './reference-writes.ts'
import {
  bucketOf,
  checkEtag,
  checksumFor,
  customerNumber,
  find,
  kmsReasons,
  place,
  plainShown,
  refused,
  shownOf,
  type Judge,
} from './reference.ts'
import type { ModelBucket, ModelVersion } from './world.ts'

type Change = OperationOf<'modify-object' | 'truncate-object'>

/** docs/object-format.md: longer bodies do not lie in their row. */
const MAX_INLINE_BYTES = 16_383

/** What was once in streams stays in streams, however little is left of it. */
function liesInStreams({ streams, appendable, parts, body }: ModelVersion): boolean {
  return streams ?? (appendable === true || parts.length > 0 || body.length > MAX_INLINE_BYTES)
}

function customerReasons(bucket: ModelBucket, current: ModelVersion, operation: Change): readonly FailureKind[] {
  const sent = customerNumber(operation.customer)
  const held = current.encryption.customer
  const blocked: readonly FailureKind[] =
    bucket.encryption.blocked === 'sse-c' && sent !== undefined ? ['access-denied'] : []
  if (sent === held) return blocked
  // Of an inline body the key is tried as by a read, of a stream as by a part.
  const wrong: readonly FailureKind[] = sent === undefined || held === undefined ? [] : ['access-denied']
  return [...blocked, 'customer-key-mismatch', ...wrong]
}

/** The bytes after the change; undefined where it is beyond their end. */
function changed(operation: Change, before: Buffer, body: Buffer): Buffer | undefined {
  const at = operation.kind === 'truncate-object' ? operation.length : operation.position
  if (at > before.length) return undefined
  if (operation.kind === 'truncate-object') return before.subarray(0, at)
  return Buffer.concat([before.subarray(0, at), body, before.subarray(at + body.length)])
}

export async function checkBytes(judge: Judge, operation: Change, body: Buffer, outcome: Outcome): Promise<void> {
  const bucket = bucketOf(judge, operation.bucket)
  const found = find(judge, operation)
  const kept: readonly FailureKind[] =
    bucket === undefined || bucket.versioning === 'unversioned' ? [] : ['invalid-bucket-state']
  if (bucket === undefined || found.kind === 'missing') {
    const marker = outcome.kind === 'refused' ? outcome.deleteMarker : undefined
    refused(judge, operation, outcome, [...kept, ...(found.kind === 'missing' ? found.reasons : [])], marker)
    return
  }
  const { version } = found
  const after = changed(operation, version.body, body)
  const reasons: readonly FailureKind[] = [
    ...kept,
    ...(after === undefined ? (['invalid-argument'] as const) : []),
    ...customerReasons(bucket, version, operation),
    ...kmsReasons(judge.world, version.encryption.keyArn),
  ]
  if (refused(judge, operation, outcome, reasons) || after === undefined) return
  const result = resultOf(operation.kind, outcome)
  assert.deepEqual(plainShown(result.encryption), plainShown(shownOf(version.encryption)))
  assert.deepEqual([result.size, result.versionId], [after.length, undefined])
  if (liesInStreams(version)) {
    const nothing = operation.kind === 'modify-object' ? body.length === 0 : after.length === version.body.length
    inStreams(judge, bucket, operation.key, version, { after, etag: result.etag, nothing })
    return
  }
  const etag = checkEtag(version.encryption, after, result.etag)
  const checksums = [await checksumFor('crc64nvme', after)]
  const streams = after.length > MAX_INLINE_BYTES
  place(judge, bucket, operation.key, { ...version, body: after, etag, checksums, streams }, undefined)
}

/** The version stays where it is; what was said of the whole of it is no more. */
function inStreams(
  judge: Judge,
  bucket: ModelBucket,
  key: string,
  version: ModelVersion,
  { after, etag, nothing }: { readonly after: Buffer; readonly etag: string; readonly nothing: boolean },
): void {
  if (nothing) {
    assert.equal(etag, version.etag, 'nothing was changed')
    return
  }
  assert.match(etag, /^[0-9a-f]{32}$/)
  assert.notEqual(etag, version.etag)
  const made = { body: after, etag, modifiedMs: judge.world.nowMs, parts: [], checksums: [], streams: true }
  replace(bucket, key, version, { ...version, ...made })
}
