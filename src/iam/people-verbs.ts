import type { SessionTokens } from '../kms/index.ts'
import type { OperationOf, PeopleOperation, Results } from '../operations/index.ts'
import { createAccount, listAccounts, showAccount, setAccount, switchAccount } from './account-operations.ts'
import { assumeRole } from './assume-role.ts'
import { changeBoundary } from './boundaries.ts'
import { getAccountSummary, listNothingOfUser, listNothingOfRole, listNothing } from './directory-summary.ts'
import {
  createGroup,
  getGroup,
  listGroups,
  updateGroup,
  deleteGroup,
  addUserToGroup,
  removeUserFromGroup,
  listGroupsForUser,
} from './groups.ts'
import { putInline, getInline, listInline, deleteInline, attachPolicy, detachPolicy, listAttached } from './holders.ts'
import { createPolicy, getPolicy, listPolicies, deletePolicy, listEntitiesForPolicy } from './managed-policies.ts'
import {
  changePassword,
  createLoginProfile,
  deleteLoginProfile,
  getLoginProfile,
  updateLoginProfile,
} from './passwords.ts'
import { tagEntity, untagEntity, listTags } from './people-tags.ts'
import {
  createPolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  setDefaultVersion,
  deletePolicyVersion,
} from './policy-versions.ts'
import { createRole, getRole, listRoles, updateRole, updateTrust, deleteRole } from './roles.ts'
import { getAccessKeyInfo, revokeSessions, getSessionToken, getCallerIdentity } from './sessions.ts'
import { createAccessKey, listAccessKeys, updateAccessKey, deleteAccessKey, getAccessKeyLastUsed } from './user-keys.ts'
import { createUser, getUser, listUsers, updateUser, deleteUser } from './users.ts'
import type { PeopleRequest } from './directory-rooms.ts'
import type { People } from './people-scope.ts'

type PeopleKind = PeopleOperation['kind']

/** Carries out one kind of operation. */
export type PeopleVerb<Kind extends PeopleKind> = (
  request: PeopleRequest,
  operation: OperationOf<Kind>,
) => Promise<Results[Kind]>

