import type { AuditLog } from '../audit/index.ts'
import { StoreFailure, type Caller, type EncryptionContext } from '../operations/index.ts'
import type { KeyRequest } from './key-service.ts'

/** One use of a key, or one thing that happened to it. */
export interface KeyEvent {
  readonly action: string
  /** An ARN; before a key is known, the text that was to name it. */
  readonly resource: string
  readonly detail?: Readonly<Record<string, string>>
}

/** Writes uses of keys down, and counts them for the metrics. */
export interface KeyJournal {
  /** Throws when the log cannot be written: a use that cannot be recorded is not answered. */
  done(request: KeyRequest, event: KeyEvent): void
  /** Records a failure of ours; other errors are defects and are left to the log. */
  failed(request: KeyRequest, event: KeyEvent, error: unknown): void
  /** What the server does to keys by itself. */
  own(event: KeyEvent): void
  /** By action and outcome, as `kms:Decrypt done`. */
  counts(): ReadonlyMap<string, number>
}

const SERVER = 'coffer'

export function createKeyJournal(now: () => number, audit: Pick<AuditLog, 'record'> | undefined): KeyJournal {
  const counts = new Map<string, number>()

  function write(
    who: { readonly requestId: string; readonly caller: string },
    event: KeyEvent,
    outcome: 'done' | 'refused' | 'failed',
    failure?: string,
  ): void {
    const counted = `${event.action} ${outcome}`
    counts.set(counted, (counts.get(counted) ?? 0) + 1)
    audit?.record({ timeMs: now(), ...who, ...event, outcome, ...(failure === undefined ? {} : { failure }) })
  }

  return {
    done: (request, event) => {
      write(whoOf(request), event, 'done')
    },
    failed: (request, event, error) => {
      if (!(error instanceof StoreFailure)) return
      const { kind } = error.failure
      write(whoOf(request), event, kind === 'access-denied' ? 'refused' : 'failed', kind)
    },
    own: (event) => {
      write({ requestId: SERVER, caller: SERVER }, event, 'done')
    },
    counts: () => counts,
  }
}

function whoOf(request: KeyRequest): { readonly requestId: string; readonly caller: string } {
  return { requestId: request.requestId, caller: callerName(request.caller) }
}

function callerName(caller: Caller): string {
  return caller.kind === 'anonymous' ? 'anonymous' : caller.arn
}

/** What is told of a use beyond its key: the context is not secret, and is logged in the clear. */
export function useDetail(
  request: KeyRequest,
  context: EncryptionContext,
  version?: number,
): Readonly<Record<string, string>> {
  return {
    encryptionContext: JSON.stringify(context),
    ...(version === undefined ? {} : { keyVersion: String(version) }),
    ...(request.via === undefined ? {} : { via: request.via }),
  }
}
