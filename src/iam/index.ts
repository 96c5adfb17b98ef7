/**
 * The directory: accounts and their access keys.
 *
 * Promises: a secret rests wrapped under the cluster key and is never shown twice; a credential that was changed is
 * changed for the next request of every process; a secret that can be guessed from one signature is refused.
 * May import `policy`, `storage`, `kms`, `records`.
 */
export { createAccessKeys, type AccessKeys, type AccountCredential, type RootCredential } from './access-keys.ts'
export { isAccessKeyId, secretProblem } from './credential-rules.ts'
export { createDirectory, type Directory, type PeopleRequest } from './directory.ts'
