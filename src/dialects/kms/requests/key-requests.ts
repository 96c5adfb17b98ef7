import { KEY_SPECS, KEY_USAGES } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { flag, text, whole, word } from '../scalars.ts'
import { notSupported, optional, required } from '../shape.ts'
import {
  DESCRIPTION,
  GRANT_TOKENS,
  invalid,
  KEY_ID,
  OWN_KEY_ID,
  PAGE,
  pageOf,
  POLICY,
  request,
  TAGS,
  tagsOf,
} from './request.ts'

/** Specs of KMS that are not made here. */
const FOREIGN_SPECS = ['SM2', 'ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87']
const SPEC = word(KEY_SPECS, FOREIGN_SPECS)
const ORIGIN = word(['AWS_KMS', 'EXTERNAL'], ['AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'])
const DEFAULT_PENDING_DAYS = 30
const DEFAULT_LISTED = 100

const NAMED = { KeyId: required(OWN_KEY_ID) } as const

const CREATE_KEY = {
  Policy: optional(POLICY),
  Description: optional(DESCRIPTION),
  KeyUsage: optional(word(KEY_USAGES, ['KEY_AGREEMENT'])),
  KeySpec: optional(SPEC),
  CustomerMasterKeySpec: optional(SPEC),
  Origin: optional(ORIGIN),
  CustomKeyStoreId: optional(text({ min: 1, max: 64 })),
  XksKeyId: optional(text({ min: 1, max: 128, pattern: /^[a-zA-Z0-9-_.]+$/ })),
  BypassPolicyLockoutSafetyCheck: optional(flag),
  Tags: optional(TAGS),
  MultiRegion: optional(flag),
} as const

export const KEY_REQUESTS = {
  CreateKey: request(CREATE_KEY, (input) => {
    if (input.CustomKeyStoreId !== undefined || input.XksKeyId !== undefined) notSupported('A custom key store')
    if (input.MultiRegion === true) notSupported('MultiRegion')
    const { KeySpec, CustomerMasterKeySpec, KeyUsage, Origin } = input
    if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined && KeySpec !== CustomerMasterKeySpec) {
      invalid(
        'You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.',
      )
    }
    const spec = KeySpec ?? CustomerMasterKeySpec
    if (KeyUsage === undefined && spec !== undefined && spec !== 'SYMMETRIC_DEFAULT') {
      invalid('You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.')
    }
    return {
      kind: 'create-key',
      description: input.Description ?? '',
      ...present({
        spec,
        usage: KeyUsage,
        origin: Origin === undefined ? undefined : Origin === 'EXTERNAL' ? ('external' as const) : ('coffer' as const),
        policy: input.Policy,
        bypassLockoutCheck: input.BypassPolicyLockoutSafetyCheck,
        tags: input.Tags === undefined ? undefined : tagsOf(input.Tags),
      }),
    }
  }),
  DescribeKey: request({ KeyId: required(KEY_ID), GrantTokens: optional(GRANT_TOKENS) }, ({ KeyId, GrantTokens }) => ({
    kind: 'describe-key',
    key: KeyId,
    ...present({ grantTokens: GrantTokens }),
  })),
  ListKeys: request(PAGE, (input) => ({ kind: 'list-keys', ...pageOf(input, DEFAULT_LISTED) })),
  EnableKey: request(NAMED, ({ KeyId }) => ({ kind: 'enable-key', key: KeyId })),
  DisableKey: request(NAMED, ({ KeyId }) => ({ kind: 'disable-key', key: KeyId })),
  UpdateKeyDescription: request({ ...NAMED, Description: required(DESCRIPTION) }, ({ KeyId, Description }) => ({
    kind: 'update-key-description',
    key: KeyId,
    description: Description,
  })),
  ScheduleKeyDeletion: request({ ...NAMED, PendingWindowInDays: optional(whole(7, 30)) }, (input) => ({
    kind: 'schedule-key-deletion',
    key: input.KeyId,
    pendingDays: input.PendingWindowInDays ?? DEFAULT_PENDING_DAYS,
  })),
  CancelKeyDeletion: request(NAMED, ({ KeyId }) => ({ kind: 'cancel-key-deletion', key: KeyId })),
} as const
