import type { AccountId, EntityTags, PeopleGrammar } from '../operations/index.ts'
import { oneOf, type StoredFields } from './stored-fields.ts'

/** What users, groups and roles have in common. */
export interface HolderRecord {
  readonly account: AccountId
  readonly id: string
  readonly name: string
  readonly path: string
  readonly createdMs: number
  /** ARNs of managed policies. */
  readonly attached: readonly string[]
}

export interface UserRecord extends HolderRecord {
  readonly kind: 'user'
  /** Ids of groups. */
  readonly groups: readonly string[]
  readonly tags: EntityTags
  readonly boundaryArn?: string
}

export interface GroupRecord extends HolderRecord {
  readonly kind: 'group'
}

export interface RoleRecord extends HolderRecord {
  readonly kind: 'role'
  readonly trustPolicy: string
  /** Unique ids of the users and roles that the trust policy names, by ARN, as they were when it was put. */
  readonly trustIds: Readonly<Record<string, string>>
  readonly description?: string
  readonly maxSessionSeconds: number
  readonly tags: EntityTags
  readonly boundaryArn?: string
}

export type Holder = UserRecord | GroupRecord | RoleRecord

export interface PolicyVersionRecord {
  readonly number: number
  readonly createdMs: number
}

export interface PolicyRecord {
  readonly kind: 'policy'
  readonly account: AccountId
  readonly id: string
  readonly name: string
  readonly path: string
  readonly description?: string
  readonly createdMs: number
  readonly updatedMs: number
  readonly tags: EntityTags
  readonly versions: readonly PolicyVersionRecord[]
  readonly defaultVersion: number
  /** Numbers are never used again. */
  readonly lastVersion: number
}

/** A policy's text, byte for byte, in its row: an inline one, or a version of a managed one. */
export interface TextRecord {
  readonly name: string
  readonly grammar: PeopleGrammar
  readonly document: string
}

const GRAMMARS: readonly PeopleGrammar[] = ['aws', 'ram', 'huawei', 'cam']

function holderOf(fields: StoredFields): HolderRecord {
  return {
    account: fields.account('account'),
    id: fields.text('id'),
    name: fields.text('name'),
    path: fields.text('path'),
    createdMs: fields.number('createdMs'),
    attached: fields.texts('attached'),
  }
}

function boundaryOf(fields: StoredFields): { readonly boundaryArn?: string } {
  const boundaryArn = fields.optionalText('boundaryArn')
  return boundaryArn === undefined ? {} : { boundaryArn }
}

function descriptionOf(fields: StoredFields): { readonly description?: string } {
  const description = fields.optionalText('description')
  return description === undefined ? {} : { description }
}

export function readUser(fields: StoredFields): UserRecord {
  oneOf(['user'], fields.text('kind'))
  const groups = fields.texts('groups')
  return { kind: 'user', ...holderOf(fields), groups, tags: fields.textMap('tags'), ...boundaryOf(fields) }
}

export function readGroup(fields: StoredFields): GroupRecord {
  oneOf(['group'], fields.text('kind'))
  return { kind: 'group', ...holderOf(fields) }
}

export function readRole(fields: StoredFields): RoleRecord {
  oneOf(['role'], fields.text('kind'))
  return {
    kind: 'role',
    ...holderOf(fields),
    trustPolicy: fields.text('trustPolicy'),
    trustIds: fields.textMap('trustIds'),
    maxSessionSeconds: fields.number('maxSessionSeconds'),
    tags: fields.textMap('tags'),
    ...descriptionOf(fields),
    ...boundaryOf(fields),
  }
}

export function readPolicy(fields: StoredFields): PolicyRecord {
  oneOf(['policy'], fields.text('kind'))
  return {
    kind: 'policy',
    account: fields.account('account'),
    id: fields.text('id'),
    name: fields.text('name'),
    path: fields.text('path'),
    ...descriptionOf(fields),
    createdMs: fields.number('createdMs'),
    updatedMs: fields.number('updatedMs'),
    tags: fields.textMap('tags'),
    versions: fields
      .records('versions')
      .map((one) => ({ number: one.number('number'), createdMs: one.number('createdMs') })),
    defaultVersion: fields.number('defaultVersion'),
    lastVersion: fields.number('lastVersion'),
  }
}

export function readText(fields: StoredFields): TextRecord {
  const grammar = oneOf(GRAMMARS, fields.text('grammar'))
  return { name: fields.text('name'), grammar, document: fields.text('document') }
}
