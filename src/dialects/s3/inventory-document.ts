/** `InventoryConfiguration` (PutBucketInventoryConfiguration; spec 9.3), and the other documents with an id. */
import { refuse, type InventoryRules, type NumberedDocument, type StoredDocument } from '../../operations/index.ts'
import { element, parent } from '../xml-writer.ts'
import { writeChildren } from '../xml-tree.ts'
import { atMostOne, every, expectOnly, requireOne, settingOf, textOf, type XmlElement } from '../xml.ts'

const ID = /^[A-Za-z0-9_.-]{1,64}$/
const BUCKET_ARN = /^arn:aws[a-z-]*:s3:::([a-z0-9.-]{3,63})$/
const FORMATS: ReadonlySet<string> = new Set(['CSV', 'ORC', 'Parquet'])
const FIELDS: ReadonlySet<string> = new Set([
  ...['Size', 'LastModifiedDate', 'StorageClass', 'ETag', 'IsMultipartUploaded', 'ReplicationStatus'],
  ...['EncryptionStatus', 'ObjectLockRetainUntilDate', 'ObjectLockMode', 'ObjectLockLegalHoldStatus'],
  ...['IntelligentTieringAccessTier', 'BucketKeyStatus', 'ChecksumAlgorithm', 'ObjectAccessControlList'],
  ...['ObjectOwner', 'LifecycleExpirationDate'],
])

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

/** The root elements, and what each may hold. */
const ROOTS: Readonly<Record<NumberedDocument, { readonly root: string; readonly members: readonly string[] }>> = {
  inventory: {
    root: 'InventoryConfiguration',
    members: ['Destination', 'IsEnabled', 'Filter', 'Id', 'IncludedObjectVersions', 'OptionalFields', 'Schedule'],
  },
  analytics: { root: 'AnalyticsConfiguration', members: ['Id', 'Filter', 'StorageClassAnalysis'] },
  metrics: { root: 'MetricsConfiguration', members: ['Id', 'Filter'] },
  'intelligent-tiering': { root: 'IntelligentTieringConfiguration', members: ['Id', 'Filter', 'Status', 'Tiering'] },
}

export function documentRoot(document: NumberedDocument): string {
  return ROOTS[document].root
}

/** An id of the query; the document has to have the same. */
export function documentId(text: string | undefined): string {
  if (text !== undefined && ID.test(text)) return text
  return refuse({
    kind: 'invalid-argument',
    argument: 'id',
    value: (text ?? 'null').slice(0, 64),
    detail: 'The id is not valid.',
  })
}

/** One document with an id: checked as far as it is understood, and kept as it was put. */
export function readDocument(document: NumberedDocument, id: string, root: XmlElement): StoredDocument {
  expectOnly(root, ROOTS[document].members)
  if (settingOf(requireOne(root, 'Id')) !== id) refuse({ kind: 'id-mismatch' })
  const stored: StoredDocument = { id, source: { dialect: 's3', text: writeChildren(root) } }
  switch (document) {
    case 'inventory':
      return { ...stored, inventory: readInventory(root) }
    case 'analytics':
      requireOne(root, 'StorageClassAnalysis')
      return stored
    case 'intelligent-tiering':
      demandTiers(root)
      return stored
    case 'metrics':
      return stored
  }
}

function demandTiers(root: XmlElement): void {
  oneOf(requireOne(root, 'Status'), ['Enabled', 'Disabled'])
  const tiers = every(root, 'Tiering')
  if (tiers.length === 0) malformed('IntelligentTieringConfiguration needs Tiering')
  for (const tier of tiers) {
    expectOnly(tier, ['AccessTier', 'Days'])
    oneOf(requireOne(tier, 'AccessTier'), ['ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS'])
    if (!/^[0-9]{1,4}$/.test(settingOf(requireOne(tier, 'Days')))) malformed('Days is a number of days')
  }
}

function oneOf<Text extends string>(setting: XmlElement, texts: readonly Text[]): Text {
  const text = settingOf(setting)
  const found = texts.find((one) => one === text)
  return found ?? malformed(`${setting.name} is one of ${texts.join(', ')}`)
}

