import { controlJob, listJobs } from '../jobs/index.ts'
import type { ServerOperation } from '../operations/index.ts'
import { AUDIT_VERBS } from './audit-verbs.ts'
import type { Verbs } from './verb.ts'

/** What is asked of the server as a whole. */
export const SERVER_VERBS: Verbs<Exclude<ServerOperation['kind'], 'explain-policy' | 'validate-policy'>> = {
  'server-status': (rooms) => rooms.server.status(),
  'verify-store': (rooms, permit, { bucket }) => rooms.server.verify(permit, bucket),
  'list-jobs': async ({ objects }) => ({ jobs: await listJobs(objects.store) }),
  'control-job': async ({ objects, now }, _permit, { job, act }) => controlJob(objects.store, job, act, now()),
  ...AUDIT_VERBS,
}
