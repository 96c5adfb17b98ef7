/** DeleteMultipleObjects. */
import {
  parseVersionId,
  refuse,
  type BucketName,
  type DeletedObject,
  type DeleteEntry,
  type DeleteObjects,
  type VersionId,
} from '../../../operations/index.ts'
import type { Decoded } from '../../dialect.ts'
import { nameWriter, type ShowName } from '../../listed-names.ts'
import { element, parent } from '../../xml-writer.ts'
import { atMostOne, every, expectOnly, readLongXml, requireOne, settingOf, textOf, type XmlElement } from '../../xml.ts'
import { objectKeyOf } from '../address.ts'
import { respondXml } from '../answers.ts'
import { documentOf } from '../documents.ts'
import { describeFailure } from '../failures.ts'
import { OSS_NAMESPACE } from '../options.ts'
import { decoded, encodesNames, type Encoder, type OssRequest } from '../oss-request.ts'

const MAX_DELETED_AT_ONCE = 1_000
/** A thousand of the longest keys, escaped, and their version ids. */
const MAX_DELETE_BYTES = 2 * 1024 * 1024

interface SpelledDelete extends DeleteObjects {
  readonly quiet: boolean
  readonly encodesNames: boolean
}

function isSpelled(operation: DeleteObjects): operation is SpelledDelete {
  return 'quiet' in operation && 'encodesNames' in operation
}

export function decodeDeleteObjects(request: OssRequest, bucket: BucketName): Decoded {
  const kind = 'delete-objects'
  const encodes = encodesNames(request)
  const build = async (bytes: Uint8Array): Promise<SpelledDelete> => ({
    ...{ kind, bucket, encodesNames: encodes },
    ...(await readDelete(bytes)),
  })
  const document = documentOf(request.view.headers, { maxBytes: MAX_DELETE_BYTES, promised: true })
  return decoded(request, { kind, bucket }, build, document)
}

async function readDelete(bytes: Uint8Array): Promise<Pick<SpelledDelete, 'quiet' | 'entries'>> {
  const root = await readLongXml(bytes, { root: 'Delete', namespace: OSS_NAMESPACE })
  expectOnly(root, ['Object', 'Quiet'])
  const objects = every(root, 'Object')
  if (objects.length === 0 || objects.length > MAX_DELETED_AT_ONCE) {
    refuse({ kind: 'malformed-xml', detail: `1 to ${MAX_DELETED_AT_ONCE} objects can be deleted at once` })
  }
  const quiet = atMostOne(root, 'Quiet')
  return { quiet: quiet !== undefined && settingOf(quiet).toLowerCase() === 'true', entries: objects.map(readEntry) }
}

/** Names are not trimmed. An empty `VersionId` is none: one client writes it so. */
function readEntry(object: XmlElement): DeleteEntry {
  expectOnly(object, ['Key', 'VersionId'])
  const key = objectKeyOf(textOf(requireOne(object, 'Key')))
  const version = atMostOne(object, 'VersionId')
  const text = version === undefined ? '' : settingOf(version)
  if (text === '') return { key }
  return { key, versionId: parseVersionId(text) ?? refuse({ kind: 'no-such-version', key, versionId: text }) }
}

/** Objects in the order in which they were asked for, absent ones too. Quiet: only what was not deleted. */
export const encodeDeleteObjects: Encoder<'delete-objects'> = ({ operation, result }, context) => {
  const [quiet, encodes] = isSpelled(operation) ? [operation.quiet, operation.encodesNames] : [false, false]
  const show = nameWriter(encodes)
  const outcomes = result.outcomes.map((outcome) => {
    if (outcome.kind === 'deleted') {
      return quiet ? '' : deletedElement(outcome.key, outcome.versionId, outcome.result, show)
    }
    const { code, message } = describeFailure(outcome.failure)
    return parent(
      'Error',
      element('Key', show(outcome.key)),
      element('VersionId', outcome.versionId),
      element('Code', code),
      element('Message', message),
    )
  })
  return respondXml(context, 'DeleteResult', [encodes ? element('EncodingType', 'url') : '', ...outcomes])
}

function deletedElement(key: string, versionId: VersionId | undefined, result: DeletedObject, show: ShowName): string {
  return parent(
    'Deleted',
    element('Key', show(key)),
    element('VersionId', versionId),
    result.deleteMarker ? element('DeleteMarker', true) : '',
    result.deleteMarker ? element('DeleteMarkerVersionId', result.versionId) : '',
  )
}
