import assert from 'node:assert/strict'
import type { ByteRange, FailureKind, OperationOf, ReadConditions, Results } from '../../src/operations/index.ts'
import { resultOf, type Outcome } from './outcome.ts'
import {
  customerReasons,
  find,
  isPlainMode,
  kmsReasons,
  plainChecksums,
  plainShown,
  refused,
  same,
  shownId,
  shownOf,
  told,
  type Judge,
} from './reference.ts'
import type { ModelBucket, ModelVersion } from './world.ts'

type Read = OperationOf<'get-object' | 'head-object'>

/** RFC 9110, 13.2.2, on whole seconds. */
export function conditionReasons(conditions: ReadConditions, version: ModelVersion): readonly FailureKind[] {
  const names = (etags: readonly string[]): boolean => etags.includes('*') || etags.includes(version.etag)
  const seconds = (ms: number): number => Math.floor(ms / 1000)
  const { ifMatch, ifNoneMatch, ifModifiedSinceMs, ifUnmodifiedSinceMs } = conditions
  if (ifMatch !== undefined && !names(ifMatch)) return ['precondition-failed']
  if (ifMatch === undefined && ifUnmodifiedSinceMs !== undefined) {
    if (seconds(version.modifiedMs) > seconds(ifUnmodifiedSinceMs)) return ['precondition-failed']
  }
  if (ifNoneMatch !== undefined) return names(ifNoneMatch) ? ['not-modified'] : []
  if (ifModifiedSinceMs === undefined) return []
  return seconds(version.modifiedMs) <= seconds(ifModifiedSinceMs) ? ['not-modified'] : []
}

/** The piece of a body that a range means; undefined: none can. */
export function pieceOf(range: ByteRange, size: number): { readonly first: number; readonly end: number } | undefined {
  if (range.kind === 'suffix') {
    return range.length === 0 || size === 0 ? undefined : { first: Math.max(0, size - range.length), end: size }
  }
  if (range.first >= size) return undefined
  return { first: range.first, end: Math.min(size, (range.last ?? size - 1) + 1) }
}

interface Piece {
  readonly first: number
  readonly end: number
  readonly partial: boolean
  readonly reasons: readonly FailureKind[]
  /** Position of the part that was asked for. */
  readonly part?: number
}

function chosen(operation: Pick<Read, 'range' | 'partNumber'>, version: ModelVersion): Piece {
  const whole = { first: 0, end: version.body.length }
  const { range, partNumber } = operation
  if (partNumber !== undefined) {
    if (version.parts.length === 0) {
      return { ...whole, partial: true, reasons: partNumber === 1 ? [] : ['invalid-part-number'] }
    }
    const part = version.parts.findIndex((one) => one.partNumber === partNumber)
    const found = version.parts[part]
    if (found === undefined) return { ...whole, partial: true, reasons: ['invalid-part-number'] }
    const first = version.parts.slice(0, part).reduce((sum, one) => sum + one.body.length, 0)
    return { first, end: first + found.body.length, partial: true, reasons: [], part }
  }
  if (range === undefined) return { ...whole, partial: false, reasons: [] }
  const piece = pieceOf(range, version.body.length)
  return piece === undefined
    ? { ...whole, partial: true, reasons: ['invalid-range'] }
    : { ...piece, partial: true, reasons: [] }
}

