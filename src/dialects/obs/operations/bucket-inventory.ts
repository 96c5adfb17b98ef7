/** ?inventory of a bucket: checked, kept and given back; the lists themselves are written later. */
import { refuse, type BucketName, type InventoryRules, type StoredDocument } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { refuseArgument } from '../../refuse-argument.ts'
import { atMostOne, every, expectOnly, readLongXml, requireOne, settingOf, textOf, type XmlElement } from '../../xml.ts'
import { writeChildren } from '../../xml-tree.ts'
import { element, parent } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { destinationNamed, shownDestination } from '../destination-bucket.ts'
import { wantedDocument } from '../documents.ts'
import type { ObsFace } from '../face.ts'
import { decoded, queryText, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'

const ROOT = 'InventoryConfiguration'
/** It is kept twice: as it was put, and as it is understood. */
const MAX_DOCUMENT_BYTES = 16 * 1024
const ID = /^[A-Za-z0-9_.-]{1,64}$/
const MEMBERS = [
  ...['Id', 'IsEnabled', 'Filter', 'Destination', 'Schedule', 'IncludedObjectVersions', 'OptionalFields'],
]
const FIELDS: ReadonlySet<string> = new Set([
  ...['Size', 'LastModifiedDate', 'StorageClass', 'ETag', 'IsMultipartUploaded', 'ReplicationStatus'],
  'EncryptionStatus',
])

/** With an id it is one of them, without one it is the list. */
export function decodeGetBucketInventory(request: ObsRequest, bucket: BucketName): Decoded {
  if (!request.query.has('id')) {
    const kind = 'list-bucket-inventory'
    return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
  }
  const kind = 'get-bucket-inventory'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket, id: inventoryId(request) }))
}

export const encodeGetBucketInventory: Encoder<'get-bucket-inventory'> = ({ result: { document } }, context) =>
  respondXml(context, ROOT, writeInventory(document, context.face))

export const encodeListBucketInventory: Encoder<'list-bucket-inventory'> = ({ result: { documents } }, context) =>
  respondXml(
    context,
    'ListInventoryConfiguration',
    documents.map((one) => parent(ROOT, ...writeInventory(one, context.face))),
  )

export function decodePutBucketInventory(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-inventory'
  const build: Decoded['build'] = async (bytes) => {
    const id = inventoryId(request)
    const root = await readLongXml(bytes, { root: ROOT, namespace: REQUEST_NAMESPACE })
    expectOnly(root, MEMBERS)
    if (settingOf(requireOne(root, 'Id')) !== id) refuse({ kind: 'id-mismatch' })
    const source = { dialect: 'obs', text: writeChildren(root) } as const
    return { kind, bucket, document: { id, source, inventory: readInventory(root) } }
  }
  const document = wantedDocument(request.headers, { maxBytes: MAX_DOCUMENT_BYTES, promised: true })
  return decoded(request, { kind, bucket }, build, document)
}

export const encodePutBucketInventory: Encoder<'put-bucket-inventory'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketInventory(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-inventory'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket, id: inventoryId(request) }))
}

export const encodeDeleteBucketInventory: Encoder<'delete-bucket-inventory'> = (_answer, context) =>
  respond(context, 204)

function inventoryId(request: ObsRequest): string {
  const text = queryText(request, 'id')
  if (text !== undefined && ID.test(text)) return text
  return refuseArgument('id', text?.slice(0, 64), 'The id of an inventory is 1 to 64 letters, digits, _ . and -.')
}

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

function oneOf<Text extends string>(found: XmlElement, texts: readonly Text[]): Text {
  const text = settingOf(found)
  return texts.find((one) => one === text) ?? malformed(`${found.name} is one of ${texts.join(', ')}`)
}

function readInventory(root: XmlElement): InventoryRules {
  const filter = atMostOne(root, 'Filter')
  if (filter !== undefined) expectOnly(filter, ['Prefix'])
  const prefix = filter === undefined ? undefined : atMostOne(filter, 'Prefix')
  const schedule = requireOne(root, 'Schedule')
  expectOnly(schedule, ['Frequency'])
  return {
    enabled: oneOf(requireOne(root, 'IsEnabled'), ['true', 'false']) === 'true',
    ...(prefix === undefined ? {} : { prefix: textOf(prefix) }),
    destination: readDestination(requireOne(root, 'Destination')),
    frequency: oneOf(requireOne(schedule, 'Frequency'), ['Daily', 'Weekly']) === 'Daily' ? 'daily' : 'weekly',
    versions: oneOf(requireOne(root, 'IncludedObjectVersions'), ['All', 'Current']) === 'All' ? 'all' : 'current',
    fields: readFields(atMostOne(root, 'OptionalFields')),
  }
}

function readDestination(to: XmlElement): InventoryRules['destination'] {
  expectOnly(to, ['Format', 'Bucket', 'Prefix'])
  const format = oneOf(requireOne(to, 'Format'), ['CSV'])
  const bucket =
    destinationNamed(settingOf(requireOne(to, 'Bucket'))) ??
    refuse({ kind: 'invalid-destination', detail: 'This is no bucket.' })
  const prefix = atMostOne(to, 'Prefix')
  return { bucket, format, ...(prefix === undefined ? {} : { prefix: textOf(prefix) }) }
}

function readFields(optional: XmlElement | undefined): readonly string[] {
  if (optional === undefined) return []
  expectOnly(optional, ['Field'])
  const fields = every(optional, 'Field').map(settingOf)
  return fields.every((field) => FIELDS.has(field)) ? fields : malformed('Field is not one that inventories have')
}

/** Of its model: another dialect may have put it, and a client that fell back names buckets otherwise. */
function writeInventory({ id, inventory }: StoredDocument, face: ObsFace): readonly string[] {
  if (inventory === undefined) return [element('Id', id)]
  const { destination: to, fields } = inventory
  return [
    element('Id', id),
    element('IsEnabled', inventory.enabled),
    inventory.prefix === undefined ? '' : parent('Filter', element('Prefix', inventory.prefix)),
    parent(
      'Destination',
      element('Format', to.format),
      element('Bucket', shownDestination(face, to.bucket)),
      element('Prefix', to.prefix),
    ),
    parent('Schedule', element('Frequency', inventory.frequency === 'daily' ? 'Daily' : 'Weekly')),
    element('IncludedObjectVersions', inventory.versions === 'all' ? 'All' : 'Current'),
    fields.length === 0 ? '' : parent('OptionalFields', ...fields.map((field) => element('Field', field))),
  ]
}
