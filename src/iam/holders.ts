import { refuse, type OperationOf, type PolicyHolder, type Results } from '../operations/index.ts'
import { changePeople, readPeople, type PeopleChange } from './change-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { demandEntity, findHolder, notFound } from './find-people.ts'
import { demandPolicy, policyKeyOf } from './find-policies.ts'
import { entityArn, parseEntityArn } from './people-arns.ts'
import { PEOPLE_LIMITS } from './people-limits.ts'
import { demandName, pathPrefixOf } from './people-names.ts'
import { allRows, pageOf, pageOfList } from './people-pages.ts'
import { readText, type Holder } from './people-records.ts'
import { inlineRow, inlineRows, policyUseRow } from './people-rows.ts'
import { demand, refuseWidening, type People, type PeopleKind, type Scope } from './people-scope.ts'
import { policyCharacters } from '../policy/index.ts'
import { demandIdentityPolicy } from './policy-texts.ts'
import { openFields } from './stored-fields.ts'
import { arnOr, contextOf, deleteRow, putEntity, putRow, writesOf } from './write-people.ts'

/** Inline and attached policies of users, groups and roles: the same for all three. */

type Put = OperationOf<'put-user-policy' | 'put-group-policy' | 'put-role-policy'>
type Get = OperationOf<'get-user-policy' | 'get-group-policy' | 'get-role-policy'>
type List = OperationOf<'list-user-policies' | 'list-group-policies' | 'list-role-policies'>
type Delete = OperationOf<'delete-user-policy' | 'delete-group-policy' | 'delete-role-policy'>
type Attach = OperationOf<'attach-user-policy' | 'attach-group-policy' | 'attach-role-policy'>
type Detach = OperationOf<'detach-user-policy' | 'detach-group-policy' | 'detach-role-policy'>
type ListAttached = OperationOf<
  'list-attached-user-policies' | 'list-attached-group-policies' | 'list-attached-role-policies'
>

/** Every kind of these operations names its holder. */
function holderKindOf(kind: PeopleKind): PolicyHolder {
  if (kind.includes('group')) return 'group'
  return kind.includes('role') ? 'role' : 'user'
}

async function demandHolder(
  scope: Scope,
  { kind, name }: { readonly kind: PeopleKind; readonly name: string },
  ...context: readonly (readonly [string, readonly string[]])[]
): Promise<Holder> {
  const { rooms, account } = scope
  const holder = holderKindOf(kind)
  demandName(holder, name)
  const found = await findHolder(rooms, account, holder, name)
  demand(scope, arnOr(found, holder, account, name), contextOf(found, ...context))
  return found ?? demandEntity(rooms, account, holder, name)
}

function detailOf({ kind, name }: Holder, more: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return { [`${kind}Name`]: name, ...more }
}

export function putInline(rooms: People, request: PeopleRequest, operation: Put): Promise<undefined> {
  const { policyName, document, grammar = 'aws' } = operation
  demandName('policy', policyName)
  return changePeople(rooms, request, operation.kind, async (scope): Promise<PeopleChange<undefined>> => {
    const holder = await demandHolder(scope, operation)
    refuseWidening(scope, holder.id)
    demandIdentityPolicy(document, grammar, holder.kind)
    await demandInlineRoom(rooms, holder, policyName, document)
    const { account, id } = holder
    const row = putRow(rooms, inlineRow(account, id, policyName), { name: policyName, grammar, document })
    const resource = entityArn(holder)
    return { result: undefined, fragment: writesOf(row), resource, detail: detailOf(holder, { policyName }) }
  })
}

/** All inline policies of a holder together are limited, without their white space (IAM quotas). */
async function demandInlineRoom(rooms: People, holder: Holder, policyName: string, document: string): Promise<void> {
  const { account, id, kind } = holder
  const limit = PEOPLE_LIMITS.inlineChars[kind]
  const own = Buffer.from(inlineRow(account, id, policyName))
  const rows = await allRows(rooms.store, inlineRows(account, id), PEOPLE_LIMITS.inlinePerHolder + 1)
  const others = rows.filter((row) => !own.equals(row.key))
  if (others.length >= PEOPLE_LIMITS.inlinePerHolder) {
    refuse({ kind: 'limit-exceeded', limit: 'inline policies', value: PEOPLE_LIMITS.inlinePerHolder })
  }
  const chars = others.map((row) => policyCharacters(readText(openFields(rooms.records, row)).document))
  if (chars.reduce((sum, one) => sum + one, policyCharacters(document)) > limit) {
    refuse({ kind: 'limit-exceeded', limit: `characters of the inline policies of a ${kind}`, value: limit })
  }
}

