import { createAuditLedger, createAuditLog, type AuditLedger, type AuditLog } from '../audit/index.ts'
import { createObjectEncryption } from '../encryption/index.ts'
import { createKeyService, readSystemKey, type Cluster, type KeyServer } from '../kms/index.ts'
import { createDirectory, type Directory } from '../iam/index.ts'
import { createObjectRooms, type ObjectRooms } from '../objects/index.ts'
import { parseAccountId, refuse, type AccountId } from '../operations/index.ts'
import { createRecordSealer, type RecordSealer } from '../records/index.ts'
import { randomBytes } from '../secrets/index.ts'
import type { BlobStore, MetadataStore } from '../storage/index.ts'
import { checkpointFile } from './checkpoint-file.ts'
import { keysAway, keyStoreOf } from './key-store.ts'
import type { ServingConfig } from './serving-config.ts'
import type { TokenProcess } from './token-process.ts'

/** The rooms of one process that holds the cluster key. */
export interface Rooms {
  readonly store: MetadataStore
  readonly blobs: BlobStore
  readonly cluster: Cluster
  readonly records: RecordSealer
  readonly audit: AuditLog
  readonly ledger: AuditLedger
  readonly people: Directory
  /** The deployment's first account. */
  readonly home: AccountId
  readonly keys: KeyServer
  /** Why no KMS key can be used now; undefined: they can. */
  readonly keysAway: () => Promise<string | undefined>
  readonly objects: ObjectRooms
  readonly now: () => number
  close(): Promise<void>
}

export interface RoomParts {
  readonly config: ServingConfig
  readonly store: MetadataStore
  readonly blobs: BlobStore
  readonly cluster: Cluster
  /** Present where KMS keys live in a token. */
  readonly token?: TokenProcess | undefined
  readonly now: () => number
}

const EPOCH_BYTES = 8
const DAY_MS = 24 * 60 * 60 * 1000

/** Builds every room above storage. Each process has an epoch of its own for its records and its audit stream. */
export async function openRooms(parts: RoomParts): Promise<Rooms> {
  const { config, store, blobs, cluster, now } = parts
  const metadataKey = await readSystemKey(store, cluster, 'metadata')
  const epoch = randomBytes(EPOCH_BYTES)
  const records = createRecordSealer({ metadataKey, epoch })
  const audit = createAuditLog({ store, records, now, epoch })
  const auditKey = await readSystemKey(store, cluster, 'audit')
  const file = config.metadata.kind === 'memory' ? {} : { file: checkpointFile(config.data) }
  const ledger = createAuditLedger({ store, records, now, epoch, auditKey, ...file })
  const keyStore = keyStoreOf(parts.token, { store, cluster })
  const home = parseAccountId(config.account) ?? refuse({ kind: 'internal' })
  const people = createDirectory({ store, records, cluster, now, home })
  const keys = createKeyService({
    ...{ store, records, cluster, region: config.region, now, audit, ...keyStore },
    rightsOf: (caller) => people.rightsOf(caller),
    findPrincipals: (document) => people.findPrincipals(document),
    requireTls: config.requireTls !== 'off',
    allowDeleteInUse: config.allowDeleteInUse,
  })
  const encryption = createObjectEncryption({ kms: keys, store, records, now })
  const objects = createObjectRooms({
    ...{ store, blobs, encryption, records, now },
    // A clock that a test moves is believed.
    ...(now === Date.now ? { steadyNow: () => performance.now() } : {}),
    region: config.region,
    options: {
      regions: config.regions,
      blockCustomerKeys: config.newBuckets.blockSseC,
      checkDefaultKeys: config.defaults.checkKey,
      notificationTargets: config.notifications.targets.map(({ name }) => name),
      ...(config.jobs.uploadDays === 0 ? {} : { uploadLifeMs: config.jobs.uploadDays * DAY_MS }),
    },
  })
  return {
    ...{ store, blobs, cluster, records, audit, ledger, people, home, keys, objects, now },
    keysAway: () => keysAway(keyStore.keyStore),
    close: async () => {
      await objects.accessLog.flush().catch(() => undefined)
      await audit.close()
      await blobs.close()
      await store.close()
    },
  }
}
