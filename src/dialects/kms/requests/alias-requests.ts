import { present } from '../../present.ts'
import { optional, required } from '../shape.ts'
import { ALIAS_NAME, invalid, OWN_KEY_ID, PAGE, pageOf, request } from './request.ts'

const DEFAULT_LISTED = 50
const ALIAS = { AliasName: required(ALIAS_NAME) } as const
const ALIAS_AND_KEY = { ...ALIAS, TargetKeyId: required(OWN_KEY_ID) } as const

/** A name without its prefix is no alias at all: KMS says so before it looks anything up. */
function aliasName(name: string): string {
  return name.startsWith('alias/') ? name : invalid('Alias must start with the prefix "alias/".')
}

export const ALIAS_REQUESTS = {
  CreateAlias: request(ALIAS_AND_KEY, ({ AliasName, TargetKeyId }) => ({
    kind: 'set-alias',
    alias: aliasName(AliasName),
    key: TargetKeyId,
    replace: false,
  })),
  UpdateAlias: request(ALIAS_AND_KEY, ({ AliasName, TargetKeyId }) => ({
    kind: 'set-alias',
    alias: aliasName(AliasName),
    key: TargetKeyId,
    replace: true,
    mustExist: true,
  })),
  DeleteAlias: request(ALIAS, ({ AliasName }) => ({ kind: 'remove-alias', alias: aliasName(AliasName) })),
  ListAliases: request({ KeyId: optional(OWN_KEY_ID), ...PAGE }, (input) => ({
    kind: 'list-aliases',
    ...present({ key: input.KeyId }),
    ...pageOf(input, DEFAULT_LISTED),
  })),
} as const
