import assert from 'node:assert/strict'
import type { BucketEncryption, FailureKind, OperationOf } from '../../src/operations/index.ts'
import { resultOf, type Outcome } from './outcome.ts'
import { bucketOf, refused, type Judge } from './reference.ts'

type BucketOperation = OperationOf<
  | 'create-bucket'
  | 'delete-bucket'
  | 'head-bucket'
  | 'get-bucket-versioning'
  | 'put-bucket-versioning'
  | 'get-bucket-encryption'
  | 'put-bucket-encryption'
  | 'delete-bucket-encryption'
>

const INITIAL: BucketEncryption = { mode: 'sse-s3', cipher: 'aes-256', bucketKey: false, explicit: false }

export function checkBucket(judge: Judge, operation: BucketOperation, outcome: Outcome): void {
  const bucket = bucketOf(judge, operation.bucket)
  if (operation.kind === 'create-bucket') {
    if (refused(judge, operation, outcome, bucket === undefined ? [] : ['bucket-exists'])) return
    resultOf(operation.kind, outcome)
    const { bucket: name } = operation
    const empty = { names: new Map(), uploads: new Map(), done: new Map() }
    judge.world.buckets.set(name, {
      name,
      createdMs: judge.world.nowMs,
      versioning: 'unversioned',
      encryption: INITIAL,
      ...empty,
    })
    for (const kind of ['list', 'list-versions', 'list-uploads']) judge.world.pages.delete(`${kind} ${name}`)
    return
  }
  const reasons: readonly FailureKind[] = bucket === undefined ? ['no-such-bucket'] : []
  if (refused(judge, operation, outcome, reasons) || bucket === undefined) return
  const { encryption } = bucket
  switch (operation.kind) {
    case 'delete-bucket': {
      const isEmpty = bucket.names.size === 0 && bucket.uploads.size === 0
      if (refused(judge, operation, outcome, isEmpty ? [] : ['bucket-not-empty'])) return
      resultOf(operation.kind, outcome)
      judge.world.buckets.delete(bucket.name)
      return
    }
    case 'head-bucket':
      assert.equal(resultOf(operation.kind, outcome).region, 'us-east-1')
      return
    case 'get-bucket-versioning':
      assert.equal(resultOf(operation.kind, outcome).versioning, bucket.versioning)
      return
    case 'put-bucket-versioning':
      resultOf(operation.kind, outcome)
      bucket.versioning = operation.versioning
      return
    case 'get-bucket-encryption': {
      const shown = resultOf(operation.kind, outcome).encryption
      assert.deepEqual(
        [shown.mode, shown.key, shown.bucketKey, shown.blocked],
        [encryption.mode, encryption.key, encryption.bucketKey, encryption.blocked],
      )
      return
    }
    case 'put-bucket-encryption': {
      resultOf(operation.kind, outcome)
      const { rule } = operation.change
      const blocked = operation.change.blocked ?? encryption.blocked
      const base = rule === undefined ? encryption : { ...rule, explicit: true }
      bucket.encryption = { ...base, ...(blocked === undefined ? {} : { blocked }) }
      return
    }
    case 'delete-bucket-encryption': {
      resultOf(operation.kind, outcome)
      const { blocked } = encryption
      bucket.encryption = { ...INITIAL, ...(blocked === undefined ? {} : { blocked }) }
    }
  }
}
