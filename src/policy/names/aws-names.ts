import { arnFieldsOf } from '../arn-pattern.ts'
import type { Question } from '../question.ts'
import type { RequestNames } from './request-names.ts'

/** AWS's names are the canonical ones. What only another vendor tells apart is one action here. */
const FOREIGN_ACTIONS: ReadonlyMap<string, string> = new Map([['kms:listaliasesbykeyid', 'kms:listaliases']])

export function awsNames({ action, resource }: Question): RequestNames {
  const lower = action.toLowerCase()
  return { groups: [[FOREIGN_ACTIONS.get(lower) ?? lower]], wider: [], resources: [arnFieldsOf(resource)] }
}
