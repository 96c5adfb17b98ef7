import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type {
  BucketEncryption,
  Checksum,
  ChecksumAlgorithm,
  CustomerKey,
  EncryptionRequest,
  FailureKind,
  Operation,
  OperationKind,
  ShownEncryption,
} from '../../src/operations/index.ts'
import type { Driver, Outcome } from './outcome.ts'
import { customerMd5, UNKNOWN_KEY, valueOf } from './requests.ts'
import { CUSTOMERS } from './moves.ts'
import type { ModelBucket, ModelEncryption, ModelVersion, World } from './world.ts'

/** What the reference has to know of whom it judges. `loose`: requests ran side by side, so details may be of either. */
export interface Judge {
  readonly world: World
  readonly driver: Pick<Driver, 'sameFailure' | 'unseen' | 'timeUnitMs'>
  readonly loose?: boolean
}

/**
 * Whether the request had to be refused, for one of these reasons (several: whichever the store found first). Fails
 * where the outcome is another.
 */
export function refused(
  judge: Judge,
  operation: Operation,
  outcome: Outcome,
  reasons: readonly FailureKind[],
  deleteMarker?: string,
): boolean {
  if (reasons.length === 0) return false
  if (outcome.kind === 'done') {
    assert.fail(`${operation.kind} was done; it had to be refused with ${reasons.join(' or ')}`)
  }
  const fits = reasons.some((reason) => judge.driver.sameFailure(reason, outcome.failure, operation.kind))
  assert.ok(fits, `refused with ${outcome.failure} (${outcome.detail}), not with ${reasons.join(' or ')}`)
  if (judge.loose !== true && !judge.driver.unseen.has('refused.deleteMarker')) {
    assert.equal(outcome.deleteMarker, deleteMarker, 'the delete marker that a refusal names')
  }
  return true
}

/** Compares what an answer shows with what it has to show, as far as the driver can see it. */
export function same(judge: Judge, kind: OperationKind, actual: object, expected: object): void {
  const seen = (value: object): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(value)
        .filter(([field, content]) => content !== undefined && !judge.driver.unseen.has(`${kind}.${field}`))
        .map(([field, content]) => [field, Buffer.isBuffer(content) ? content.toString('hex') : content]),
    )
  assert.deepEqual(seen(actual), seen(expected), kind)
}

/** A time as answers that are no listings can say it. */
export function told(judge: Judge, ms: number): number {
  return Math.floor(ms / judge.driver.timeUnitMs) * judge.driver.timeUnitMs
}

export function bucketOf(judge: Judge, name: string): ModelBucket | undefined {
  return judge.world.buckets.get(name)
}

export type Found =
  | { readonly kind: 'found'; readonly bucket: ModelBucket; readonly version: ModelVersion }
  | { readonly kind: 'missing'; readonly reasons: readonly FailureKind[]; readonly deleteMarker?: string }

/** The version that a read means. */
export function find(
  judge: Judge,
  target: { readonly bucket: string; readonly key: string; readonly versionId?: string },
): Found {
  const bucket = bucketOf(judge, target.bucket)
  if (bucket === undefined) return { kind: 'missing', reasons: ['no-such-bucket'] }
  const versions = bucket.names.get(target.key) ?? []
  const { versionId } = target
  const version = versionId === undefined ? versions[0] : versions.find((one) => one.id === versionId)
  if (version === undefined) {
    return { kind: 'missing', reasons: [versionId === undefined ? 'no-such-key' : 'no-such-version'] }
  }
  if (!version.marker) return { kind: 'found', bucket, version }
  const reason = versionId === undefined ? 'no-such-key' : 'method-not-allowed'
  return { kind: 'missing', reasons: [reason], deleteMarker: version.id }
}

/** Ids are shown once the bucket was versioned. */
export function shownId(bucket: ModelBucket, id: string): { readonly versionId?: string } {
  return bucket.versioning === 'unversioned' ? {} : { versionId: id }
}

export function customerNumber(customer: CustomerKey | undefined): number | undefined {
  if (customer === undefined) return undefined
  const number = Array.from({ length: CUSTOMERS }, (_, index) => index).find((one) => customerMd5(one) === customer.md5)
  return number ?? assert.fail('a customer key of nobody')
}

/** Whether the customer's key that came is the one that belongs there. */
export function customerReasons(
  encryption: ModelEncryption,
  customer: CustomerKey | undefined,
  wrong: FailureKind,
): readonly FailureKind[] {
  const number = customerNumber(customer)
  if (number === encryption.customer) return []
  return number === undefined || encryption.customer === undefined ? ['customer-key-mismatch'] : [wrong]
}

export function kmsReasons(world: World, keyArn: string | undefined): readonly FailureKind[] {
  if (keyArn === undefined) return []
  const enabled = world.keys.get(keyArn)
  if (enabled === undefined) return keyArn === world.managedKey ? [] : ['key-not-found']
  return enabled ? [] : ['key-disabled']
}

/** How a write will be protected (docs/encryption.md). `managed`: under the account's own key, whatever its name. */
export interface Decided {
  readonly encryption: ModelEncryption
  readonly managed: boolean
  readonly context: boolean
  readonly reasons: readonly FailureKind[]
}

