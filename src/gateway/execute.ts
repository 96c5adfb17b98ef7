import type { PromisedBody } from '../auth/index.ts'
import type { Answer, Operation, OperationKind, Target } from '../operations/index.ts'
import { BUCKET_JOB_VERBS } from './bucket-job-verbs.ts'
import { concealMissing } from './conceal-missing.ts'
import { CONFIGURATION_VERBS } from './configuration-verbs.ts'
import { CONSOLE_VERBS } from './console-verbs.ts'
import { EXPLAIN_VERBS } from './explain-verb.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { KEY_VERBS } from './key-verbs.ts'
import { OBJECT_VERBS } from './object-verbs.ts'
import { PEOPLE_VERBS } from './people-verbs.ts'
import { POLICY_VERBS } from './policy-verbs.ts'
import { SERVER_VERBS } from './server-verbs.ts'
import { SESSION_VERBS } from './session-verbs.ts'
import type { RequestPermit, Verb, Verbs } from './verb.ts'

/** Every operation and the one place that carries it out. Total: an operation without a verb does not compile. */
const VERBS: Verbs<OperationKind> = {
  ...OBJECT_VERBS,
  ...POLICY_VERBS,
  ...SESSION_VERBS,
  ...BUCKET_JOB_VERBS,
  ...CONFIGURATION_VERBS,
  ...KEY_VERBS,
  ...PEOPLE_VERBS,
  ...SERVER_VERBS,
  ...EXPLAIN_VERBS,
  'probe-storage': async () => undefined,
  ...CONSOLE_VERBS,
}

/** Carries out one authorized operation. */
export async function execute(
  rooms: GatewayRooms,
  permit: RequestPermit,
  target: Target,
  operation: Operation,
  body: PromisedBody,
): Promise<Answer> {
  // One kind's verb takes that kind's operation: the pair is right by the table, which the compiler checked.
  const verb = VERBS[operation.kind] as Verb<OperationKind>
  const result = await verb(rooms, permit, operation, body).catch((error: unknown) =>
    concealMissing(permit, target, error),
  )
  // The table pairs each kind with its own result; the compiler cannot follow the pair through the union.
  return { operation, result } as Answer
}
