import { createSecretKey } from 'node:crypto'
import type { AuditChange, AuditRecord } from '../../audit/index.ts'
import { parseAccountId, StoreFailure, type AccountId, type Caller, type FailureKind } from '../../operations/index.ts'
import { createRecordSealer, type RecordSealer } from '../../records/index.ts'
import { SecretBytes } from '../../secrets/index.ts'
import { createMemoryMetadata, type MetadataStore, type Row } from '../../storage/index.ts'
import type { Cluster } from '../cluster/cluster-key.ts'
import { createKeyService, type KeyServer, type KeyServiceOptions } from '../create-key-service.ts'
import type { KeyRequest, KeyUse } from '../key-service.ts'
import { openCluster } from '../cluster/open-cluster.ts'
import type { RootProvider } from '../roots/root-provider.ts'
import { fixedRoot } from '../roots/fixed-root.ts'
import { readSystemKey } from '../cluster/system-keys.ts'

/** What the tests of this room stand on: a deployment in memory, with a clock that is moved by hand. */
export interface Deployment {
  readonly store: MetadataStore
  readonly root: RootProvider
  readonly cluster: Cluster
  readonly records: RecordSealer
  readonly keys: KeyServer
  readonly audited: AuditRecord[]
  readonly clock: { nowMs: number }
  readonly now: () => number
}

export const REGION = 'us-east-1'
export const START_MS = 1_800_000_000_000
export const OURS = account('000000000001')
export const THEIRS = account('000000000002')

export function account(text: string): AccountId {
  const parsed = parseAccountId(text)
  if (parsed === undefined) throw new Error(`no account id: ${text}`)
  return parsed
}

export function rootOf(id: AccountId, more: Partial<KeyRequest> = {}): KeyRequest {
  const caller: Caller = {
    kind: 'account-root',
    account: id,
    arn: `arn:aws:iam::${id}:root`,
    accessKeyId: 'CFRTEST',
    scheme: 'sigv4',
  }
  return { caller, requestId: 'request-1', ...more }
}

/** A root of 32 bytes that follow from `seed`. */
export function testRoot(seed: number): RootProvider {
  const bytes = Uint8Array.from({ length: 32 }, (_, index) => (seed * 31 + index * 7) & 0xff)
  return fixedRoot('env', `root ${seed}`, new SecretBytes(bytes))
}

export async function deployment(
  options: Partial<
    Pick<KeyServiceOptions, 'rightsOf' | 'findPrincipals' | 'requireTls' | 'allowDeleteInUse' | 'keyStore' | 'store'>
  > = {},
): Promise<Deployment> {
  const store = options.store ?? createMemoryMetadata()
  const root = testRoot(1)
  const { cluster } = await openCluster({ store, root, allowCreate: true })
  const records = createRecordSealer({ metadataKey: await readSystemKey(store, cluster, 'metadata') })
  const clock = { nowMs: START_MS }
  const now = (): number => clock.nowMs
  const audited: AuditRecord[] = []
  const audit = {
    record: (record: AuditRecord): void => {
      audited.push(record)
    },
    change: (record: AuditRecord): AuditChange => ({
      fragment: { checks: [], writes: [] },
      committed: () => audited.push(record),
    }),
  }
  const keys = createKeyService({ store, records, cluster, region: REGION, now, audit, ...options })
  return { store, root, cluster, records, keys, audited, clock, now }
}

/** A second process over the same rows: nothing of the first one's memory. */
export async function anotherProcess({ store, root, now }: Deployment): Promise<KeyServer> {
  const { cluster } = await openCluster({ store, root, allowCreate: false })
  const records = createRecordSealer({ metadataKey: await readSystemKey(store, cluster, 'metadata') })
  return createKeyService({ store, records, cluster, region: REGION, now })
}

/** Every row there is, for comparing and for searching. */
export async function allRows(store: MetadataStore): Promise<readonly Row[]> {
  const { rows, more } = await store.scan({ start: Buffer.of(0), end: Buffer.of(0xff), limit: 1_000 })
  if (more) throw new Error('more rows than the test looks at')
  return rows
}

/** For `assert.rejects` and `assert.throws`: exactly this kind of failure. */
export function isFailure(...kinds: readonly FailureKind[]): (error: unknown) => boolean {
  return (error) => {
    if (error instanceof StoreFailure && kinds.includes(error.failure.kind)) return true
    throw error instanceof Error ? error : new Error('not an error')
  }
}

/** A use as it is kept: without the way to ask again. */
export function bare({ keyUid, version, arn }: KeyUse): KeyUse {
  return { keyUid, version, arn }
}

export function bytesOf(secret: SecretBytes): Buffer {
  return secret.expose((bytes) => Buffer.from(bytes))
}

export function keyFromHex(hex: string): ReturnType<typeof createSecretKey> {
  return createSecretKey(Buffer.from(hex, 'hex'))
}

/** A small seeded generator (mulberry32), for schedules that can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
