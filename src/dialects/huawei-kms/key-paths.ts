import type { KeyState, ListedKey } from '../../operations/index.ts'
import { asked, type AskedOperation } from '../asked-operation.ts'
import type { KeyMembers } from '../key-members.ts'
import { present } from '../present.ts'
import { DATA_PATHS } from './data-paths.ts'
import { KEY_STATES, keyInfo } from './key-info.ts'
import { ROTATION_PATHS } from './rotation-paths.ts'

type Reader = (members: KeyMembers, region: string) => AskedOperation

/** The vendor's own limits. */
const MAX_ALIAS_CHARS = 255
const MAX_DESCRIPTION_CHARS = 255
const PENDING_DAYS = { min: 7, max: 1_096 }
const MAX_LISTED = 1_000
const DEFAULT_LISTED = 1_000
const MAX_OFFSET = 100_000

/** Specs that the vendor has and this service has not, or not by this road. */
const OTHER_SPECS = [
  ...['SM4', 'SM2', 'RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_P256', 'EC_P384', 'HMAC_256', 'HMAC_384', 'HMAC_512'],
  ...['HMAC_SM3'],
]
const SPECS = ['AES_256'] as const

function createKey(members: KeyMembers): AskedOperation {
  members.undone('tags', 'keystore_id', 'enterprise_project_id')
  members.word('key_spec', SPECS, OTHER_SPECS)
  members.word('key_usage', ['ENCRYPT_DECRYPT'], ['SIGN_VERIFY', 'GENERATE_VERIFY_MAC'])
  const origin = members.word('origin', ['kms', 'external'])
  return asked<'create-key'>(
    {
      kind: 'create-key',
      alias: `alias/${members.text('key_alias', MAX_ALIAS_CHARS)}`,
      description: members.optionalText('key_description', MAX_DESCRIPTION_CHARS) ?? '',
      ...present({
        origin: origin === undefined ? undefined : origin === 'external' ? ('external' as const) : ('coffer' as const),
      }),
    },
    ({ key }) => ({ key_info: { key_id: key.keyId, domain_id: key.account } }),
  )
}

/** `1` is a state that no key here is in. */
const STATES: readonly (readonly [number: string, states: readonly KeyState[]])[] = [
  ['1', []],
  ...[...new Set(Object.values(KEY_STATES))].map((number) => [number, statesOf(number)] as const),
]

function statesOf(number: string): readonly KeyState[] {
  const all: readonly KeyState[] = ['enabled', 'disabled', 'pending-import', 'pending-deletion', 'unavailable']
  return all.filter((state) => KEY_STATES[state] === number)
}

/** The mark is how many keys were shown before. */
function listKeys(members: KeyMembers, region: string): AskedOperation {
  members.undone('tags', 'enterprise_project_id')
  members.word('key_spec', ['ALL', ...SPECS], OTHER_SPECS)
  const limit = members.optionalWhole('limit', 1, MAX_LISTED) ?? DEFAULT_LISTED
  const offset = members.optionalWhole('marker', 0, MAX_OFFSET) ?? 0
  const wanted = members.word(
    'key_state',
    STATES.map(([number]) => number),
  )
  const states = STATES.find(([number]) => number === wanted)?.[1]
  const page = { limit, offset, described: true, ...present({ states }) }
  return asked<'list-keys'>({ kind: 'list-keys', page }, ({ keys, total = 0 }) => {
    const next = offset + keys.length
    const more = next < total
    return {
      keys: keys.map(({ keyId }) => keyId),
      key_details: keys.flatMap(({ description }: ListedKey) =>
        description === undefined ? [] : [keyInfo(description, region)],
      ),
      next_marker: more ? String(next) : '',
      truncated: String(more),
      total,
    }
  })
}

function shortInfo({ key }: { readonly key: { readonly keyId: string; readonly state: KeyState } }): object {
  return { key_info: { key_id: key.keyId, key_state: KEY_STATES[key.state] } }
}

const CHANGES: Readonly<Record<string, Reader>> = {
  'enable-key': (members) => asked<'enable-key'>({ kind: 'enable-key', key: members.key('key_id') }, shortInfo),
  'disable-key': (members) => asked<'disable-key'>({ kind: 'disable-key', key: members.key('key_id') }, shortInfo),
  'schedule-key-deletion': (members) => {
    const pendingDays = members.whole('pending_days', PENDING_DAYS.min, PENDING_DAYS.max)
    return asked<'schedule-key-deletion'>(
      { kind: 'schedule-key-deletion', key: members.key('key_id'), pendingDays },
      ({ key }) => ({ key_id: key.keyId, key_state: KEY_STATES[key.state] }),
    )
  },
  'cancel-key-deletion': (members) =>
    asked<'cancel-key-deletion'>({ kind: 'cancel-key-deletion', key: members.key('key_id') }, ({ key }) => ({
      key_id: key.keyId,
      key_state: KEY_STATES[key.state],
    })),
  'update-key-description': (members) =>
    asked<'update-key-description'>(
      {
        kind: 'update-key-description',
        key: members.key('key_id'),
        description: members.text('key_description', MAX_DESCRIPTION_CHARS),
      },
      ({ key }) => ({ key_info: { key_id: key.keyId, key_description: key.description } }),
    ),
}

/** Every operation that is carried out, by the last word of its path. */
export const HUAWEI_OPERATIONS: ReadonlyMap<string, Reader> = new Map(
  Object.entries<Reader>({
    'create-key': createKey,
    'list-keys': listKeys,
    'describe-key': (members, region) =>
      asked<'describe-key'>({ kind: 'describe-key', key: members.key('key_id') }, ({ key }) => ({
        key_info: keyInfo(key, region),
      })),
    ...CHANGES,
    ...DATA_PATHS,
    ...ROTATION_PATHS,
  }),
)

/** Operations of the vendor's service that are not built here. */
export const UNDONE_OPERATIONS: ReadonlySet<string> = new Set([
  ...['update-key-alias', 'create-grant', 'revoke-grant', 'retire-grant', 'list-grants', 'list-retirable-grants'],
  ...['get-parameters-for-import', 'import-key-material', 'delete-imported-key-material'],
  ...['sign', 'verify', 'get-publickey', 'generate-mac', 'verify-mac', 'create-rsa-datakey-pair'],
  ...['create-ec-datakey-pair', 'replicate-key', 'user-instances', 'user-quotas', 'resource-instances'],
  ...['create-pin', 'update-primary-region', 'aliases', 'associate-alias'],
])
