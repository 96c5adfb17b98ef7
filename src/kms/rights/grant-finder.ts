import { after, refuse, type Awaitable } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'
import { readRows, type MetadataReader } from '../../storage/index.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { allows, grantOperationOf } from './grant-constraints.ts'
import { meaningsOf } from './grant-parties.ts'
import { openGrant, partyHash, type GrantRecord } from './grant-record.ts'
import { MAX_GRANT_TOKENS, openToken } from './grant-token.ts'
import type { KeyAsk } from '../keys/key-context.ts'
import type { KeyPlace } from './key-rights.ts'
import type { KeyRequest } from '../key-service.ts'
import { grantRow, grantRows, guardRow } from '../kms-rows.ts'

const GRANTS_AT_ONCE = 500
const MAX_PAGES = 200
const REMEMBERED = 2_000

interface Held {
  readonly guard: string | undefined
  readonly grants: readonly GrantRecord[]
}

/** Finds the grants by which somebody may do something. A change of grants changes the guard of the key's account. */
export class GrantFinder {
  readonly #store: MetadataReader
  readonly #records: RecordSealer
  readonly #held = new BoundedCache<Held>(REMEMBERED)

  constructor(store: MetadataReader, records: RecordSealer) {
    this.#store = store
    this.#records = records
  }

  /**
   * The name of a grant on the key that allows this to this caller. `guard`: the revision of the guard of the key's
   * account under which everything else was read; `changed`: it is another one by now.
   */
  async allowing(
    request: KeyRequest,
    { uid, account }: KeyPlace,
    ask: KeyAsk,
    guard: string | undefined,
  ): Promise<string | undefined> {
    const operation = grantOperationOf(ask)
    if (operation === undefined) return undefined
    for (const means of meaningsOf(request.caller)) {
      const found = await this.#first(uid, means, guard, (grant) => allows(grant, operation, ask))
      if (found === undefined) continue
      const [row] = await readRows(this.#store, [guardRow(account)])
      return row?.revision === guard ? `grant ${found.grantId}` : 'changed'
    }
    return undefined
  }

  /** Refuses with `invalid-grant-token` a token that is none, or of a grant that is gone. What it allows is not asked. */
  demandTokens(tokens: readonly string[]): Awaitable<void> {
    if (tokens.length > MAX_GRANT_TOKENS) {
      return refuse({ kind: 'invalid-argument', argument: 'GrantTokens', detail: `at most ${MAX_GRANT_TOKENS}` })
    }
    const named = tokens.map((token) => openToken(this.#records, token))
    return after(
      readRows(
        this.#store,
        named.map(({ uid, grantId }) => grantRow(uid, grantId)),
      ),
      (rows) => {
        for (const [index, { nonce }] of named.entries()) {
          const row = rows[index]
          if (row === undefined || openGrant(this.#records, row).nonce !== nonce)
            refuse({ kind: 'invalid-grant-token' })
        }
      },
    )
  }

  async #first(
    uid: string,
    means: string,
    guard: string | undefined,
    fits: (grant: GrantRecord) => boolean,
  ): Promise<GrantRecord | undefined> {
    const party = partyHash(means)
    const name = `${uid} ${party}`
    const known = this.#held.get(name)
    if (known !== undefined && known.guard === guard) return known.grants.find(fits)
    const range = grantRows(uid, party)
    let { start } = range
    for (let page = 0; page < MAX_PAGES; page++) {
      const { rows, more } = await this.#store.scan({ start, end: range.end, limit: GRANTS_AT_ONCE })
      const grants = rows.map((row) => openGrant(this.#records, row)).filter(({ grantee }) => grantee.means === means)
      if (page === 0 && !more) this.#held.set(name, { guard, grants })
      const found = grants.find(fits)
      const last = rows.at(-1)
      if (found !== undefined || !more || last === undefined) return found
      start = Buffer.concat([last.key, Buffer.of(0)])
    }
    return undefined
  }
}
