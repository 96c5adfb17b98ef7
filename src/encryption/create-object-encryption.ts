import type { KeyRequest } from '../kms/index.ts'
import {
  after,
  refuse,
  type Awaitable,
  type BucketEncryption,
  type CustomerKey,
  type EncryptionRequest,
  type ShownEncryption,
} from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'
import type { Fragment } from '../storage/index.ts'
import { BucketKeys, type BucketKeyLimits } from './bucket-key.ts'
import { refuseNeedlessCustomerKey } from './customer-key.ts'
import { decideMode, demandSignature, refuseBlockedCustomerKeys, wouldChangeMode } from './decide-mode.ts'
import { changeDefaultKey, checkDefaultKey, checkOnlyKey, demandDefaultRights } from './default-key.ts'
import type { RowStore } from './encryption-rows.ts'
import type { VersionKeys } from './layer-keys.ts'
import type { DefaultChange, ObjectEncryption, SealScope, StoredEncryption } from './object-encryption.ts'
import { ObjectReadKeys, ObjectWriteKeys } from './object-keys.ts'
import * as dsseKms from './providers/dsse-kms.ts'
import type { ProviderTools } from './providers/provider.ts'
import * as sseC from './providers/sse-c.ts'
import * as sseKms from './providers/sse-kms.ts'
import * as sseS3 from './providers/sse-s3.ts'
import { rewrap } from './rewrap.ts'
import { demandSm4 } from './segment-cipher.ts'
import { createServiceKeys, type ObjectKeyService } from './service-keys.ts'
import { refuseOnRoad, refuseSharing } from './vendor-road.ts'

export interface ObjectEncryptionParts {
  readonly kms: ObjectKeyService
  readonly store: RowStore
  readonly records: RecordSealer
  /** Milliseconds; the clock that bucket keys age by. */
  readonly now: () => number
  readonly bucketKeyLimits?: BucketKeyLimits
}

/** Objects at rest over a key service and a metadata store. One in each process. */
export function createObjectEncryption(parts: ObjectEncryptionParts): ObjectEncryption {
  const { kms, store, records, now, bucketKeyLimits } = parts
  const limits = bucketKeyLimits === undefined ? {} : { limits: bucketKeyLimits }
  const tools: ProviderTools = {
    kms,
    serviceKeys: createServiceKeys(kms),
    bucketKeys: new BucketKeys({ kms, store, records, now, ...limits }),
  }
  return {
    beginWrite: (scope, request) =>
      after(begin(tools, scope, request), (keys) => new ObjectWriteKeys(keys, scope.sealId, kms)),
    async resumeWrite(scope, stored, customer) {
      if (customer !== undefined) refuseBlockedCustomerKeys(scope.bucket.encryption)
      refuseOnRoad(scope, stored.mode, 'write')
      return new ObjectWriteKeys(
        await open(tools, withTask(scope, 'upload-part'), stored, customer, 'streams', notTheUploads),
        scope.sealId,
        kms,
      )
    },
    beginRead: (scope, stored, customer, form) => {
      refuseOnRoad(scope, stored.mode, 'read')
      return after(
        open(tools, withTask(scope, 'download'), stored, customer, form, notTheObjects),
        (keys) => new ObjectReadKeys(keys, scope.sealId),
      )
    },
    describe,
    wouldChange: wouldChangeMode,
    rewrap: async (scope, stored, target, inline, checksums) => rewrap(tools, scope, stored, target, inline, checksums),
    dereference: (stored, sealId, referrer): Fragment =>
      stored.mode === 'sse-kms' || stored.mode === 'dsse-kms'
        ? kms.dereference({ keyUid: stored.keyUid, version: stored.keyVersion }, { kind: referrer, id: sealId })
        : { checks: [], writes: [] },
    checkDefaultKey: async (request, bucket, rule) => checkDefaultKey(kms, { ...request, via: 's3' }, bucket, rule),
    checkOnlyKey: async (request, bucket, key) => checkOnlyKey(kms, { ...request, via: 's3' }, bucket, key),
    changeDefault: async (
      { vendor, ...request }: DefaultChange,
      bucketUuid: Uint8Array,
      _before: BucketEncryption,
      after: BucketEncryption,
    ) => {
      if (after.cipher === 'sm4') demandSm4()
      const asked: KeyRequest = { ...request, via: 's3' }
      const road = vendor === undefined ? {} : { road: { vendor, task: 'configure' as const } }
      await demandDefaultRights(kms, { ...asked, ...road }, after)
      return changeDefaultKey({ kms, store, records }, asked, bucketUuid, after)
    },
  }
}

function begin(tools: ProviderTools, scope: SealScope, request: EncryptionRequest): Awaitable<VersionKeys> {
  const decided = decideMode(request, scope.bucket.encryption, scope.caller, scope.road?.vendor)
  refuseOnRoad(scope, decided.mode, 'write')
  switch (decided.mode) {
    case 'none':
    case 'sse-s3':
      return sseS3.begin(tools, scope, decided)
    case 'sse-kms':
      return sseKms.begin(tools, scope, decided)
    case 'dsse-kms':
      return dsseKms.begin(tools, scope, decided)
    case 'sse-c':
      return sseC.begin(scope, decided)
    default:
      return decided satisfies never
  }
}

function open(
  tools: ProviderTools,
  scope: SealScope,
  stored: StoredEncryption,
  customer: CustomerKey | undefined,
  form: 'inline' | 'streams',
  onWrongKey: () => never,
): Awaitable<VersionKeys> {
  if (stored.mode === 'sse-c') return sseC.open(scope, stored, customer, onWrongKey)
  if (customer !== undefined) return refuseNeedlessCustomerKey()
  if (stored.cipher === 'sm4') demandSm4()
  switch (stored.mode) {
    case 'none':
    case 'sse-s3':
      return sseS3.open(tools, scope, stored, form)
    case 'sse-kms':
      demandSignature(scope.caller, scope.road?.vendor)
      return sseKms.open(tools, scope, stored, form)
    case 'dsse-kms':
      demandSignature(scope.caller, scope.road?.vendor)
      return dsseKms.open(tools, scope, stored, form)
    default:
      return stored satisfies never
  }
}

/** For what a KMS key is needed, where somebody's page has its own list of rights for it. */
function withTask(scope: SealScope, task: 'upload-part' | 'download'): SealScope {
  return scope.road === undefined ? scope : { ...scope, road: { ...scope.road, task } }
}

/** HEAD: the customer's key is proved, the key service is not asked. */
function describe(
  scope: Pick<SealScope, 'sealId' | 'caller' | 'bucket' | 'road'>,
  stored: StoredEncryption,
  customer: CustomerKey | undefined,
): ShownEncryption {
  refuseSharing(scope, stored.mode)
  if (stored.mode === 'sse-c') return sseC.open(scope, stored, customer, notTheObjects).shown
  if (customer !== undefined) return refuseNeedlessCustomerKey()
  switch (stored.mode) {
    case 'none':
    case 'sse-s3':
      return sseS3.shownOf(stored)
    case 'sse-kms':
      return sseKms.shownOf(stored)
    case 'dsse-kms':
      return dsseKms.shownOf(stored)
    default:
      return stored satisfies never
  }
}

function notTheObjects(): never {
  return refuse({ kind: 'access-denied', reason: 'the customer key is not the key of this object' })
}

function notTheUploads(): never {
  return refuse({ kind: 'customer-key-mismatch', detail: 'the customer key is not the key of this upload' })
}
