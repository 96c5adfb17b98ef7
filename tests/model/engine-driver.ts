import assert from 'node:assert/strict'
import { createObjectEncryption } from '../../src/encryption/index.ts'
import { verifyStore } from '../../src/jobs/index.ts'
import {
  createKeyService,
  openCluster,
  openRootProvider,
  readSystemKey,
  rotateCluster,
  type Cluster,
  type KeyServer,
  type RootProvider,
} from '../../src/kms/index.ts'
import * as engine from '../../src/objects/index.ts'
import type { ObjectRooms, Permit } from '../../src/objects/index.ts'
import {
  parseAccountId,
  StoreFailure,
  type Answer,
  type BucketName,
  type Caller,
  type ObjectBody,
  type Operation,
  type OutgoingBody,
} from '../../src/operations/index.ts'
import { createRecordSealer } from '../../src/records/index.ts'
import {
  createMemoryBlobs,
  createMemoryMetadata,
  openFilesystemBlobs,
  openLmdbMetadata,
  type BlobStore,
  type MetadataStore,
} from '../../src/storage/index.ts'
import { KEYS, type JobName } from './moves.ts'
import type { Driver, Outcome, Request } from './outcome.ts'

const ACCOUNT = parseAccountId('000000000001') ?? assert.fail()
const CALLER: Caller = {
  kind: 'account-root',
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  accessKeyId: 'AK1',
  scheme: 'sigv4',
}
const REQUEST = { caller: CALLER, requestId: 'request' }
const NOBODY = new AbortController().signal

/** Where a run's store is kept: in memory, or in a directory of LMDB and files. */
export type Place = { readonly kind: 'memory' } | { readonly kind: 'disk'; readonly directory: string }

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

interface Clock {
  nowMs: number
}

interface Opened {
  readonly store: MetadataStore
  readonly blobs: BlobStore
  readonly cluster: Cluster
  readonly rooms: ObjectRooms
  readonly kms: KeyServer
}

/** The engine in this process: real rows, records, keys and encryption, and a clock that the run moves. */
export class EngineDriver implements Driver {
  readonly unseen: ReadonlySet<string> = new Set()
  readonly timeUnitMs = 1
  keys: readonly string[] = []
  readonly #place: Place
  readonly #root: RootProvider
  readonly #clock: Clock
  #opened: Opened

  private constructor(place: Place, root: RootProvider, clock: Clock, opened: Opened) {
    this.#place = place
    this.#root = root
    this.#clock = clock
    this.#opened = opened
  }

  static async start(place: Place): Promise<EngineDriver> {
    const root = await openRootProvider({ provider: 'ephemeral' })
    const clock: Clock = { nowMs: START_MS }
    const now = (): number => clock.nowMs
    const opened = await openEngine(await openStores(place, now), root, now)
    const driver = new EngineDriver(place, root, clock, opened)
    const keys: string[] = []
    for (let key = 0; key < KEYS; key++) {
      keys.push((await opened.kms.createKey(REQUEST, { description: `key ${key}` })).arn)
    }
    driver.keys = keys
    return driver
  }

  nowMs(): number {
    return this.#clock.nowMs
  }

  pass(ms: number): void {
    this.#clock.nowMs += ms
  }

  sameFailure(left: string, right: string): boolean {
    return left === right
  }

  async run(request: Request): Promise<Outcome> {
    const { operation, body } = request
    try {
      const result = await this.#execute(operation, await this.#permit(operation), bodyFrom(body))
      // Each verb answers with the result of its own operation.
      const answer = { operation, result } as Answer
      if (answer.operation.kind !== 'get-object') return { kind: 'done', answer }
      const opened = result as { readonly body: OutgoingBody }
      return { kind: 'done', answer, bytes: await drain(opened.body) }
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
      const { failure } = error
      const marker = 'deleteMarker' in failure ? failure.deleteMarker : undefined
      const detail = JSON.stringify(failure)
      return {
        kind: 'refused',
        failure: failure.kind,
        detail,
        ...(marker === undefined ? {} : { deleteMarker: marker }),
      }
    }
  }

