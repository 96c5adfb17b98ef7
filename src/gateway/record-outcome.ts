import { actionOf, resourceOf } from '../policy/index.ts'
import type { HttpRequest } from '../http/index.ts'
import type { Caller, Failure, OperationKind, Target } from '../operations/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

/** Reads of data and listings: their success is no record; uses of KMS keys are recorded where they happen. */
const QUIET: ReadonlySet<OperationKind> = new Set<OperationKind>([
  ...(['put-object', 'get-object', 'head-object', 'copy-object', 'delete-object', 'delete-objects'] as const),
  ...(['get-object-tagging', 'put-object-tagging', 'delete-object-tagging', 'get-object-attributes'] as const),
  ...(['create-upload', 'upload-part', 'upload-part-copy', 'complete-upload', 'abort-upload', 'list-parts'] as const),
  ...(['list-objects', 'list-object-versions', 'list-uploads', 'list-buckets', 'head-bucket'] as const),
  ...(['server-status', 'search-audit', 'get-bucket-location'] as const),
])

/** Outcomes that are answers, not refusals of a right: a missing key or an unchanged object. */
const ORDINARY: ReadonlySet<Failure['kind']> = new Set<Failure['kind']>([
  ...(['no-such-key', 'no-such-version', 'not-modified', 'precondition-failed', 'invalid-range'] as const),
  ...(['no-such-upload', 'no-such-tag-set'] as const),
])

/** The server could not, whoever asked: damage, a store or key store that is away, a defect. */
const FAILED: ReadonlySet<Failure['kind']> = new Set<Failure['kind']>([
  ...(['internal', 'integrity', 'unavailable', 'key-unavailable', 'sealed'] as const),
])

interface Known {
  readonly caller: Caller | undefined
  readonly target: Target | undefined
}

/**
 * Writes down what came of a request: changes of settings and keys, and every refusal. A refusal without a known caller
 * is aggregated by the log.
 */
export function recordOutcome(
  rooms: Pick<GatewayRooms, 'audit' | 'now'>,
  request: Pick<HttpRequest, 'requestId' | 'remoteAddress'>,
  known: Known,
  failure: Failure | undefined,
): void {
  const { caller, target } = known
  if (failure === undefined && (target === undefined || QUIET.has(target.kind))) return
  if (failure !== undefined && ORDINARY.has(failure.kind)) return
  if (caller === undefined || caller.kind === 'anonymous') {
    rooms.audit.refused({ reason: failure?.kind ?? 'none', remoteAddress: request.remoteAddress, timeMs: rooms.now() })
    return
  }
  rooms.audit.record({
    timeMs: rooms.now(),
    requestId: request.requestId,
    action: target === undefined ? 'unknown' : actionOf(target),
    resource: target === undefined ? 'unknown' : resourceOf(target, caller),
    caller: caller.arn,
    outcome: failure === undefined ? 'done' : FAILED.has(failure.kind) ? 'failed' : 'refused',
    ...(failure === undefined ? {} : { failure: failure.kind }),
  })
}
