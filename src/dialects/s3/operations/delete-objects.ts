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
import { element, parent } from '../../xml-writer.ts'
import { atMostOne, every, expectOnly, readLongXml, requireOne, settingOf, textOf, type XmlElement } from '../../xml.ts'
import { respondXml } from '../answers.ts'
import { configurationDocument } from '../checksum-headers.ts'
import { readBoolean } from '../encryption-configuration.ts'
import { describeFailure } from '../failures.ts'
import { readDeleteCondition } from '../conditions.ts'
import { bypassesGovernance } from '../lock-headers.ts'
import { S3_NAMESPACE } from '../options.ts'
import { decoded, type Encoder, type S3Request } from '../s3-request.ts'

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
  readonly refused: readonly RefusedEntry[]
}

function isSpelled(operation: DeleteObjects): operation is SpelledDelete {
  return 'quiet' in operation && 'refused' in operation
}

export function decodeDeleteObjects(request: S3Request, bucket: BucketName): Decoded {
  const kind = 'delete-objects'
  const build = async (bytes: Uint8Array): Promise<SpelledDelete> => ({
    kind,
    bucket,
    ...(await readDelete(bytes)),
    ...(bypassesGovernance(request.view.headers) ? { bypassGovernance: true } : {}),
  })
  return decoded(request, { kind, bucket }, build, {
    document: configurationDocument(request.view.headers, {
      maxBytes: MAX_DELETE_BYTES,
      required: true,
      promised: true,
    }),
  })
}

async function readDelete(bytes: Uint8Array): Promise<Pick<SpelledDelete, 'quiet' | 'entries' | 'refused'>> {
  const root = await readLongXml(bytes, { root: 'Delete', namespace: S3_NAMESPACE })
  expectOnly(root, ['Object', 'Quiet'])
  const objects = every(root, 'Object')
  if (objects.length === 0 || objects.length > MAX_DELETED_AT_ONCE) {
    refuse({ kind: 'malformed-xml', detail: `1 to ${MAX_DELETED_AT_ONCE} objects can be deleted at once` })
  }
  const quiet = atMostOne(root, 'Quiet')
  const entries: DeleteObjects['entries'][number][] = []
  const refused: RefusedEntry[] = []
  for (const object of objects) {
    const entry = readEntry(object)
    if ('failure' in entry) refused.push(entry)
    else entries.push(entry)
  }
  return { quiet: quiet !== undefined && readBoolean(quiet), entries, refused }
}

function readEntry(object: XmlElement): DeleteObjects['entries'][number] | RefusedEntry {
  expectOnly(object, ['Key', 'VersionId', 'ETag', 'LastModifiedTime', 'Size'])
  const conditionOf = (name: string): readonly [string, string | undefined] => {
    const found = atMostOne(object, name)
    return [name, found === undefined ? undefined : settingOf(found)]
  }
  const condition = readDeleteCondition([conditionOf('ETag'), conditionOf('LastModifiedTime'), conditionOf('Size')])
  const conditions = condition === undefined ? {} : { condition }
  // Names are not trimmed, and no two spellings of XML make two names.
  const text = textOf(requireOne(object, 'Key'))
  const version = atMostOne(object, 'VersionId')
  const versionText = version === undefined ? undefined : textOf(version)
  const key = parseObjectKey(text)
  if (key.kind === 'problem') {
    if (key.problem !== 'too-long') refuse({ kind: 'malformed-xml', detail: 'an object needs a key' })
    return { key: text, failure: { kind: 'key-too-long' } }
  }
  if (versionText === undefined || versionText === '') return { key: key.key, ...conditions }
  const versionId = parseVersionId(versionText)
  if (versionId !== undefined) return { key: key.key, versionId, ...conditions }
  const failure = { kind: 'no-such-version', key: text, versionId: versionText } as const
  return { key: text, versionId: versionText, failure }
}

export const encodeDeleteObjects: Encoder<'delete-objects'> = ({ operation, result }, context) => {
  const quiet = isSpelled(operation) && operation.quiet
  const refused = isSpelled(operation) ? operation.refused : []
  const outcomes = result.outcomes.map((outcome) => {
    if (outcome.kind === 'failed') return errorElement(outcome)
    return quiet ? '' : deletedElement(outcome.key, outcome.versionId, outcome.result)
  })
  return respondXml(context, 'DeleteResult', [...outcomes, ...refused.map(errorElement)])
}

function errorElement(refused: RefusedEntry): string {
  const { code, message } = describeFailure(refused.failure)
  return parent(
    'Error',
    element('Key', refused.key),
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
