import { newWrap, wrapRow } from '../kms/index.ts'
import {
  refuse,
  SIGNATURES,
  type AccessKeyDescription,
  type OperationOf,
  type Results,
  type Signature,
} from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { joinFragments, type Row } from '../storage/index.ts'
import { readAccount } from './accounts.ts'
import { changePeople, readPeople, type PeopleChange } from './change-people.ts'
import { newSecret } from './credential-rules.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { findEntity, notFound } from './find-people.ts'
import { accessKeyFields, openAccessKey, type AccessKeyRecord } from './identity-records.ts'
import { readLastUse } from './last-use.ts'
import { entityArn, rootArn } from './people-arns.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { allRows, pageOfList } from './people-pages.ts'
import type { UserRecord } from './people-records.ts'
import { accessKeyRow, lastPart, lastUseRow, userKeyRow, userKeyRows } from './people-rows.ts'
import { demand, refuseWidening, type People, type Scope } from './people-scope.ts'
import { present } from './stored-fields.ts'
import { newUniqueId } from './unique-ids.ts'
import { demandUserOrSelf } from './users.ts'
import { contextOf, deleteRow, putRow, writesOf } from './write-people.ts'

const GENERATION_BYTES = 8

/** A new pair for a user. The secret is in this answer and nowhere else but wrapped under the cluster key. */
export function createAccessKey(
  rooms: People,
  request: PeopleRequest,
  { name, signatures }: OperationOf<'create-access-key'>,
): Promise<Results['create-access-key']> {
  return changePeople(rooms, request, 'create-access-key', async (scope) => {
    const user = await demandUserOrSelf(scope, name)
    // Whatever it were for, it would do what its user may, and not what this session may.
    refuseWidening(scope, undefined)
    if (user === undefined) return refuse({ kind: 'limit-exceeded', limit: 'access keys of the root', value: 1 })
    const { account, id } = user
    const limit = PEOPLE_LIMITS.accessKeysPerUser
    if ((await allRows(rooms.store, userKeyRows(account, id), limit)).length >= limit) {
      refuse({ kind: 'limit-exceeded', limit: 'access keys of a user', value: limit })
    }
    const record: AccessKeyRecord = present({
      ...{ accessKeyId: newUniqueId('access-key'), account, version: 1, createdMs: rooms.now() },
      generation: randomBytes(GENERATION_BYTES).toString('hex'),
      user: { id, name: user.name, path: user.path },
      signatures: limitOf(signatures),
    })
    const secret = newSecret()
    const key = accessKeyRow(record.accessKeyId)
    const { accessKeyId } = record
    const wrap = await newWrap(
      rooms.store,
      rooms.cluster,
      { purpose: 'access-key', id: accessKeyId, version: 1 },
      secret,
    )
    const rows = writesOf(
      putRow(rooms, key, accessKeyFields(record)),
      putRow(rooms, userKeyRow(account, id, accessKeyId), {}),
    )
    const fragment = joinFragments({ checks: [{ kind: 'absent', key }], writes: [] }, rows, wrap)
    const detail = { userName: user.name, targetAccessKeyId: accessKeyId, ...schemesDetail(signatures) }
    return { result: { ...describeKey(record), secret }, fragment, resource: entityArn(user), detail }
  })
}

function describeKey({ accessKeyId, user, inactive, createdMs, signatures }: AccessKeyRecord): AccessKeyDescription {
  return present({ userName: user?.name ?? 'root', accessKeyId, active: inactive !== true, createdMs, signatures })
}

/** All of them are no limit: what is spoken here later is in it too. An empty list would be a key that opens nothing. */
function limitOf(signatures: readonly Signature[] | undefined): readonly Signature[] | undefined {
  if (signatures === undefined) return undefined
  const limit = SIGNATURES.filter((one) => signatures.includes(one))
  if (limit.length > 0) return limit.length === SIGNATURES.length ? undefined : limit
  return refuse({ kind: 'invalid-argument', argument: 'signatures', detail: 'at least one is needed' })
}

function schemesDetail(signatures: readonly Signature[] | undefined): { readonly schemes?: string } {
  return signatures === undefined ? {} : { schemes: signatures.join(' ') }
}

export function listAccessKeys(
  rooms: People,
  request: PeopleRequest,
  operation: OperationOf<'list-access-keys'>,
): Promise<Results['list-access-keys']> {
  return readPeople(rooms, request, 'list-access-keys', async (scope) => {
    const user = await demandUserOrSelf(scope, operation.name)
    const ids = user === undefined ? await rootKeyIds(rooms, scope) : await keyIdsOf(rooms, user)
    const rows = await rooms.store.getMany(ids.map(accessKeyRow))
    const keys = rows.filter((row) => row !== undefined).map((row) => describeKey(openAccessKey(rooms.records, row)))
    return pageOfList(keys, operation, ({ accessKeyId }) => accessKeyId)
  })
}

