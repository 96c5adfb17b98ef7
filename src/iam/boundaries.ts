import type { OperationOf } from '../operations/index.ts'
import { changePeople, type PeopleChange } from './change-people.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import { notFound } from './find-people.ts'
import { entityArn } from './people-arns.ts'
import { demand, refuseWidening, type People, type Scope } from './people-scope.ts'
import { demandRole } from './roles.ts'
import { boundaryContext, endBoundary, putBoundary, type Bounded } from './boundary-rows.ts'
import { demandNamed } from './users.ts'
import { present } from './stored-fields.ts'
import { contextOf, putEntity, writesOf } from './write-people.ts'

type BoundaryOperation = OperationOf<
  | 'put-user-permissions-boundary'
  | 'put-role-permissions-boundary'
  | 'delete-user-permissions-boundary'
  | 'delete-role-permissions-boundary'
>

export function changeBoundary(
  rooms: People,
  request: PeopleRequest,
  operation: BoundaryOperation,
): Promise<undefined> {
  const { kind } = operation
  const policyArn = 'policyArn' in operation ? operation.policyArn : undefined
  return changePeople(rooms, request, kind, async (scope): Promise<PeopleChange<undefined>> => {
    const entity = await demandBounded(scope, operation)
    const resource = entityArn(entity)
    // The one that is set, and the one that would go: a Deny on either holds.
    demand(scope, resource, contextOf(entity, ...boundaryContext(policyArn ?? entity.boundaryArn)))
    refuseWidening(scope, entity.id)
    if (policyArn === undefined && entity.boundaryArn === undefined) notFound(entity.kind, `boundary of ${entity.name}`)
    const changed: Bounded = present({ ...entity, boundaryArn: policyArn })
    const fragment = writesOf(
      ...endBoundary(entity),
      putEntity(scope.rooms, changed),
      ...(await putBoundary(scope.rooms, changed)),
    )
    const name = entity.kind === 'user' ? { userName: entity.name } : { roleName: entity.name }
    const detail = policyArn === undefined ? name : { ...name, policyArn }
    return { result: undefined, fragment, resource, detail }
  })
}

function demandBounded(scope: Scope, { kind, name }: BoundaryOperation): Promise<Bounded> {
  return kind.includes('user') ? demandNamed(scope, name) : demandRole(scope, name)
}
