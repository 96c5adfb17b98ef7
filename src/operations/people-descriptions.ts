import type { Signature } from './caller.ts'
import type { AccountId } from './names.ts'

/** Keys are unique whatever their case; at most 50. */
export type EntityTags = Readonly<Record<string, string>>

/** The language of a policy that hangs on people. Fixed when it is put, never guessed. */
export type PeopleGrammar = 'aws' | 'ram' | 'huawei' | 'cam'

export interface UserDescription {
  readonly userName: string
  /** `AIDA...` */
  readonly userId: string
  /** `arn:aws:iam::<account>:user<path><name>` */
  readonly arn: string
  /** `/`, or `/a/b/`. */
  readonly path: string
  readonly createdMs: number
  readonly boundaryArn?: string
  readonly tags: EntityTags
}

export interface GroupDescription {
  readonly groupName: string
  /** `AGPA...` */
  readonly groupId: string
  readonly arn: string
  readonly path: string
  readonly createdMs: number
}

export interface RoleDescription {
  readonly roleName: string
  /** `AROA...` */
  readonly roleId: string
  readonly arn: string
  readonly path: string
  readonly createdMs: number
  /** Who may take the role: the text as it was put. */
  readonly trustPolicy: string
  readonly description?: string
  /** 3,600 to 43,200. */
  readonly maxSessionSeconds: number
  readonly boundaryArn?: string
  readonly tags: EntityTags
  readonly lastUsedMs?: number
}

export interface PolicyDescription {
  readonly policyName: string
  /** `ANPA...` */
  readonly policyId: string
  /** `arn:aws:iam::<account>:policy<path><name>`; built-in ones: `arn:aws:iam::aws:policy/<name>`. */
  readonly arn: string
  readonly path: string
  readonly description?: string
  readonly createdMs: number
  readonly updatedMs: number
  /** `v1`, `v2`, ... */
  readonly defaultVersion: string
  /** Users, groups and roles that have it. */
  readonly attachments: number
  /** Users and roles that it bounds. */
  readonly boundaryUses: number
  readonly tags: EntityTags
}

export interface PolicyVersionDescription {
  readonly version: string
  readonly isDefault: boolean
  readonly createdMs: number
}

/** An inline policy, or one version of a managed one: the text byte for byte. */
export interface PolicyText {
  readonly document: string
  readonly grammar: PeopleGrammar
}

export interface AccessKeyDescription {
  readonly userName: string
  readonly accessKeyId: string
  readonly active: boolean
  readonly createdMs: number
  /** Absent: every signature that is spoken here. */
  readonly signatures?: readonly Signature[]
}

export interface LastUse {
  readonly atMs: number
  readonly service: string
  readonly region: string
}

/** How the vendors' tools call the same account. */
export interface VendorSpellings {
  /** Alibaba Cloud. */
  readonly uid?: string
  /** Huawei Cloud. */
  readonly domainId?: string
  /** Tencent Cloud. */
  readonly appId?: string
  readonly uin?: string
}

export interface AccountDescription {
  readonly account: AccountId
  readonly name?: string
  /** 64 hexadecimal digits: how owners are shown in ACLs and listings. */
  readonly canonicalId: string
  readonly createdMs: number
  /** False: every request that its credentials sign is refused. */
  readonly enabled: boolean
  readonly vendors: VendorSpellings
  readonly rootAccessKeyId?: string
}

/** At most `maxItems` (1 to 1,000, default 100) after `marker`, which an earlier page gave. */
export interface PageRequest {
  readonly marker?: string
  readonly maxItems?: number
}

/** `marker`: there is more. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly marker?: string
}
