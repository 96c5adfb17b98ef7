import type { DecodedByBody, DialectTranslator } from '../dialect.ts'
import { createQueryDialect } from '../query-dialect.ts'
import type { QueryOperations } from '../query-operation.ts'
import { ACCESS_KEY_OPERATIONS, type AccessKeyKind } from './access-keys.ts'
import { ACCOUNT_OPERATIONS, type AccountKind } from './account.ts'
import { PASSWORD_OPERATIONS, type PasswordKind } from './passwords.ts'
import { GROUP_POLICY_OPERATIONS, type GroupPolicyKind } from './group-policies.ts'
import { GROUP_OPERATIONS, type GroupKind } from './groups.ts'
import { MANAGED_POLICY_OPERATIONS, type ManagedPolicyKind } from './managed-policies.ts'
import { ROLE_POLICY_OPERATIONS, type RolePolicyKind } from './role-policies.ts'
import { ROLE_OPERATIONS, type RoleKind } from './roles.ts'
import { UNDONE_ACTIONS } from './undone-actions.ts'
import { USER_POLICY_OPERATIONS, type UserPolicyKind } from './user-policies.ts'
import { USER_OPERATIONS, type UserKind } from './users.ts'

/** Everything that this service is asked. */
export type IamKind =
  | UserKind
  | AccessKeyKind
  | GroupKind
  | RoleKind
  | UserPolicyKind
  | GroupPolicyKind
  | RolePolicyKind
  | ManagedPolicyKind
  | AccountKind
  | PasswordKind

export const IAM_OPERATIONS: QueryOperations<IamKind> = {
  ...USER_OPERATIONS,
  ...ACCESS_KEY_OPERATIONS,
  ...GROUP_OPERATIONS,
  ...ROLE_OPERATIONS,
  ...USER_POLICY_OPERATIONS,
  ...GROUP_POLICY_OPERATIONS,
  ...ROLE_POLICY_OPERATIONS,
  ...MANAGED_POLICY_OPERATIONS,
  ...ACCOUNT_OPERATIONS,
  ...PASSWORD_OPERATIONS,
}

/** AWS Identity and Access Management, 2010-05-08. */
export function createIamDialect(): DialectTranslator<DecodedByBody> & { readonly name: 'iam' } {
  return createQueryDialect({
    name: 'iam',
    version: '2010-05-08',
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    operations: IAM_OPERATIONS,
    undone: UNDONE_ACTIONS,
  })
}
