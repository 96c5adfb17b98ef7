import { changeGuard, commitDecision, newWrap, readWrap, wrapRow, type Cluster, type WrapName } from '../kms/index.ts'
import {
  after,
  refuse,
  type AccountId,
  type Awaitable,
  type Principal,
  type Scheme,
  type SignedCaller,
} from '../operations/index.ts'
import type { Rights } from '../policy/index.ts'
import type { RecordSealer } from '../records/index.ts'
import { randomBytes, type SecretBytes } from '../secrets/index.ts'
import { joinFragments, readRows, type Fragment, type MetadataStore, type Row } from '../storage/index.ts'
import { newAccount, readAccount, writeAccount } from './accounts.ts'
import { isAccessKeyId, newAccessKeyId, newSecret, secretProblem } from './credential-rules.ts'
import { accessKeyRow, openAccessKey, sealIdentity, type AccessKeyRecord } from './identity-records.ts'

/** A credential as signatures are checked with it. The secret stays this room's: nobody wipes it. */
export interface AccountCredential {
  readonly accessKeyId: string
  readonly secret: SecretBytes
  readonly generation: string
  readonly principal: Principal
  readonly schemes: ReadonlySet<Scheme>
}

export interface RootCredential {
  readonly accessKeyId: string
  readonly secret: SecretBytes
}

export interface AccessKeys {
  /** By the store as it is now; undefined: unknown. */
  lookup(accessKeyId: string): Awaitable<AccountCredential | undefined>
  /** Policies of the caller as they are now, and the revision of the account's guard under which they were read. */
  rightsOf(caller: SignedCaller): Awaitable<{ readonly rights: Rights; readonly revision: string | undefined }>
  /** 64 hexadecimal digits; undefined: no such account. */
  canonicalIdOf(account: AccountId): Promise<string | undefined>
  /**
   * Makes sure that the account and its root credential exist. `configured` becomes the root credential, whatever it
   * was; without, a new one is made if there is none, and only then its secret is in the answer, this once.
   */
  ensureRoot(
    account: AccountId,
    configured?: RootCredential,
  ): Promise<{ readonly accessKeyId: string; readonly created?: SecretBytes }>
  /** A new secret for the root credential; the old one ends with this commit. */
  recoverRoot(account: AccountId): Promise<RootCredential>
}

interface Rooms {
  readonly store: MetadataStore
  readonly records: RecordSealer
  readonly cluster: Cluster
  /** Milliseconds since 1970. */
  readonly now: () => number
}

interface HeldKey {
  readonly revision: string
  readonly credential: AccountCredential
}

const ALL_SCHEMES: ReadonlySet<Scheme> = new Set<Scheme>(['sigv4', 'sigv4-query', 'sigv2', 'sigv2-query'])
const GENERATION_BYTES = 8
/** Credentials that a process keeps unwrapped. */
export const MAX_HELD_KEYS = 10_000

export function createAccessKeys(rooms: Rooms): AccessKeys {
  const held = new Map<string, HeldKey>()

  function hold(accessKeyId: string, missed?: string): Awaitable<HeldKey | undefined> {
    if (!isAccessKeyId(accessKeyId)) return undefined
    return after(readRows(rooms.store, [accessKeyRow(accessKeyId)]), ([row]) => {
      const known = held.get(accessKeyId)
      if (row !== undefined && known?.revision === row.revision) return known
      if (row !== undefined) return holdFresh(accessKeyId, row, missed)
      held.delete(accessKeyId)
      return undefined
    })
  }

  async function holdFresh(accessKeyId: string, row: Row, missed: string | undefined): Promise<HeldKey | undefined> {
    const fresh = await openKey(rooms, row)
    if (fresh !== undefined) {
      if (held.size >= MAX_HELD_KEYS) held.clear()
      held.set(accessKeyId, fresh)
      return fresh
    }
    // The secret is gone although its record was there: replaced between the two reads, or lost.
    if (missed === row.revision) return refuse({ kind: 'integrity', what: 'secret of an access key' })
    return hold(accessKeyId, row.revision)
  }

  return {
    lookup: (accessKeyId) => after(hold(accessKeyId), (key) => key?.credential),
    rightsOf: () => ({ rights: { identity: [], tags: new Map() }, revision: undefined }),
    canonicalIdOf: async (account) => (await readAccount(rooms.store, rooms.records, account))?.record.canonicalId,
    ensureRoot: async (account, configured) => {
      if (configured !== undefined) demandGood(configured)
      return ensureRoot(rooms, account, configured)
    },
    recoverRoot: (account) => recoverRoot(rooms, account),
  }
}

async function openKey(rooms: Rooms, row: Row): Promise<HeldKey | undefined> {
  const record = openAccessKey(rooms.records, row)
  const secret = await readWrap(rooms.store, rooms.cluster, wrapNameOf(record))
  if (secret === undefined) return undefined
  const { accessKeyId, generation, account } = record
  return {
    revision: row.revision,
    credential: { accessKeyId, secret, generation, principal: rootOf(account), schemes: ALL_SCHEMES },
  }
}

