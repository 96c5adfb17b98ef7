import { decodePercent } from '../../http/index.ts'
import { refuse, type Tags } from '../../operations/index.ts'
import { element, parent } from '../xml-writer.ts'
import { every, expectOnly, requireOne, textOf, type XmlElement } from '../xml.ts'

/** Amazon S3 user guide, object tagging. Lengths in UTF-16 units, as the service counts. */
export const MAX_TAGS = 10
/** Of a bucket (Amazon S3 user guide, cost allocation tags). */
export const MAX_BUCKET_TAGS = 50
export const MAX_TAG_KEY_CHARACTERS = 128
export const MAX_TAG_VALUE_CHARACTERS = 256

const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** `x-amz-tagging`: form-encoded pairs. Names are compared exactly. */
export function parseTaggingHeader(header: string): Tags {
  const pieces = header.split('&', MAX_TAGS + 1).filter((piece) => piece !== '')
  const tags = pieces.map((piece) => {
    const equals = piece.indexOf('=')
    const key = formText(equals < 0 ? piece : piece.slice(0, equals))
    const value = equals < 0 ? '' : formText(piece.slice(equals + 1))
    return [key, value] as const
  })
  return checked(tags)
}

function formText(text: string): string {
  return (
    decodePercent(text, { plusIsSpace: true }) ??
    refuse({ kind: 'invalid-uri', detail: 'x-amz-tagging cannot be decoded' })
  )
}

/** `<Tagging><TagSet><Tag><Key/><Value/></Tag>...</TagSet></Tagging>`. */
export function tagsOfDocument(root: XmlElement, most = MAX_TAGS): Tags {
  expectOnly(root, ['TagSet'])
  const set = requireOne(root, 'TagSet')
  expectOnly(set, ['Tag'])
  return checked(
    every(set, 'Tag').map((tag) => {
      expectOnly(tag, ['Key', 'Value'])
      return [textOf(requireOne(tag, 'Key')), textOf(requireOne(tag, 'Value'))] as const
    }),
    most,
  )
}

function checked(tags: Tags, most = MAX_TAGS): Tags {
  const bad = (detail: string): never => refuse({ kind: 'invalid-tag', detail })
  if (tags.length > most) {
    bad(most === MAX_TAGS ? `Object tags cannot be greater than ${most}` : `Bucket tags cannot be greater than ${most}`)
  }
  const seen = new Set<string>()
  for (const [key, value] of tags) {
    if (key.length === 0 || key.length > MAX_TAG_KEY_CHARACTERS || !TAG_TEXT.test(key) || key.startsWith('aws:')) {
      bad('The TagKey you have provided is invalid')
    }
    if (value.length > MAX_TAG_VALUE_CHARACTERS || !TAG_TEXT.test(value)) {
      bad('The TagValue you have provided is invalid')
    }
    if (seen.has(key)) bad('Cannot provide multiple Tags with the same key')
    seen.add(key)
  }
  return tags
}

export function writeTagSet(tags: Tags): string {
  return parent('TagSet', ...tags.map(([key, value]) => parent('Tag', element('Key', key), element('Value', value))))
}
