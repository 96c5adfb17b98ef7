import type { ServerOperation } from '../operations/index.ts'
import { AUDIT_VERBS } from './audit-verbs.ts'
import type { Verbs } from './verb.ts'

/** What is asked of the server as a whole. */
export const SERVER_VERBS: Verbs<Exclude<ServerOperation['kind'], 'explain-policy'>> = {
  'server-status': (rooms) => rooms.server.status(),
  'verify-store': (rooms, permit, { bucket }) => rooms.server.verify(permit, bucket),
  ...AUDIT_VERBS,
}