/** Every operation of the directory, and the one place that carries it out. Total. */
export function peopleVerbs(rooms: People, tokens: SessionTokens): { readonly [Kind in PeopleKind]: PeopleVerb<Kind> } {
  return {
    'create-user': (request, operation) => createUser(rooms, request, operation),
    'get-user': (request, operation) => getUser(rooms, request, operation),
    'list-users': (request, operation) => listUsers(rooms, request, operation),
    'update-user': (request, operation) => updateUser(rooms, request, operation),
    'delete-user': (request, operation) => deleteUser(rooms, request, operation),
    'tag-user': (request, operation) => tagEntity(rooms, request, operation),
    'untag-user': (request, operation) => untagEntity(rooms, request, operation),
    'list-user-tags': (request, operation) => listTags(rooms, request, operation),
    'create-access-key': (request, operation) => createAccessKey(rooms, request, operation),
    'list-access-keys': (request, operation) => listAccessKeys(rooms, request, operation),
    'update-access-key': (request, operation) => updateAccessKey(rooms, request, operation),
    'delete-access-key': (request, operation) => deleteAccessKey(rooms, request, operation),
    'get-access-key-last-used': (request, operation) => getAccessKeyLastUsed(rooms, request, operation),
    'create-group': (request, operation) => createGroup(rooms, request, operation),
    'get-group': (request, operation) => getGroup(rooms, request, operation),
    'list-groups': (request, operation) => listGroups(rooms, request, operation),
    'update-group': (request, operation) => updateGroup(rooms, request, operation),
    'delete-group': (request, operation) => deleteGroup(rooms, request, operation),
    'add-user-to-group': (request, operation) => addUserToGroup(rooms, request, operation),
    'remove-user-from-group': (request, operation) => removeUserFromGroup(rooms, request, operation),
    'list-groups-for-user': (request, operation) => listGroupsForUser(rooms, request, operation),
    'create-role': (request, operation) => createRole(rooms, request, operation),
    'get-role': (request, operation) => getRole(rooms, request, operation),
    'list-roles': (request, operation) => listRoles(rooms, request, operation),
    'update-role': (request, operation) => updateRole(rooms, request, operation),
    'update-role-description': (request, operation) => updateRole(rooms, request, operation),
    'update-assume-role-policy': (request, operation) => updateTrust(rooms, request, operation),
    'delete-role': (request, operation) => deleteRole(rooms, request, operation),
    'tag-role': (request, operation) => tagEntity(rooms, request, operation),
    'untag-role': (request, operation) => untagEntity(rooms, request, operation),
    'list-role-tags': (request, operation) => listTags(rooms, request, operation),
    'put-user-policy': (request, operation) => putInline(rooms, request, operation),
    'get-user-policy': (request, operation) => getInline(rooms, request, operation),
    'delete-user-policy': (request, operation) => deleteInline(rooms, request, operation),
    'attach-user-policy': (request, operation) => attachPolicy(rooms, request, operation),
    'detach-user-policy': (request, operation) => detachPolicy(rooms, request, operation),
    'list-user-policies': (request, operation) => listInline(rooms, request, operation),
    'list-attached-user-policies': (request, operation) => listAttached(rooms, request, operation),
    'put-group-policy': (request, operation) => putInline(rooms, request, operation),
    'get-group-policy': (request, operation) => getInline(rooms, request, operation),
    'delete-group-policy': (request, operation) => deleteInline(rooms, request, operation),
    'attach-group-policy': (request, operation) => attachPolicy(rooms, request, operation),
    'detach-group-policy': (request, operation) => detachPolicy(rooms, request, operation),
    'list-group-policies': (request, operation) => listInline(rooms, request, operation),
    'list-attached-group-policies': (request, operation) => listAttached(rooms, request, operation),
    'put-role-policy': (request, operation) => putInline(rooms, request, operation),
    'get-role-policy': (request, operation) => getInline(rooms, request, operation),
    'delete-role-policy': (request, operation) => deleteInline(rooms, request, operation),
    'attach-role-policy': (request, operation) => attachPolicy(rooms, request, operation),
    'detach-role-policy': (request, operation) => detachPolicy(rooms, request, operation),
    'list-role-policies': (request, operation) => listInline(rooms, request, operation),
    'list-attached-role-policies': (request, operation) => listAttached(rooms, request, operation),
    'put-user-permissions-boundary': (request, operation) => changeBoundary(rooms, request, operation),
    'delete-user-permissions-boundary': (request, operation) => changeBoundary(rooms, request, operation),
    'put-role-permissions-boundary': (request, operation) => changeBoundary(rooms, request, operation),
    'delete-role-permissions-boundary': (request, operation) => changeBoundary(rooms, request, operation),
    'create-policy': (request, operation) => createPolicy(rooms, request, operation),
    'get-policy': (request, operation) => getPolicy(rooms, request, operation),
    'list-policies': (request, operation) => listPolicies(rooms, request, operation),
    'delete-policy': (request, operation) => deletePolicy(rooms, request, operation),
    'create-policy-version': (request, operation) => createPolicyVersion(rooms, request, operation),
    'get-policy-version': (request, operation) => getPolicyVersion(rooms, request, operation),
    'list-policy-versions': (request, operation) => listPolicyVersions(rooms, request, operation),
    'set-default-policy-version': (request, operation) => setDefaultVersion(rooms, request, operation),
    'delete-policy-version': (request, operation) => deletePolicyVersion(rooms, request, operation),
    'tag-policy': (request, operation) => tagEntity(rooms, request, operation),
    'untag-policy': (request, operation) => untagEntity(rooms, request, operation),
    'list-policy-tags': (request, operation) => listTags(rooms, request, operation),
    'list-entities-for-policy': (request, operation) => listEntitiesForPolicy(rooms, request, operation),
    'get-account-summary': (request) => getAccountSummary(rooms, request),
    'list-account-aliases': (request, operation) => listNothing(rooms, request, operation),
    'list-mfa-devices': (request, operation) => listNothingOfUser(rooms, request, operation),
    'list-virtual-mfa-devices': (request, operation) => listNothing(rooms, request, operation),
    'list-ssh-public-keys': (request, operation) => listNothingOfUser(rooms, request, operation),
    'list-signing-certificates': (request, operation) => listNothingOfUser(rooms, request, operation),
    'list-service-specific-credentials': (request, operation) => listNothingOfUser(rooms, request, operation),
    'list-instance-profiles': (request, operation) => listNothing(rooms, request, operation),
    'list-instance-profiles-for-role': (request, operation) => listNothingOfRole(rooms, request, operation),
    'get-login-profile': (request, operation) => getLoginProfile(rooms, request, operation),
    'create-login-profile': (request, operation) => createLoginProfile(rooms, request, operation),
    'update-login-profile': (request, operation) => updateLoginProfile(rooms, request, operation),
    'delete-login-profile': (request, operation) => deleteLoginProfile(rooms, request, operation),
    'change-password': (request, operation) => changePassword(rooms, request, operation),
    'assume-role': (request, operation) => assumeRole(rooms, request, operation, tokens),
    'get-session-token': (request, operation) => getSessionToken(rooms, request, operation, tokens),
    'get-caller-identity': async (request) => getCallerIdentity(request),
    'get-access-key-info': (request, operation) => getAccessKeyInfo(rooms, request, operation),
    'revoke-sessions': (request, operation) => revokeSessions(rooms, request, operation),
    'create-account': (request, operation) => createAccount(rooms, request, operation),
    'list-accounts': (request) => listAccounts(rooms, request),
    'show-account': (request, operation) => showAccount(rooms, request, operation),
    'set-account': (request, operation) => setAccount(rooms, request, operation),
    'disable-account': (request, operation) => switchAccount(rooms, request, operation),
    'enable-account': (request, operation) => switchAccount(rooms, request, operation),
  }
}
