import { createSecretKey, type KeyObject } from 'node:crypto'
import type { KeyRequest, KeyUse } from '../kms/index.ts'
import {
  after,
  refuse,
  requesterName,
  type Awaitable,
  type Caller,
  type EncryptionContext,
} from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import { randomBytes, type SecretBytes } from '../secrets/index.ts'
import { faultPoint, type Row } from '../storage/index.ts'
import { openBucketKeyRecord, sealBucketKeyRecord, type BucketKeyRecord } from './bucket-key-record.ts'
import { bucketArn, contextFor } from './encryption-context.ts'
import { bucketKeyRow, type RowStore } from './encryption-rows.ts'
import type { ObjectKeyService } from './service-keys.ts'
import { openStoredBlob } from './stored-data-key.ts'
import { TimedKeys } from './timed-keys.ts'

export interface BucketKeyLimits {
  /** How long a bucket key wraps new DEKs. */
  readonly encryptForMs: number
  /** How many DEKs one process wraps under it. */
  readonly maxWraps: number
  /** How long a process keeps it for one principal. */
  readonly keepMs: number
  /** How many (bucket key, principal) pairs a process keeps. */
  readonly maxKept: number
}

export const BUCKET_KEY_LIMITS: BucketKeyLimits = {
  encryptForMs: 60 * 60 * 1000,
  maxWraps: 2 ** 20,
  keepMs: 5 * 60 * 1000,
  maxKept: 4096,
}

/** Where a crash test may end the process or throw. */
export const BUCKET_KEY_FAULT_POINTS: readonly string[] = [
  'bucket-key:before-metadata-commit',
  'bucket-key:after-metadata-commit',
]

/** Units (bucket, KMS key, version) whose current bucket key a process remembers. */
const MAX_UNITS = 4096
const MAX_TRIES = 5

export interface BucketKeyUse {
  readonly record: BucketKeyRecord
  readonly key: KeyObject
}

/** `renew`: of the right by which it was opened (`KeyUse`). */
export interface OpenedBucketKey extends Required<Pick<KeyUse, 'renew'>> {
  readonly key: KeyObject
}

interface Current {
  readonly record: BucketKeyRecord
  wraps: number
}

/**
 * Bucket keys: one data key of the KMS key for a bucket, kept in a row, under which many DEKs are wrapped. Authorization
 * and the key's state are asked for on every request, before a kept key is looked at: a kept key spares the key
 * store, never the question.
 */
export class BucketKeys {
  readonly #kms: ObjectKeyService
  readonly #store: RowStore
  readonly #records: RecordSealer
  readonly #now: () => number
  readonly #limits: BucketKeyLimits
  readonly #kept: TimedKeys
  readonly #current = new Map<string, Current>()
  readonly #flights = new Map<string, Promise<BucketKeyUse>>()

  constructor(parts: {
    readonly kms: ObjectKeyService
    readonly store: RowStore
    readonly records: RecordSealer
    readonly now: () => number
    readonly limits?: BucketKeyLimits
  }) {
    this.#kms = parts.kms
    this.#store = parts.store
    this.#records = parts.records
    this.#now = parts.now
    this.#limits = parts.limits ?? BUCKET_KEY_LIMITS
    this.#kept = new TimedKeys({ limit: this.#limits.maxKept, lifeMs: this.#limits.keepMs, now: parts.now })
  }

