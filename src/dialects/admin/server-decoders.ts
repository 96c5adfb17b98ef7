import type { Decoders } from './decoder.ts'
import { present } from '../present.ts'
import { badArgument, bucketName } from './target.ts'

export const DEFAULT_AUDIT_RECORDS = 100
export const MAX_AUDIT_RECORDS = 1_000
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/

export const SERVER_DECODERS: Decoders<'server-status' | 'verify-store' | 'search-audit'> = {
  'server-status': () => ({ target: {}, build: () => ({ kind: 'server-status' }) }),
  'verify-store': (read) => {
    const text = read.optional('bucket')
    const bucket = text === undefined ? undefined : bucketName(text)
    return { target: present({ bucket }), build: () => ({ kind: 'verify-store', ...present({ bucket }) }) }
  },
  'search-audit': () => ({
    target: {},
    build: (body) => ({
      kind: 'search-audit',
      ...present({
        action: body.optionalText('action'),
        resource: body.optionalText('resource'),
        outcome: body.optionalWord('outcome', ['done', 'refused', 'failed']),
        sinceMs: instantOf(body.optionalText('since')),
      }),
      limit: body.optionalNumber('limit', 1, MAX_AUDIT_RECORDS) ?? DEFAULT_AUDIT_RECORDS,
    }),
  }),
}

/** `2026-11-20T14:02:11Z`, with milliseconds or without; nothing else, and only days that exist. */
function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = INSTANT.test(text) ? Date.parse(text) : NaN
  // A day that does not exist rolls over to another one, which shows when it is written again.
  const real = !Number.isNaN(ms) && ms >= 0 && new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19)
  return real ? ms : badArgument('since', 'must be an instant such as 2026-11-20T14:02:11Z')
}
