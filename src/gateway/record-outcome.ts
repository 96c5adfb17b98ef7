import { createTrail, type AuditTrail } from '../audit/index.ts'
import { CONSOLE_VOCABULARY_HEADER } from '../dialects/admin/index.ts'
import { actionOf, resourceOf } from '../policy/index.ts'
import type { HttpRequest } from '../http/index.ts'
import type { Caller, Failure, OperationKind, Target } from '../operations/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

/** Reads of data and listings: their success is no record; uses of KMS keys are recorded where they happen. */
const QUIET: ReadonlySet<OperationKind> = new Set<OperationKind>([
  ...(['put-object', 'get-object', 'head-object', 'copy-object', 'delete-object', 'delete-objects'] as const),
  ...(['get-object-tagging', 'put-object-tagging', 'delete-object-tagging', 'get-object-attributes'] as const),
  ...(['append-object', 'truncate-object', 'modify-object', 'rename-object'] as const),
  ...(['put-symlink', 'get-symlink', 'restore-object'] as const),
  ...(['create-upload', 'upload-part', 'upload-part-copy', 'complete-upload', 'abort-upload', 'list-parts'] as const),
  ...(['list-objects', 'list-object-versions', 'list-uploads', 'list-buckets', 'head-bucket'] as const),
  ...([
    'describe-buckets',
    'describe-bucket',
    'check-rights',
    'explain-own',
    'explain-request',
    'get-overview',
  ] as const),
  ...(['server-status', 'search-audit', 'get-bucket-location', 'get-bucket-stat', 'get-audit-checkpoint'] as const),
  ...(['list-jobs', 'validate-policy'] as const),
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

/** Changes whose record lies in their own commit. */
const IN_COMMIT = /^((create|put|delete)-bucket|put-object-acl|update-object-encryption)/

export function isRecordedChange(kind: OperationKind): boolean {
  return !QUIET.has(kind) && IN_COMMIT.test(kind)
}

interface Known {
  readonly caller: Caller | undefined
  readonly target: Target | undefined
  /** The records that this request has already. */
  readonly trail: AuditTrail | undefined
}

/** The records of one request. Nothing is looked at before there is something to record. */
export function trailOf(
  rooms: Pick<GatewayRooms, 'audit' | 'now'>,
  request: HttpRequest,
  caller: Caller,
  dialect: string,
  operation: () => string | undefined,
): AuditTrail {
  return createTrail(rooms.audit, rooms.now, () => {
    const { requestId, remoteAddress, headers, secure, host } = request
    const [userAgent, kind] = [headers.get('user-agent'), operation()]
    const vocabulary = dialect === 'console' ? vocabularyNamed(headers) : undefined
    return {
      ...{ requestId, caller, dialect, sourceAddress: remoteAddress },
      ...(userAgent === undefined ? {} : { userAgent }),
      ...(secure ? { tlsHost: host.raw } : {}),
      ...(kind === undefined ? {} : { operation: kind }),
      ...(vocabulary === undefined ? {} : { detail: { 'coffer:vocabulary': vocabulary } }),
    }
  })
}

/** In whose words the person of the console read; what is none of the four is refused elsewhere, and no record's. */
function vocabularyNamed(headers: HttpRequest['headers']): string | undefined {
  const named = headers.get(CONSOLE_VOCABULARY_HEADER)
  return ['s3', 'oss', 'obs', 'cos'].find((one) => one === named)
}

/**
 * Writes down what came of a request: changes that their commit did not record, reads of settings and keys, and every
 * refusal. A refusal without a known caller is aggregated by the log.
 */
export function recordOutcome(
  rooms: Pick<GatewayRooms, 'audit' | 'now'>,
  request: Pick<HttpRequest, 'remoteAddress'>,
  known: Known,
  failure: Failure | undefined,
): void {
  const { caller, target, trail } = known
  if (failure === undefined && (target === undefined || QUIET.has(target.kind))) return
  if (failure !== undefined && ORDINARY.has(failure.kind)) return
  if (caller === undefined || caller.kind === 'anonymous' || trail === undefined) {
    rooms.audit.refused({ reason: failure?.kind ?? 'none', remoteAddress: request.remoteAddress, timeMs: rooms.now() })
    return
  }
  const action = target === undefined ? 'unknown' : actionOf(target)
  // A read that began well is recorded as that; that its body broke later is one more thing that happened.
  if (failure === undefined ? trail.has(action) || trail.changed : trail.has(action, 'failed')) return
  const event = { action, resource: target === undefined ? 'unknown' : resourceOf(target, caller) }
  if (failure === undefined) {
    trail.record(event, 'done')
    return
  }
  const message = failure.kind === 'access-denied' ? failure.reason : undefined
  const outcome = FAILED.has(failure.kind) ? 'failed' : 'refused'
  trail.record(message === undefined ? event : { ...event, message }, outcome, failure.kind)
}
