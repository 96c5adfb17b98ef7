import type { AccountId } from '../operations/index.ts'
import { parseAccountId } from '../operations/index.ts'
import type { EntityKind } from './people-rows.ts'

/** `arn:aws:iam::<account>:user<path><name>` (IAM user guide, "IAM identifiers"). */
export function entityArn(entity: {
  readonly kind: EntityKind
  readonly account: string
  readonly path: string
  readonly name: string
}): string {
  return `arn:aws:iam::${entity.account}:${entity.kind}${entity.path}${entity.name}`
}

export function rootArn(account: AccountId): string {
  return `arn:aws:iam::${account}:root`
}

export function sessionArn(account: AccountId, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`
}

const BUILT_IN_PREFIX = 'arn:aws:iam::aws:policy/'

export function builtInArn(path: string, name: string): string {
  return `${BUILT_IN_PREFIX}${path.slice(1)}${name}`
}

export interface NamedByArn {
  readonly account: AccountId | 'aws'
  readonly path: string
  readonly name: string
}

const ARN = /^arn:aws:iam::([0-9]{12}|aws):(user|group|role|policy)(\/(?:[\x21-\x7e]+\/)?)([A-Za-z0-9_+=,.@-]+)$/

/** Whom an ARN of the directory names, if it is one of this kind. */
export function parseEntityArn(kind: EntityKind, arn: string): NamedByArn | undefined {
  const [, accountText = '', found, path = '', name = ''] = ARN.exec(arn) ?? []
  if (found !== kind) return undefined
  const account = accountText === 'aws' ? accountText : parseAccountId(accountText)
  return account === undefined ? undefined : { account, path, name }
}
