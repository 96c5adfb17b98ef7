import {
  after,
  isSigned,
  refuse,
  requesterName,
  type AccountId,
  type Awaitable,
  type Caller,
  type SignedCaller,
} from '../../operations/index.ts'
import { evaluate, explain, type Decision, type NamedPolicy, type Question, type Rights } from '../../policy/index.ts'
import { readRows, type Check, type Key, type MetadataReader, type Row } from '../../storage/index.ts'
import { BoundedCache } from '../bounded-cache.ts'
import type { GrantFinder } from './grant-finder.ts'
import { keyContext, type KeyAsk } from '../keys/key-context.ts'
import type { KeyPolicies, KeyPolicy } from './key-policies.ts'
import type { FoundKey, KeyReader } from '../keys/key-reader.ts'
import { keyArn, type KeyRecord } from '../keys/key-record.ts'
import type { KeyRequest } from '../key-service.ts'
import { guardRow, keyPolicyRow, keyRow } from '../kms-rows.ts'

/** The caller's identity side, as the directory has it now (`People` of the gateway). */
export type RightsOf = (
  caller: SignedCaller,
) => Awaitable<{ readonly rights: Rights; readonly revision: string | undefined }>

export interface KeyRightsParts {
  readonly store: MetadataReader
  readonly reader: KeyReader
  readonly policies: KeyPolicies
  readonly grants: GrantFinder
  readonly region: string
  readonly now: () => number
  readonly rightsOf: RightsOf | undefined
  /** A key is used for a person only over a request that came by TLS (`COFFER_REQUIRE_TLS=kms`). */
  readonly requireTls: boolean
}

/** Which key is asked about. */
export interface KeyPlace {
  readonly uid: string
  readonly account: AccountId
}

/** The key as the store has it now, what was decided, and the guards under which it was. */
export interface Verdict {
  readonly found: FoundKey
  readonly decision: Decision
  /** For the commit of a write that rests on the decision: any change of who may do what makes one of them fail. */
  readonly guards: readonly Check[]
}

interface Asked {
  readonly request: KeyRequest
  readonly record: KeyRecord
  readonly rights: Rights | undefined
  readonly ask: KeyAsk
  readonly policy: NamedPolicy
}

interface Remembered {
  readonly guard: string | undefined
  readonly own: string | undefined
  readonly decision: Decision
}

/** Acts with a key's material, and not with its settings. */
const USES: ReadonlySet<string> = new Set([
  ...['kms:GenerateDataKey', 'kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  ...['kms:GenerateDataKeyWithoutPlaintext', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext'],
  ...['kms:GenerateRandom', 'kms:GenerateMac', 'kms:VerifyMac', 'kms:Sign', 'kms:Verify', 'kms:ImportKeyMaterial'],
])
/** Times that a guard may change between the reads of what it guards. */
const MAX_READS = 10
const REMEMBERED = 20_000
const STRANGER = 'no policy of the key allows it, or there is no such key'

/**
 * Who may do what with which key: key policy, grants, and the caller's own policies, asked of the one engine. Everything
 * that can change an answer changes the guard of an account that takes part; a decision that asked nothing of the
 * request is remembered as long as both guards stand, and never by time.
 */
export class KeyRights {
  readonly #parts: KeyRightsParts
  readonly #remembered = new BoundedCache<Remembered>(REMEMBERED)

  constructor(parts: KeyRightsParts) {
    this.#parts = parts
  }

  /** Refuses with `access-denied`. Undefined: there is no such key. */
  demand(request: KeyRequest, place: KeyPlace, ask: KeyAsk): Awaitable<Verdict | undefined> {
    return after(this.weigh(request, place, ask), (verdict) => {
      if (verdict !== undefined) demandVerdict(request, place, ask, verdict)
      return verdict
    })
  }

