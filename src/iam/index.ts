/**
 * The directory: accounts, users, groups, roles, their policies and credentials, and the sessions they are given.
 *
 * Promises: a secret rests wrapped under the cluster key and is never shown twice; what was changed is changed for the
 * next request of every process; every operation is asked for as its caller, on the target's own ARN; a session makes
 * nothing wider than itself; a secret that can be guessed from one signature is refused.
 * Rows and tokens: docs/people.md. May import `policy`, `storage`, `kms`, `records`, `audit`.
 */
export { createAccessKeys, type AccessKeys } from './access-keys.ts'
export { bindFound, type BoundPrincipals } from './bind-principals.ts'
export { PEOPLE_FAULT_POINTS } from './change-people.ts'
export type { AccountCredential } from './credential.ts'
export { isAccessKeyId, secretProblem } from './credential-rules.ts'
export {
  createConsoleSessions,
  MAX_SESSIONS_OF_ONE,
  type ConsoleSession,
  type ConsoleSessions,
} from './console-sessions.ts'
export { createDirectory, type Directory } from './directory.ts'
export type { DirectoryRooms, PeopleRequest } from './directory-rooms.ts'
export { PASSWORD_LIMITS } from './password-hash.ts'
export { passwordKeyId } from './password-record.ts'
export type { RootCredential } from './root-credential.ts'
export { createUsedNonces, type UsedNonces } from './used-nonces.ts'
