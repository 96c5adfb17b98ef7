import { decodePercent } from '../../http/index.ts'
import { refuse, type Tags } from '../../operations/index.ts'
import { element, parent } from '../xml-writer.ts'
import { every, expectOnly, requireOne, textOf, type XmlElement } from '../xml.ts'

/** Tencent COS, "Object tagging" and "Bucket tagging". Lengths in UTF-16 units. */
export const MAX_OBJECT_TAGS = 10
export const MAX_BUCKET_TAGS = 50
export const MAX_TAG_KEY_CHARACTERS = 127
export const MAX_TAG_VALUE_CHARACTERS = 255

/** `x-cos-tagging`: `k=v&k2=v2`, each percent-encoded. */
export function parseTaggingHeader(header: string, most = MAX_OBJECT_TAGS): Tags {
  const pieces = header.split('&', most + 1).filter((piece) => piece !== '')
  const tags = pieces.map((piece) => {
    const equals = piece.indexOf('=')
    const key = formText(equals < 0 ? piece : piece.slice(0, equals))
    const value = equals < 0 ? '' : formText(piece.slice(equals + 1))
    return [key, value] as const
  })
  return checked(tags, most)
}

function formText(text: string): string {
  return decodePercent(text, { plusIsSpace: true }) ?? refuse({ kind: 'invalid-tag', detail: 'tags are not decodable' })
}

/** `<Tagging><TagSet><Tag><Key/><Value/></Tag>...</TagSet></Tagging>`. */
export function tagsOfDocument(root: XmlElement, most: number): Tags {
  expectOnly(root, ['TagSet'])
  const set = requireOne(root, 'TagSet')
  expectOnly(set, ['Tag'])
  return checked(every(set, 'Tag').map(readTag), most)
}

/** `<Key/><Value/>`, wherever a document holds a tag. */
export function readTag(tag: XmlElement): readonly [key: string, value: string] {
  expectOnly(tag, ['Key', 'Value'])
  return [textOf(requireOne(tag, 'Key')), textOf(requireOne(tag, 'Value'))]
}

function checked(tags: Tags, most: number): Tags {
  const bad = (detail: string): never => refuse({ kind: 'invalid-tag', detail })
  if (tags.length > most) bad(`at most ${most} tags`)
  const seen = new Set<string>()
  for (const [key, value] of tags) {
    if (key.length === 0 || key.length > MAX_TAG_KEY_CHARACTERS || /\p{Cc}/u.test(key)) bad('a tag has an invalid key')
    if (value.length > MAX_TAG_VALUE_CHARACTERS || /\p{Cc}/u.test(value)) bad('a tag has an invalid value')
    if (seen.has(key)) bad('two tags have the same key')
    seen.add(key)
  }
  return tags
}

export function writeTag([key, value]: readonly [key: string, value: string]): string {
  return parent('Tag', element('Key', key), element('Value', value))
}

export function writeTagSet(tags: Tags): string {
  return parent('TagSet', ...tags.map(writeTag))
}
