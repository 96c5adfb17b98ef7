import type { ListedAlias } from '../../operations/index.ts'
import { asked, type AskedOperation } from '../asked-operation.ts'
import { arnOf, fromVendorArn } from '../key-arns.ts'
import { MAX_DESCRIPTION_CHARS, type KeyMembers } from '../key-members.ts'
import { present } from '../present.ts'
import { ACS, keyMetadata } from './key-metadata.ts'
import { periodOf } from './rotation-interval.ts'
import { USE_ACTIONS } from './use-actions.ts'

type Action = (members: KeyMembers) => AskedOperation

const MAX_ALIAS_CHARS = 256
const DEFAULT_PAGE_SIZE = 10
const MAX_PAGE_SIZE = 100
const MAX_PAGE_NUMBER = 100_000
/** KMS, ScheduleKeyDeletion. */
const PENDING_DAYS = { min: 7, max: 366 }

const nothing = (): object => ({})

/** The key by its id, its alias or its ARN, in the vendor's form or in ours. */
export function keyNamed(members: KeyMembers): string {
  return fromVendorArn(ACS, members.key('KeyId'))
}

function pageOf(members: KeyMembers): { readonly number: number; readonly size: number } {
  return {
    number: members.optionalWhole('PageNumber', 1, MAX_PAGE_NUMBER) ?? 1,
    size: members.optionalWhole('PageSize', 1, MAX_PAGE_SIZE) ?? DEFAULT_PAGE_SIZE,
  }
}

/** An alias of the server's own that has no key yet has nothing to show here. */
function aliasPage(aliases: readonly ListedAlias[], { number, size }: ReturnType<typeof pageOf>): object {
  const all = aliases.filter(({ keyId }) => keyId !== undefined)
  const shown = all.slice((number - 1) * size, number * size)
  return {
    Aliases: {
      Alias: shown.map(({ keyId, alias, arn }) => ({ KeyId: keyId, AliasName: alias, AliasArn: arnOf(ACS, arn) })),
    },
    ...{ PageNumber: number, PageSize: size, TotalCount: all.length },
  }
}

function listKeys(members: KeyMembers): AskedOperation {
  members.undone('Filters')
  const { number, size } = pageOf(members)
  const page = { limit: size, offset: (number - 1) * size }
  return asked<'list-keys'>({ kind: 'list-keys', page }, ({ keys, total }) => ({
    Keys: { Key: keys.map(({ keyId, arn }) => ({ KeyId: keyId, KeyArn: arnOf(ACS, arn) })) },
    ...{ PageNumber: number, PageSize: size, TotalCount: total },
  }))
}

function createKey(members: KeyMembers): AskedOperation {
  members.undone('DKMSInstanceId', 'KeyStorageMechanism', 'Policy', 'Tags')
  members.word('KeyUsage', ['ENCRYPT/DECRYPT'], ['SIGN/VERIFY'])
  members.word('ProtectionLevel', ['SOFTWARE'], ['HSM'])
  members.word('KeySpec', ['Aliyun_AES_256'], OTHER_SPECS)
  const origin = members.word('Origin', ['Aliyun_KMS', 'EXTERNAL'])
  const rotates = members.flag('EnableAutomaticRotation') === true
  return asked<'create-key'>(
    {
      kind: 'create-key',
      description: members.optionalText('Description', MAX_DESCRIPTION_CHARS) ?? '',
      ...present({
        origin: origin === undefined ? undefined : origin === 'EXTERNAL' ? ('external' as const) : ('coffer' as const),
        rotationDays: rotates ? periodOf(members) : undefined,
      }),
    },
    ({ key }) => ({ KeyMetadata: keyMetadata(key) }),
  )
}

/** Keys that the vendor makes and this service does not, or not by this road. */
const OTHER_SPECS = [
  ...['Aliyun_SM4', 'Aliyun_AES_128', 'Aliyun_AES_192', 'RSA_2048', 'RSA_3072', 'RSA_4096', 'EC_P256', 'EC_P256K'],
  ...['EC_SM2', 'EC_P384'],
]

