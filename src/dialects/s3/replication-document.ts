/** `ReplicationConfiguration`, in and out (PutBucketReplication; spec 9.1). */
import { refuse, type ReplicationConfiguration, type ReplicationRule } from '../../operations/index.ts'
import { element, parent } from '../xml-writer.ts'
import { writeChildren } from '../xml-tree.ts'
import { atMostOne, every, expectOnly, requireOne, settingOf, textOf, type XmlElement } from '../xml.ts'

const MAX_RULES = 1_000
const MAX_ID_CHARACTERS = 255
const BUCKET_ARN = /^arn:aws[a-z-]*:s3:::([a-z0-9.-]{3,63})$/

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

function invalid(detail: string): never {
  return refuse({ kind: 'invalid-request', detail })
}

export function readReplication(root: XmlElement): ReplicationConfiguration {
  expectOnly(root, ['Role', 'Rule'])
  const role = settingOf(requireOne(root, 'Role'))
  const rules = every(root, 'Rule')
  if (rules.length === 0) malformed('a replication configuration needs a rule')
  if (rules.length > MAX_RULES) invalid(`A replication configuration has at most ${MAX_RULES} rules.`)
  const read = rules.map(readRule)
  const ids = read.flatMap(({ id }) => id ?? [])
  if (new Set(ids).size < ids.length) invalid('Rule Id must be unique.')
  return { role, rules: read, source: { dialect: 's3', text: writeChildren(root) } }
}

const RULE = [
  ...['ID', 'Priority', 'Prefix', 'Filter', 'Status', 'SourceSelectionCriteria', 'ExistingObjectReplication'],
  ...['Destination', 'DeleteMarkerReplication'],
]

function readRule(rule: XmlElement): ReplicationRule {
  expectOnly(rule, RULE)
  const id = setting(rule, 'ID')
  if (id !== undefined && id.length > MAX_ID_CHARACTERS) invalid('The maximum length of a rule id is 255 characters.')
  const priority = setting(rule, 'Priority')
  if (priority !== undefined && !/^[0-9]{1,9}$/.test(priority)) malformed('Priority is a number')
  const destination = requireOne(rule, 'Destination')
  const criteria = atMostOne(rule, 'SourceSelectionCriteria')
  const kmsObjects = kmsWanted(criteria)
  const replicaKey = replicaKeyOf(destination)
  if ((kmsObjects === true) !== (replicaKey !== undefined)) {
    invalid('SseKmsEncryptedObjects and EncryptionConfiguration need each other.')
  }
  const markers = switchOf(rule, 'DeleteMarkerReplication')
  const existing = switchOf(rule, 'ExistingObjectReplication')
  return {
    ...(id === undefined ? {} : { id }),
    enabled: enabledOf(requireOne(rule, 'Status')),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
    ...filterOf(rule),
    destination: destinationOf(destination),
    ...(kmsObjects === undefined ? {} : { kmsObjects }),
    ...(replicaKey === undefined ? {} : { replicaKey }),
    ...(markers === undefined ? {} : { deleteMarkers: markers }),
    ...(existing === undefined ? {} : { existingObjects: existing }),
  }
}

function setting(element: XmlElement, name: string): string | undefined {
  const found = atMostOne(element, name)
  return found === undefined ? undefined : settingOf(found)
}

function enabledOf(status: XmlElement): boolean {
  const text = settingOf(status)
  return text === 'Enabled' || (text === 'Disabled' ? false : malformed(`${status.name} is Enabled or Disabled`))
}

/** `<Name><Status>Enabled</Status></Name>`. */
function switchOf(element: XmlElement, name: string): boolean | undefined {
  const found = atMostOne(element, name)
  if (found === undefined) return undefined
  expectOnly(found, ['Status'])
  return enabledOf(requireOne(found, 'Status'))
}

function kmsWanted(criteria: XmlElement | undefined): boolean | undefined {
  if (criteria === undefined) return undefined
  expectOnly(criteria, ['SseKmsEncryptedObjects', 'ReplicaModifications'])
  switchOf(criteria, 'ReplicaModifications')
  return switchOf(criteria, 'SseKmsEncryptedObjects')
}