function rootOf(account: AccountId): Principal {
  return { kind: 'account-root', account, arn: `arn:aws:iam::${account}:root` }
}

function wrapNameOf(record: Pick<AccessKeyRecord, 'accessKeyId' | 'version'>): WrapName {
  return { purpose: 'access-key', id: record.accessKeyId, version: record.version }
}

function demandGood({ accessKeyId, secret }: RootCredential): void {
  if (!isAccessKeyId(accessKeyId)) {
    const detail = '3 to 128 letters, digits, dots, _ and -'
    refuse({ kind: 'invalid-argument', argument: 'access key', detail })
  }
  const detail = secretProblem(secret)
  if (detail !== undefined) refuse({ kind: 'invalid-argument', argument: 'secret key', detail })
}

function ensureRoot(
  rooms: Rooms,
  account: AccountId,
  configured: RootCredential | undefined,
): Promise<{ readonly accessKeyId: string; readonly created?: SecretBytes }> {
  type Ensured = { readonly accessKeyId: string; readonly created?: SecretBytes }
  return commitDecision<Ensured>(rooms.store, 'set-root-credential', async () => {
    const current = await readRoot(rooms, account)
    if (configured === undefined) {
      if (current.key !== undefined) return { result: { accessKeyId: current.key.record.accessKeyId } }
      const created = { accessKeyId: newAccessKeyId(), secret: newSecret() }
      const fragment = await replaceRoot(rooms, account, current, created)
      return { fragment, result: { accessKeyId: created.accessKeyId, created: created.secret } }
    }
    const result = { accessKeyId: configured.accessKeyId }
    if (current.key?.record.accessKeyId === configured.accessKeyId) {
      const secret = await readWrap(rooms.store, rooms.cluster, wrapNameOf(current.key.record))
      const same = secret?.equals(configured.secret) === true
      secret?.wipe()
      if (same) return { result }
    }
    return { fragment: await replaceRoot(rooms, account, current, configured), result }
  })
}

function recoverRoot(rooms: Rooms, account: AccountId): Promise<RootCredential> {
  return commitDecision(rooms.store, 'recover-root-credential', async () => {
    const current = await readRoot(rooms, account)
    const accessKeyId = current.key?.record.accessKeyId ?? newAccessKeyId()
    const credential = { accessKeyId, secret: newSecret() }
    return { fragment: await replaceRoot(rooms, account, current, credential), result: credential }
  })
}

interface CurrentRoot {
  readonly account: Awaited<ReturnType<typeof readAccount>>
  readonly key: { readonly record: AccessKeyRecord; readonly row: Row } | undefined
}

async function readRoot(rooms: Rooms, account: AccountId): Promise<CurrentRoot> {
  const found = await readAccount(rooms.store, rooms.records, account)
  const accessKeyId = found?.record.rootAccessKeyId
  const [row] = accessKeyId === undefined ? [] : await rooms.store.getMany([accessKeyRow(accessKeyId)])
  const key = row === undefined ? undefined : { record: openAccessKey(rooms.records, row), row }
  return { account: found, key }
}

/** One commit: the account, the new key with its wrapped secret, and the end of the key before it. */
async function replaceRoot(
  rooms: Rooms,
  account: AccountId,
  current: CurrentRoot,
  credential: RootCredential,
): Promise<Fragment> {
  const { accessKeyId, secret } = credential
  const before = current.key
  const kept = before?.record.accessKeyId === accessKeyId ? before : undefined
  const record: AccessKeyRecord = {
    accessKeyId,
    account,
    generation: randomBytes(GENERATION_BYTES).toString('hex'),
    version: (kept?.record.version ?? 0) + 1,
    createdMs: rooms.now(),
  }
  const key = accessKeyRow(accessKeyId)
  const [taken] = kept === undefined ? await rooms.store.getMany([key]) : []
  if (taken !== undefined) {
    return refuse({
      kind: 'invalid-argument',
      argument: 'access key',
      detail: 'another account has this access key id',
    })
  }
  const old = current.account?.record ?? newAccount(account, rooms.now())
  const change: Fragment = {
    checks: [kept === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: kept.row.revision }],
    writes: [{ kind: 'put', key, value: sealIdentity(rooms.records, key, record) }, changeGuard(account)],
  }
  return joinFragments(
    writeAccount(rooms.records, current.account?.row, { ...old, rootAccessKeyId: accessKeyId }),
    change,
    before === undefined ? { checks: [], writes: [] } : endKey(before, kept !== undefined),
    await newWrap(rooms.store, rooms.cluster, wrapNameOf(record), secret),
  )
}

/** The old secret goes; its row too, unless the new secret has the same id. */
function endKey(before: { readonly record: AccessKeyRecord; readonly row: Row }, keepRow: boolean): Fragment {
  const wrap = { kind: 'delete', key: wrapRow(wrapNameOf(before.record)) } as const
  if (keepRow) return { checks: [], writes: [wrap] }
  return {
    checks: [{ kind: 'revision', key: before.row.key, revision: before.row.revision }],
    writes: [wrap, { kind: 'delete', key: before.row.key }],
  }
}