  /** What is said to it, without refusing. Undefined: there is no such key. */
  weigh(request: KeyRequest, place: KeyPlace, ask: KeyAsk): Awaitable<Verdict | undefined> {
    const { grantTokens = [] } = request
    if (grantTokens.length === 0) return this.#weigh(request, place, ask)
    return after(this.#parts.grants.demandTokens(grantTokens), () => this.#weigh(request, place, ask))
  }

  #weigh(request: KeyRequest, place: KeyPlace, ask: KeyAsk): Awaitable<Verdict | undefined> {
    const keys = this.#guardKeys(request.caller, place.account)
    return after(readRows(this.#parts.store, [keyRow(place.uid), ...keys]), ([row, ...guards]) => {
      if (row === undefined) return undefined
      const found = this.#parts.reader.open(place.uid, row)
      if (this.#isInTheOpen(request, ask)) return verdictOf(found, IN_THE_OPEN, keys, guards)
      const name = `${ask.action} ${place.uid} ${callerName(request.caller)}`
      const known = this.#remembered.get(name)
      const [guard, own = guard] = guards
      if (known !== undefined && known.guard === guard?.revision && known.own === own?.revision) {
        return verdictOf(found, known.decision, keys, guards)
      }
      return this.#decide(request, place, ask, name, MAX_READS)
    })
  }

  /** A right that no key stands for: CreateKey, ListKeys, the alias itself. Refuses with `access-denied`. */
  demandAccount(
    request: KeyRequest,
    action: string,
    resource: string,
    extra?: KeyAsk['extra'],
  ): Awaitable<readonly Check[]> {
    const { caller } = request
    if (caller.kind === 'anonymous') return refuse({ kind: 'access-denied', action, reason: 'anonymous' })
    const ask = extra === undefined ? { action } : { action, extra }
    if (this.#isInTheOpen(request, ask)) return refuse({ kind: 'access-denied', action, reason: IN_THE_OPEN.reason })
    const keys = [guardRow(caller.account)]
    return after(this.#snapshot(caller, keys, 0, MAX_READS), ({ rows, rights }) => {
      const context = keyContext({ ...this.#parts, request, rights, owner: caller.account, record: undefined, ask })
      const question = { caller, action, resource, owner: caller.account, context }
      const decision = evaluate(rights === undefined ? question : { ...question, rights })
      demandAllow(request, caller.account, ask, decision, resource)
      return checksOf(keys, rows)
    })
  }

  /** Key, policy and guards of one snapshot, with the rights that stood under it. */
  #decide(
    request: KeyRequest,
    place: KeyPlace,
    ask: KeyAsk,
    name: string,
    reads: number,
  ): Awaitable<Verdict | undefined> {
    const { caller } = request
    const { uid, account } = place
    const keys = this.#guardKeys(caller, account)
    return after(this.#snapshot(caller, [keyRow(uid), keyPolicyRow(uid), ...keys], 2, reads), ({ rows, rights }) => {
      const [row, policyRow, ...guards] = rows
      if (row === undefined) return undefined
      const found = this.#parts.reader.open(uid, row)
      const { record } = found
      const seen = { context: false }
      const policy = this.#parts.policies.of(record, policyRow)
      const { context, ...question } = this.#question({ request, record, rights, ask, policy })
      const watched: Question = {
        ...question,
        context: (key) => {
          seen.context = true
          return context?.(key)
        },
      }
      const decision = evaluate(watched)
      const [guard, own = guard] = guards
      if (!seen.context && decision.kind === 'allow') {
        this.#remembered.set(name, { guard: guard?.revision, own: own?.revision, decision })
      }
      if (decision.kind !== 'no-opinion') return verdictOf(found, decision, keys, guards)
      return after(this.#parts.grants.allowing(request, place, ask, guard?.revision), (grant) => {
        if (grant === 'changed') {
          if (reads <= 1) return refuse({ kind: 'slow-down', detail: 'the rights on the key change all the time' })
          return this.#decide(request, place, ask, name, reads - 1)
        }
        const granted = grant === undefined ? decision : evaluate({ ...watched, alsoAllowedBy: grant })
        return verdictOf(found, granted, keys, guards)
      })
    })
  }

  /** What is said to it and by whom, for people. Undefined: there is no such key. */
  explain(request: KeyRequest, place: KeyPlace, ask: KeyAsk): Awaitable<Decision | undefined> {
    const keys = [keyRow(place.uid), keyPolicyRow(place.uid), ...this.#guardKeys(request.caller, place.account)]
    return after(this.#snapshot(request.caller, keys, 2, MAX_READS), ({ rows: [row, policyRow, guard], rights }) => {
      if (row === undefined) return undefined
      const { record } = this.#parts.reader.open(place.uid, row)
      const policy = this.#parts.policies.of(record, policyRow)
      const { context, ...question } = this.#question({ request, record, rights, ask, policy })
      // It is asked about a request that there is not: what is given comes before what the server knows.
      const asked: Question = { ...question, context: (key) => ask.extra?.[key] ?? context?.(key) }
      return after(this.#parts.grants.allowing(request, place, ask, guard?.revision), (grant) =>
        explain(grant === undefined || grant === 'changed' ? asked : { ...asked, alsoAllowedBy: grant }),
      )
    })
  }

