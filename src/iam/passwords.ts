import {
  refuse,
  type AccountId,
  type LoginProfile,
  type OperationOf,
  type Results,
  type SecretLike,
} from '../operations/index.ts'
import { randomBytes, SecretBytes } from '../secrets/index.ts'
import type { Write } from '../storage/index.ts'
import { changePeople, readPeople, type PeopleChange } from './change-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { notFound } from './find-people.ts'
import { demandPassword, hashPassword, isPassword } from './password-hash.ts'
import { passwordKeyId, readPassword, type PasswordRecord } from './password-record.ts'
import { entityArn } from './people-arns.ts'
import type { UserRecord } from './people-records.ts'
import { lastUseRow, passwordRow } from './people-rows.ts'
import { demandAction, refuseWidening, type People, type Scope } from './people-scope.ts'
import { countAttempt, signInName } from './sign-in-limits.ts'
import { demandNamed, demandUserOrSelf } from './users.ts'
import { contextOf, deleteRow, putRow, writesOf } from './write-people.ts'

/*
 * Passwords of users for the console (docs/console.md, "Signing in"). A hash costs a tenth of a second, so rights are asked
 * for before one is made, and a change that is decided anew does not make it again.
 */

const GENERATION_BYTES = 8

function shown({ name }: UserRecord, { createdMs, mustChange }: PasswordRecord): LoginProfile {
  return { userName: name, createdMs, mustChange: mustChange === true }
}

/** The root signs in with its access key: its credential is the operator's. */
async function demandUser(scope: Scope, name: string | undefined): Promise<UserRecord> {
  return (await demandUserOrSelf(scope, name)) ?? notFound('login-profile', 'root')
}

export function getLoginProfile(
  rooms: People,
  request: PeopleRequest,
  { name }: OperationOf<'get-login-profile'>,
): Promise<Results['get-login-profile']> {
  return readPeople(rooms, request, 'get-login-profile', async (scope) => {
    const user = await demandUser(scope, name)
    const found = await readPassword(rooms, user.account, user.id)
    return found === undefined ? notFound('login-profile', user.name) : shown(user, found.record)
  })
}

/** A password of somebody's choice. Refuses one that is too short. */
export async function newPassword(
  password: SecretBytes,
  createdMs: number,
  mustChange: boolean,
): Promise<PasswordRecord> {
  const generation = randomBytes(GENERATION_BYTES).toString('hex')
  return { ...(await hashPassword(password)), generation, createdMs, ...(mustChange ? { mustChange } : {}) }
}

async function hashed(rooms: People, password: SecretLike, mustChange: boolean): Promise<PasswordRecord> {
  const secret = copyOf(password)
  try {
    return await newPassword(secret, rooms.now(), mustChange)
  } finally {
    secret.wipe()
  }
}

function copyOf(password: SecretLike): SecretBytes {
  return password.expose((bytes) => new SecretBytes(Uint8Array.from(bytes)))
}

export async function createLoginProfile(
  rooms: People,
  request: PeopleRequest,
  { kind, name, password, mustChange }: OperationOf<'create-login-profile'>,
): Promise<Results['create-login-profile']> {
  demandPassword(password)
  await readPeople(rooms, request, kind, (scope) => demandNamed(scope, name))
  const record = await hashed(rooms, password, mustChange)
  return changePeople(rooms, request, kind, async (scope) => {
    const user = await demandNamed(scope, name)
    // Whoever knows it is that user, and not what this session may.
    refuseWidening(scope, undefined)
    if ((await readPassword(rooms, user.account, user.id)) !== undefined) {
      refuse({ kind: 'entity-exists', entity: 'login-profile', name })
    }
    return { ...changeOf(rooms, user, record), result: shown(user, record) }
  })
}

