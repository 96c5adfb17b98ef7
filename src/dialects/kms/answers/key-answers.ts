import type { KeyManagementOperation } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { nothing, pageMembers, type Answers } from './answer.ts'
import { epochSeconds, KEY_STATES, keyMetadata } from './key-metadata.ts'

export const KEY_ANSWERS: Answers<Exclude<KeyManagementOperation['kind'], 'key-dependents'>> = {
  'create-key': ({ key }) => ({ KeyMetadata: keyMetadata(key) }),
  'describe-key': ({ key }) => ({ KeyMetadata: keyMetadata(key) }),
  'list-keys': ({ keys, next }) => ({
    Keys: keys.map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arn })),
    ...pageMembers(next),
  }),
  'enable-key': nothing,
  'disable-key': nothing,
  'update-key-description': nothing,
  'rotate-key': ({ key }) => ({ KeyId: key.arn }),
  'set-key-rotation': nothing,
  'schedule-key-deletion': ({ key }, { pendingDays }) => ({
    KeyId: key.arn,
    ...present({ DeletionDate: key.deletionMs === undefined ? undefined : epochSeconds(key.deletionMs) }),
    KeyState: KEY_STATES[key.state],
    PendingWindowInDays: pendingDays,
  }),
  'cancel-key-deletion': ({ key }) => ({ KeyId: key.arn }),
  'set-alias': nothing,
  'remove-alias': nothing,
  'list-aliases': ({ aliases, next }) => ({
    Aliases: aliases.map(({ alias, arn, keyId, createdMs, updatedMs }) => ({
      AliasName: alias,
      AliasArn: arn,
      ...present({
        TargetKeyId: keyId,
        CreationDate: createdMs === undefined ? undefined : epochSeconds(createdMs),
        LastUpdatedDate: updatedMs === undefined ? undefined : epochSeconds(updatedMs),
      }),
    })),
    ...pageMembers(next),
  }),
}
