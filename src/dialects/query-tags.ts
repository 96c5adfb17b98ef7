import { refuse, type EntityTags } from '../operations/index.ts'
import type { QueryParameters } from './query-parameters.ts'

/** IAM and STS user guides, quotas. */
export const MAX_TAGS = 50

/** `Tags.member.N.Key` and `.Value`. A key that comes twice is refused: one of the values would be lost. */
export function readTags(parameters: QueryParameters): EntityTags {
  const tags = new Map<string, string>()
  for (const item of parameters.items('Tags', MAX_TAGS)) {
    const key = item.text('Key')
    if (tags.has(key)) refuse({ kind: 'invalid-tag', detail: 'Duplicate tag keys found.' })
    tags.set(key, item.text('Value'))
  }
  // Own members whatever their names: a tag may be called `__proto__`.
  return Object.fromEntries(tags)
}
