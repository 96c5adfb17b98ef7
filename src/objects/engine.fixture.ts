import assert from 'node:assert/strict'
import { createObjectEncryption } from '../encryption/index.ts'
import {
  createKeyService,
  openCluster,
  openRootProvider,
  readSystemKey,
  rotateCluster,
  type Cluster,
  type KeyServer,
  type RootProvider,
} from '../kms/index.ts'
import {
  parseAccountId,
  parseBucketName,
  parseObjectKey,
  StoreFailure,
  type Caller,
  type CustomerKey,
  type FailureKind,
  type ObjectBody,
  type ObjectKey,
  type ObjectProperties,
  type OperationOf,
  type OutgoingBody,
  type Results,
} from '../operations/index.ts'
import { createRecordSealer, type RecordSealer } from '../records/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { createMemoryBlobs, createMemoryMetadata, type BlobStore, type MetadataStore } from '../storage/index.ts'
import { readBucket } from './rows/bucket-rows.ts'
import { createBucket } from './buckets/create-bucket.ts'
import { getObject } from './reading/get-object.ts'
import { readAuthority } from './buckets/guards.ts'
import { createObjectRooms, type ObjectOptions, type ObjectRooms } from './object-rooms.ts'
import type { Permit } from './permit.ts'
import { putBucketVersioning } from './buckets/bucket-versioning.ts'
import { putObject } from './writing/put-object.ts'

export const ACCOUNT = parseAccountId('000000000001') ?? assert.fail()
export const CALLER: Caller = {
  kind: 'account-root',
  account: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  accessKeyId: 'AK1',
  scheme: 'sigv4',
}

/** The whole engine over memory: real rows, records, keys and encryption, and a clock that the test moves. */
export interface Engine {
  readonly rooms: ObjectRooms
  readonly kms: KeyServer
  readonly store: MetadataStore
  readonly blobs: BlobStore
  readonly records: RecordSealer
  pass(ms: number): void
  readonly root: RootProvider
  readonly cluster: Cluster
  readonly now: () => number
  /** The same stores, opened again as a new start of a process does: all its caches, epochs and counters are new. */
  restarted(): Promise<Engine>
  /** A new cluster key: everything that is wrapped under it is wrapped again. */
  rotateCluster(): Promise<void>
  /** What the gateway would hand out for these buckets. */
  permit(bucket?: string, sourceBucket?: string): Promise<Permit>
}

/** What an engine stands on, where it is not fresh memory: stores that hold something already need the root they had. */
export interface Ground {
  readonly store: MetadataStore
  readonly blobs: BlobStore
  readonly root: RootProvider
  readonly nowMs: number
}

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

export async function engine(options: Partial<ObjectOptions> = {}, ground?: Ground): Promise<Engine> {
  let nowMs = ground?.nowMs ?? START_MS
  const now = (): number => nowMs
  const store = ground?.store ?? createMemoryMetadata()
  const blobs = ground?.blobs ?? createMemoryBlobs({ now })
  const root = ground?.root ?? (await openRootProvider({ provider: 'ephemeral' }))
  const { cluster } = await openCluster({ store, root, allowCreate: true })
  const records = createRecordSealer({ metadataKey: await readSystemKey(store, cluster, 'metadata') })
  const kms = createKeyService({ store, records, cluster, region: 'us-east-1', now })
  const encryption = createObjectEncryption({ kms, store, records, now })
  const rooms = createObjectRooms({
    store,
    blobs,
    encryption,
    records,
    region: 'us-east-1',
    now,
    options: { jitter: () => 0, ...options },
  })
  const permit = async (bucket?: string, sourceBucket?: string): Promise<Permit> => {
    const { checks } = await readAuthority(rooms, [ACCOUNT], undefined, undefined)
    return {
      caller: CALLER,
      requestId: 'request',
      nowMs,
      checks,
      signal: new AbortController().signal,
      renew: () => permit(bucket, sourceBucket),
      ...(bucket === undefined ? {} : { bucket: await found(bucket) }),
      ...(sourceBucket === undefined ? {} : { sourceBucket: await found(sourceBucket) }),
    }
  }
  const found = async (name: string): Promise<NonNullable<Permit['bucket']>> => {
    const bucket = await readBucket(rooms, bucketName(name))
    if (bucket === undefined) throw new StoreFailure({ kind: 'no-such-bucket', bucket: name })
    return bucket
  }
  return {
    ...{ rooms, kms, store, blobs, records, permit, root, cluster, now },
    pass: (ms) => {
      nowMs += ms
    },
    restarted: () => engine(options, { store, blobs, root, nowMs }),
    rotateCluster: async () => {
      await rotateCluster({ store, cluster, root })
    },
  }
}

