import type { AccountId } from '../operations/index.ts'
import type { Write } from '../storage/index.ts'
import { notFound, type Reading } from './find-people.ts'
import { demandPolicy, policyKeyOf } from './find-policies.ts'
import type { RoleRecord, UserRecord } from './people-records.ts'
import { policyUseRow } from './people-rows.ts'
import { deleteRow, putRow } from './write-people.ts'

/** Whom a boundary can bound. */
export type Bounded = UserRecord | RoleRecord

/** `iam:PermissionsBoundary`: of a request that sets one, or of whom it is about. */
export function boundaryContext(arn: string | undefined): readonly (readonly [string, readonly string[]])[] {
  return arn === undefined ? [] : [['iam:permissionsboundary', [arn]]]
}

/** The row that says whom a policy bounds: it is not deleted then. Refuses a policy that is not there. */
export async function putBoundary(rooms: Reading, entity: Bounded): Promise<readonly Write[]> {
  const { account, id, kind, boundaryArn } = entity
  if (boundaryArn === undefined) return []
  await demandPolicy(rooms, account, boundaryArn)
  return [putRow(rooms, boundRow(account, boundaryArn, id), { holder: kind })]
}

export function endBoundary({ account, id, boundaryArn }: Bounded): readonly Write[] {
  return boundaryArn === undefined ? [] : [deleteRow(boundRow(account, boundaryArn, id))]
}

function boundRow(account: AccountId, arn: string, id: string): Uint8Array {
  return policyUseRow(account, 'bounds', policyKeyOf(arn) ?? notFound('policy', arn), id)
}
