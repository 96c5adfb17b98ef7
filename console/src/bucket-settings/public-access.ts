import type { PublicAccessSetting } from '../api/shapes.ts'
import type { Field, Setting } from './setting.ts'

const FLAGS = ['blockPublicAcls', 'ignorePublicAcls', 'blockPublicPolicy', 'restrictPublicBuckets'] as const
const fields: readonly Field[] = FLAGS.map((name) => ({ name, label: name, kind: 'flag' }))

/** What keeps a bucket from being opened to everybody by accident. */
export const PUBLIC_ACCESS: Setting<PublicAccessSetting> = {
  path: 'public-access',
  title: 'publicAccess',
  help: 'publicAccessHelp',
  removable: true,
  fields,
  draftsOf: (value) => [
    Object.fromEntries(FLAGS.map((name) => [name, value === undefined || value[name] ? 'true' : ''])),
  ],
  bodyOf: ([draft]) => Object.fromEntries(FLAGS.map((name) => [name, draft?.[name] === 'true'])),
  lines: (value, { say }) => FLAGS.map((name) => `${say(name)}: ${value[name] ? say('yes') : say('no')}`),
}
