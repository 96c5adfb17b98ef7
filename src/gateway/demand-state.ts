import type { PromisedBody } from '../auth/index.ts'
import type { ExpectedState } from '../dialects/index.ts'
import type { Permit } from '../objects/index.ts'
import { refuse, StoreFailure, type Answer, type FailureKind } from '../operations/index.ts'
import { execute } from './execute.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import type { RequestPermit } from './verb.ts'

/** What is refused where nobody ever put the thing, or it was removed. */
const NOTHING_THERE: ReadonlySet<FailureKind> = new Set<FailureKind>([
  ...(['no-such-configuration', 'no-such-tag-set', 'no-such-lifecycle', 'no-such-object-lock'] as const),
  ...(['no-such-bucket-policy', 'no-public-access-block'] as const),
])

/**
 * Refuses a change of what somebody else changed meanwhile. Every change of a setting changes the guard of the bucket's
 * account, and the commit of this one carries that guard as it was before the present state is read here: whoever comes in
 * between makes the permit renew itself, and then the state is held against what was expected once more.
 */
export async function demandState(
  rooms: GatewayRooms,
  permit: RequestPermit,
  expects: ExpectedState,
  body: PromisedBody,
): Promise<RequestPermit> {
  const demand = async (): Promise<void> => {
    const now = await presentState(rooms, permit, expects, body)
    const { wanted } = expects
    const holds =
      wanted.kind === 'nothing'
        ? now === undefined
        : now !== undefined && (wanted.kind === 'something' || now.revision === wanted.revision)
    if (holds) return
    const condition = wanted.kind === 'nothing' ? 'If-None-Match' : 'If-Match'
    refuse({ kind: 'precondition-failed', condition, current: now?.shown ?? 'nothing' })
  }
  await demand()
  return {
    ...renewing(permit, demand),
    permitFor: (target) => permit.permitFor(target),
    mayAlso: (target) => permit.mayAlso(target),
  }
}

async function presentState(
  rooms: GatewayRooms,
  permit: RequestPermit,
  { target, operation, show }: ExpectedState,
  body: PromisedBody,
): Promise<ReturnType<ExpectedState['show']> | undefined> {
  const allowed = await permit.permitFor(target)
  const reading: RequestPermit = {
    ...membersOf(allowed),
    renew: () => allowed.renew(),
    permitFor: (wanted) => permit.permitFor(wanted),
    mayAlso: (wanted) => permit.mayAlso(wanted),
  }
  let answer: Answer
  try {
    answer = await execute(rooms, reading, target, operation, body)
  } catch (error) {
    if (error instanceof StoreFailure && NOTHING_THERE.has(error.failure.kind)) return undefined
    throw error
  }
  return show(answer)
}

/** The same permit, which asks `demand` whenever it is renewed. */
function renewing(permit: Permit, demand: () => Promise<void>): Permit {
  return {
    ...membersOf(permit),
    renew: async () => {
      const next = await permit.renew()
      await demand()
      return renewing(next, demand)
    },
  }
}

/** What a permit says, without what it does: its class keeps some of that where a copy does not reach. */
function membersOf(permit: Permit): Omit<Permit, 'renew'> {
  const { caller, requestId, facts, nowMs, bucket, sourceBucket, checks, pinned, signal, recordChange, trail } = permit
  return {
    ...{ caller, requestId, nowMs, checks, signal },
    ...(facts === undefined ? {} : { facts }),
    ...(bucket === undefined ? {} : { bucket }),
    ...(sourceBucket === undefined ? {} : { sourceBucket }),
    ...(pinned === undefined ? {} : { pinned }),
    ...(recordChange === undefined ? {} : { recordChange }),
    ...(trail === undefined ? {} : { trail }),
  }
}
