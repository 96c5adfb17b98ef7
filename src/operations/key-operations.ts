import type { KeySpec, KeyUsage } from './key-kinds.ts'
import type { KeyMaterialOperation, KeyMaterialResults } from './key-material-operations.ts'
import type { KeyRightsOperation, KeyRightsResults, KeyTags } from './key-rights-operations.ts'
import type { KeyUseOperation, KeyUseResults } from './key-use-operations.ts'
import type { AccountId } from './names.ts'

export type KeyState = 'enabled' | 'disabled' | 'pending-import' | 'pending-deletion' | 'unavailable'

/** What anyone may know of a KMS key who may describe it. Never its material. */
export interface KeyDescription {
  readonly keyId: string
  readonly arn: string
  readonly account: AccountId
  readonly region: string
  readonly state: KeyState
  readonly description: string
  readonly createdMs: number
  readonly manager: 'customer' | 'coffer'
  readonly origin: 'coffer' | 'external'
  readonly spec: KeySpec
  readonly usage: KeyUsage
  readonly aliases: readonly string[]
  /** The current version of the material, counted from 1; 0: none was ever imported. */
  readonly version: number
  /** 64 hexadecimal digits; absent where there is no material, and for other keys than symmetric ones. */
  readonly materialId?: string
  readonly rotation?: { readonly periodDays: number; readonly nextMs: number }
  readonly deletionMs?: number
  /** Imported material only: when it is forgotten; absent: never. */
  readonly expiryMs?: number
}

/** Exactly what depends on a key. */
export interface KeyDependents {
  readonly versions: number
  readonly uploads: number
  readonly defaults: number
  /** Object versions and uploads by version of the material. */
  readonly byVersion: readonly { readonly version: number; readonly count: number }[]
}

/** A part of a list. `after`: the `next` of the part before; one that no list gave is refused with `invalid-marker`. */
export interface KeyListPage {
  /** 1 to 1,000. */
  readonly limit: number
  readonly after?: string
  /** Of keys: tell of each what the caller may know. */
  readonly described?: boolean
  /** Of keys: how many are passed over first. Present: the answer says how many there are. */
  readonly offset?: number
  /** Of keys: those in one of these states alone. */
  readonly states?: readonly KeyState[]
}

/** Which key, by id or ARN, and by alias or alias ARN for what describes or uses it. */
export interface KeyNamed {
  readonly key: string
}

/** `keyId`: an id of the operator's choice. `policy`: the text of its key policy; absent: the default policy. */
export interface CreateKey {
  readonly kind: 'create-key'
  readonly description: string
  readonly alias?: string
  /** It rotates by itself, so often. */
  readonly rotationDays?: number
  readonly keyId?: string
  readonly spec?: KeySpec
  readonly usage?: KeyUsage
  readonly origin?: 'coffer' | 'external'
  readonly policy?: string
  /** The caller may lock himself out. */
  readonly bypassLockoutCheck?: boolean
  readonly tags?: KeyTags
}

/** `key` names a key by id, ARN, alias name or alias ARN. Without `page`: everything. */
/** What a person typed before data is destroyed with its key. */
export interface ConfirmedShred {
  /** How many object versions they were shown; more of them now, and nothing is done. */
  readonly versions: number
  /** Kept in the audit log. */
  readonly reason: string
}

export type KeyManagementOperation =
  | CreateKey
  | { readonly kind: 'list-keys'; readonly page?: KeyListPage }
  | ({ readonly kind: 'describe-key'; readonly grantTokens?: readonly string[] } & KeyNamed)
  | ({ readonly kind: 'key-dependents' } & KeyNamed)
  | ({ readonly kind: 'enable-key' } & KeyNamed)
  | ({ readonly kind: 'disable-key' } & KeyNamed)
  | ({ readonly kind: 'update-key-description'; readonly description: string } & KeyNamed)
  | ({ readonly kind: 'rotate-key' } & KeyNamed)
  | ({ readonly kind: 'set-key-rotation'; readonly periodDays?: number } & KeyNamed)
  /**
   * `pendingDays`: 7 to 1,096. `shred`: although something depends on it (`coffer:CryptoShred`). `confirmed`: what a person
   * typed before that.
   */
  | ({
      readonly kind: 'schedule-key-deletion'
      readonly pendingDays: number
      readonly shred?: boolean
      readonly confirmed?: ConfirmedShred
    } & KeyNamed)
  | ({ readonly kind: 'cancel-key-deletion' } & KeyNamed)
  /** `replace`: it may point at another key. `mustExist`: it must be an alias already. */
  | ({
      readonly kind: 'set-alias'
      readonly alias: string
      readonly replace: boolean
      readonly mustExist?: boolean
    } & KeyNamed)
  | { readonly kind: 'remove-alias'; readonly alias: string }
  /** `byKey`: the right to list those of one key is asked for, which some vendors tell apart. */
  | { readonly kind: 'list-aliases'; readonly key?: string; readonly byKey?: boolean; readonly page?: KeyListPage }

export interface ListedKey {
  readonly keyId: string
  readonly arn: string
  /** Where the caller may describe it too. */
  readonly description?: KeyDescription
}

export interface ListedAlias {
  readonly alias: string
  readonly arn: string
  /** Absent: an alias of the server's own that has no key yet. */
  readonly keyId?: string
  readonly createdMs?: number
  readonly updatedMs?: number
}

interface OneKey {
  readonly key: KeyDescription
}

export interface KeyManagementResults {
  'create-key': OneKey
  /** `total`: of all that were asked for, where `offset` was given. */
  'list-keys': { readonly keys: readonly ListedKey[]; readonly next?: string; readonly total?: number }
  'describe-key': OneKey
  'key-dependents': OneKey & { readonly dependents: KeyDependents }
  'enable-key': OneKey
  'disable-key': OneKey
  'update-key-description': OneKey
  'rotate-key': OneKey
  'set-key-rotation': OneKey
  'schedule-key-deletion': OneKey
  'cancel-key-deletion': OneKey
  'set-alias': undefined
  'remove-alias': undefined
  'list-aliases': { readonly aliases: readonly ListedAlias[]; readonly next?: string }
}

/** Everything that can be asked of keys: KMS's operations, in our terms. */
export type KeyOperation = KeyManagementOperation | KeyUseOperation | KeyMaterialOperation | KeyRightsOperation

export interface KeyResults extends KeyManagementResults, KeyUseResults, KeyMaterialResults, KeyRightsResults {}
