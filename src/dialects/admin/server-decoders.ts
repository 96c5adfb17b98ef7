import { AUDIT_DECODERS } from './audit-decoders.ts'
import type { ServerOperation } from '../../operations/index.ts'
import type { Decoders } from './decoder.ts'
import { present } from '../present.ts'
import { badArgument, bucketName } from './target.ts'

export const SERVER_DECODERS: Decoders<Exclude<ServerOperation['kind'], 'explain-policy' | 'validate-policy'>> = {
  'server-status': () => ({ target: {}, build: () => ({ kind: 'server-status' }) }),
  'list-jobs': () => ({ target: {}, build: () => ({ kind: 'list-jobs' }) }),
  'control-job': () => ({
    target: {},
    build: (body) => ({
      ...{ kind: 'control-job', job: body.text('job') },
      act: body.optionalWord('act', ['pause', 'resume', 'run']) ?? badArgument('act', 'is missing'),
    }),
  }),
  'verify-store': (read) => {
    const text = read.optional('bucket')
    const bucket = text === undefined ? undefined : bucketName(text)
    return { target: present({ bucket }), build: () => ({ kind: 'verify-store', ...present({ bucket }) }) }
  },
  ...AUDIT_DECODERS,
}
