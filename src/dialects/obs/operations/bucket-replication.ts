/** ?replication of a bucket: checked, kept and given back; copying comes later. */
import { refuse, type BucketName, type ReplicationRule } from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { atMostOne, every, expectOnly, readLongXml, requireOne, settingOf, textOf, type XmlElement } from '../../xml.ts'
import { element, parent } from '../../xml-writer.ts'
import { respond, respondXml } from '../answers.ts'
import { destinationNamed, shownDestination } from '../destination-bucket.ts'
import { wantedDocument } from '../documents.ts'
import { classOutward, classRead, type ObsFace } from '../face.ts'
import { decoded, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'
import { classNamed, shownClass } from '../storage-class.ts'

const ROOT = 'ReplicationConfiguration'
/** OBS API reference, "Configuring cross-region replication": 50 KB, 100 rules. */
const MAX_REPLICATION_BYTES = 50 * 1024
const MAX_RULES = 100
const MAX_ID_CHARACTERS = 255

export function decodeGetBucketReplication(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'get-bucket-replication'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeGetBucketReplication: Encoder<'get-bucket-replication'> = ({ result: { replication } }, context) =>
  respondXml(context, ROOT, [
    element('Agency', replication.role),
    ...replication.rules.map((rule) => writeRule(rule, context.face)),
  ])

export function decodePutBucketReplication(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'put-bucket-replication'
  const build: Decoded['build'] = async (bytes) => {
    const root = await readLongXml(bytes, { root: ROOT, namespace: REQUEST_NAMESPACE })
    expectOnly(root, ['Agency', 'Rule'])
    const agency = atMostOne(root, 'Agency')
    const rules = every(root, 'Rule').map((rule) => readRule(rule, request.face))
    demandRules(rules)
    const role = agency === undefined ? {} : { role: settingOf(agency) }
    return { kind, bucket, replication: { ...role, rules } }
  }
  const document = wantedDocument(request.headers, { maxBytes: MAX_REPLICATION_BYTES, promised: true })
  return decoded(request, { kind, bucket }, build, document)
}

export const encodePutBucketReplication: Encoder<'put-bucket-replication'> = (_answer, context) => respond(context, 200)

export function decodeDeleteBucketReplication(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-bucket-replication'
  return decoded(request, { kind, bucket }, () => ({ kind, bucket }))
}

export const encodeDeleteBucketReplication: Encoder<'delete-bucket-replication'> = (_answer, context) =>
  respond(context, 204)

/** One destination for all rules. */
function demandRules(rules: readonly ReplicationRule[]): void {
  if (rules.length === 0) malformed('a replication configuration needs a rule')
  if (rules.length > MAX_RULES) invalid(`A replication configuration has at most ${MAX_RULES} rules.`)
  const ids = rules.flatMap(({ id }) => id ?? [])
  if (new Set(ids).size < ids.length) invalid('The ID of a rule is its own.')
  if (new Set(rules.map(({ destination }) => destination.bucket)).size > 1) invalid('All rules have one destination.')
}

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

function invalid(detail: string): never {
  return refuse({ kind: 'invalid-request', detail })
}

function readRule(rule: XmlElement, face: ObsFace): ReplicationRule {
  expectOnly(rule, ['ID', 'Prefix', 'Status', 'Destination', 'HistoricalObjectReplication'])
  const id = atMostOne(rule, 'ID')
  const prefix = textOf(requireOne(rule, 'Prefix'))
  const historical = switchOf(rule, 'HistoricalObjectReplication')
  const destination = requireOne(rule, 'Destination')
  expectOnly(destination, ['Bucket', 'StorageClass', 'DeleteData'])
  const bucket =
    destinationNamed(settingOf(requireOne(destination, 'Bucket'))) ??
    refuse({ kind: 'invalid-destination', detail: 'This is no bucket.' })
  const storageClass = atMostOne(destination, 'StorageClass')
  const deletions = switchOf(destination, 'DeleteData')
  if (id !== undefined && textOf(id).length > MAX_ID_CHARACTERS) invalid('The ID of a rule is too long.')
  return {
    ...(id === undefined ? {} : { id: textOf(id) }),
    enabled: enabledOf(requireOne(rule, 'Status')),
    prefixes: prefix === '' ? [] : [prefix],
    destination: {
      bucket,
      ...(storageClass === undefined ? {} : { storageClass: classNamed(classRead(face, settingOf(storageClass))) }),
    },
    ...(deletions === undefined ? {} : { deleteMarkers: deletions }),
    ...(historical === undefined ? {} : { existingObjects: historical }),
  }
}

function switchOf(within: XmlElement, name: string): boolean | undefined {
  const found = atMostOne(within, name)
  return found === undefined ? undefined : enabledOf(found)
}

function enabledOf(found: XmlElement): boolean {
  const text = settingOf(found)
  return text === 'Enabled' || (text === 'Disabled' ? false : malformed(`${found.name} is Enabled or Disabled`))
}

function writeRule(rule: ReplicationRule, face: ObsFace): string {
  const { destination } = rule
  const { storageClass } = destination
  return parent(
    'Rule',
    element('ID', rule.id),
    element('Prefix', rule.prefixes[0] ?? ''),
    element('Status', shownSwitch(rule.enabled)),
    parent(
      'Destination',
      element('Bucket', shownDestination(face, destination.bucket)),
      storageClass === undefined ? '' : element('StorageClass', classOutward(face, shownClass(storageClass))),
      rule.deleteMarkers === undefined ? '' : element('DeleteData', shownSwitch(rule.deleteMarkers)),
    ),
    rule.existingObjects === undefined ? '' : element('HistoricalObjectReplication', shownSwitch(rule.existingObjects)),
  )
}

function shownSwitch(on: boolean): string {
  return on ? 'Enabled' : 'Disabled'
}
