import type { AuditChange } from '../audit/index.ts'
import { changeGuard } from '../kms/index.ts'
import { parseAccountId, refuse, type AccountId, type Awaitable, type Principal } from '../operations/index.ts'
import type { SecretBytes } from '../secrets/index.ts'
import { faultPoint, joinFragments, type Fragment, type Row } from '../storage/index.ts'
import { openAccount } from './identity-records.ts'
import type { AccountCredential } from './credential.ts'
import { newSecret } from './credential-rules.ts'
import { findById, findEntity } from './find-people.ts'
import { demandPassword, isPassword } from './password-hash.ts'
import { passwordKeyId, readPassword, type PasswordRecord } from './password-record.ts'
import { newPassword, putPassword, refuseSame } from './passwords.ts'
import { entityArn } from './people-arns.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { allRows } from './people-pages.ts'
import type { UserRecord } from './people-records.ts'
import { ACCOUNT_ROWS, accountOffRow } from './people-rows.ts'
import type { CredentialRooms } from './root-credential.ts'
import { signInName } from './sign-in-limits.ts'

/** What somebody typed. */
export type TypedProof = AccessKeyProof | PasswordProof

export interface AccessKeyProof {
  readonly kind: 'access-key'
  readonly accessKeyId: string
  readonly secret: SecretBytes
}

export interface PasswordProof {
  readonly kind: 'password'
  /** The account's number or name. */
  readonly account: string
  readonly user: string
  readonly password: SecretBytes
  /** Where the password has to be changed first: what it becomes. */
  readonly newPassword?: SecretBytes
}

/** Who showed it, and what the session is worth as long as. */
export interface Proven {
  readonly by: 'access-key' | 'password'
  /** An access key's id, or the name of a user's password. */
  readonly keyId: string
  /** Changes with the secret. */
  readonly generation: string
  readonly principal: Principal
}

/** Proven, and to be changed before anything else: `change` does that and proves the new one. */
export interface ToBeChanged {
  readonly mustChange: true
  change(wanted: SecretBytes, record: (principal: Principal) => AuditChange | undefined): Promise<Proven>
}

export interface ProofReader {
  /** Undefined: wrong, or nobody's; which of them is told nobody, and takes as long. */
  read(proof: TypedProof): Promise<Proven | ToBeChanged | undefined>
  /** Who holds that credential now; undefined: it is gone, or switched off with its account. */
  holderOf(keyId: string, user: KnownUser | undefined): Awaitable<Proven | undefined>
}

/** Whose password a session began with. */
export interface KnownUser {
  readonly account: AccountId
  readonly id: string
}

/** Under which attempts are counted: what was typed as access key id, or as account and user (T-148). */
export function attemptName(proof: TypedProof): string {
  return proof.kind === 'access-key' ? proof.accessKeyId : signInName(proof.account, proof.user)
}

export function createProofReader(
  rooms: CredentialRooms,
  lookup: (accessKeyId: string) => Awaitable<AccountCredential | undefined>,
): ProofReader {
  /** Compared with where nobody is known, so that it takes as long. */
  const nobodysSecret = newSecret()
  let nobodysPassword: Promise<PasswordRecord> | undefined

  async function byKey({ accessKeyId, secret }: AccessKeyProof): Promise<Proven | undefined> {
    const credential = await lookup(accessKeyId)
    const right = (credential?.secret ?? nobodysSecret).equals(secret)
    return right ? provenKey(credential) : undefined
  }

  async function byPassword(proof: PasswordProof): Promise<Proven | ToBeChanged | undefined> {
    const account = await accountNamed(rooms, proof.account)
    // Rows are named in ASCII: another text would be another spelling of somebody, counted apart (T-148).
    const named = /^[!-~]+$/.test(proof.user)
    const user = account === undefined || !named ? undefined : await findEntity(rooms, account, 'user', proof.user)
    const found = user === undefined ? undefined : await readPassword(rooms, user.account, user.id)
    nobodysPassword ??= newPassword(nobodysSecret, 0, false)
    const right = await isPassword(found?.record ?? (await nobodysPassword), proof.password)
    if (!right || user === undefined || found === undefined || (await isOff(rooms, user.account))) return undefined
    if (found.record.mustChange !== true) return provenUser(user, found.record)
    return {
      mustChange: true,
      change: (wanted, record) => replacePassword(rooms, user, found, wanted, record),
    }
  }

  async function holderOfPassword({ account, id }: KnownUser): Promise<Proven | undefined> {
    if (await isOff(rooms, account)) return undefined
    const [user, found] = await Promise.all([findById(rooms, account, 'user', id), readPassword(rooms, account, id)])
    if (user === undefined || found === undefined || found.record.mustChange === true) return undefined
    return provenUser(user, found.record)
  }

  return {
    read: (proof) => (proof.kind === 'access-key' ? byKey(proof) : byPassword(proof)),
    holderOf: (keyId, user) => {
      if (user !== undefined) return holderOfPassword(user)
      const credential = lookup(keyId)
      return credential instanceof Promise ? credential.then(provenKey) : provenKey(credential)
    },
  }
}

/** A session is something that keys may be limited from. */
function provenKey(credential: AccountCredential | undefined): Proven | undefined {
  if (credential?.schemes.has('session') !== true) return undefined
  const { accessKeyId, generation, principal } = credential
  return { by: 'access-key', keyId: accessKeyId, generation, principal }
}

function provenUser(user: UserRecord, { generation }: PasswordRecord): Proven {
  const { account, id, name } = user
  const principal = { kind: 'user', account, arn: entityArn(user), userId: id, userName: name } as const
  return { by: 'password', keyId: passwordKeyId(id), generation, principal }
}

async function isOff({ store }: CredentialRooms, account: AccountId): Promise<boolean> {
  const [off] = await store.getMany([accountOffRow(account)])
  return off !== undefined
}

/** By its number, or by the name that the operator gave it; a name that two have is nobody's. */
async function accountNamed(rooms: CredentialRooms, text: string): Promise<AccountId | undefined> {
  const number = parseAccountId(text)
  if (number !== undefined) return number
  const rows = await allRows(rooms.store, ACCOUNT_ROWS, PEOPLE_LIMITS.accounts)
  const named = rows.map((row) => openAccount(rooms.records, row)).filter(({ name }) => name === text)
  return named.length === 1 ? named[0]?.account : undefined
}

/** The new one in place of exactly the one that was shown, with its record in the same commit. */
async function replacePassword(
  rooms: CredentialRooms,
  user: UserRecord,
  { record: before, row }: { readonly record: PasswordRecord; readonly row: Row },
  wanted: SecretBytes,
  recordOf: (principal: Principal) => AuditChange | undefined,
): Promise<Proven> {
  demandPassword(wanted, 'newPassword')
  await refuseSame(before, wanted)
  const after = await newPassword(wanted, rooms.now(), false)
  const proven = provenUser(user, after)
  const recorded = recordOf(proven.principal)
  const own: Fragment = {
    checks: [{ kind: 'revision', key: row.key, revision: row.revision }],
    writes: [putPassword(rooms, user.account, user.id, after), changeGuard(user.account)],
  }
  const fragment = recorded === undefined ? own : joinFragments(own, recorded.fragment)
  faultPoint('change-people:before-metadata-commit')
  const committed = await rooms.store.commit(fragment)
  if (committed.kind !== 'committed') return refuse({ kind: 'contended', detail: 'the password changed meanwhile' })
  recorded?.committed()
  faultPoint('change-people:after-metadata-commit')
  return proven
}
