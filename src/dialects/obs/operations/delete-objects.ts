import { decodePercent } from '../../../http/index.ts'
import {
  parseObjectKey,
  parseVersionId,
  refuse,
  type BucketName,
  type DeletedObject,
  type DeleteObjects,
  type Failure,
  type VersionId,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { nameWriter, type ShowName } from '../../listed-names.ts'
import { element, parent } from '../../xml-writer.ts'
import { atMostOne, every, expectOnly, readLongXml, requireOne, settingOf, textOf, type XmlElement } from '../../xml.ts'
import { respondXml } from '../answers.ts'
import { wantedDocument } from '../documents.ts'
import { describeFailure } from '../failures.ts'
import { decoded, type Encoder, type ObsRequest } from '../obs-request.ts'
import { REQUEST_NAMESPACE } from '../options.ts'

export const MAX_DELETED_AT_ONCE = 1_000
/** A thousand of the longest keys, escaped, and their version ids. */
const MAX_DELETE_BYTES = 2 * 1024 * 1024

/** An entry that names nothing: it fails alone, the others go on. */
interface RefusedEntry {
  readonly key: string
  readonly versionId?: string
  readonly failure: Failure
}

interface SpelledDelete extends DeleteObjects {
  readonly quiet: boolean
  readonly encodesNames: boolean
  readonly refused: readonly RefusedEntry[]
}

function isSpelled(operation: DeleteObjects): operation is SpelledDelete {
  return 'quiet' in operation && 'refused' in operation
}

export function decodeDeleteObjects(request: ObsRequest, bucket: BucketName): Decoded {
  const kind = 'delete-objects'
  const build = async (bytes: Uint8Array): Promise<SpelledDelete> => ({ kind, bucket, ...(await readDelete(bytes)) })
  const document = wantedDocument(request.headers, { maxBytes: MAX_DELETE_BYTES, promised: true })
  return decoded(request, { kind, bucket }, build, document)
}

async function readDelete(bytes: Uint8Array): Promise<Omit<SpelledDelete, 'kind' | 'bucket'>> {
  const root = await readLongXml(bytes, { root: 'Delete', namespace: REQUEST_NAMESPACE })
  expectOnly(root, ['Object', 'Quiet', 'EncodingType'])
  const objects = every(root, 'Object')
  if (objects.length === 0 || objects.length > MAX_DELETED_AT_ONCE) {
    refuse({ kind: 'malformed-xml', detail: `1 to ${MAX_DELETED_AT_ONCE} objects can be deleted at once` })
  }
  const encodesNames = readEncoding(root)
  const entries: DeleteObjects['entries'][number][] = []
  const refused: RefusedEntry[] = []
  for (const object of objects) {
    const entry = readEntry(object, encodesNames)
    if ('failure' in entry) refused.push(entry)
    else entries.push(entry)
  }
  return { quiet: readQuiet(root), encodesNames, entries, refused }
}

function readQuiet(root: XmlElement): boolean {
  const found = atMostOne(root, 'Quiet')
  const text = found === undefined ? 'false' : settingOf(found)
  if (text === 'true') return true
  return text === 'false' || text === '' ? false : refuse({ kind: 'malformed-xml', detail: 'Quiet is true or false' })
}

function readEncoding(root: XmlElement): boolean {
  const found = atMostOne(root, 'EncodingType')
  const text = found === undefined ? '' : settingOf(found)
  if (text === '') return false
  return text === 'url' ? true : refuse({ kind: 'malformed-xml', detail: 'EncodingType is url' })
}

function readEntry(object: XmlElement, encoded: boolean): DeleteObjects['entries'][number] | RefusedEntry {
  expectOnly(object, ['Key', 'VersionId'])
  // Names are not trimmed, and no two spellings of XML make two names.
  const written = textOf(requireOne(object, 'Key'))
  const text = encoded ? decodePercent(written, { plusIsSpace: true }) : written
  const version = atMostOne(object, 'VersionId')
  const versionText = version === undefined ? '' : textOf(version)
  const key = parseObjectKey(text ?? '')
  if (key.kind === 'problem') {
    if (key.problem !== 'too-long') refuse({ kind: 'malformed-xml', detail: 'an object needs a key' })
    return { key: text ?? '', failure: { kind: 'key-too-long' } }
  }
  if (versionText === '') return { key: key.key }
  const versionId = parseVersionId(versionText)
  if (versionId !== undefined) return { key: key.key, versionId }
  const failure = { kind: 'no-such-version', key: key.key, versionId: versionText } as const
  return { key: key.key, versionId: versionText, failure }
}

export const encodeDeleteObjects: Encoder<'delete-objects'> = ({ operation, result }, context) => {
  const { quiet, encodesNames, refused } = isSpelled(operation)
    ? operation
    : { quiet: false, encodesNames: false, refused: [] }
  const show = nameWriter(encodesNames)
  const outcomes = result.outcomes.map((outcome) => {
    if (outcome.kind === 'failed') return errorElement(outcome, show)
    return quiet ? '' : deletedElement(show(outcome.key), outcome.versionId, outcome.result)
  })
  return respondXml(context, 'DeleteResult', [
    encodesNames ? element('EncodingType', 'url') : '',
    ...outcomes,
    ...refused.map((entry) => errorElement(entry, show)),
  ])
}

function errorElement(refused: RefusedEntry, show: ShowName): string {
  const { code, message } = describeFailure(refused.failure)
  return parent(
    'Error',
    element('Key', show(refused.key)),
    element('VersionId', refused.versionId),
    element('Code', code),
    element('Message', message),
  )
}

function deletedElement(key: string, versionId: VersionId | undefined, result: DeletedObject): string {
  return parent(
    'Deleted',
    element('Key', key),
    element('VersionId', versionId),
    result.deleteMarker ? element('DeleteMarker', true) : '',
    result.deleteMarker ? element('DeleteMarkerVersionId', result.versionId) : '',
  )
}
