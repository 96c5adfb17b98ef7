import { createTrail, type AuditChange, type AuditEvent, type AuditLog, type AuditTrail } from '../../audit/index.ts'
import { StoreFailure, type EncryptionContext } from '../../operations/index.ts'
import type { KeyRequest } from '../key-service.ts'

/** One use of a key, or one thing that happened to it. `resource`: before a key is known, the text that was to name it. */
export type KeyEvent = AuditEvent

const SERVER = 'coffer'

/** Writes uses and changes of keys down, and counts them for the metrics. */
export interface KeyJournal {
  /** Throws when the log cannot be written: a use that cannot be recorded is not answered. */
  done(request: KeyRequest, event: KeyEvent): void
  /** Records a failure of ours; other errors are defects and are left to the log. */
  failed(request: KeyRequest, event: KeyEvent, error: unknown): void
  /** The record of a change, in its commit. `request` undefined: what the server does to keys by itself. */
  change(request: KeyRequest | undefined, event: KeyEvent): AuditChange
  /** What the server does with keys by itself and without a commit. */
  own(event: KeyEvent): void
  /** By action and outcome, as `kms:Decrypt done`. */
  counts(): ReadonlyMap<string, number>
}

export function createKeyJournal(
  now: () => number,
  audit: Pick<AuditLog, 'record' | 'change'> | undefined,
): KeyJournal {
  const counts = new Map<string, number>()

  function count({ action }: KeyEvent, outcome: 'done' | 'refused' | 'failed'): void {
    const counted = `${action} ${outcome}`
    counts.set(counted, (counts.get(counted) ?? 0) + 1)
  }

  function trailOf(request: KeyRequest | undefined): AuditTrail | undefined {
    if (request?.trail !== undefined || audit === undefined) return request?.trail
    const { requestId, caller } = request ?? { requestId: SERVER, caller: undefined }
    return createTrail(audit, now, () => ({ requestId, caller }))
  }

  return {
    done: (request, event) => {
      count(event, 'done')
      trailOf(request)?.record(event, 'done')
    },
    failed: (request, event, error) => {
      if (!(error instanceof StoreFailure)) return
      const { failure } = error
      const outcome = failure.kind === 'access-denied' ? 'refused' : 'failed'
      count(event, outcome)
      const message = failure.kind === 'access-denied' ? failure.reason : undefined
      const trail = trailOf(request)
      trail?.record(message === undefined ? event : { ...event, message }, outcome, failure.kind)
      if (failure.kind !== 'key-invalid-state' || failure.state !== 'pending-deletion') return
      // Somebody still wants this key: whoever scheduled its end may want to know before it comes.
      const late = { ...event, action: 'kms:KeyUsedWhilePendingDeletion' }
      count(late, 'failed')
      trail?.record(late, 'failed', failure.kind)
    },
    change: (request, event) => {
      const change = trailOf(request)?.change(event)
      return {
        fragment: change?.fragment ?? { checks: [], writes: [] },
        committed: () => {
          count(event, 'done')
          change?.committed()
        },
      }
    },
    own: (event) => {
      count(event, 'done')
      trailOf(undefined)?.record(event, 'done')
    },
    counts: () => counts,
  }
}

/** What is told of a use beyond its key: the context is not secret, and is logged in the clear. */
export function useDetail(
  request: KeyRequest,
  context: EncryptionContext,
  used?: { readonly use: { readonly version: number }; readonly materialId: string },
): Readonly<Record<string, string>> {
  return {
    encryptionContext: JSON.stringify(context),
    ...(used === undefined ? {} : { keyVersion: String(used.use.version), keyMaterialId: used.materialId }),
    ...(request.via === undefined ? {} : { via: request.via }),
  }
}
