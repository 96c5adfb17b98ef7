import type { LoggingSetting } from '../api/shapes.ts'
import { needed, type Setting } from './setting.ts'

/** Where the log of the bucket's requests is written. */
export const LOGGING: Setting<LoggingSetting> = {
  path: 'logging',
  title: 'logging',
  help: 'loggingHelp',
  removable: true,
  fields: [
    { name: 'bucket', label: 'loggingBucket', hint: 'loggingBucketHint', kind: 'text' },
    { name: 'prefix', label: 'loggingPrefix', kind: 'text' },
  ],
  draftsOf: (value) => [{ bucket: value?.logging?.bucket ?? '', prefix: value?.logging?.prefix ?? '' }],
  bodyOf: ([draft], before) => ({
    ...before?.logging,
    bucket: needed(draft?.['bucket']),
    prefix: draft?.['prefix'] ?? '',
  }),
  lines: ({ logging }) => (logging === undefined ? [] : [`${logging.bucket}/${logging.prefix}`]),
}
