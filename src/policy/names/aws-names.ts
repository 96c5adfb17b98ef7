import { arnFieldsOf } from '../arn-pattern.ts'
import type { Question } from '../question.ts'
import type { RequestNames } from './request-names.ts'

/** AWS's names are the canonical ones. What only another vendor tells apart is one action here. */
const FOREIGN_ACTIONS: ReadonlyMap<string, string> = new Map([['kms:listaliasesbykeyid', 'kms:listaliases']])

/** What is about no bucket in particular, the list of them, is allowed by `*` and by `arn:aws:s3:::*` alike (S3 user guide). */
const ALL_OF_S3 = [undefined, arnFieldsOf('arn:aws:s3:::*')]

export function awsNames({ action, resource }: Question): RequestNames {
  const lower = action.toLowerCase()
  const resources = resource === '*' && lower.startsWith('s3:') ? ALL_OF_S3 : [arnFieldsOf(resource)]
  return { groups: [[FOREIGN_ACTIONS.get(lower) ?? lower]], wider: [], resources }
}