export function bucketName(text: string): NonNullable<ReturnType<typeof parseBucketName>> {
  return parseBucketName(text) ?? assert.fail(text)
}

export function keyName(text: string): ObjectKey {
  const parsed = parseObjectKey(text)
  return parsed.kind === 'key' ? parsed.key : assert.fail(text)
}

/** An engine with one bucket in the versioning state asked for. */
export async function withBucket(
  versioning: 'unversioned' | 'enabled' | 'suspended' = 'unversioned',
  options: Partial<ObjectOptions> = {},
  ground?: Ground,
): Promise<Engine> {
  const made = await engine(options, ground)
  await createBucket(made.rooms, await made.permit(), { kind: 'create-bucket', bucket: BUCKET })
  if (versioning !== 'unversioned') await setVersioning(made, versioning)
  return made
}

export const BUCKET = bucketName('bucket')

export async function setVersioning(at: Engine, versioning: 'enabled' | 'suspended'): Promise<void> {
  await putBucketVersioning(at.rooms, await at.permit('bucket'), {
    kind: 'put-bucket-versioning',
    bucket: BUCKET,
    versioning,
  })
}

export const PROPERTIES: ObjectProperties = {
  system: { contentType: 'text/plain' },
  metadata: [['colour', 'blue']],
  tags: [],
  storageClass: 'STANDARD',
}

/** A deterministic body: no two positions within 251 bytes are alike. */
export function bytesOf(length: number, seed = 0): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; at++) bytes[at] = (at * 7 + seed * 13 + (at >>> 8)) % 251
  return bytes
}

export function bodyOf(
  bytes: Uint8Array,
  options: { readonly pieceBytes?: number; readonly length?: number | undefined; readonly trailer?: string } = {},
): ObjectBody {
  const pieceBytes = options.pieceBytes ?? 64 * 1024
  const length = 'length' in options ? options.length : bytes.length
  return {
    ...(length === undefined ? {} : { length }),
    async *read() {
      for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
    },
    trailer: () => options.trailer,
  }
}

export async function put(
  at: Engine,
  key: string,
  bytes: Uint8Array,
  changes: Partial<OperationOf<'put-object'>> = {},
  body: ObjectBody = bodyOf(bytes),
): Promise<Results['put-object']> {
  const operation: OperationOf<'put-object'> = {
    kind: 'put-object',
    bucket: BUCKET,
    key: keyName(key),
    properties: PROPERTIES,
    encryption: { kind: 'default' },
    expect: {},
    ...changes,
  }
  return putObject(at.rooms, await at.permit('bucket'), operation, body)
}

export async function get(
  at: Engine,
  key: string,
  changes: Partial<OperationOf<'get-object'>> = {},
): Promise<Results['get-object'] & { readonly bytes: Buffer }> {
  const operation: OperationOf<'get-object'> = {
    kind: 'get-object',
    bucket: BUCKET,
    key: keyName(key),
    conditions: {},
    withChecksums: false,
    overrides: {},
    ...changes,
  }
  const result = await getObject(at.rooms, await at.permit('bucket'), operation)
  return { ...result, bytes: await drain(result.body) }
}

export async function drain(body: OutgoingBody): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of body.read(new AbortController().signal)) pieces.push(piece)
  return Buffer.concat(pieces)
}

export function refusedWith(...kinds: readonly FailureKind[]): (error: unknown) => boolean {
  return (error) => {
    if (error instanceof StoreFailure && kinds.includes(error.failure.kind)) return true
    throw error
  }
}

export function customerKey(fill: number): CustomerKey {
  return { key: new SecretBytes(new Uint8Array(32).fill(fill)), md5: `md5-of-${fill}` }
}

/** A seeded sequence in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export async function blobIds(at: Engine): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of at.blobs.list()) ids.push(id)
  return ids
}
