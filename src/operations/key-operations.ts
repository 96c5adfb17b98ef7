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
  readonly aliases: readonly string[]
  /** The current version of the material, counted from 1. */
  readonly version: number
  readonly rotation?: { readonly periodDays: number; readonly nextMs: number }
  readonly deletionMs?: number
}

/** Exactly what depends on a key. */
export interface KeyDependents {
  readonly versions: number
  readonly uploads: number
  readonly defaults: number
  /** Object versions and uploads by version of the material. */
  readonly byVersion: readonly { readonly version: number; readonly count: number }[]
}

/** `key` names a key by id, ARN, alias name or alias ARN. */
export type KeyOperation =
  | { readonly kind: 'create-key'; readonly description: string; readonly alias?: string; readonly keyId?: string }
  | { readonly kind: 'list-keys' }
  | { readonly kind: 'describe-key'; readonly key: string }
  | { readonly kind: 'key-dependents'; readonly key: string }
  | { readonly kind: 'enable-key'; readonly key: string }
  | { readonly kind: 'disable-key'; readonly key: string }
  | { readonly kind: 'rotate-key'; readonly key: string }
  | { readonly kind: 'set-key-rotation'; readonly key: string; readonly periodDays?: number }
  /** `pendingDays`: 7 to 30. */
  | { readonly kind: 'schedule-key-deletion'; readonly key: string; readonly pendingDays: number }
  | { readonly kind: 'cancel-key-deletion'; readonly key: string }
  | { readonly kind: 'set-alias'; readonly alias: string; readonly key: string; readonly replace: boolean }
  | { readonly kind: 'remove-alias'; readonly alias: string }
  | { readonly kind: 'list-aliases'; readonly key?: string }

export interface KeyResults {
  'create-key': { readonly key: KeyDescription }
  'list-keys': { readonly keys: readonly KeyDescription[] }
  'describe-key': { readonly key: KeyDescription }
  'key-dependents': { readonly key: KeyDescription; readonly dependents: KeyDependents }
  'enable-key': { readonly key: KeyDescription }
  'disable-key': { readonly key: KeyDescription }
  'rotate-key': { readonly key: KeyDescription }
  'set-key-rotation': { readonly key: KeyDescription }
  'schedule-key-deletion': { readonly key: KeyDescription }
  'cancel-key-deletion': { readonly key: KeyDescription }
  'set-alias': undefined
  'remove-alias': undefined
  'list-aliases': { readonly aliases: readonly { readonly alias: string; readonly keyId?: string }[] }
}
