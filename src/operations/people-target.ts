import type { Target } from './operation.ts'
import type { PeopleOperation } from './people-operations.ts'

/** Whom an operation of the directory is about, as far as the request says it: for records, before anything is read. */
export interface PeopleReference {
  readonly kind: 'user' | 'group' | 'role' | 'account'
  readonly name: string
}

/** The target of an operation of the directory. Its room asks for the right itself, when it has read whom it is about. */
export function peopleTarget(operation: PeopleOperation): Target {
  const { kind } = operation
  if ('policyArn' in operation && !('name' in operation)) return { kind, arn: operation.policyArn }
  if ('roleArn' in operation) return { kind, arn: operation.roleArn }
  const person = personOf(operation)
  return person === undefined ? { kind } : { kind, person }
}

function personOf(operation: PeopleOperation): PeopleReference | undefined {
  if ('account' in operation) return { kind: 'account', name: operation.account }
  if ('holder' in operation) return { kind: operation.holder, name: operation.name }
  if (operation.kind === 'create-account') return undefined
  if ('name' in operation) return { kind: holderOf(operation.kind), name: operation.name }
  if (operation.kind === 'list-groups-for-user') return { kind: 'user', name: operation.userName }
  return undefined
}

/** Of the operations that have a name, all that do not say `group` or `role` are about a user. */
function holderOf(kind: PeopleOperation['kind']): 'user' | 'group' | 'role' {
  if (kind.includes('group')) return 'group'
  return kind.includes('role') ? 'role' : 'user'
}
