import { cloudTrailEvent, concernsAccount, MAX_SEARCH_RESULTS, readAuditLine, type AuditQuery } from '../audit/index.ts'
import type { Permit } from '../objects/index.ts'
import { refuse, type AuditOperation, type KeyDescription } from '../operations/index.ts'
import type { GatewayRooms } from './gateway-rooms.ts'
import { keyRequest } from './key-request.ts'
import type { Verbs } from './verb.ts'

const KEYS_A_LOOK = 1_000

/** What is asked of the audit log. Accounts other than the deployment's own see what concerns them, and nothing of the whole. */
export const AUDIT_VERBS: Verbs<AuditOperation['kind']> = {
  'search-audit': async (rooms, permit, operation) => {
    await rooms.audit.flush()
    const account = ownOnly(rooms, permit)
    const { skip = 0, limit } = operation
    const query: AuditQuery = { ...operation, limit: Math.min(limit + skip, MAX_SEARCH_RESULTS) }
    const records = await rooms.audit.search(account === undefined ? query : { ...query, account })
    return { records: records.slice(skip) }
  },
  'verify-audit': async (rooms, permit, { checkpoints }) => {
    demandWhole(rooms, permit)
    await sealed(rooms)
    return rooms.ledger.verify(checkpoints)
  },
  'prove-audit': async (rooms, permit, { id }) => {
    await sealed(rooms)
    const proof = await rooms.ledger.prove(id)
    const account = ownOnly(rooms, permit)
    if (proof === undefined || (account !== undefined && !concernsAccount(readAuditLine(proof.line), account))) {
      return refuse({ kind: 'invalid-argument', argument: 'id', detail: 'no record has this id' })
    }
    return proof
  },
  'export-audit': async (rooms, permit, operation) => {
    const { format, from, limit, sinceMs, untilMs = Infinity } = operation
    if (format === 'ledger') demandWhole(rooms, permit)
    if (from === 0) await sealed(rooms)
    const page = await rooms.ledger.page({ from, limit, ...(sinceMs === undefined ? {} : { sinceMs }) })
    const next = page.next === undefined ? {} : { next: page.next }
    // The ledger's lines are a chain: it is given whole.
    if (format === 'ledger') return { lines: page.lines, ...next }
    const account = ownOnly(rooms, permit)
    const place = { region: rooms.region, account: rooms.account }
    const records = page.lines.map(readAuditLine).filter((record) => {
      const { timeMs } = record
      const inTime = timeMs >= (sinceMs ?? 0) && timeMs < untilMs
      return inTime && (account === undefined || concernsAccount(record, account))
    })
    return { lines: records.map((record) => JSON.stringify(cloudTrailEvent(record, place))), ...next }
  },
  'get-audit-checkpoint': async (rooms) => {
    await sealed(rooms)
    await rooms.ledger.checkpoint(true)
    const verifierKey = await rooms.ledger.verifierKey()
    const newest = await rooms.ledger.newestCheckpoint()
    return newest === undefined ? { verifierKey } : { verifierKey, note: newest.note, timeMs: newest.timeMs }
  },
  'get-key-usage': async (rooms, permit, { key, sinceMs }) => {
    const { arn, account: owner } = await rooms.keys.describeKey(keyRequest(permit), key)
    const account = ownOnly(rooms, permit)
    // A key that somebody else lets this account use: who else uses it is not for its eyes.
    if (account !== undefined && owner !== account)
      return refuse({ kind: 'access-denied', action: 'coffer:GetKeyUsage' })
    await sealed(rooms)
    const usage = await rooms.ledger.keyUsage(arn, sinceMs)
    const [lastUsedMs] = await rooms.ledger.lastUses([arn])
    return { keyArn: arn, sinceMs, ...usage, ...(lastUsedMs === undefined ? {} : { lastUsedMs }) }
  },
  'list-unused-keys': async (rooms, permit, { sinceMs }) => {
    const keys = await rooms.keys.listKeys(keyRequest(permit))
    await sealed(rooms)
    const uses: (number | undefined)[] = []
    for (let start = 0; start < keys.length; start += KEYS_A_LOOK) {
      uses.push(...(await rooms.ledger.lastUses(keys.slice(start, start + KEYS_A_LOOK).map(({ arn }) => arn))))
    }
    const unused = keys.flatMap((key, index) => {
      const lastUsedMs = uses[index]
      return lastUsedMs !== undefined && lastUsedMs >= sinceMs ? [] : [shownKey(key, lastUsedMs)]
    })
    return { keys: unused }
  },
}

function shownKey(key: KeyDescription, lastUsedMs: number | undefined) {
  const { keyId, arn, aliases, state, createdMs } = key
  return { keyId, arn, aliases, state, createdMs, ...(lastUsedMs === undefined ? {} : { lastUsedMs }) }
}

/** What this process recorded, and what waits of all processes, is in the ledger now. */
async function sealed(rooms: GatewayRooms): Promise<void> {
  await rooms.audit.flush()
  await rooms.ledger.sealAll()
}

/** The account whose records the caller may see; undefined: all of them. */
function ownOnly(rooms: GatewayRooms, { caller }: Permit): string | undefined {
  if (caller.kind === 'anonymous') return refuse({ kind: 'access-denied' })
  return caller.account === rooms.account ? undefined : caller.account
}

function demandWhole(rooms: GatewayRooms, permit: Permit): void {
  if (ownOnly(rooms, permit) === undefined) return
  refuse({ kind: 'access-denied', reason: 'the log as a whole is for the account that the deployment was made with' })
}
