import { after, refuse, type AccountId, type Awaitable, type Session, type SignedCaller } from '../operations/index.ts'
import type { NamedPolicy, Rights } from '../policy/index.ts'
import { readRows } from '../storage/index.ts'
import { readAccount } from './accounts.ts'
import { findById, type Reading } from './find-people.ts'
import { readDefaultText } from './find-policies.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { allRows } from './people-pages.ts'
import { readText, type Holder, type RoleRecord, type UserRecord } from './people-records.ts'
import { guardRow, inlineRows } from './people-rows.ts'
import { readStored } from './policy-texts.ts'
import { openFields } from './stored-fields.ts'

/** The rights of a caller as they are now, and the revision of the account's guard under which they were read. */
export interface RightsNow {
  readonly rights: Rights
  /** Undefined: the account has no guard yet; of a root without a session it is never asked for. */
  readonly revision: string | undefined
}

export interface RightsReader {
  rightsOf(caller: SignedCaller): Awaitable<RightsNow>
}

/** Callers whose rights a process keeps. */
export const MAX_HELD_RIGHTS = 10_000
/** Times that the guard may change while rights are read. */
const MAX_READS = 10

const NOTHING: Rights = { identity: [], tags: new Map() }
const OF_ROOT: RightsNow = { rights: NOTHING, revision: undefined }

/**
 * Reads the policies of callers. What was read is kept for as long as the account's guard stays as it was: everything
 * that changes people or policies rewrites it, so a change that was acknowledged is in the next answer, in every process.
 */
export function createRightsReader(rooms: Reading): RightsReader {
  const held = new Map<string, RightsNow>()

  async function read(caller: SignedCaller, key: string, revision: string | undefined): Promise<RightsNow> {
    let before = revision
    for (let tries = 0; tries < MAX_READS; tries++) {
      const rights = await readRights(rooms, caller)
      const now = await readGuard(rooms, caller.account)
      if (now === before) {
        const fresh = { rights, revision: now }
        if (held.size >= MAX_HELD_RIGHTS) held.clear()
        held.set(key, fresh)
        return fresh
      }
      before = now
    }
    return refuse({ kind: 'slow-down', detail: 'the rights of the caller change all the time' })
  }

  return {
    rightsOf: (caller) => {
      if (caller.kind === 'account-root' && caller.session === undefined) return OF_ROOT
      const key = heldAs(caller)
      return after(readGuard(rooms, caller.account), (revision) => {
        const known = held.get(key)
        return known !== undefined && known.revision === revision ? known : read(caller, key, revision)
      })
    },
  }
}

function readGuard({ store }: Reading, account: AccountId): Awaitable<string | undefined> {
  return after(readRows(store, [guardRow(account)]), ([row]) => row?.revision)
}

/** Callers of one name have the same rights while nothing changes. */
function heldAs(caller: SignedCaller): string {
  if (caller.session !== undefined) return `session ${caller.session.tokenId}`
  return caller.kind === 'user' ? `user ${caller.account} ${caller.userId}` : `${caller.kind} ${caller.arn}`
}

async function readRights(rooms: Reading, caller: SignedCaller): Promise<Rights> {
  const { account, session } = caller
  const own = await identityRights(rooms, caller)
  if (session === undefined) return own
  const tags = mergeTags(own.tags, session)
  if (session.policies.length === 0 && session.policyArns.length === 0) return { ...own, tags }
  const inline = session.policies.map((document, index) =>
    readStored(`session policy ${index + 1}`, { name: '', grammar: 'aws', document }, 'session'),
  )
  const managed = await readManaged(rooms, account, session.policyArns)
  return { ...own, tags, session: [...inline, ...managed] }
}

async function identityRights(rooms: Reading, caller: SignedCaller): Promise<Rights> {
  switch (caller.kind) {
    case 'account-root':
      return NOTHING
    case 'user': {
      const user = await findById(rooms, caller.account, 'user', caller.userId)
      return user === undefined ? gone() : userRights(rooms, user)
    }
    case 'role-session': {
      const role = await findById(rooms, caller.account, 'role', caller.roleId)
      return role === undefined ? gone() : holderRights(rooms, [role], role)
    }
  }
}

/** Deleted since the signature was checked: whatever a resource says of a name, it is nobody's now. */
function gone(): never {
  return refuse({ kind: 'access-denied', reason: 'the caller does not exist any more' })
}

async function userRights(rooms: Reading, user: UserRecord): Promise<Rights> {
  const groups = await Promise.all(user.groups.map((id) => findById(rooms, user.account, 'group', id)))
  return holderRights(rooms, [user, ...groups.filter((group) => group !== undefined)], user)
}

async function holderRights(rooms: Reading, holders: readonly Holder[], own: UserRecord | RoleRecord): Promise<Rights> {
  const { account, boundaryArn, tags } = own
  const identity = (await Promise.all(holders.map((holder) => policiesOf(rooms, holder)))).flat()
  const vendors = (await readAccount(rooms.store, rooms.records, account))?.record.vendors
  const rights: Rights = {
    identity,
    tags: new Map(Object.entries(tags)),
    ...(vendors === undefined ? {} : { accountSpellings: vendors }),
  }
  if (boundaryArn === undefined) return rights
  const [boundary] = await readManaged(rooms, account, [boundaryArn])
  // A boundary is not deleted while it bounds somebody.
  return boundary === undefined ? refuse({ kind: 'integrity', what: 'boundary' }) : { ...rights, boundary }
}

async function policiesOf(rooms: Reading, holder: Holder): Promise<readonly NamedPolicy[]> {
  const { account, id, kind, name, attached } = holder
  const rows = await allRows(rooms.store, inlineRows(account, id), PEOPLE_LIMITS.inlinePerHolder)
  const inline = rows.map((row) => {
    const text = readText(openFields(rooms.records, row))
    return readStored(`inline policy ${text.name} of ${kind} ${name}`, text, 'identity', kind)
  })
  return [...inline, ...(await readManaged(rooms, account, attached))]
}

async function readManaged(
  rooms: Reading,
  account: AccountId,
  arns: readonly string[],
): Promise<readonly NamedPolicy[]> {
  const texts = await Promise.all(arns.map((arn) => readDefaultText(rooms, account, arn)))
  return texts.flatMap((text, index) => {
    const arn = arns[index]
    return text === undefined || arn === undefined ? [] : [readStored(arn, text, 'identity')]
  })
}

/** Tags of a session take the place of those of its role, whatever the case of their keys. */
function mergeTags(own: ReadonlyMap<string, string>, session: Session): ReadonlyMap<string, string> {
  const names = new Set(Object.keys(session.tags).map((key) => key.toLowerCase()))
  const left = [...own].filter(([key]) => !names.has(key.toLowerCase()))
  return new Map([...left, ...Object.entries(session.tags)])
}
