import { decodePercent } from '../../http/index.ts'
import { refuse, type Tags } from '../../operations/index.ts'
import { element, parent } from '../xml-writer.ts'
import { every, expectOnly, requireOne, textOf, type XmlElement } from '../xml.ts'

/** OSS, PutObjectTagging and PutBucketTags. Lengths in UTF-16 units. */
export const MAX_OBJECT_TAGS = 10
export const MAX_BUCKET_TAGS = 20
const MAX_TAG_KEY_CHARACTERS = 128
const MAX_TAG_VALUE_CHARACTERS = 256

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** `x-oss-tagging`: form-encoded pairs. Names are compared exactly. */
export function parseTaggingHeader(header: string): Tags {
  const pieces = header.split('&', MAX_OBJECT_TAGS + 1).filter((piece) => piece !== '')
  const tags = pieces.map((piece) => {
    const equals = piece.indexOf('=')
    const key = formText(equals < 0 ? piece : piece.slice(0, equals))
    const value = equals < 0 ? '' : formText(piece.slice(equals + 1))
    return [key, value] as const
  })
  return checked(tags, MAX_OBJECT_TAGS)
}

function formText(text: string): string {
  return (
    decodePercent(text, { plusIsSpace: true }) ??
    refuse({ kind: 'invalid-tag', detail: 'The header x-oss-tagging cannot be decoded.' })
  )
}

/** `<Tagging><TagSet><Tag><Key/><Value/></Tag>...</TagSet></Tagging>`. */
export function tagsOfDocument(root: XmlElement, most: number): Tags {
  expectOnly(root, ['TagSet'])
  const set = requireOne(root, 'TagSet')
  expectOnly(set, ['Tag'])
  const tags = every(set, 'Tag').map((tag) => {
    expectOnly(tag, ['Key', 'Value'])
    return [textOf(requireOne(tag, 'Key')), textOf(requireOne(tag, 'Value'))] as const
  })
  return checked(tags, most)
}

function checked(tags: Tags, most: number): Tags {
  const bad = (detail: string): never => refuse({ kind: 'invalid-tag', detail })
  if (tags.length > most) bad(`There are at most ${most} tags.`)
  const seen = new Set<string>()
  for (const [key, value] of tags) {
    if (key.length === 0 || key.length > MAX_TAG_KEY_CHARACTERS || !TAG_TEXT.test(key)) {
      bad('The key of a tag is not valid.')
    }
    if (value.length > MAX_TAG_VALUE_CHARACTERS || !TAG_TEXT.test(value)) bad('The value of a tag is not valid.')
    if (seen.has(key)) bad('Tags cannot have the same key.')
    seen.add(key)
  }
  return tags
}

export function writeTagSet(tags: Tags): string {
  return parent('TagSet', ...tags.map(([key, value]) => parent('Tag', element('Key', key), element('Value', value))))
}
