/** Deletions of many objects at once: `Delete` in, `DeleteResult` out, as S3 and COS have them. */
import {
  parseObjectKey,
  parseVersionId,
  refuse,
  type DeletedObject,
  type DeleteEntry,
  type DeleteObjects,
  type Failure,
  type Results,
  type VersionId,
} from '../operations/index.ts'
import { element, parent } from './xml-writer.ts'
import { atMostOne, every, expectOnly, requireOne, textOf, type XmlElement } from './xml.ts'

const MAX_DELETED_AT_ONCE = 1_000
/** A thousand of the longest keys, escaped, and their version ids. */
export const MAX_DELETE_BYTES = 2 * 1024 * 1024

/** An entry that names nothing: it fails alone, the others go on. */
interface RefusedEntry {
  readonly key: string
  readonly versionId?: string
  readonly failure: Failure
}

/** The operation, and what its answer needs of how it was asked for. */
export interface SpelledDelete extends DeleteObjects {
  readonly quiet: boolean
  readonly refused: readonly RefusedEntry[]
}

function isSpelled(operation: DeleteObjects): operation is SpelledDelete {
  return 'quiet' in operation && 'refused' in operation
}

/** What one dialect's document has besides keys and versions. */
export interface DeleteSpelling {
  readonly readQuiet: (root: XmlElement) => boolean
  /** Elements of an entry besides `Key` and `VersionId`, and what they say. */
  readonly more?: readonly string[]
  readonly readMore?: (object: XmlElement) => Pick<DeleteEntry, 'condition'>
}

/** 1 to 1,000 entries. One that names no version fails by itself; a document that names no key is refused whole. */
export function readDeleteDocument(
  root: XmlElement,
  spelling: DeleteSpelling,
): Pick<SpelledDelete, 'quiet' | 'entries' | 'refused'> {
  expectOnly(root, ['Object', 'Quiet'])
  const objects = every(root, 'Object')
  if (objects.length === 0 || objects.length > MAX_DELETED_AT_ONCE) {
    refuse({ kind: 'malformed-xml', detail: `1 to ${MAX_DELETED_AT_ONCE} objects can be deleted at once` })
  }
  const quiet = spelling.readQuiet(root)
  const entries: DeleteEntry[] = []
  const refused: RefusedEntry[] = []
  for (const object of objects) {
    const entry = readEntry(object, spelling)
    if ('failure' in entry) refused.push(entry)
    else entries.push(entry)
  }
  return { quiet, entries, refused }
}

function readEntry(object: XmlElement, { more = [], readMore }: DeleteSpelling): DeleteEntry | RefusedEntry {
  expectOnly(object, ['Key', 'VersionId', ...more])
  const conditions = readMore?.(object) ?? {}
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

/** What `DeleteResult` holds. `describe`: the dialect's own words for a failure. Quiet: only what was not deleted. */
export function deleteResult(
  operation: DeleteObjects,
  result: Results['delete-objects'],
  describe: (failure: Failure) => { readonly code: string; readonly message: string },
): readonly string[] {
  const { quiet, refused } = isSpelled(operation) ? operation : { quiet: false, refused: [] }
  const failed = (one: RefusedEntry): string => {
    const { code, message } = describe(one.failure)
    return parent(
      'Error',
      element('Key', one.key),
      element('VersionId', one.versionId),
      element('Code', code),
      element('Message', message),
    )
  }
  const outcomes = result.outcomes.map((outcome) => {
    if (outcome.kind === 'failed') return failed(outcome)
    return quiet ? '' : deletedElement(outcome.key, outcome.versionId, outcome.result)
  })
  return [...outcomes, ...refused.map(failed)]
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