  /** The bucket key for a write; `key` is verbatim, undefined for the managed key of the caller's account. */
  forWrite(
    request: KeyRequest,
    bucket: { readonly name: string; readonly uuid: Uint8Array },
    key: string | undefined,
  ): Awaitable<BucketKeyUse> {
    const context = contextFor(bucketArn(bucket.name), undefined)
    return after(this.#kms.resolve(request, key), (target) =>
      after(this.#kms.authorizeUse(request, target, 'GenerateDataKey', context), ({ renew }) =>
        after(this.#currentOf(request, bucket, target), ({ record, key: held }) => ({
          // The row's use is everybody's; the right is this caller's.
          record: { ...record, use: { ...record.use, renew } },
          key: held,
        })),
      ),
    )
  }

  #currentOf(
    request: KeyRequest,
    bucket: { readonly name: string; readonly uuid: Uint8Array },
    target: KeyUse,
  ): Awaitable<BucketKeyUse> {
    const rowKey = bucketKeyRow(bucket.uuid, target.keyUid, target.version)
    const unit = rowKey.toString('latin1')
    const principal = principalOf(request.caller)
    const current = this.#current.get(unit)
    if (current !== undefined && this.#wraps(current)) {
      const kept = this.#kept.get(keptName(current.record.id, principal))
      if (kept !== undefined) {
        current.wraps++
        return { record: current.record, key: kept }
      }
    }
    const context = contextFor(bucketArn(bucket.name), undefined)
    return this.#once(`${unit}${principal}`, () => this.#fetch(request, rowKey, target, context)).then((found) => {
      const entry = this.#current.get(unit)
      if (entry?.record.id === found.record.id) entry.wraps++
      return found
    })
  }

  /** The bucket key that an existing version was written under. `fresh`: the key service is asked, whatever is kept. */
  forRead(request: KeyRequest, stored: StoredBucketKey & { readonly fresh: boolean }): Awaitable<OpenedBucketKey> {
    const use = { keyUid: stored.keyUid, arn: stored.keyArn }
    return after(this.#kms.authorizeUse(request, use, 'Decrypt', stored.context), ({ renew }) => {
      const name = keptName(stored.bucketKeyId, principalOf(request.caller))
      const kept = stored.fresh ? undefined : this.#kept.get(name)
      return after(kept ?? this.#openForRead(request, stored, name), (key) => ({ key, renew }))
    })
  }

  async #openForRead(request: KeyRequest, stored: StoredBucketKey, name: string): Promise<KeyObject> {
    const { plaintext } = await openStoredBlob(this.#kms, request, stored)
    return this.#keep(name, plaintext)
  }

  /** Reads the row, or makes the bucket key and writes it; whoever loses that race takes the winner's. */
  async #fetch(request: KeyRequest, rowKey: Buffer, target: KeyUse, context: EncryptionContext): Promise<BucketKeyUse> {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const [row] = await this.#store.getMany([rowKey])
      const stored = row === undefined ? undefined : this.#usable(rowKey, row)
      if (stored !== undefined) {
        const { plaintext } = await openStoredBlob(this.#kms, request, {
          ...{ ...stored, keyArn: stored.use.arn, forWriting: true },
        })
        return this.#take(request.caller, rowKey, stored, plaintext)
      }
      const made = await this.#kms.generateDataKey(request, { key: target.arn, context })
      const nowMs = this.#now()
      const record: BucketKeyRecord = {
        id: randomBytes(16).toString('hex'),
        blob: made.blob.toString('base64'),
        context,
        use: { keyUid: made.use.keyUid, version: made.use.version, arn: made.use.arn },
        createdMs: nowMs,
        encryptUntilMs: nowMs + this.#limits.encryptForMs,
      }
      faultPoint('bucket-key:before-metadata-commit')
      const outcome = await this.#store.commit({
        checks: [
          row === undefined
            ? { kind: 'absent', key: rowKey }
            : { kind: 'revision', key: rowKey, revision: row.revision },
        ],
        writes: [{ kind: 'put', key: rowKey, value: sealBucketKeyRecord(this.#records, rowKey, record) }],
      })
      faultPoint('bucket-key:after-metadata-commit')
      if (outcome.kind === 'committed') return this.#take(request.caller, rowKey, record, made.plaintext)
      made.plaintext.wipe()
    }
    return refuse({ kind: 'contended', detail: 'the bucket key' })
  }

  /** The row's bucket key, unless its time is over or this process has wrapped enough under it. */
  #usable(rowKey: Buffer, row: Row): BucketKeyRecord | undefined {
    const record = openBucketKeyRecord(this.#records, rowKey, row.value)
    const current = this.#current.get(rowKey.toString('latin1'))
    return this.#wraps(current?.record.id === record.id ? current : { record, wraps: 0 }) ? record : undefined
  }

  #wraps(current: Current): boolean {
    return this.#now() < current.record.encryptUntilMs && current.wraps < this.#limits.maxWraps
  }

  #take(caller: Caller, rowKey: Buffer, record: BucketKeyRecord, plaintext: SecretBytes): BucketKeyUse {
    const unit = rowKey.toString('latin1')
    const wraps = this.#current.get(unit)?.record.id === record.id ? this.#current.get(unit)?.wraps : 0
    this.#current.delete(unit)
    if (this.#current.size >= MAX_UNITS) {
      const oldest = this.#current.keys().next()
      if (oldest.done !== true) this.#current.delete(oldest.value)
    }
    this.#current.set(unit, { record, wraps: wraps ?? 0 })
    return { record, key: this.#keep(keptName(record.id, principalOf(caller)), plaintext) }
  }

  #keep(name: string, plaintext: SecretBytes): KeyObject {
    const key = plaintext.expose((bytes) => createSecretKey(bytes))
    plaintext.wipe()
    this.#kept.set(name, key)
    return key
  }

  /** Requests of one principal that miss at the same time fetch once. Each has asked for its own right before. */
  #once(name: string, load: () => Promise<BucketKeyUse>): Promise<BucketKeyUse> {
    const running = this.#flights.get(name)
    if (running !== undefined) return running
    const flight = load().finally(() => this.#flights.delete(name))
    this.#flights.set(name, flight)
    return flight
  }
}

export interface StoredBucketKey {
  readonly keyUid: string
  readonly keyArn: string
  readonly blob: string
  readonly context: EncryptionContext
  readonly bucketKeyId: string
}

function keptName(bucketKeyId: string, principal: string): string {
  return `${bucketKeyId} ${principal}`
}

/** Whoever counts as one requester: never two of them. */
function principalOf(caller: Caller): string {
  switch (caller.kind) {
    case 'account-root':
    case 'user':
    case 'role-session':
      return requesterName(caller)
    case 'job':
      return `job ${caller.arn} ${caller.job}`
    case 'anonymous':
      return refuse({ kind: 'access-denied', reason: 'anonymous callers use no KMS key' })
    default:
      return caller satisfies never
  }
}
