import { createHash } from 'node:crypto'
import type { AuditChange } from '../audit/index.ts'
import { after, refuse, type AccountId, type Awaitable, type Principal } from '../operations/index.ts'
import { randomBytes, SecretBytes } from '../secrets/index.ts'
import { readRows, type Row, type Write } from '../storage/index.ts'
import type { AccountCredential } from './credential.ts'
import { allRows } from './people-pages.ts'
import { consoleSessionRow, heldSessionRow, heldSessionRows, lastPart, revocationRow } from './people-rows.ts'
import type { CredentialRooms } from './root-credential.ts'
import { standingId } from './session-lookup.ts'
import { countAttempt } from './sign-in-limits.ts'
import {
  attemptName,
  createProofReader,
  type KnownUser,
  type ProofReader,
  type Proven,
  type TypedProof,
} from './sign-in-proof.ts'
import { openFields, present, sealFields } from './stored-fields.ts'

const ID_BYTES = 32
/** Sessions that somebody may have at once; one more ends the oldest. */
export const MAX_SESSIONS_OF_ONE = 32
/** How old the note of the last use may become: a request that finds it older writes it anew. */
export const TOUCH_MS = 60_000
/** How much of what a browser says of itself is kept. */
const MAX_AGENT_CHARS = 256

export interface SignInPlace {
  readonly address: string
  readonly userAgent?: string | undefined
  readonly loopback: boolean
  /** The record of a password that is changed while somebody signs in, made for its commit. */
  readonly recordOfChange?: (principal: Principal) => AuditChange | undefined
}

export interface ConsoleSession {
  /** SHA-256 of the session's secret, hexadecimal: names its row. */
  readonly digest: string
  readonly principal: Principal
  readonly accessKeyId: string
  /** What was typed. */
  readonly by: 'access-key' | 'password'
  readonly issuedMs: number
  readonly lastUsedMs: number
  /** When the secret was last typed. */
  readonly provedMs: number
  readonly address: string
  readonly userAgent?: string
}

export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly id: SecretBytes; readonly session: ConsoleSession }
  | { readonly kind: 'refused' }
  /** Right, and to be changed first: nobody is signed in. */
  | { readonly kind: 'must-change' }
  | { readonly kind: 'must-wait'; readonly waitMs: number }

export interface ConsoleSessions {
  /** `replaces`: the session that this browser had, which ends with it. */
  signIn(proof: TypedProof, place: SignInPlace, replaces: SecretBytes | undefined): Promise<SignInOutcome>
  /** The session of that secret as it is now; undefined: there is none any more. Notes that it was used. */
  find(id: SecretBytes): Awaitable<ConsoleSession | undefined>
  end(session: ConsoleSession): Promise<void>
  /** Every session of the same person, this one included. Returns how many ended. */
  endAll(session: ConsoleSession): Promise<number>
  /** The sessions of the same person. */
  listOf(session: ConsoleSession): Promise<readonly ConsoleSession[]>
}

export interface ConsoleSessionOptions {
  /** The deployment's first account, whose root is not locked out on its own machine. */
  readonly home: AccountId
  readonly idleMs: number
  readonly lifeMs: number
  readonly lookup: (accessKeyId: string) => Awaitable<AccountCredential | undefined>
}

/** A session's record. Whose it is follows from its credential, read anew at each request. */
interface SessionRecord {
  readonly accessKeyId: string
  /** Whose password it began with; absent: an access key. */
  readonly user?: KnownUser
  readonly generation: string
  readonly issuedMs: number
  readonly lastUsedMs: number
  readonly provedMs: number
  readonly address: string
  readonly userAgent?: string
}

/**
 * Sessions of the console: a secret of 32 bytes that only the browser has, and a row under its SHA-256. A session is
 * worth what its credential is worth at each request: it ends with its key, its user, its account, a revocation, its
 * idle and its absolute time, and it gives nobody a right (T-150).
 */
export function createConsoleSessions(rooms: CredentialRooms, options: ConsoleSessionOptions): ConsoleSessions {
  return new SessionRows(rooms, options)
}

class SessionRows implements ConsoleSessions {
  readonly #rooms: CredentialRooms
  readonly #options: ConsoleSessionOptions
  readonly #proofs: ProofReader

  constructor(rooms: CredentialRooms, options: ConsoleSessionOptions) {
    this.#rooms = rooms
    this.#options = options
    this.#proofs = createProofReader(rooms, options.lookup)
  }

