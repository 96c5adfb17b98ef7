import type { KeyOperation } from '../operations/index.ts'
import type { ActionRow } from './action-row.ts'

/** Operations of keys. A key guards itself: the key service asks, and knows the key's policy and grants. */
export const KEY_ACTIONS: Readonly<Record<KeyOperation['kind'], ActionRow>> = {
  'create-key': { actions: ['kms:CreateKey'], subject: 'account', by: 'kms' },
  'list-keys': { actions: ['kms:ListKeys'], subject: 'account', by: 'kms' },
  'describe-key': { actions: ['kms:DescribeKey'], subject: 'key', by: 'kms' },
  'key-dependents': { actions: ['coffer:DescribeKeyDependents', 'kms:DescribeKey'], subject: 'key', by: 'kms' },
  'enable-key': { actions: ['kms:EnableKey'], subject: 'key', by: 'kms' },
  'disable-key': { actions: ['kms:DisableKey'], subject: 'key', by: 'kms' },
  'rotate-key': { actions: ['kms:RotateKeyOnDemand'], subject: 'key', by: 'kms' },
  // Whether it is switched on or off is said in the body: both rights are asked for.
  'set-key-rotation': { actions: ['kms:EnableKeyRotation', 'kms:DisableKeyRotation'], subject: 'key', by: 'kms' },
  'schedule-key-deletion': { actions: ['kms:ScheduleKeyDeletion'], subject: 'key', by: 'kms' },
  'cancel-key-deletion': { actions: ['kms:CancelKeyDeletion'], subject: 'key', by: 'kms' },
  'set-alias': { actions: ['kms:CreateAlias', 'kms:UpdateAlias'], subject: 'key', by: 'kms' },
  'remove-alias': { actions: ['kms:DeleteAlias'], subject: 'key', by: 'kms' },
  'list-aliases': { actions: ['kms:ListAliases'], subject: 'account', by: 'kms' },
}