export function getInline(rooms: People, request: PeopleRequest, operation: Get): Promise<Results[Get['kind']]> {
  return readPeople(rooms, request, operation.kind, async (scope) => {
    const { account, id } = await demandHolder(scope, operation)
    demandName('policy', operation.policyName)
    const [row] = await rooms.store.getMany([inlineRow(account, id, operation.policyName)])
    if (row === undefined) return notFound('inline-policy', operation.policyName)
    const { document, grammar } = readText(openFields(rooms.records, row))
    return { document, grammar }
  })
}

export function listInline(rooms: People, request: PeopleRequest, operation: List): Promise<Results[List['kind']]> {
  return readPeople(rooms, request, operation.kind, async (scope) => {
    const { account, id } = await demandHolder(scope, operation)
    return pageOf(
      rooms.store,
      inlineRows(account, id),
      operation,
      (row) => readText(openFields(rooms.records, row)).name,
    )
  })
}

export function deleteInline(rooms: People, request: PeopleRequest, operation: Delete): Promise<undefined> {
  const { policyName } = operation
  return changePeople(rooms, request, operation.kind, async (scope): Promise<PeopleChange<undefined>> => {
    const holder = await demandHolder(scope, operation)
    refuseWidening(scope, holder.id)
    demandName('policy', policyName)
    const key = inlineRow(holder.account, holder.id, policyName)
    const [row] = await rooms.store.getMany([key])
    if (row === undefined) return notFound('inline-policy', policyName)
    const resource = entityArn(holder)
    return { result: undefined, fragment: writesOf(deleteRow(key)), resource, detail: detailOf(holder, { policyName }) }
  })
}

export function attachPolicy(rooms: People, request: PeopleRequest, operation: Attach): Promise<undefined> {
  const { policyArn } = operation
  return changePeople(rooms, request, operation.kind, async (scope): Promise<PeopleChange<undefined>> => {
    const holder = await demandHolder(scope, operation, ['iam:policyarn', [policyArn]])
    refuseWidening(scope, holder.id)
    await demandPolicy(rooms, scope.account, policyArn)
    const resource = entityArn(holder)
    if (holder.attached.includes(policyArn)) return { result: undefined, resource }
    if (holder.attached.length >= PEOPLE_LIMITS.attachedPerHolder) {
      refuse({ kind: 'limit-exceeded', limit: 'attached policies', value: PEOPLE_LIMITS.attachedPerHolder })
    }
    const use = policyUseRow(holder.account, 'attached', keyOf(policyArn), holder.id)
    const fragment = writesOf(
      putEntity(rooms, { ...holder, attached: [...holder.attached, policyArn] }),
      putRow(rooms, use, { holder: holder.kind }),
    )
    return { result: undefined, fragment, resource, detail: detailOf(holder, { policyArn }) }
  })
}

export function detachPolicy(rooms: People, request: PeopleRequest, operation: Detach): Promise<undefined> {
  const { policyArn } = operation
  return changePeople(rooms, request, operation.kind, async (scope): Promise<PeopleChange<undefined>> => {
    const holder = await demandHolder(scope, operation, ['iam:policyarn', [policyArn]])
    refuseWidening(scope, holder.id)
    if (!holder.attached.includes(policyArn)) return notFound('policy', policyArn)
    const fragment = writesOf(
      putEntity(rooms, { ...holder, attached: holder.attached.filter((arn) => arn !== policyArn) }),
      deleteRow(policyUseRow(holder.account, 'attached', keyOf(policyArn), holder.id)),
    )
    return { result: undefined, fragment, resource: entityArn(holder), detail: detailOf(holder, { policyArn }) }
  })
}

function keyOf(policyArn: string): string {
  return policyKeyOf(policyArn) ?? notFound('policy', policyArn)
}

export function listAttached(
  rooms: People,
  request: PeopleRequest,
  operation: ListAttached,
): Promise<Results[ListAttached['kind']]> {
  const prefix = pathPrefixOf(operation.pathPrefix)
  return readPeople(rooms, request, operation.kind, async (scope) => {
    const { attached } = await demandHolder(scope, operation)
    const policies = attached.flatMap((arn) => {
      const named = parseEntityArn('policy', arn)
      return named?.path.startsWith(prefix) === true ? [{ policyName: named.name, arn }] : []
    })
    return pageOfList(policies, operation, ({ policyName, arn }) => `${policyName.toLowerCase()} ${arn}`)
  })
}
