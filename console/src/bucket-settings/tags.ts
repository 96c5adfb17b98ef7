import type { TagsSetting } from '../api/shapes.ts'
import { tagOf } from './lifecycle.ts'
import { linesOf, type Setting } from './setting.ts'

/** Names and values that policies and bills can ask for. */
export const TAGS: Setting<TagsSetting> = {
  path: 'tags',
  title: 'tags',
  help: 'tagsHelp',
  removable: true,
  fields: [{ name: 'tags', label: 'tagsTitle', hint: 'tagsHint', kind: 'lines' }],
  draftsOf: (value) => [{ tags: (value?.tags ?? []).map(({ key, value: text }) => `${key}=${text}`).join('\n') }],
  bodyOf: ([draft]) => ({ tags: linesOf(draft?.['tags']).map(tagOf) }),
  lines: ({ tags }) => tags.map(({ key, value }) => `${key} = ${value}`),
}