function replicaKeyOf(destination: XmlElement): string | undefined {
  const found = atMostOne(destination, 'EncryptionConfiguration')
  if (found === undefined) return undefined
  expectOnly(found, ['ReplicaKmsKeyID'])
  return settingOf(requireOne(found, 'ReplicaKmsKeyID'))
}

/** A prefix of old, or a filter: by prefix, by tag, or by all of several. */
function filterOf(rule: XmlElement): Pick<ReplicationRule, 'prefixes' | 'tags'> {
  const prefix = atMostOne(rule, 'Prefix')
  const filter = atMostOne(rule, 'Filter')
  if (prefix !== undefined && filter !== undefined) malformed('a rule has a Prefix or a Filter')
  if (filter === undefined) return prefix === undefined ? { prefixes: [] } : prefixesOf(prefix)
  expectOnly(filter, ['Prefix', 'Tag', 'And'])
  if (filter.children.length > 1) malformed('a Filter holds one of Prefix, Tag, And')
  const and = atMostOne(filter, 'And')
  if (and !== undefined) expectOnly(and, ['Prefix', 'Tag'])
  const from = and ?? filter
  const inner = atMostOne(from, 'Prefix')
  const tags = every(from, 'Tag').map((tag) => {
    expectOnly(tag, ['Key', 'Value'])
    return [textOf(requireOne(tag, 'Key')), textOf(requireOne(tag, 'Value'))] as const
  })
  return { ...(inner === undefined ? { prefixes: [] } : prefixesOf(inner)), ...(tags.length === 0 ? {} : { tags }) }
}

function prefixesOf(prefix: XmlElement): Pick<ReplicationRule, 'prefixes'> {
  const text = textOf(prefix)
  return { prefixes: text === '' ? [] : [text] }
}

const DESTINATION = [
  ...['Bucket', 'Account', 'StorageClass', 'AccessControlTranslation', 'EncryptionConfiguration'],
  ...['ReplicationTime', 'Metrics'],
]

function destinationOf(destination: XmlElement): ReplicationRule['destination'] {
  expectOnly(destination, DESTINATION)
  const bucket = BUCKET_ARN.exec(settingOf(requireOne(destination, 'Bucket')))?.[1]
  if (bucket === undefined) {
    return refuse({ kind: 'invalid-argument', argument: 'Bucket', detail: 'Invalid bucket ARN.' })
  }
  const account = setting(destination, 'Account')
  const storageClass = setting(destination, 'StorageClass')
  return {
    bucket,
    ...(account === undefined ? {} : { account }),
    ...(storageClass === undefined ? {} : { storageClass }),
  }
}

/** What the root of the answer holds: what S3 put as it was put, what another dialect put in S3's words. */
export function writeReplication({ role, rules, source }: ReplicationConfiguration): readonly string[] {
  if (source?.dialect === 's3') return [source.text]
  return [element('Role', role ?? ''), ...rules.map(writeRule)]
}

function onOff(name: string, value: boolean | undefined): string {
  return value === undefined ? '' : parent(name, element('Status', value ? 'Enabled' : 'Disabled'))
}

function writeRule(rule: ReplicationRule): string {
  const { destination, replicaKey, kmsObjects } = rule
  return parent(
    'Rule',
    element('ID', rule.id),
    element('Priority', rule.priority),
    element('Prefix', rule.prefixes[0] ?? ''),
    element('Status', rule.enabled ? 'Enabled' : 'Disabled'),
    kmsObjects === undefined ? '' : parent('SourceSelectionCriteria', onOff('SseKmsEncryptedObjects', kmsObjects)),
    onOff('ExistingObjectReplication', rule.existingObjects),
    parent(
      'Destination',
      element('Bucket', `arn:aws:s3:::${destination.bucket}`),
      element('Account', destination.account),
      element('StorageClass', destination.storageClass),
      replicaKey === undefined ? '' : parent('EncryptionConfiguration', element('ReplicaKmsKeyID', replicaKey)),
    ),
    onOff('DeleteMarkerReplication', rule.deleteMarkers),
  )
}
