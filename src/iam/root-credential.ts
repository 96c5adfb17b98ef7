import { changeGuard, commitDecision, newWrap, readWrap, wrapRow, type WrapName } from '../kms/index.ts'
import { refuse, type AccountId } from '../operations/index.ts'
import { randomBytes, type SecretBytes } from '../secrets/index.ts'
import { joinFragments, type Fragment, type Row } from '../storage/index.ts'
import { newAccount, readAccount, writeAccount } from './accounts.ts'
import { isAccessKeyId, newAccessKeyId, newSecret, secretProblem } from './credential-rules.ts'
import type { DirectoryRooms } from './directory-rooms.ts'
import { accessKeyFields, openAccessKey, type AccessKeyRecord, type AccountRecord } from './identity-records.ts'
import { accessKeyRow } from './people-rows.ts'
import { sealFields } from './stored-fields.ts'

export interface RootCredential {
  readonly accessKeyId: string
  readonly secret: SecretBytes
}

export type CredentialRooms = Omit<DirectoryRooms, 'home'>

const GENERATION_BYTES = 8

export function wrapNameOf(record: Pick<AccessKeyRecord, 'accessKeyId' | 'version'>): WrapName {
  return { purpose: 'access-key', id: record.accessKeyId, version: record.version }
}

export function demandGood({ accessKeyId, secret }: RootCredential): void {
  if (!isAccessKeyId(accessKeyId)) {
    const detail = '3 to 128 letters, digits, dots, _ and -'
    refuse({ kind: 'invalid-argument', argument: 'access key', detail })
  }
  const detail = secretProblem(secret)
  if (detail !== undefined) refuse({ kind: 'invalid-argument', argument: 'secret key', detail })
}

/** Makes sure that the account and its root credential exist (`AccessKeys.ensureRoot`). */
export function ensureRoot(
  rooms: CredentialRooms,
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

/** A new secret for the root credential; the old one ends with this commit. */
export function recoverRoot(rooms: CredentialRooms, account: AccountId): Promise<RootCredential> {
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

async function readRoot(rooms: CredentialRooms, account: AccountId): Promise<CurrentRoot> {
  const found = await readAccount(rooms.store, rooms.records, account)
  const accessKeyId = found?.record.rootAccessKeyId
  const [row] = accessKeyId === undefined ? [] : await rooms.store.getMany([accessKeyRow(accessKeyId)])
  const key = row === undefined ? undefined : { record: openAccessKey(rooms.records, row), row }
  return { account: found, key }
}

/** What an account that was not there before begins with: its record, and a root credential. */
export function newAccountWithRoot(
  rooms: CredentialRooms,
  record: AccountRecord,
  credential: RootCredential,
): Promise<Fragment> {
  return replaceRoot(rooms, record.account, { account: undefined, key: undefined }, credential, record)
}

/** One commit: the account, the new key with its wrapped secret, and the end of the key before it. */
async function replaceRoot(
  rooms: CredentialRooms,
  account: AccountId,
  current: CurrentRoot,
  credential: RootCredential,
  fresh: AccountRecord = newAccount(account, rooms.now()),
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
  const old = current.account?.record ?? fresh
  const change: Fragment = {
    checks: [kept === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: kept.row.revision }],
    writes: [
      { kind: 'put', key, value: sealFields(rooms.records, key, accessKeyFields(record)) },
      changeGuard(account),
    ],
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
