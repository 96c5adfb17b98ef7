import type { AccountId } from '../operations/index.ts'
import type { Key } from '../storage/index.ts'

/** Every row of the directory (docs/people.md, "Rows"). Keys are ASCII text; names stand in lower case: they are unique so. */

export type EntityKind = 'user' | 'group' | 'role' | 'policy'

export interface RowRange {
  readonly start: Key
  readonly end: Key
}

function text(...parts: readonly string[]): Buffer {
  return Buffer.from(parts.join('/'), 'latin1')
}

/** All rows whose key begins with `prefix` and a slash: `0` follows `/`. */
function under(...parts: readonly string[]): RowRange {
  const prefix = parts.join('/')
  return { start: Buffer.from(`${prefix}/`, 'latin1'), end: Buffer.from(`${prefix}0`, 'latin1') }
}

/** What follows the last slash of a row's key. */
export function lastPart(key: Key): string {
  const whole = Buffer.from(key).toString('latin1')
  return whole.slice(whole.lastIndexOf('/') + 1)
}

/** Names differ in more than case. Only ASCII letters are folded: names have no others. */
export function foldName(name: string): string {
  return name.toLowerCase()
}

export function accountRow(account: AccountId): Key {
  return text('account', account)
}

export const ACCOUNT_ROWS: RowRange = under('account')

/** There while the account is switched off: read with every credential of it. */
export function accountOffRow(account: AccountId): Key {
  return text('account-off', account)
}

export function accessKeyRow(accessKeyId: string): Key {
  return text('access-key', accessKeyId)
}

/** A session of the console, under the SHA-256 of its secret. */
export function consoleSessionRow(digest: string): Key {
  return text('console-session', digest)
}

/** Which sessions of the console somebody has. `holder`: the account itself, or a user's id. */
export function heldSessionRow(account: AccountId, holder: string, digest: string): Key {
  return text('iam', account, 'console', holder, digest)
}

export function heldSessionRows(account: AccountId, holder: string): RowRange {
  return under('iam', account, 'console', holder)
}

/** Counted attempts to sign in, by what was tried and from where. `slot`: 4 hexadecimal digits. */
export function signInRow(of: 'name' | 'address', slot: string): Key {
  return text('sign-in', of, slot)
}

/** A number of a signature that was used, by the SHA-256 of the access key and the number. */
export function usedNonceRow(digest: string): Key {
  return text('used-nonce', digest)
}

/** When that number is forgotten: milliseconds in 12 hexadecimal digits, which sort. */
export function usedNonceEndRow(untilMs: number, digest: string): Key {
  return text('used-nonce-end', hex48(untilMs), digest)
}

/** Those whose time was over before `nowMs`. */
export function usedNonceEndRows(nowMs: number): RowRange {
  return { start: under('used-nonce-end').start, end: text('used-nonce-end', hex48(nowMs)) }
}

function hex48(value: number): string {
  return value.toString(16).padStart(12, '0')
}

export function entityRow(account: AccountId, kind: EntityKind, name: string): Key {
  return text('iam', account, kind, foldName(name))
}

export function entityRows(account: AccountId, kind: EntityKind): RowRange {
  return under('iam', account, kind)
}

/** Which entity has a unique id. */
export function idRow(account: AccountId, id: string): Key {
  return text('iam', account, 'id', id)
}

export function inlineRow(account: AccountId, holderId: string, policyName: string): Key {
  return text('iam', account, 'inline', holderId, foldName(policyName))
}

export function inlineRows(account: AccountId, holderId: string): RowRange {
  return under('iam', account, 'inline', holderId)
}

/** The text of a version of a managed policy. */
export function versionRow(account: AccountId, policyId: string, version: number): Key {
  return text('iam', account, 'version', policyId, String(version).padStart(8, '0'))
}

/** `policy`: the id of a policy, or the name of a built-in one. */
export type PolicyUse = 'attached' | 'bounds'

export function policyUseRow(account: AccountId, use: PolicyUse, policy: string, holderId: string): Key {
  return text('iam', account, use, policy, holderId)
}

export function policyUseRows(account: AccountId, use: PolicyUse, policy: string): RowRange {
  return under('iam', account, use, policy)
}

export function memberRow(account: AccountId, groupId: string, userId: string): Key {
  return text('iam', account, 'member', groupId, userId)
}

export function memberRows(account: AccountId, groupId: string): RowRange {
  return under('iam', account, 'member', groupId)
}

/** The access keys of a user. */
export function userKeyRow(account: AccountId, userId: string, accessKeyId: string): Key {
  return text('iam', account, 'key', userId, accessKeyId)
}

export function userKeyRows(account: AccountId, userId: string): RowRange {
  return under('iam', account, 'key', userId)
}

/** A user's password for the console. */
export function passwordRow(account: AccountId, userId: string): Key {
  return text('iam', account, 'password', userId)
}

export function lastUseRow(account: AccountId, accessKeyId: string): Key {
  return text('iam', account, 'last-use', accessKeyId)
}

/** Sessions of this user, role or account that were made earlier are over. */
export function revocationRow(account: AccountId, principalId: string): Key {
  return text('iam', account, 'revoked', principalId)
}

/** How many there are of a kind in an account. */
export function entityCounter(account: AccountId, kind: EntityKind): Key {
  return text('count', 'iam', account, kind)
}

/** One row for each account, changed by everything that a decision about its people, policies, keys or buckets rests on. */
export function guardRow(account: AccountId): Key {
  return text('gen', account)
}
