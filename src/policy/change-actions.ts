import type { ChangeOperation } from '../operations/index.ts'
import type { ActionRow } from './action-row.ts'

/** Appends, renames, links and labels: what S3 has no action of its own for is a write of the object. */
export const CHANGE_ACTIONS: Readonly<Record<ChangeOperation['kind'], ActionRow>> = {
  'append-object': { actions: ['s3:PutObject'], subject: 'object' },
  'truncate-object': { actions: ['s3:PutObject'], subject: 'object' },
  'modify-object': { actions: ['s3:PutObject'], subject: 'object' },
  // The old name is read and goes: `checksOf` asks for both (T-073).
  'rename-object': { actions: ['s3:PutObject'], subject: 'object' },
  'put-symlink': { actions: ['s3:PutObject'], subject: 'object' },
  'get-symlink': { actions: ['s3:GetObject'], versioned: ['s3:GetObjectVersion'], subject: 'object' },
  'restore-object': { actions: ['s3:RestoreObject'], subject: 'object' },
}
