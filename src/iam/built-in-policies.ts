import type { PeopleGrammar } from '../operations/index.ts'
import { builtInArn } from './people-arns.ts'

/** A managed policy that every account has, that nobody can change, and that belongs to nobody. */
export interface BuiltInPolicy {
  readonly kind: 'built-in'
  readonly name: string
  readonly path: string
  readonly arn: string
  /** `ANPA...`, fixed. */
  readonly id: string
  readonly description: string
  readonly grammar: PeopleGrammar
  readonly document: string
}

/** When the first of them came into the world: they have no other date. */
export const BUILT_IN_CREATED_MS = Date.UTC(2026, 0, 1)

interface Statement {
  readonly Sid?: string
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Effect: 'Allow'
}

function builtIn(
  number: number,
  name: string,
  description: string,
  ...statements: readonly Statement[]
): BuiltInPolicy {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)
  const id = `ANPACOFFERBUILTIN${String(number).padStart(4, '2')}`
  return { kind: 'built-in', name, path: '/', arn: builtInArn('/', name), id, description, grammar: 'aws', document }
}

function allow(...actions: readonly string[]): Statement {
  return { Effect: 'Allow', Action: actions.length === 1 ? (actions[0] ?? '') : actions, Resource: '*' }
}

/** A role or policy of another vendor, in its own language, under its own name but for blanks, which no ARN of ours has. */
function ofVendor(
  letter: string,
  grammar: Exclude<PeopleGrammar, 'aws'>,
  name: string,
  description: string,
  ...actions: readonly string[]
): BuiltInPolicy {
  const path = { ram: '/ram/', huawei: '/huawei/', cam: '/cam/' }[grammar]
  const document = JSON.stringify(DOCUMENTS[grammar](actions), null, 2)
  const id = `ANPACOFFERBUILTIN${letter.repeat(4)}`
  return { kind: 'built-in', name, path, arn: builtInArn(path, name), id, description, grammar, document }
}

const DOCUMENTS: Readonly<Record<Exclude<PeopleGrammar, 'aws'>, (actions: readonly string[]) => object>> = {
  ram: (actions) => ({ Version: '1', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] }),
  huawei: (actions) => ({ Version: '1.1', Statement: [{ Effect: 'Allow', Action: actions }] }),
  cam: (actions) => ({ version: '2.0', statement: [{ effect: 'allow', action: actions, resource: '*' }] }),
}

/** What administrators of OSS, OBS and COS give their people (the vendors' lists of system policies). */
const VENDORS: readonly BuiltInPolicy[] = [
  ofVendor('A', 'huawei', 'KMSAdministrator', 'KMS Administrator: every operation on keys.', 'kms:*:*'),
  ofVendor('B', 'huawei', 'OBSAdministrator', 'OBS Administrator: every operation on buckets and objects.', 'obs:*:*'),
  ofVendor('C', 'ram', 'AliyunOSSFullAccess', 'Every operation on buckets and objects.', 'oss:*'),
  ofVendor('D', 'ram', 'AliyunOSSReadOnlyAccess', 'Reads and lists buckets and objects.', 'oss:Get*', 'oss:List*'),
  ofVendor('E', 'ram', 'AliyunKMSFullAccess', 'Every operation on keys.', 'kms:*'),
  ofVendor('F', 'cam', 'QcloudCOSFullAccess', 'Every operation on buckets and objects.', 'cos:*'),
  ofVendor('G', 'cam', 'QcloudKMSFullAccess', 'Every operation on keys.', 'kms:*'),
]

/** By the names under which scripts and tools know them. */
export const BUILT_IN_POLICIES: readonly BuiltInPolicy[] = [
  builtIn(2, 'AdministratorAccess', 'Everything, on everything of the account.', allow('*')),
  builtIn(3, 'AmazonS3FullAccess', 'Every operation on every bucket and object.', allow('s3:*')),
  builtIn(
    4,
    'AmazonS3ReadOnlyAccess',
    'Reads and lists buckets and objects.',
    allow('s3:Get*', 's3:List*', 's3:Describe*'),
  ),
  builtIn(
    5,
    'ReadOnlyAccess',
    'Reads buckets and objects, and shows keys and people.',
    allow(
      ...['s3:Get*', 's3:List*', 's3:Describe*'],
      ...['kms:Describe*', 'kms:Get*', 'kms:List*'],
      ...['iam:Generate*', 'iam:Get*', 'iam:List*', 'iam:Simulate*'],
      ...['sts:GetCallerIdentity', 'sts:GetSessionToken', 'sts:GetAccessKeyInfo'],
    ),
  ),
  builtIn(
    6,
    'AWSKeyManagementServicePowerUser',
    'Makes keys, shows and tags them, and names their aliases; uses and deletes none.',
    allow(
      ...['kms:CreateAlias', 'kms:CreateKey', 'kms:DeleteAlias', 'kms:Describe*', 'kms:GenerateRandom', 'kms:Get*'],
      ...['kms:List*', 'kms:TagResource', 'kms:UntagResource', 'iam:ListGroups', 'iam:ListRoles', 'iam:ListUsers'],
    ),
  ),
  builtIn(7, 'IAMFullAccess', 'Every operation on the people of the account.', allow('iam:*')),
  ...VENDORS,
]

const BY_NAME: ReadonlyMap<string, BuiltInPolicy> = new Map(BUILT_IN_POLICIES.map((policy) => [policy.name, policy]))

export function findBuiltIn(path: string, name: string): BuiltInPolicy | undefined {
  const found = BY_NAME.get(name)
  return found?.path === path ? found : undefined
}