async function rootKeyIds(rooms: People, { account }: Scope): Promise<readonly string[]> {
  const id = (await readAccount(rooms.store, rooms.records, account))?.record.rootAccessKeyId
  return id === undefined ? [] : [id]
}

export async function keyIdsOf(
  { store }: Pick<People, 'store'>,
  { account, id }: UserRecord,
): Promise<readonly string[]> {
  const rows = await allRows(store, userKeyRows(account, id), PEOPLE_LIMITS.accessKeysPerUser)
  return rows.map((row) => lastPart(row.key))
}

/** The key of that id, if it is that user's. */
async function demandKeyOf(rooms: People, user: UserRecord, accessKeyId: string): Promise<AccessKeyRecord> {
  const row = await readKeyRow(rooms, accessKeyId)
  const record = row === undefined ? undefined : openAccessKey(rooms.records, row)
  if (record?.account === user.account && record.user?.id === user.id) return record
  return notFound('access-key', accessKeyId)
}

async function readKeyRow({ store }: Pick<People, 'store'>, accessKeyId: string): Promise<Row | undefined> {
  if (!/^[A-Za-z0-9._-]{3,128}$/.test(accessKeyId)) return undefined
  const [row] = await store.getMany([accessKeyRow(accessKeyId)])
  return row
}

function refuseRootKey(): never {
  return refuse({ kind: 'unmodifiable-entity', detail: 'the last access key of the root stays' })
}

/** The root's own key, if it is that one. */
async function demandRootKey(rooms: People, scope: Scope, accessKeyId: string): Promise<AccessKeyRecord> {
  const ids = await rootKeyIds(rooms, scope)
  const row = ids.includes(accessKeyId) ? await readKeyRow(rooms, accessKeyId) : undefined
  return row === undefined ? notFound('access-key', accessKeyId) : openAccessKey(rooms.records, row)
}

export function updateAccessKey(
  rooms: People,
  request: PeopleRequest,
  { name, accessKeyId, active, signatures }: OperationOf<'update-access-key'>,
): Promise<undefined> {
  return changePeople(rooms, request, 'update-access-key', async (scope): Promise<PeopleChange<undefined>> => {
    const user = await demandUserOrSelf(scope, name)
    if (user === undefined && active !== undefined) refuseRootKey()
    const record =
      user === undefined ? await demandRootKey(rooms, scope, accessKeyId) : await demandKeyOf(rooms, user, accessKeyId)
    const changed: AccessKeyRecord = present({
      ...record,
      inactive: (active ?? record.inactive !== true) ? undefined : true,
      signatures: signatures === undefined ? record.signatures : limitOf(signatures),
    })
    const fragment = writesOf(putRow(rooms, accessKeyRow(accessKeyId), accessKeyFields(changed)))
    const detail = {
      ...{ userName: user?.name ?? 'root', targetAccessKeyId: accessKeyId },
      ...(active === undefined ? {} : { status: active ? 'Active' : 'Inactive' }),
      ...schemesDetail(signatures),
    }
    return {
      result: undefined,
      fragment,
      resource: user === undefined ? rootArn(scope.account) : entityArn(user),
      detail,
    }
  })
}

export function deleteAccessKey(
  rooms: People,
  request: PeopleRequest,
  { name, accessKeyId }: OperationOf<'delete-access-key'>,
): Promise<undefined> {
  return changePeople(rooms, request, 'delete-access-key', async (scope): Promise<PeopleChange<undefined>> => {
    const user = (await demandUserOrSelf(scope, name)) ?? refuseRootKey()
    const { version } = await demandKeyOf(rooms, user, accessKeyId)
    const fragment = writesOf(
      deleteRow(accessKeyRow(accessKeyId)),
      deleteRow(userKeyRow(user.account, user.id, accessKeyId)),
      deleteRow(lastUseRow(user.account, accessKeyId)),
      deleteRow(wrapRow({ purpose: 'access-key', id: accessKeyId, version })),
    )
    const detail = { userName: user.name, targetAccessKeyId: accessKeyId }
    return { result: undefined, fragment, resource: entityArn(user), detail }
  })
}

export function getAccessKeyLastUsed(
  rooms: People,
  request: PeopleRequest,
  { accessKeyId }: OperationOf<'get-access-key-last-used'>,
): Promise<Results['get-access-key-last-used']> {
  return readPeople(rooms, request, 'get-access-key-last-used', async (scope) => {
    const { account } = scope
    const row = await readKeyRow(rooms, accessKeyId)
    const record = row === undefined ? undefined : openAccessKey(rooms.records, row)
    const own = record?.account === account ? record : undefined
    const owner = own?.user === undefined ? undefined : await findEntity(rooms, account, 'user', own.user.name)
    demand(scope, owner === undefined ? rootArn(account) : entityArn(owner), contextOf(owner))
    if (own === undefined) return notFound('access-key', accessKeyId)
    const lastUse = await readLastUse(rooms, account, accessKeyId)
    const { userName } = describeKey(own)
    return lastUse === undefined ? { userName } : { userName, lastUse }
  })
}