  async signIn(proof: TypedProof, place: SignInPlace, replaces: SecretBytes | undefined): Promise<SignInOutcome> {
    const spared = place.loopback && (await this.#isHomeRoot(proof))
    const counted = await countAttempt(this.#rooms, { name: attemptName(proof), address: place.address, spared })
    if (counted.kind === 'must-wait') return counted
    const proven = await this.#proofs.read(proof)
    if (proven === undefined) return { kind: 'refused' }
    await counted.succeeded()
    const wanted = proof.kind === 'password' ? proof.newPassword : undefined
    if (!('mustChange' in proven)) {
      if (wanted !== undefined)
        refuse({ kind: 'invalid-argument', argument: 'newPassword', detail: 'is not asked for' })
      return this.#begin(proven, place, replaces)
    }
    if (wanted === undefined) return { kind: 'must-change' }
    const record = place.recordOfChange ?? (() => undefined)
    return this.#begin(await proven.change(wanted, record), place, replaces)
  }

  async #isHomeRoot(proof: TypedProof): Promise<boolean> {
    if (proof.kind !== 'access-key') return false
    const principal = (await this.#options.lookup(proof.accessKeyId))?.principal
    return principal?.kind === 'account-root' && principal.account === this.#options.home
  }

  find(id: SecretBytes): Awaitable<ConsoleSession | undefined> {
    const key = consoleSessionRow(digestOf(id))
    return after(readRows(this.#rooms.store, [key]), ([row]) =>
      row === undefined ? undefined : this.#judge(row, true),
    )
  }

  async end(session: ConsoleSession): Promise<void> {
    await this.#delete(session.principal, [session.digest])
  }

  async endAll({ principal }: ConsoleSession): Promise<number> {
    const digests = await this.#digestsOf(principal)
    await this.#delete(principal, digests)
    return digests.length
  }

  async listOf({ principal }: ConsoleSession): Promise<readonly ConsoleSession[]> {
    const digests = await this.#digestsOf(principal)
    const rows = await this.#rooms.store.getMany(digests.map(consoleSessionRow))
    const sessions: ConsoleSession[] = []
    for (const row of rows) {
      const session = row === undefined ? undefined : await this.#judge(row, false)
      if (session !== undefined) sessions.push(session)
    }
    return sessions.sort((one, other) => other.lastUsedMs - one.lastUsedMs)
  }

  async #begin(
    { keyId: accessKeyId, generation, principal, by }: Proven,
    place: SignInPlace,
    replaces: SecretBytes | undefined,
  ): Promise<SignInOutcome> {
    const { store, records, now } = this.#rooms
    const id = new SecretBytes(randomBytes(ID_BYTES))
    const digest = digestOf(id)
    const nowMs = now()
    const record: SessionRecord = present({
      ...{ accessKeyId, generation, issuedMs: nowMs, lastUsedMs: nowMs, provedMs: nowMs, address: place.address },
      userAgent: place.userAgent?.slice(0, MAX_AGENT_CHARS),
      user: by === 'password' && principal.kind === 'user' ? knownUser(principal) : undefined,
    })
    const { account } = principal
    const held = heldSessionRow(account, standingId(principal), digest)
    const gone = [...(await this.#superfluous(principal)), ...(replaces === undefined ? [] : [digestOf(replaces)])]
    const row = consoleSessionRow(digest)
    const writes: Write[] = [
      ...endings(principal, gone),
      { kind: 'put', key: row, value: sealFields(records, row, fieldsOf(record)) },
      { kind: 'put', key: held, value: sealFields(records, held, {}) },
    ]
    const committed = await store.commit({ checks: [{ kind: 'absent', key: row }], writes })
    if (committed.kind !== 'committed') return refuse({ kind: 'contended', detail: 'sessions' })
    return { kind: 'signed-in', id, session: { digest, principal, ...shownOf(record) } }
  }

  /** Sessions that ended by themselves, and the oldest ones where there are too many. */
  async #superfluous(principal: Principal): Promise<readonly string[]> {
    const digests = await this.#digestsOf(principal)
    const rows = await this.#rooms.store.getMany(digests.map(consoleSessionRow))
    const lasting: { readonly digest: string; readonly lastUsedMs: number }[] = []
    const gone: string[] = []
    for (const [at, digest] of digests.entries()) {
      const row = rows[at]
      const session = row === undefined ? undefined : await this.#judge(row, false)
      if (session === undefined) gone.push(digest)
      else lasting.push({ digest, lastUsedMs: session.lastUsedMs })
    }
    const tooMany = lasting.length - (MAX_SESSIONS_OF_ONE - 1)
    if (tooMany <= 0) return gone
    const oldest = lasting.sort((one, other) => one.lastUsedMs - other.lastUsedMs).slice(0, tooMany)
    return [...gone, ...oldest.map(({ digest }) => digest)]
  }

  async #digestsOf(principal: Principal): Promise<readonly string[]> {
    const range = heldSessionRows(principal.account, standingId(principal))
    return (await allRows(this.#rooms.store, range, 2 * MAX_SESSIONS_OF_ONE)).map((row) => lastPart(row.key))
  }

  async #delete(principal: Principal, digests: readonly string[]): Promise<void> {
    if (digests.length === 0) return
    await this.#rooms.store.commit({ checks: [], writes: endings(principal, digests) })
  }

  /** Whether a session still counts. `used`: by a request of its own. */
  #judge(row: Row, used: boolean): Awaitable<ConsoleSession | undefined> {
    const record = openSession(this.#rooms, row)
    const nowMs = this.#rooms.now()
    const { idleMs, lifeMs } = this.#options
    if (nowMs - record.lastUsedMs >= idleMs || nowMs - record.issuedMs >= lifeMs) return undefined
    return after(this.#proofs.holderOf(record.accessKeyId, record.user), (holder) => {
      if (holder?.generation !== record.generation) return undefined
      const { principal } = holder
      const revoked = revocationRow(principal.account, standingId(principal))
      return after(readRows(this.#rooms.store, [revoked]), ([revocation]) => {
        if (revocation !== undefined && record.issuedMs <= this.#revokedBeforeMs(revocation)) return undefined
        const session = { digest: lastPart(row.key), principal, ...shownOf(record) }
        return used && nowMs - record.lastUsedMs >= TOUCH_MS ? this.#touch(row, record, session, nowMs) : session
      })
    })
  }

  #revokedBeforeMs(row: Row): number {
    return openFields(this.#rooms.records, row).number('beforeMs')
  }

  async #touch(row: Row, record: SessionRecord, session: ConsoleSession, nowMs: number): Promise<ConsoleSession> {
    const { store, records } = this.#rooms
    const { key, revision } = row
    const value = sealFields(records, key, fieldsOf({ ...record, lastUsedMs: nowMs }))
    // Who changed it meanwhile noted its use, or ended it: then the next request finds nothing.
    await store.commit({ checks: [{ kind: 'revision', key, revision }], writes: [{ kind: 'put', key, value }] })
    return { ...session, lastUsedMs: nowMs }
  }
}

function digestOf(id: SecretBytes): string {
  return id.expose((bytes) => createHash('sha256').update(bytes).digest('hex'))
}

function endings(principal: Principal, digests: readonly string[]): readonly Write[] {
  const holder = standingId(principal)
  return [...new Set(digests)].flatMap((digest): readonly Write[] => [
    { kind: 'delete', key: consoleSessionRow(digest) },
    { kind: 'delete', key: heldSessionRow(principal.account, holder, digest) },
  ])
}

function shownOf(record: SessionRecord): Omit<ConsoleSession, 'digest' | 'principal'> {
  const { accessKeyId, issuedMs, lastUsedMs, provedMs, address, userAgent, user } = record
  const by = user === undefined ? 'access-key' : 'password'
  return present({ ...{ accessKeyId, by, issuedMs, lastUsedMs, provedMs, address }, userAgent } as const)
}

function knownUser({ account, userId: id }: Extract<Principal, { readonly kind: 'user' }>): KnownUser {
  return { account, id }
}

/** As it lies in its row: flat. */
function fieldsOf({ user, ...record }: SessionRecord): object {
  return user === undefined ? record : { ...record, account: user.account, userId: user.id }
}

function openSession({ records }: CredentialRooms, row: Row): SessionRecord {
  const fields = openFields(records, row)
  const id = fields.optionalText('userId')
  return present({
    user: id === undefined ? undefined : { account: fields.account('account'), id },
    accessKeyId: fields.text('accessKeyId'),
    generation: fields.text('generation'),
    issuedMs: fields.number('issuedMs'),
    lastUsedMs: fields.number('lastUsedMs'),
    provedMs: fields.number('provedMs'),
    address: fields.text('address'),
    userAgent: fields.optionalText('userAgent'),
  })
}