  /** What would be said to it if the key had this policy and no grants. The caller's rights are as they are now. */
  foresee(request: KeyRequest, record: KeyRecord, policy: KeyPolicy, ask: KeyAsk): Awaitable<Decision> {
    const { caller } = request
    const { account } = record
    return after(this.#snapshot(caller, this.#guardKeys(caller, account), 0, MAX_READS), ({ rights }) =>
      evaluate(this.#question({ request, record, rights, ask, policy: { name: 'the new key policy', ...policy } })),
    )
  }

  #question({ request, record, rights, ask, policy }: Asked): Question {
    const { caller } = request
    const { account } = record
    return {
      caller,
      action: ask.action,
      resource: keyArn(record),
      owner: account,
      isKey: true,
      resourcePolicy: { ...policy, on: 'key' },
      context: keyContext({ ...this.#parts, request, rights, owner: account, record, ask }),
      ...(rights === undefined ? {} : { rights }),
    }
  }

  /** Rows, the guards last among them and the caller's at the end, and the caller's rights under that guard. */
  #snapshot(
    caller: Caller,
    keys: readonly Key[],
    guardsAt: number,
    reads: number,
  ): Awaitable<{ readonly rows: readonly (Row | undefined)[]; readonly rights: Rights | undefined }> {
    const { store, rightsOf } = this.#parts
    if (rightsOf === undefined || !isSigned(caller))
      return after(readRows(store, keys), (rows) => ({ rows, rights: undefined }))
    return after(rightsOf(caller), ({ rights, revision }) =>
      after(readRows(store, keys), (rows) => {
        const guards = rows.slice(guardsAt)
        if (caller.kind !== 'account-root' && guards.at(-1)?.revision !== revision) {
          if (reads <= 1) return refuse({ kind: 'slow-down', detail: 'the rights of the caller change all the time' })
          return this.#snapshot(caller, keys, guardsAt, reads - 1)
        }
        return { rows, rights }
      }),
    )
  }

  /** The guard of the key's account, and that of the caller's where it is another. */
  #guardKeys(caller: Caller, account: AccountId): readonly Key[] {
    const guard = guardRow(account)
    return caller.kind === 'anonymous' || caller.account === account ? [guard] : [guard, guardRow(caller.account)]
  }

  #isInTheOpen({ caller }: KeyRequest, { action }: KeyAsk): boolean {
    return this.#parts.requireTls && isSigned(caller) && caller.secure !== true && USES.has(action)
  }
}

const IN_THE_OPEN: Decision = { kind: 'explicit-deny', reason: 'keys are used over TLS only' }

function callerName(caller: Caller): string {
  if (isSigned(caller)) return requesterName(caller)
  // One job is not another: each has what its rule gives it.
  return caller.kind === 'job' ? `job ${caller.arn}` : caller.kind
}

function verdictOf(
  found: FoundKey,
  decision: Decision,
  keys: readonly Key[],
  guards: readonly (Row | undefined)[],
): Verdict {
  return { found, decision, guards: checksOf(keys, guards) }
}

function checksOf(keys: readonly Key[], rows: readonly (Row | undefined)[]): readonly Check[] {
  return keys.map((key, index) => {
    const row = rows[index]
    return row === undefined ? { kind: 'absent', key } : { kind: 'revision', key, revision: row.revision }
  })
}

/** Of another account's keys a stranger learns nothing: one answer, whatever they are. */
function demandAllow(request: KeyRequest, owner: AccountId, ask: KeyAsk, decision: Decision, resource: string): void {
  request.trail?.decided(decision)
  if (decision.kind === 'allow') return
  const { caller } = request
  const own = caller.kind !== 'anonymous' && caller.account === owner
  if (own) refuse({ kind: 'access-denied', action: ask.action, resource, reason: decision.reason })
  refuse({ kind: 'access-denied', action: ask.action, reason: STRANGER })
}

/** What `weigh` found, as a refusal where it is one. */
export function demandVerdict(request: KeyRequest, place: KeyPlace, ask: KeyAsk, { decision, found }: Verdict): void {
  demandAllow(request, place.account, ask, decision, keyArn(found.record))
}

/** The refusal of a stranger, for a key that is not there. */
export function refuseStranger(action: string): never {
  return refuse({ kind: 'access-denied', action, reason: STRANGER })
}
