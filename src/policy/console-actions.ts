import type { ConsoleOperation } from '../operations/index.ts'
import type { ActionRow } from './action-row.ts'

/**
 * What the console shows together is asked for under the rights of what clients ask for one by one, so that no page needs
 * or gives a right of its own (T-150). About oneself everybody may ask.
 */
export const CONSOLE_ACTIONS: Readonly<Record<ConsoleOperation['kind'], ActionRow>> = {
  'describe-buckets': { actions: ['s3:ListAllMyBuckets'], subject: 'account' },
  'describe-bucket': { actions: ['s3:ListBucket'], subject: 'bucket' },
  'describe-bucket-encryption': { actions: ['s3:GetEncryptionConfiguration'], subject: 'bucket' },
  'describe-object': { actions: ['s3:GetObject'], versioned: ['s3:GetObjectVersion'], subject: 'object' },
  'begin-upload': { actions: ['s3:PutObject'], subject: 'object' },
  'share-object': { actions: ['s3:GetObject'], versioned: ['s3:GetObjectVersion'], subject: 'object' },
  'check-rights': { actions: ['coffer:CheckOwnRights'], subject: 'server', by: 'self' },
  'explain-own': { actions: ['coffer:ExplainOwnDecision'], subject: 'server', by: 'self' },
  'explain-request': { actions: ['coffer:ExplainOwnDecision'], subject: 'server', by: 'self' },
  'get-overview': { actions: ['coffer:GetOverview'], subject: 'account' },
}
