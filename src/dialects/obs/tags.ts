import { decodePercent } from '../../http/index.ts'
import { refuse, type Tags } from '../../operations/index.ts'
import { element, parent } from '../xml-writer.ts'
import { every, expectOnly, requireOne, textOf, type XmlElement } from '../xml.ts'

/** How many tags, and how long (OBS API reference, tags of buckets and of objects). Lengths in UTF-16 units. */
export interface TagRule {
  readonly most: number
  readonly keyCharacters: number
  readonly valueCharacters: number
}

export const OBJECT_TAGS: TagRule = { most: 10, keyCharacters: 36, valueCharacters: 43 }
export const BUCKET_TAGS: TagRule = { most: 20, keyCharacters: 36, valueCharacters: 43 }

const FORBIDDEN = /[,/|<>=*\\\u0000-\u001f]/

/** `x-obs-tagging`: form-encoded pairs. Names are compared exactly. */
export function parseTaggingHeader(header: string): Tags {
  const pieces = header.split('&', OBJECT_TAGS.most + 1).filter((piece) => piece !== '')
  const tags = pieces.map((piece) => {
    const equals = piece.indexOf('=')
    const key = formText(equals < 0 ? piece : piece.slice(0, equals))
    return [key, equals < 0 ? '' : formText(piece.slice(equals + 1))] as const
  })
  return checkTags(tags, OBJECT_TAGS)
}

function formText(text: string): string {
  return (
    decodePercent(text, { plusIsSpace: true }) ??
    refuse({ kind: 'invalid-uri', detail: 'x-obs-tagging cannot be decoded' })
  )
}

/** `<Tagging><TagSet><Tag><Key/><Value/></Tag>...</TagSet></Tagging>`. */
export function tagsOfDocument(root: XmlElement, rule: TagRule): Tags {
  expectOnly(root, ['TagSet'])
  const set = requireOne(root, 'TagSet')
  expectOnly(set, ['Tag'])
  const tags = every(set, 'Tag').map((tag) => {
    expectOnly(tag, ['Key', 'Value'])
    return [textOf(requireOne(tag, 'Key')), textOf(requireOne(tag, 'Value'))] as const
  })
  return checkTags(tags, rule)
}

function checkTags(tags: Tags, rule: TagRule): Tags {
  const bad = (detail: string): never => refuse({ kind: 'invalid-tag', detail })
  if (tags.length > rule.most) bad(`There are more than ${rule.most} tags.`)
  const seen = new Set<string>()
  for (const [key, value] of tags) {
    if (key.length === 0 || key.length > rule.keyCharacters || FORBIDDEN.test(key) || key.trim() !== key) {
      bad('The key of a tag is invalid.')
    }
    if (value.length > rule.valueCharacters || FORBIDDEN.test(value)) bad('The value of a tag is invalid.')
    if (seen.has(key)) bad('Two tags have the same key.')
    seen.add(key)
  }
  return tags
}

export function writeTagSet(tags: Tags): string {
  return parent('TagSet', ...tags.map(([key, value]) => parent('Tag', element('Key', key), element('Value', value))))
}