export function checkRead(judge: Judge, operation: Read, outcome: Outcome): void {
  const found = find(judge, operation)
  if (found.kind === 'missing') {
    refused(judge, operation, outcome, found.reasons, found.deleteMarker)
    return
  }
  const { bucket, version } = found
  const isGet = operation.kind === 'get-object'
  const keys = customerReasons(version.encryption, operation.customer, 'access-denied')
  const kms = kmsReasons(judge.world, version.encryption.keyArn)
  if (refused(judge, operation, outcome, keys)) return
  if (isGet && refused(judge, operation, outcome, kms)) return
  if (refused(judge, operation, outcome, conditionReasons(operation.conditions, version))) return
  const piece = chosen(operation, version)
  if (refused(judge, operation, outcome, piece.reasons)) return
  const { object, slice } = resultOf(operation.kind, outcome)
  const wanted = operation.withChecksums && (!piece.partial || operation.partNumber !== undefined)
  const part = piece.part === undefined ? undefined : version.parts[piece.part]
  // A key that cannot be used hides checksums of what it protects.
  const visible = wanted && (isPlainMode(version.encryption) || kms.length === 0)
  const checksums = !visible ? [] : part === undefined ? version.checksums : [part.checksum]
  checkDescription(judge, operation.kind, bucket, version, object)
  if (!judge.driver.unseen.has(`${operation.kind}.checksums`)) {
    assert.deepEqual(plainChecksums(object.checksums), plainChecksums(checksums), 'checksums')
  }
  const { first, end, partial } = piece
  same(judge, operation.kind, slice, { first, length: end - first, total: version.body.length, partial })
  if (outcome.kind === 'done' && isGet) {
    assert.ok(outcome.bytes?.equals(version.body.subarray(first, end)) === true, 'the bytes')
  }
}

function checkDescription(
  judge: Judge,
  kind: 'get-object' | 'head-object' | 'get-object-attributes',
  bucket: ModelBucket,
  version: ModelVersion,
  object: Results['head-object']['object'],
): void {
  const { properties } = version
  same(
    judge,
    kind,
    { ...object, encryption: plainShown(object.encryption), checksums: undefined, crc64: undefined },
    {
      ...shownId(bucket, version.id),
      size: version.body.length,
      lastModifiedMs: told(judge, version.modifiedMs),
      etag: version.etag,
      system: properties.system,
      metadata: properties.metadata,
      tagCount: properties.tags.length,
      storageClass: properties.storageClass,
      encryption: plainShown(shownOf(version.encryption)),
      ...(version.parts.length === 0 ? {} : { partsCount: version.parts.length }),
      ...(version.appendable === true ? { appendable: true } : {}),
    },
  )
}

export function checkAttributes(judge: Judge, operation: OperationOf<'get-object-attributes'>, outcome: Outcome): void {
  const found = find(judge, operation)
  if (found.kind === 'missing') {
    refused(judge, operation, outcome, found.reasons, found.deleteMarker)
    return
  }
  const { bucket, version } = found
  const keys = customerReasons(version.encryption, operation.customer, 'access-denied')
  if (refused(judge, operation, outcome, keys)) return
  const { object, parts } = resultOf('get-object-attributes', outcome)
  checkDescription(judge, 'get-object-attributes', bucket, version, object)
  const visible = isPlainMode(version.encryption) || kmsReasons(judge.world, version.encryption.keyArn).length === 0
  assert.deepEqual(plainChecksums(object.checksums), visible ? plainChecksums(version.checksums) : [])
  if (version.parts.length === 0) {
    assert.equal(parts, undefined)
    return
  }
  assert.ok(parts !== undefined)
  const after = version.parts.filter((part) => part.partNumber > operation.partNumberMarker)
  const listed = after.slice(0, operation.maxParts)
  assert.deepEqual(
    parts.listed.map((part) => [part.partNumber, part.size, ...plainChecksums(part.checksums)]),
    listed.map((part) => [part.partNumber, part.body.length, ...(visible ? plainChecksums([part.checksum]) : [])]),
  )
  const next = after.length > listed.length ? listed.at(-1)?.partNumber : undefined
  assert.deepEqual([parts.total, parts.next], [version.parts.length, next])
}

export function checkGetTags(judge: Judge, operation: OperationOf<'get-object-tagging'>, outcome: Outcome): void {
  const found = find(judge, operation)
  if (found.kind === 'missing') {
    refused(judge, operation, outcome, found.reasons, found.deleteMarker)
    return
  }
  const { bucket, version } = found
  same(judge, operation.kind, resultOf(operation.kind, outcome), {
    tags: version.properties.tags,
    ...shownId(bucket, version.id),
  })
}