function readInventory(root: XmlElement): InventoryRules {
  const filter = atMostOne(root, 'Filter')
  if (filter !== undefined) expectOnly(filter, ['Prefix'])
  const prefix = filter && atMostOne(filter, 'Prefix')
  const schedule = requireOne(root, 'Schedule')
  expectOnly(schedule, ['Frequency'])
  const destination = requireOne(root, 'Destination')
  expectOnly(destination, ['S3BucketDestination'])
  return {
    enabled: oneOf(requireOne(root, 'IsEnabled'), ['true', 'false']) === 'true',
    ...(prefix === undefined ? {} : { prefix: textOf(prefix) }),
    destination: readDestination(requireOne(destination, 'S3BucketDestination')),
    frequency: oneOf(requireOne(schedule, 'Frequency'), ['Daily', 'Weekly']) === 'Daily' ? 'daily' : 'weekly',
    versions: oneOf(requireOne(root, 'IncludedObjectVersions'), ['All', 'Current']) === 'All' ? 'all' : 'current',
    fields: readFields(atMostOne(root, 'OptionalFields')),
  }
}

function readFields(optional: XmlElement | undefined): readonly string[] {
  if (optional === undefined) return []
  expectOnly(optional, ['Field'])
  const fields = every(optional, 'Field').map(settingOf)
  if (!fields.every((field) => FIELDS.has(field))) malformed('Field is not one that inventories have')
  return fields
}

function readDestination(to: XmlElement): InventoryRules['destination'] {
  expectOnly(to, ['AccountId', 'Bucket', 'Encryption', 'Format', 'Prefix'])
  const bucket = BUCKET_ARN.exec(settingOf(requireOne(to, 'Bucket')))?.[1]
  if (bucket === undefined) return refuse({ kind: 'invalid-destination', detail: 'Invalid bucket ARN.' })
  const account = atMostOne(to, 'AccountId')
  const prefix = atMostOne(to, 'Prefix')
  const encryption = readEncryption(atMostOne(to, 'Encryption'))
  const format = settingOf(requireOne(to, 'Format'))
  if (!FORMATS.has(format)) malformed('Format is CSV, ORC or Parquet')
  return {
    ...{ bucket, format },
    ...(account === undefined ? {} : { account: settingOf(account) }),
    ...(prefix === undefined ? {} : { prefix: textOf(prefix) }),
    ...(encryption === undefined ? {} : { encryption }),
  }
}

/** Exactly one of `<SSE-S3/>` and `<SSE-KMS><KeyId/></SSE-KMS>`. */
function readEncryption(encryption: XmlElement | undefined): InventoryRules['destination']['encryption'] {
  if (encryption === undefined) return undefined
  expectOnly(encryption, ['SSE-S3', 'SSE-KMS'])
  const [one, other] = encryption.children
  if (one === undefined || other !== undefined) return malformed('Encryption is SSE-S3 or SSE-KMS')
  if (one.name === 'SSE-S3') return { kind: 'service' }
  expectOnly(one, ['KeyId'])
  return { kind: 'kms', key: settingOf(requireOne(one, 'KeyId')) }
}

/** What the root of the answer holds; nothing where another dialect put a document that S3 has no words for. */
export function writeDocument({ id, source, inventory }: StoredDocument): readonly string[] {
  if (source.dialect === 's3') return [source.text]
  return inventory === undefined ? [element('Id', id)] : writeInventory(id, inventory)
}

function writeInventory(id: string, inventory: InventoryRules): readonly string[] {
  const { destination: to, fields } = inventory
  const { encryption } = to
  const sealed =
    encryption === undefined
      ? ''
      : parent(
          'Encryption',
          encryption.kind === 'service' ? '<SSE-S3/>' : parent('SSE-KMS', element('KeyId', encryption.key)),
        )
  return [
    parent(
      'Destination',
      parent(
        'S3BucketDestination',
        element('AccountId', to.account),
        element('Bucket', `arn:aws:s3:::${to.bucket}`),
        element('Format', to.format),
        element('Prefix', to.prefix),
        sealed,
      ),
    ),
    element('IsEnabled', inventory.enabled),
    inventory.prefix === undefined ? '' : parent('Filter', element('Prefix', inventory.prefix)),
    element('Id', id),
    element('IncludedObjectVersions', inventory.versions === 'all' ? 'All' : 'Current'),
    fields.length === 0 ? '' : parent('OptionalFields', ...fields.map((field) => element('Field', field))),
    parent('Schedule', element('Frequency', inventory.frequency === 'daily' ? 'Daily' : 'Weekly')),
  ]
}