/** Another password, another wish about it, or both. `orCreate` needs the right to make one where there is none. */
export async function updateLoginProfile(
  rooms: People,
  request: PeopleRequest,
  { kind, name, password, mustChange, orCreate }: OperationOf<'update-login-profile'>,
): Promise<undefined> {
  if (password !== undefined) demandPassword(password)
  await readPeople(rooms, request, kind, (scope) => demandNamed(scope, name))
  const record = password === undefined ? undefined : await hashed(rooms, password, false)
  return changePeople(rooms, request, kind, async (scope): Promise<PeopleChange<undefined>> => {
    const user = await demandNamed(scope, name)
    refuseWidening(scope, undefined)
    const before = await readPassword(rooms, user.account, user.id)
    if (before === undefined && orCreate === true) {
      demandAction(scope, 'iam:CreateLoginProfile', entityArn(user), contextOf(user))
    }
    const kept = before === undefined && orCreate !== true ? undefined : (record ?? before?.record)
    if (kept === undefined) return notFound('login-profile', name)
    const must = mustChange ?? before?.record.mustChange === true
    return { ...changeOf(rooms, user, withWish(kept, must)), result: undefined }
  })
}

function withWish(record: PasswordRecord, mustChange: boolean): PasswordRecord {
  const { cost, blockSize, parallelization, salt, hash, generation, createdMs } = record
  const kept = { cost, blockSize, parallelization, salt, hash, generation, createdMs }
  return mustChange ? { ...kept, mustChange } : kept
}

function changeOf(rooms: People, user: UserRecord, record: PasswordRecord): Omit<PeopleChange<unknown>, 'result'> {
  return {
    fragment: writesOf(putPassword(rooms, user.account, user.id, record)),
    resource: entityArn(user),
    detail: { userName: user.name },
  }
}

/** The row of a password as it is to be. */
export function putPassword(
  rooms: Pick<People, 'records'>,
  account: AccountId,
  userId: string,
  record: PasswordRecord,
): Write {
  return putRow(rooms, passwordRow(account, userId), record)
}

export function deleteLoginProfile(
  rooms: People,
  request: PeopleRequest,
  { kind, name }: OperationOf<'delete-login-profile'>,
): Promise<undefined> {
  return changePeople(rooms, request, kind, async (scope): Promise<PeopleChange<undefined>> => {
    const user = await demandUser(scope, name)
    if ((await readPassword(rooms, user.account, user.id)) === undefined) return notFound('login-profile', user.name)
    const fragment = writesOf(
      deleteRow(passwordRow(user.account, user.id)),
      deleteRow(lastUseRow(user.account, passwordKeyId(user.id))),
    )
    return { result: undefined, fragment, resource: entityArn(user), detail: { userName: user.name } }
  })
}

/** One's own, by who knows the one before. Guesses are counted with those of the sign-in: a session is no way around (T-148). */
export async function changePassword(
  rooms: People,
  request: PeopleRequest,
  { kind, oldPassword, newPassword: wanted }: OperationOf<'change-password'>,
): Promise<undefined> {
  demandPassword(wanted, 'newPassword')
  const generation = await readPeople(rooms, request, kind, async (scope) => {
    const user = await demandUser(scope, undefined)
    const found = await readPassword(rooms, user.account, user.id)
    if (found === undefined) return notFound('login-profile', user.name)
    const name = signInName(user.account, user.name)
    const address = request.facts?.sourceIp ?? ''
    const counted = await countAttempt(rooms, { name, address, spared: false })
    if (counted.kind === 'must-wait') return refuse({ kind: 'slow-down', detail: 'too many wrong passwords' })
    if (!(await isPassword(found.record, oldPassword))) {
      return refuse({ kind: 'invalid-argument', argument: 'oldPassword', detail: 'is another' })
    }
    await counted.succeeded()
    await refuseSame(found.record, wanted)
    return found.record.generation
  })
  const record = await hashed(rooms, wanted, false)
  return changePeople(rooms, request, kind, async (scope): Promise<PeopleChange<undefined>> => {
    const user = await demandUser(scope, undefined)
    const before = await readPassword(rooms, user.account, user.id)
    if (before?.record.generation !== generation)
      refuse({ kind: 'contended', detail: 'the password changed meanwhile' })
    return { ...changeOf(rooms, user, record), result: undefined }
  })
}

export async function refuseSame(record: PasswordRecord, wanted: SecretLike): Promise<void> {
  if (!(await isPassword(record, wanted))) return
  refuse({ kind: 'invalid-argument', argument: 'newPassword', detail: 'is the old one' })
}