const CHANGES: Readonly<Record<string, Action>> = {
  EnableKey: (members) => asked<'enable-key'>({ kind: 'enable-key', key: keyNamed(members) }, nothing),
  DisableKey: (members) => asked<'disable-key'>({ kind: 'disable-key', key: keyNamed(members) }, nothing),
  ScheduleKeyDeletion: (members) => {
    const pendingDays = members.whole('PendingWindowInDays', PENDING_DAYS.min, PENDING_DAYS.max)
    return asked<'schedule-key-deletion'>(
      { kind: 'schedule-key-deletion', key: keyNamed(members), pendingDays },
      nothing,
    )
  },
  CancelKeyDeletion: (members) =>
    asked<'cancel-key-deletion'>({ kind: 'cancel-key-deletion', key: keyNamed(members) }, nothing),
  UpdateKeyDescription: (members) =>
    asked<'update-key-description'>(
      {
        kind: 'update-key-description',
        key: keyNamed(members),
        description: members.text('Description', MAX_DESCRIPTION_CHARS),
      },
      nothing,
    ),
  UpdateRotationPolicy: (members) => {
    const key = keyNamed(members)
    const rotates = members.flag('EnableAutomaticRotation') === true
    return asked<'set-key-rotation'>(
      { kind: 'set-key-rotation', key, ...(rotates ? { periodDays: periodOf(members) } : {}) },
      nothing,
    )
  },
}

const ALIASES: Readonly<Record<string, Action>> = {
  CreateAlias: (members) => setAlias(members, false),
  UpdateAlias: (members) => setAlias(members, true),
  DeleteAlias: (members) => asked<'remove-alias'>({ kind: 'remove-alias', alias: aliasNamed(members) }, nothing),
  ListAliases: (members) => {
    const page = pageOf(members)
    return asked<'list-aliases'>({ kind: 'list-aliases' }, ({ aliases }) => aliasPage(aliases, page))
  },
  ListAliasesByKeyId: (members) => {
    const page = pageOf(members)
    const operation = { kind: 'list-aliases', key: keyNamed(members), byKey: true } as const
    return asked<'list-aliases'>(operation, ({ aliases }) => aliasPage(aliases, page))
  },
}

function setAlias(members: KeyMembers, moves: boolean): AskedOperation {
  const key = keyNamed(members)
  const operation = { kind: 'set-alias', alias: aliasNamed(members), key, replace: moves } as const
  return asked<'set-alias'>(moves ? { ...operation, mustExist: true } : operation, nothing)
}

function aliasNamed(members: KeyMembers): string {
  return members.text('AliasName', MAX_ALIAS_CHARS)
}

/** Every action that is carried out, by its name. */
export const ALIBABA_ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries({
    ListKeys: listKeys,
    CreateKey: createKey,
    DescribeKey: (members: KeyMembers) =>
      asked<'describe-key'>({ kind: 'describe-key', key: keyNamed(members) }, ({ key }) => ({
        KeyMetadata: keyMetadata(key),
      })),
    ...CHANGES,
    ...ALIASES,
    ...USE_ACTIONS,
  }),
)

/** Actions of the vendor's service that are not built here. */
export const UNDONE_ACTIONS: ReadonlySet<string> = new Set([
  ...['AsymmetricDecrypt', 'AsymmetricEncrypt', 'AsymmetricSign', 'AsymmetricVerify', 'GetPublicKey'],
  ...['CreateKeyVersion', 'DescribeKeyVersion', 'ListKeyVersions', 'ExportDataKey', 'GenerateAndExportDataKey'],
  ...['GetParametersForImport', 'ImportKeyMaterial', 'DeleteKeyMaterial', 'SetDeletionProtection'],
  ...['TagResource', 'UntagResource', 'TagResources', 'UntagResources', 'ListResourceTags', 'ListTagResources'],
  ...['DescribeRegions', 'DescribeService', 'DescribeAccountKmsStatus', 'OpenKmsService'],
  ...['GetKeyPolicy', 'SetKeyPolicy', 'ListKeyPolicies', 'GenerateRandom'],
  ...['CreateSecret', 'DeleteSecret', 'DescribeSecret', 'GetSecretValue', 'GetRandomPassword', 'ListSecrets'],
  ...['ListSecretVersionIds', 'PutSecretValue', 'RestoreSecret', 'RotateSecret', 'UpdateSecret'],
  ...['UpdateSecretRotationPolicy', 'UpdateSecretVersionStage'],
  ...['CertificatePrivateKeyDecrypt', 'CertificatePrivateKeySign', 'CertificatePublicKeyEncrypt'],
  ...['CertificatePublicKeyVerify', 'CreateCertificate', 'DeleteCertificate', 'DescribeCertificate'],
  ...[
    'GetCertificate',
    'ListCertificates',
    'UpdateCertificateStatus',
    'UploadCertificate',
    'ImportEncryptionCertificate',
  ],
])