  async switchKey(position: number, enabled: boolean): Promise<void> {
    const key = this.keys[position] ?? assert.fail()
    await (enabled ? this.#opened.kms.enableKey(REQUEST, key) : this.#opened.kms.disableKey(REQUEST, key))
  }

  /** One unit of work of the background; nothing of it may be seen. */
  async job(job: JobName, uploadsBeforeMs: number): Promise<void> {
    const { rooms, kms, store, cluster, blobs } = this.#opened
    switch (job) {
      case 'garbage':
        await engine.collectGarbage(rooms, { limit: 1_000 })
        return
      case 'done-uploads':
        await engine.forgetDoneUploads(rooms, { limit: 400 })
        return
      case 'expired-uploads':
        await engine.expireUploads(rooms, { startedBeforeMs: uploadsBeforeMs, limit: 1_000 })
        return
      case 'leftovers': {
        const liveEpochs = async (): Promise<ReadonlySet<string>> => new Set([blobs.epoch])
        await engine.sweepLeftovers(rooms, { liveEpochs, limit: 1_000, signal: NOBODY })
        return
      }
      case 'rotate-key':
        for (const key of this.keys) await kms.rotateKey(REQUEST, key).catch(orFull)
        return
      case 'rotate-service-key':
        await kms.rotateServiceKey(ACCOUNT)
        return
      case 'rotate-cluster':
        await rotateCluster({ store, cluster, root: this.#root })
        return
      case 'restart':
        await this.restart()
    }
  }

  /** Another process on the same store: whatever was only remembered is gone. */
  async restart(): Promise<void> {
    const { store, blobs } = this.#opened
    const now = (): number => this.#clock.nowMs
    if (this.#place.kind === 'disk') await Promise.all([store.close(), blobs.close()])
    const stores = this.#place.kind === 'disk' ? await openStores(this.#place, now) : { store, blobs }
    this.#opened = await openEngine(stores, this.#root, now)
  }

  /** Everything is read and counted: versions, blobs, counters, holds on keys. */
  async verify(): Promise<void> {
    const { rooms, blobs } = this.#opened
    const permit = await this.#permitOf(undefined, undefined)
    const liveEpochs = new Set([blobs.epoch])
    const report = await verifyStore(rooms, permit, { liveEpochs })
    const { damaged, remarks, countersAgree, indexAgrees, orphans } = report
    assert.deepEqual(
      { damaged, remarks, countersAgree, indexAgrees, orphans },
      { damaged: [], remarks: [], countersAgree: true, indexAgrees: true, orphans: 0 },
      'what verify finds',
    )
  }

  async close(): Promise<void> {
    await Promise.all([this.#opened.store.close(), this.#opened.blobs.close()])
  }

  #permit(operation: Operation): Promise<Permit> {
    const needs = 'bucket' in operation && operation.kind !== 'create-bucket' && operation.kind !== 'verify-store'
    return this.#permitOf(
      needs ? operation.bucket : undefined,
      'source' in operation ? operation.source.bucket : undefined,
    )
  }

  async #permitOf(bucket: BucketName | undefined, source: BucketName | undefined): Promise<Permit> {
    const found = await engine.readAuthority(this.#opened.rooms, [ACCOUNT], bucket, source)
    return {
      ...REQUEST,
      nowMs: this.#clock.nowMs,
      checks: found.checks,
      signal: NOBODY,
      renew: () => this.#permitOf(bucket, source),
      ...required(bucket, found.bucket, 'bucket'),
      ...required(source, found.sourceBucket, 'sourceBucket'),
    }
  }

  async #execute(operation: Operation, permit: Permit, body: ObjectBody): Promise<unknown> {
    const { rooms } = this.#opened
    switch (operation.kind) {
      case 'put-object':
        return engine.putObject(rooms, permit, operation, body)
      case 'append-object':
        return engine.appendObject(rooms, permit, operation, body)
      case 'modify-object':
        return engine.modifyObject(rooms, permit, operation, body)
      case 'truncate-object':
        return engine.truncateObject(rooms, permit, operation)
      case 'rename-object':
        return engine.renameObject(rooms, permit, operation)
      case 'get-object':
        return engine.getObject(rooms, permit, operation)
      case 'head-object':
        return engine.headObject(rooms, permit, operation)
      case 'delete-object':
        return engine.deleteObject(rooms, permit, operation)
      case 'delete-objects':
        return engine.deleteObjects(rooms, permit, operation, () => permit)
      case 'copy-object':
        return engine.copyObject(rooms, permit, operation)
      case 'get-object-tagging':
        return engine.getObjectTagging(rooms, permit, operation)
      case 'put-object-tagging':
        return engine.putObjectTagging(rooms, permit, operation)
      case 'delete-object-tagging':
        return engine.deleteObjectTagging(rooms, permit, operation)
      case 'get-object-attributes':
        return engine.getObjectAttributes(rooms, permit, operation)
      case 'update-object-encryption':
        return engine.updateObjectEncryption(rooms, permit, operation)
      case 'create-upload':
        return engine.createUpload(rooms, permit, operation)
      case 'upload-part':
        return engine.uploadPart(rooms, permit, operation, body)
      case 'upload-part-copy':
        return engine.uploadPartCopy(rooms, permit, operation)
      case 'complete-upload':
        return engine.completeUpload(rooms, permit, operation)
      case 'abort-upload':
        return engine.abortUpload(rooms, permit, operation)
      case 'list-parts':
        return engine.listParts(rooms, permit, operation)
      case 'list-objects':
        return engine.listObjects(rooms, permit, operation)
      case 'list-object-versions':
        return engine.listObjectVersions(rooms, permit, operation)
      case 'list-uploads':
        return engine.listUploads(rooms, permit, operation)
      case 'list-buckets':
        return engine.listBuckets(rooms, permit, operation)
      case 'create-bucket':
        return engine.createBucket(rooms, permit, operation)
      case 'delete-bucket':
        return engine.deleteBucket(rooms, permit, operation)
      case 'head-bucket':
        return engine.headBucket(rooms, permit, operation)
      case 'get-bucket-versioning':
        return engine.getBucketVersioning(rooms, permit, operation)
      case 'put-bucket-versioning':
        return engine.putBucketVersioning(rooms, permit, operation)
      case 'get-bucket-encryption':
        return engine.getBucketEncryption(rooms, permit, operation)
      case 'put-bucket-encryption':
        return engine.putBucketEncryption(rooms, permit, operation)
      case 'delete-bucket-encryption':
        return engine.deleteBucketEncryption(rooms, permit, operation)
      default:
        return assert.fail(`not an operation of the engine: ${operation.kind}`)
    }
  }
}

/** What the gateway demands: a bucket that is named is there. */
function required<Field extends 'bucket' | 'sourceBucket'>(
  name: BucketName | undefined,
  found: Permit['bucket'],
  field: Field,
): { readonly [Key in Field]?: NonNullable<Permit['bucket']> } {
  if (name === undefined) return {}
  if (found === undefined) throw new StoreFailure({ kind: 'no-such-bucket', bucket: name })
  return { [field]: found } as { readonly [Key in Field]: NonNullable<Permit['bucket']> }
}

/** A key has so many versions and no more. */
function orFull(error: unknown): void {
  const kinds = ['limit-exceeded', 'key-disabled']
  if (!(error instanceof StoreFailure) || !kinds.includes(error.failure.kind)) throw error
}

async function openStores(place: Place, now: () => number): Promise<Pick<Opened, 'store' | 'blobs'>> {
  if (place.kind === 'memory') return { store: createMemoryMetadata(), blobs: createMemoryBlobs({ now }) }
  return {
    store: await openLmdbMetadata({ directory: `${place.directory}/metadata` }),
    blobs: await openFilesystemBlobs({ directory: `${place.directory}/blobs` }),
  }
}

async function openEngine(
  { store, blobs }: Pick<Opened, 'store' | 'blobs'>,
  root: RootProvider,
  now: () => number,
): Promise<Opened> {
  const { cluster } = await openCluster({ store, root, allowCreate: true })
  const records = createRecordSealer({ metadataKey: await readSystemKey(store, cluster, 'metadata') })
  const kms = createKeyService({ store, records, cluster, region: 'us-east-1', now })
  const encryption = createObjectEncryption({ kms, store, records, now })
  const options = { jitter: () => 0 }
  const rooms = engine.createObjectRooms({ store, blobs, encryption, records, region: 'us-east-1', now, options })
  return { store, blobs, cluster, rooms, kms }
}

function bodyFrom(bytes: Buffer = Buffer.alloc(0)): ObjectBody {
  return {
    length: bytes.length,
    async *read() {
      for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024)
    },
    trailer: () => undefined,
  }
}

async function drain(body: OutgoingBody): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of body.read(NOBODY)) pieces.push(piece)
  return Buffer.concat(pieces)
}
