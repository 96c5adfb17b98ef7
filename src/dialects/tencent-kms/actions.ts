import { refuse, type KeyState, type ListedKey } from '../../operations/index.ts'
import { asked, type AskedOperation } from '../asked-operation.ts'
import type { KeyMembers } from '../key-members.ts'
import { present } from '../present.ts'
import { aliasOf, KEY_STATES, keyMetadata, seconds } from './key-metadata.ts'
import { USE_ACTIONS } from './use-actions.ts'

type Action = (members: KeyMembers, region: string) => AskedOperation

/** The vendor's own limits. */
const MAX_ALIAS_CHARS = 60
const MAX_DESCRIPTION_CHARS = 1_024
const PENDING_DAYS = { min: 7, max: 30 }
const MAX_LISTED = 200
const DEFAULT_LISTED = 10
const MAX_OFFSET = 100_000
/** Keys rotate once a year; `RotateDays` says otherwise, from the shortest that keys here rotate by. */
const DEFAULT_PERIOD_DAYS = 365
const PERIOD_DAYS = { min: 90, max: 365 }

/** Keys that the vendor makes and this service does not, or not by this road. */
const OTHER_USAGES = [
  ...['ASYMMETRIC_DECRYPT_RSA_2048', 'ASYMMETRIC_DECRYPT_SM2', 'ASYMMETRIC_SIGN_VERIFY_SM2'],
  ...['ASYMMETRIC_SIGN_VERIFY_RSA_2048', 'ASYMMETRIC_SIGN_VERIFY_ECC'],
]

const nothing = (): object => ({})

function createKey(members: KeyMembers): AskedOperation {
  members.undone('Tags', 'HsmClusterId')
  members.word('KeyUsage', ['ENCRYPT_DECRYPT'], OTHER_USAGES)
  const external = (members.optionalWhole('Type', 1, 2) ?? 1) === 2
  return asked<'create-key'>(
    {
      kind: 'create-key',
      alias: `alias/${members.text('Alias', MAX_ALIAS_CHARS)}`,
      description: members.optionalText('Description', MAX_DESCRIPTION_CHARS) ?? '',
      ...(external ? { origin: 'external' as const } : {}),
    },
    ({ key }) => ({
      KeyId: key.keyId,
      Alias: aliasOf(key),
      CreateTime: seconds(key.createdMs),
      Description: key.description,
      KeyState: KEY_STATES[key.state],
      KeyUsage: key.usage,
      TagCode: 0,
      TagMsg: '',
    }),
  )
}

function pageOf(members: KeyMembers): { readonly limit: number; readonly offset: number } {
  return {
    limit: members.optionalWhole('Limit', 1, MAX_LISTED) ?? DEFAULT_LISTED,
    offset: members.optionalWhole('Offset', 0, MAX_OFFSET) ?? 0,
  }
}

/** `Role`: all keys, or those that somebody made. Both lists hold what the caller may list, so that only 0 is served. */
function demandEveryRole(members: KeyMembers): void {
  if ((members.optionalWhole('Role', 0, 1) ?? 0) === 1) {
    refuse({ kind: 'not-implemented', detail: 'Role 1 is not implemented.' })
  }
}

function listKeys(members: KeyMembers): AskedOperation {
  demandEveryRole(members)
  members.undone('HsmClusterId')
  return asked<'list-keys'>({ kind: 'list-keys', page: pageOf(members) }, ({ keys, total }) => ({
    Keys: keys.map(({ keyId }) => ({ KeyId: keyId })),
    TotalCount: total,
  }))
}

/** `KeyState` of the list in detail: 0 every state. */
const LISTED_STATES: readonly (readonly KeyState[] | undefined)[] = [
  undefined,
  ['enabled'],
  ['disabled', 'unavailable'],
  ['pending-deletion'],
  ['pending-import'],
]

function listKeyDetail(members: KeyMembers, region: string): AskedOperation {
  demandEveryRole(members)
  members.undone('SearchKeyAlias', 'Origin', 'KeyUsage', 'TagFilters', 'HsmClusterId')
  if ((members.optionalWhole('OrderType', 0, 1) ?? 0) === 1) {
    refuse({ kind: 'not-implemented', detail: 'OrderType 1 is not implemented.' })
  }
  const states = LISTED_STATES[members.optionalWhole('KeyState', 0, LISTED_STATES.length - 1) ?? 0]
  const page = { ...pageOf(members), described: true, ...present({ states }) }
  return asked<'list-keys'>({ kind: 'list-keys', page }, ({ keys, total }) => ({
    KeyMetadatas: keys.flatMap(({ description }: ListedKey) =>
      description === undefined ? [] : [keyMetadata(description, region)],
    ),
    TotalCount: total,
  }))
}

