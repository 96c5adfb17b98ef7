import type { Caller } from '../operations/index.ts'
import type { AuditChange, AuditLog, AuditOutcome, AuditRecord } from './audit-record.ts'
import { callerName, identityOf } from './user-identity.ts'

/** Where a request came from: the same for all of its records. */
export interface RequestOrigin {
  readonly requestId: string
  /** Undefined: the server itself. */
  readonly caller: Caller | undefined
  readonly sourceAddress?: string
  readonly userAgent?: string
  readonly tlsHost?: string
  readonly dialect?: string
  readonly operation?: string
  /** Stands in every record of the request: names out of `AUDIT_DETAIL_NAMES`. */
  readonly detail?: Readonly<Record<string, string>>
}

/** What happened, in the words of the room where it did. */
export interface AuditEvent {
  /** `kms:Decrypt`, `iam:CreateUser` ... */
  readonly action: string
  /** An ARN. */
  readonly resource: string
  /** Names out of `AUDIT_DETAIL_NAMES`. */
  readonly detail?: Readonly<Record<string, string>>
  /** Why it was refused, in words. */
  readonly message?: string
  /** The account that owns the resource. */
  readonly owner?: string
}

/** What authorization found: what was decided, and the statement that decided it, if one did. */
export interface AuditDecision {
  readonly kind: string
  readonly statement?: { readonly policy: string; readonly sid?: string; readonly index: number }
}

/** The records of one request: its facts are told once, and nothing is recorded twice. */
export interface AuditTrail {
  /**
   * The record of a change, in the commit of that change: join `fragment` to it, call `committed` after it. Whoever
   * looks at the request afterwards sees that it has its record.
   */
  change(event: AuditEvent): AuditChange
  /** The record of anything else: a use, a refusal. Durable within a second; throws `unavailable`. */
  record(event: AuditEvent, outcome: AuditOutcome, failure?: string): void
  /** Whether there is a record of this action already; `failed`: one that says how it went wrong. */
  has(action: string, failed?: 'failed'): boolean
  /** Whether a change of this request was committed with its record. */
  readonly changed: boolean
  decided(decision: AuditDecision): void
}

/** `origin` is asked for once, and only when there is something to record. */
export function createTrail(
  log: Pick<AuditLog, 'record' | 'change'>,
  now: () => number,
  origin: () => RequestOrigin,
): AuditTrail {
  return new RequestTrail(log, now, origin)
}

class RequestTrail implements AuditTrail {
  readonly #log: Pick<AuditLog, 'record' | 'change'>
  readonly #now: () => number
  readonly #origin: () => RequestOrigin
  #facts: Facts | undefined
  #ownDetail: RequestOrigin['detail']
  #decision: AuditDecision | undefined
  /** Nearly every request has none or one. */
  readonly #recorded: { readonly action: string; readonly done: boolean }[] = []
  #changed = false

  constructor(log: Pick<AuditLog, 'record' | 'change'>, now: () => number, origin: () => RequestOrigin) {
    this.#log = log
    this.#now = now
    this.#origin = origin
  }

  change(event: AuditEvent): AuditChange {
    const change = this.#log.change(this.#recordOf(event, 'done'))
    return {
      fragment: change.fragment,
      committed: () => {
        this.#recorded.push({ action: event.action, done: true })
        this.#changed = true
        change.committed()
      },
    }
  }

  record(event: AuditEvent, outcome: AuditOutcome, failure?: string): void {
    this.#log.record(this.#recordOf(event, outcome, failure))
    this.#recorded.push({ action: event.action, done: outcome === 'done' })
  }

  has(action: string, failed?: 'failed'): boolean {
    return this.#recorded.some((one) => one.action === action && (failed === undefined || !one.done))
  }

  get changed(): boolean {
    return this.#changed
  }

  decided(decision: AuditDecision): void {
    this.#decision = decision
  }

  #recordOf(event: AuditEvent, outcome: AuditOutcome, failure?: string): AuditRecord {
    if (this.#facts === undefined) {
      const { detail: ownDetail, ...origin } = this.#origin()
      this.#facts = factsOf(origin)
      this.#ownDetail = ownDetail
    }
    const { action, resource, message, owner } = event
    const detail = this.#ownDetail === undefined ? event.detail : { ...this.#ownDetail, ...event.detail }
    const { requestId, caller, identity } = this.#facts
    // A service that asks in the caller's name stands where the client would.
    const facts = detail?.['via'] === undefined ? this.#facts : { requestId, caller, identity }
    const record: Writable = { ...facts, timeMs: this.#now(), action, resource, outcome }
    if (failure !== undefined) record.failure = failure
    if (message !== undefined) record.message = message
    if (owner !== undefined && owner !== identity.accountId) record.owner = owner
    if (detail !== undefined) record.detail = detail
    return this.#decision === undefined ? record : { ...record, ...decisionFacts(this.#decision) }
  }
}

type Writable = { -readonly [Name in keyof AuditRecord]: AuditRecord[Name] }

/** A statement is named by its policy and its `Sid`, or its place in the policy. */
function decisionFacts({ kind, statement }: AuditDecision): Pick<AuditRecord, 'decision' | 'policies'> {
  if (statement === undefined) return { decision: kind }
  return { decision: kind, policies: [`${statement.policy}#${statement.sid ?? statement.index}`] }
}

type Facts = Pick<
  AuditRecord,
  'requestId' | 'caller' | 'sourceAddress' | 'userAgent' | 'tlsHost' | 'dialect' | 'operation'
> &
  Required<Pick<AuditRecord, 'identity'>>

function factsOf({ caller, ...rest }: Omit<RequestOrigin, 'detail'>): Facts {
  return { ...rest, caller: callerName(caller), identity: identityOf(caller) }
}
