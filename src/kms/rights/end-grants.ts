import { refuse, type OperationOf } from '../../operations/index.ts'
import { joinFragments, type Fragment } from '../../storage/index.ts'
import { commitDecision } from '../commit-decision.ts'
import { endDryRun } from '../use/data-keys.ts'
import { meaningsOf } from './grant-parties.ts'
import { openGrant, partyHash, type GrantRecord } from './grant-record.ts'
import { openToken } from './grant-token.ts'
import { demandGrantId } from './grants.ts'
import { accountOf, judgeKey, locate } from '../keys/key-lookup.ts'
import { keyArn } from '../keys/key-record.ts'
import { refuseStranger, type KeyPlace } from './key-rights.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { changeGuard, grantCounter, grantRow, grantRows, retireRow } from '../kms-rows.ts'

const REMOVED_AT_ONCE = 200

/** By whoever may revoke grants on the key. Acts on the next request. */
export async function revokeGrant(rooms: KeyRooms, request: KeyRequest, key: string, grantId: string): Promise<void> {
  const action = 'kms:RevokeGrant'
  await commitDecision(rooms.store, 'revoke-grant', async () => {
    const { record, guards } = await judgeKey(rooms, request, key, { action })
    demandGrantId(grantId)
    const [row] = await rooms.store.getMany([grantRow(record.uid, grantId)])
    if (row === undefined) return refuse({ kind: 'grant-not-found' })
    endDryRun(request)
    const grant = openGrant(rooms.records, row)
    const fragment = joinFragments(
      { checks: [...guards, { kind: 'revision', key: row.key, revision: row.revision }], writes: [] },
      removal(record, grant),
    )
    const event = { action, resource: keyArn(record), owner: record.account, detail: { grantId } }
    return { fragment, recorded: rooms.journal.change(request, event), result: undefined }
  })
}

/** How a grant is named that is to be retired: by a token of it, or by its key and id. */
export type NamedGrant = Pick<OperationOf<'retire-grant'>, 'grantToken' | 'key' | 'grantId'>

/**
 * By the retiring principal, by the grantee whom the grant lets retire it, and by whoever of the account that made it has
 * the right on the key.
 */
export async function retireGrant(rooms: KeyRooms, request: KeyRequest, named: NamedGrant): Promise<void> {
  const action = 'kms:RetireGrant'
  accountOf(request.caller, action)
  await commitDecision(rooms.store, 'revoke-grant', async () => {
    const { place, grantId, nonce } = await grantNamed(rooms, request, named)
    const verdict = await rooms.rights.weigh(request, place, { action })
    const [row] = await rooms.store.getMany([grantRow(place.uid, grantId)])
    const grant = row === undefined ? undefined : openGrant(rooms.records, row)
    if (nonce !== undefined && grant?.nonce !== nonce) return refuse({ kind: 'invalid-grant-token' })
    const entitled = verdict !== undefined && grant !== undefined && mayRetire(request, grant, verdict.decision.kind)
    if (verdict === undefined || row === undefined || grant === undefined || !entitled) {
      // Whether there is such a grant is for those to know who may do something with it.
      return verdict?.decision.kind === 'allow' && row === undefined
        ? refuse({ kind: 'grant-not-found' })
        : refuseStranger(action)
    }
    endDryRun(request)
    const { record } = verdict.found
    const fragment = joinFragments(
      { checks: [...verdict.guards, { kind: 'revision', key: row.key, revision: row.revision }], writes: [] },
      removal(record, grant),
    )
    const event = { action, resource: keyArn(record), owner: record.account, detail: { grantId } }
    return { fragment, recorded: rooms.journal.change(request, event), result: undefined }
  })
}

function mayRetire(
  { caller }: KeyRequest,
  grant: GrantRecord,
  said: 'allow' | 'explicit-deny' | 'no-opinion',
): boolean {
  if (said === 'explicit-deny' || caller.kind === 'anonymous') return false
  const means = meaningsOf(caller)
  if (grant.retiring !== undefined && means.includes(grant.retiring.means)) return true
  if (grant.operations.includes('RetireGrant') && means.includes(grant.grantee.means)) return true
  return said === 'allow' && caller.account === grant.issuer
}

async function grantNamed(
  rooms: KeyRooms,
  request: KeyRequest,
  { grantToken, key, grantId }: NamedGrant,
): Promise<{ readonly place: KeyPlace; readonly grantId: string; readonly nonce?: string }> {
  if (grantToken !== undefined) {
    const token = openToken(rooms.records, grantToken)
    const account = await rooms.reader.accountOf(token.uid)
    if (account === undefined) return refuse({ kind: 'invalid-grant-token' })
    return { place: { uid: token.uid, account }, grantId: token.grantId, nonce: token.nonce }
  }
  if (key === undefined || grantId === undefined) {
    const detail = 'a token of the grant, or its key and its id'
    return refuse({ kind: 'invalid-argument', argument: 'GrantToken', detail })
  }
  demandGrantId(grantId)
  return { place: await locate(rooms, request, key, 'kms:RetireGrant'), grantId }
}

/** What a commit carries that ends a grant. */
function removal({ uid, account }: KeyPlace, { grantId, retiring }: GrantRecord): Fragment {
  return {
    checks: [],
    writes: [
      { kind: 'delete', key: grantRow(uid, grantId) },
      ...(retiring === undefined
        ? []
        : [{ kind: 'delete', key: retireRow(partyHash(retiring.means), uid, grantId) } as const]),
      { kind: 'add', counter: grantCounter(uid), delta: -1n },
      changeGuard(account),
    ],
  }
}

/** Removes the grants of a key that is destroyed. May be repeated. */
export async function removeGrants(rooms: KeyRooms, place: KeyPlace): Promise<void> {
  let more = true
  while (more) {
    more = await commitDecision(rooms.store, 'remove-grants', async () => {
      const part = await rooms.store.scan({ ...grantRows(place.uid), limit: REMOVED_AT_ONCE })
      if (part.rows.length === 0) return { result: false }
      const parts = part.rows.map((row): Fragment => {
        const { writes } = removal(place, openGrant(rooms.records, row))
        const own = writes.filter(({ kind }) => kind === 'delete')
        return { checks: [{ kind: 'revision', key: row.key, revision: row.revision }], writes: own }
      })
      const count: Fragment = {
        checks: [],
        writes: [
          { kind: 'add', counter: grantCounter(place.uid), delta: -BigInt(part.rows.length) },
          changeGuard(place.account),
        ],
      }
      return { fragment: joinFragments(...parts, count), result: part.more }
    })
  }
}
