import type { Tags } from '../../../operations/index.ts'
import type { Fields } from '../fields.ts'
import { badArgument } from '../target.ts'

const MAX_TAG_KEY_CHARS = 128
const MAX_TAG_VALUE_CHARS = 256

/** Tags of a bucket, of an object or of a filter: each name once. */
export function tagsOf(items: readonly Fields[]): Tags {
  const tags = items.map((item) => {
    const [key, value] = [item.text('key'), item.text('value')]
    item.end()
    if (key.length < 1 || key.length > MAX_TAG_KEY_CHARS) badArgument('tags', 'a key has 1 to 128 characters')
    if (value.length > MAX_TAG_VALUE_CHARS) badArgument('tags', 'a value has at most 256 characters')
    return [key, value] as const
  })
  if (new Set(tags.map(([key]) => key)).size !== tags.length) badArgument('tags', 'a key comes twice')
  return tags
}
