import assert from 'node:assert/strict'
import { createAuditLog, createTrail, type AuditLog } from '../audit/index.ts'
import { openCluster, openRootProvider, readSystemKey, type Cluster, type RootProvider } from '../kms/index.ts'
import {
  parseAccountId,
  StoreFailure,
  type AccountId,
  type Caller,
  type FailureKind,
  type OperationOf,
  type PeopleOperation,
  type Results,
  type SignedCaller,
  type TemporaryCredentials,
} from '../operations/index.ts'
import { createRecordSealer, type RecordSealer } from '../records/index.ts'
import { createMemoryMetadata, type MetadataStore } from '../storage/index.ts'
import { createAccessKeys, type AccessKeys } from './access-keys.ts'
import { createDirectory, type Directory } from './directory.ts'

export const HOME = accountId('000000000001')
export const OTHER = accountId('000000000002')
export const START_MS = 1_800_000_000_000

export function accountId(text: string): AccountId {
  return parseAccountId(text) ?? assert.fail()
}

/** One process over the store. */
export interface Process {
  readonly directory: Directory
  readonly accessKeys: AccessKeys
  readonly records: RecordSealer
  readonly audit: AuditLog
}

export interface Deployment extends Process {
  readonly store: MetadataStore
  readonly root: RootProvider
  readonly cluster: Cluster
  readonly clock: { nowMs: number }
  /** Another process over the same store. */
  another(): Promise<Process>
}

/** A directory with two accounts, in memory, with a clock that only tests move. */
export async function deployment(): Promise<Deployment> {
  const store = createMemoryMetadata()
  const root = await openRootProvider({ provider: 'ephemeral' })
  const { cluster } = await openCluster({ store, root, allowCreate: true })
  const clock = { nowMs: START_MS }
  const another = (): Promise<Process> => openProcess(store, root, clock)
  const first = await another()
  for (const account of [HOME, OTHER]) await first.accessKeys.ensureRoot(account)
  return { ...first, store, root, cluster, clock, another }
}

let epochs = 0

async function openProcess(store: MetadataStore, root: RootProvider, clock: { nowMs: number }): Promise<Process> {
  const { cluster } = await openCluster({ store, root, allowCreate: false })
  const records = createRecordSealer({ metadataKey: await readSystemKey(store, cluster, 'metadata') })
  const now = (): number => clock.nowMs
  const epoch = Buffer.alloc(8)
  epoch.writeUInt32BE(++epochs)
  const audit = createAuditLog({ store, records, now, epoch, schedule: () => () => undefined })
  const rooms = { store, records, cluster, now }
  return { directory: createDirectory({ ...rooms, home: HOME }), accessKeys: createAccessKeys(rooms), records, audit }
}

export function rootOf(account: AccountId): SignedCaller {
  return {
    ...{ kind: 'account-root', account, arn: `arn:aws:iam::${account}:root` },
    ...{ accessKeyId: `ROOT${account}`, scheme: 'sigv4', secure: true },
  }
}

/** Asks the directory, as a request would. */
export function ask<Kind extends PeopleOperation['kind']>(
  { directory, audit }: Process,
  caller: Caller,
  operation: OperationOf<Kind>,
): Promise<Results[Kind]> {
  const facts = { sourceIp: '192.0.2.1', secure: true, nowMs: START_MS, region: 'us-east-1' }
  const trail = createTrail(
    audit,
    () => START_MS,
    () => ({ requestId: 'r', caller }),
  )
  return directory.perform({ caller, requestId: 'r', facts, trail }, operation)
}

/** Whoever signs with these, as the gateway makes a caller of what the lookup finds. */
export async function callerOf(
  { accessKeys }: Pick<Process, 'accessKeys'>,
  accessKeyId: string,
  token?: string,
): Promise<SignedCaller> {
  const found = (await accessKeys.lookup(accessKeyId, token)) ?? assert.fail('unknown access key')
  const shown = { ...found.principal, accessKeyId, scheme: 'sigv4' as const, secure: true }
  return found.session === undefined ? shown : { ...shown, session: found.session }
}

export function sessionCaller(at: Pick<Process, 'accessKeys'>, given: TemporaryCredentials): Promise<SignedCaller> {
  return callerOf(at, given.accessKeyId, given.sessionToken)
}

/** A user with an access key, and what the policy text allows. */
export async function newUser(
  at: Process,
  name: string,
  document?: string,
  root: SignedCaller = rootOf(HOME),
): Promise<SignedCaller> {
  await ask(at, root, { kind: 'create-user', name, tags: {} })
  if (document !== undefined) {
    await ask(at, root, { kind: 'put-user-policy', name, policyName: 'given', document })
  }
  const { accessKeyId } = await ask(at, root, { kind: 'create-access-key', name })
  return callerOf(at, accessKeyId)
}

interface Clause {
  readonly actions: string | readonly string[]
  readonly resources?: string | readonly string[]
  readonly effect?: 'Allow' | 'Deny'
  readonly condition?: object
}

/** An identity policy's text. */
export function policy(...clauses: readonly Clause[]): string {
  const statements = clauses.map(({ actions, resources = '*', effect = 'Allow', condition }) => ({
    ...{ Effect: effect, Action: actions, Resource: resources },
    ...(condition === undefined ? {} : { Condition: condition }),
  }))
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

/** A trust policy's text: who may take the role. */
export function trust(
  principal: string | readonly string[],
  condition?: object,
  actions: string | readonly string[] = 'sts:AssumeRole',
): string {
  const statement = { Effect: 'Allow', Principal: { AWS: principal }, Action: actions }
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [condition === undefined ? statement : { ...statement, Condition: condition }],
  })
}

export function isFailure(kind: FailureKind): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof StoreFailure, String(error))
    assert.equal(error.failure.kind, kind, JSON.stringify(error.failure))
    return true
  }
}

/** Everything that the store holds, but for the audit's rows: a refusal changes none of it. */
export async function stateOf({ store }: Pick<Deployment, 'store'>): Promise<string> {
  const { rows } = await store.scan({ start: Buffer.of(0), end: Buffer.of(0xff), limit: 10_000 })
  return rows
    .filter((row) => !Buffer.from(row.key).toString('latin1').startsWith('audit'))
    .map((row) => `${Buffer.from(row.key).toString('latin1')} ${row.revision}`)
    .join('\n')
}