const CHANGES: Readonly<Record<string, Action>> = {
  EnableKey: (members) => asked<'enable-key'>({ kind: 'enable-key', key: members.key('KeyId') }, nothing),
  DisableKey: (members) => asked<'disable-key'>({ kind: 'disable-key', key: members.key('KeyId') }, nothing),
  ScheduleKeyDeletion: (members) => {
    const pendingDays = members.whole('PendingWindowInDays', PENDING_DAYS.min, PENDING_DAYS.max)
    return asked<'schedule-key-deletion'>(
      { kind: 'schedule-key-deletion', key: members.key('KeyId'), pendingDays },
      ({ key }) => ({ KeyId: key.keyId, DeletionDate: seconds(key.deletionMs) }),
    )
  },
  CancelKeyDeletion: (members) =>
    asked<'cancel-key-deletion'>({ kind: 'cancel-key-deletion', key: members.key('KeyId') }, ({ key }) => ({
      KeyId: key.keyId,
    })),
  UpdateKeyDescription: (members) =>
    asked<'update-key-description'>(
      {
        kind: 'update-key-description',
        key: members.key('KeyId'),
        description: members.text('Description', MAX_DESCRIPTION_CHARS),
      },
      nothing,
    ),
  EnableKeyRotation: (members) => {
    const periodDays = members.optionalWhole('RotateDays', PERIOD_DAYS.min, PERIOD_DAYS.max) ?? DEFAULT_PERIOD_DAYS
    return asked<'set-key-rotation'>({ kind: 'set-key-rotation', key: members.key('KeyId'), periodDays }, nothing)
  },
  DisableKeyRotation: (members) =>
    asked<'set-key-rotation'>({ kind: 'set-key-rotation', key: members.key('KeyId') }, nothing),
  GetKeyRotationStatus: (members) =>
    asked<'get-key-rotation'>({ kind: 'get-key-rotation', key: members.key('KeyId') }, (result) => ({
      KeyRotationEnabled: result.enabled,
      RotateDays: result.periodDays ?? 0,
      LastRotateTime: seconds(result.lastMs),
      NextRotateTime: seconds(result.nextMs),
    })),
}

/** Every action that is carried out, by its name. */
export const TENCENT_ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    CreateKey: createKey,
    ListKeys: listKeys,
    ListKeyDetail: listKeyDetail,
    DescribeKey: (members, region) =>
      asked<'describe-key'>({ kind: 'describe-key', key: members.key('KeyId') }, ({ key }) => ({
        KeyMetadata: keyMetadata(key, region),
      })),
    ...CHANGES,
    ...USE_ACTIONS,
  }),
)

/** Actions of the vendor's service that are not built here. */
export const UNDONE_ACTIONS: ReadonlySet<string> = new Set([
  ...[
    'DescribeKeys',
    'EnableKeys',
    'DisableKeys',
    'ArchiveKey',
    'CancelKeyArchive',
    'UpdateAlias',
    'BindCloudResource',
  ],
  ...[
    'UnbindCloudResource',
    'ListAlgorithms',
    'GetServiceStatus',
    'GetRegions',
    'GenerateRandom',
    'OverwriteWhiteBoxDeviceFingerprints',
  ],
  ...['GetParametersForImport', 'ImportKeyMaterial', 'DeleteImportedKeyMaterial', 'GetPublicKey'],
  ...['AsymmetricRsaDecrypt', 'AsymmetricSm2Decrypt', 'SignByAsymmetricKey', 'VerifyByAsymmetricKey'],
  ...[
    'CreateWhiteBoxKey',
    'DeleteWhiteBoxKey',
    'DescribeWhiteBoxKey',
    'DescribeWhiteBoxKeyDetails',
    'EncryptByWhiteBox',
  ],
  ...[
    'EnableWhiteBoxKey',
    'DisableWhiteBoxKey',
    'EnableWhiteBoxKeys',
    'DisableWhiteBoxKeys',
    'PostQuantumCryptoEncrypt',
  ],
  ...['DescribeWhiteBoxDecryptKey', 'DescribeWhiteBoxDeviceFingerprints', 'DescribeWhiteBoxServiceStatus'],
  ...['PostQuantumCryptoDecrypt', 'PostQuantumCryptoSign', 'PostQuantumCryptoVerify'],
])