export function decide(world: World, request: EncryptionRequest, bucket: BucketEncryption): Decided {
  const none = { managed: false, context: false, reasons: [] }
  if (request.kind === 'sse-c') {
    const encryption = { mode: 'sse-c', bucketKey: false, customer: customerNumber(request.customer) ?? 0 } as const
    return { ...none, encryption, reasons: bucket.blocked === 'sse-c' ? ['access-denied'] : [] }
  }
  const asked = request.kind === 'default' ? bucket : request
  const mode = 'mode' in asked ? asked.mode : asked.kind
  if (mode === 'none' || mode === 'sse-s3') return { ...none, encryption: { mode, bucketKey: false } }
  const key = 'key' in asked ? asked.key : undefined
  const context = 'context' in request
  const flag = ('bucketKey' in request ? request.bucketKey : undefined) ?? bucket.bucketKey
  const keyArn = key ?? world.managedKey
  const bucketKey = mode === 'sse-kms' && flag && !context
  const encryption = { mode, bucketKey, ...(keyArn === undefined ? {} : { keyArn }) } as const
  return { encryption, managed: key === undefined, context, reasons: kmsReasons(world, keyArn) }
}

/** What an answer shows of a protection, compared; learns the ARN of the account's own key. */
export function checkShown(judge: Judge, shown: ShownEncryption, decided: Decided): ModelEncryption {
  const { encryption, managed, context } = decided
  if (managed && judge.world.managedKey === undefined) {
    assert.ok(shown.keyArn !== undefined && shown.keyArn !== UNKNOWN_KEY, 'the ARN of the managed key')
    assert.ok(!judge.world.keys.has(shown.keyArn))
    judge.world.managedKey = shown.keyArn
  }
  const keyArn = managed ? judge.world.managedKey : encryption.keyArn
  const made = { ...encryption, ...(keyArn === undefined ? {} : { keyArn }) }
  assert.deepEqual(plainShown(shown), plainShown(shownOf(made)))
  assert.deepEqual(shown.context, context ? { purpose: 'a test' } : undefined)
  return made
}

export function shownOf(encryption: ModelEncryption): ShownEncryption {
  const { mode, keyArn, bucketKey, customer } = encryption
  return {
    mode,
    cipher: 'aes-256',
    ...(keyArn === undefined ? {} : { keyArn }),
    ...(bucketKey ? { bucketKey } : {}),
    ...(customer === undefined ? {} : { customerKeyMd5: customerMd5(customer) }),
  }
}

/** `none` and `sse-s3` are one to S3; a flag that is not set is as good as none. */
export function plainShown(shown: ShownEncryption): object {
  const { mode, keyArn, bucketKey, customerKeyMd5 } = shown
  return { mode: mode === 'none' ? 'sse-s3' : mode, keyArn, bucketKey: bucketKey ?? false, customerKeyMd5 }
}

export function isPlainMode(encryption: ModelEncryption): boolean {
  return encryption.mode === 'none' || encryption.mode === 'sse-s3'
}

export function md5Of(body: Buffer): string {
  return createHash('md5').update(body).digest('hex')
}

/** An ETag of fresh data: the MD5 where the mode shows it, else something that says nothing of the data. */
export function checkEtag(encryption: ModelEncryption, body: Buffer, etag: string): string {
  if (isPlainMode(encryption)) assert.equal(etag, md5Of(body), 'the ETag is the MD5')
  else {
    assert.match(etag, /^[0-9a-f]{32}$/)
    assert.notEqual(etag, md5Of(body), 'the ETag tells of the data')
  }
  return etag
}

export async function checksumFor(
  algorithm: ChecksumAlgorithm,
  body: Buffer,
): Promise<{ readonly algorithm: ChecksumAlgorithm; readonly type: 'full-object'; readonly value: Uint8Array }> {
  return { algorithm, type: 'full-object', value: await valueOf(algorithm, body) }
}

/** Checksums in a form that is easy to compare and to read. */
export function plainChecksums(checksums: readonly Checksum[]): readonly string[] {
  return checksums.map(({ algorithm, type, value, parts }) =>
    [algorithm, type, Buffer.from(value).toString('base64'), parts ?? ''].join(' '),
  )
}

/** Puts a version on top of a name, as the bucket's versioning has it. */
export function place(
  judge: Judge,
  bucket: ModelBucket,
  key: string,
  made: Omit<ModelVersion, 'place' | 'modifiedMs' | 'id'>,
  id: string | undefined,
): void {
  const before = bucket.names.get(key) ?? []
  const isNull = bucket.versioning !== 'enabled'
  if (isNull) assert.equal(id ?? 'null', 'null', 'the id of a null version')
  else {
    assert.match(id ?? '', /^[0-9a-f]{32}$/)
    assert.ok(!before.some((version) => version.id === id), 'the id of a version is new')
  }
  const { nowMs } = judge.world
  const least = Math.max(nowMs * 1000, (before[0]?.place ?? 0) + 1)
  // An id begins with the version's order.
  const order = isNull ? least : Number(BigInt(`0x${(id ?? '').slice(0, 16)}`))
  assert.equal(order, least, 'the order of a version')
  const version: ModelVersion = {
    ...made,
    id: isNull ? 'null' : (id ?? ''),
    place: order,
    modifiedMs: nowMs,
  }
  const kept = isNull ? before.filter((one) => one.id !== 'null') : before
  bucket.names.set(key, [version, ...kept])
}

/** Ends a version. */
export function drop(judge: Judge, bucket: ModelBucket, key: string, id: string): ModelVersion | undefined {
  const versions = bucket.names.get(key) ?? []
  const version = versions.find((one) => one.id === id)
  if (version === undefined) return undefined
  if (id !== 'null') judge.world.gone.push(id)
  const left = versions.filter((one) => one !== version)
  if (left.length === 0) bucket.names.delete(key)
  else bucket.names.set(key, left)
  return version
}
