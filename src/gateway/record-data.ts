import type { AuditTrail } from '../audit/index.ts'
import type { Answer, Caller, OperationKind, ShownEncryption, Target } from '../operations/index.ts'
import { actionOf, resourceOf } from '../policy/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'

/** Reads and writes of objects: CloudTrail's data events. */
const DATA: ReadonlySet<OperationKind> = new Set<OperationKind>([
  ...(['put-object', 'get-object', 'head-object', 'copy-object', 'delete-object', 'delete-objects'] as const),
  ...(['get-object-tagging', 'put-object-tagging', 'delete-object-tagging', 'get-object-attributes'] as const),
  ...(['append-object', 'truncate-object', 'modify-object', 'rename-object'] as const),
  ...(['put-symlink', 'get-symlink', 'restore-object'] as const),
  ...(['create-upload', 'upload-part', 'upload-part-copy', 'complete-upload', 'abort-upload', 'list-parts'] as const),
])

/** With `audit.data=all` nothing of an object is done that could not be recorded. Throws `unavailable`. */
export function demandDataRecord(
  { audit, auditData }: Pick<GatewayRooms, 'audit' | 'auditData'>,
  target: Target,
): void {
  if (auditData === 'all' && DATA.has(target.kind)) audit.demandWritable()
}

/** The record of a read or write that was carried out, if the setting wants one. */
export function recordData(
  { auditData }: Pick<GatewayRooms, 'auditData'>,
  { trail, caller, target }: { trail: AuditTrail | undefined; caller: Caller | undefined; target: Target | undefined },
  { result }: Answer,
): void {
  if (auditData === 'off' || target === undefined || !DATA.has(target.kind)) return
  const encryption = encryptionOf(result)
  const byKms = encryption?.keyArn !== undefined
  if (trail === undefined || caller === undefined || !(byKms || auditData === 'all')) return
  const event = { action: actionOf(target), resource: resourceOf(target, caller) }
  trail.record(encryption === undefined ? event : { ...event, detail: detailOf(encryption, target) }, 'done')
}

function detailOf({ mode, keyArn, bucketKey }: ShownEncryption, { versionId }: Target): Record<string, string> {
  return {
    mode,
    ...(keyArn === undefined ? {} : { keyArn }),
    ...(bucketKey === true ? { bucketKey: 'true' } : {}),
    ...(versionId === undefined ? {} : { versionId }),
  }
}

/** How the object of an answer is protected, where the answer tells. */
function encryptionOf(result: Answer['result']): ShownEncryption | undefined {
  if (typeof result !== 'object') return undefined
  if ('object' in result) return result.object.encryption
  return 'encryption' in result && 'cipher' in result.encryption ? result.encryption : undefined
}
