import { refuse, type KeyListPage } from '../../operations/index.ts'
import { joinFragments } from '../../storage/index.ts'
import { demandUsableState, rewriteKey } from '../keys/change-key.ts'
import { commitDecision } from '../commit-decision.ts'
import type { KeyAsk } from '../keys/key-context.ts'
import { judgeOwnKey } from '../keys/key-lookup.ts'
import { readKeyPolicy, sealKeyPolicy, type KeyPolicy, type ReadKeyPolicy } from './key-policies.ts'
import { keyArn, type KeyRecord } from '../keys/key-record.ts'
import type { KeyRooms } from '../key-rooms.ts'
import type { KeyRequest } from '../key-service.ts'
import { keyPolicyRow } from '../kms-rows.ts'
import { demandEditable } from '../keys/managed-keys.ts'

/** There is one policy to a key, and this is its name (KMS API, GetKeyPolicy). */
export const POLICY_NAME = 'default'

export interface NewKeyPolicy {
  readonly policy: string
  readonly policyName?: string
  readonly bypassLockoutCheck?: boolean
}

/** The text byte for byte, as it was put. */
export async function getKeyPolicy(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  policyName?: string,
): Promise<{ readonly policy: string; readonly policyName: string }> {
  const found = await judgeOwnKey(rooms, request, key, { action: 'kms:GetKeyPolicy' })
  demandName(policyName)
  const [row] = await rooms.store.getMany([keyPolicyRow(found.record.uid)])
  return { policy: rooms.policies.of(found.record, row).text, policyName: POLICY_NAME }
}

export async function listKeyPolicies(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  page?: KeyListPage,
): Promise<{ readonly policyNames: readonly string[] }> {
  await judgeOwnKey(rooms, request, key, { action: 'kms:ListKeyPolicies' })
  if (page?.after !== undefined) return refuse({ kind: 'invalid-marker' })
  return { policyNames: [POLICY_NAME] }
}

/** Refused with `malformed-policy`: a caller who could not put the next one, unless that is what is wanted. */
export async function putKeyPolicy(
  rooms: KeyRooms,
  request: KeyRequest,
  key: string,
  wanted: NewKeyPolicy,
): Promise<void> {
  const ask = { action: 'kms:PutKeyPolicy', extra: bypassFact(wanted) }
  await commitDecision(rooms.store, 'put-key-policy', async () => {
    const found = await judgeOwnKey(rooms, request, key, ask)
    demandEditable(found.record, ask.action)
    demandName(wanted.policyName)
    demandUsableState('look', found.record)
    const policy = await readPolicy(rooms, wanted.policy)
    await demandNoLockout(rooms, request, found.record, policy, wanted)
    const row = keyPolicyRow(found.record.uid)
    const fragment = joinFragments(
      { checks: found.guards, writes: [{ kind: 'put', key: row, value: sealKeyPolicy(rooms.records, row, policy) }] },
      // The key's own row too: whoever read the key before reads it anew.
      rewriteKey(rooms, found, found.record),
    )
    const event = { action: ask.action, resource: keyArn(found.record), owner: found.record.account }
    return { fragment, recorded: rooms.journal.change(request, event), result: undefined }
  })
}

/** What a new key's policy will be; refuses what could not be put on it. */
export async function policyForNewKey(
  rooms: KeyRooms,
  request: KeyRequest,
  record: KeyRecord,
  wanted: NewKeyPolicy,
): Promise<ReadKeyPolicy> {
  const policy = await readPolicy(rooms, wanted.policy)
  await demandNoLockout(rooms, request, record, policy, wanted)
  return policy
}

/** `kms:BypassPolicyLockoutSafetyCheck`, for conditions. */
export function bypassFact({
  bypassLockoutCheck = false,
}: Pick<NewKeyPolicy, 'bypassLockoutCheck'>): NonNullable<KeyAsk['extra']> {
  return { 'kms:bypasspolicylockoutsafetycheck': [String(bypassLockoutCheck)] }
}

async function readPolicy(rooms: KeyRooms, text: string): Promise<ReadKeyPolicy> {
  if (!text.isWellFormed()) return refuse({ kind: 'malformed-policy', detail: 'the text is not valid Unicode' })
  return readKeyPolicy(text, rooms.findPrincipals)
}

async function demandNoLockout(
  rooms: KeyRooms,
  request: KeyRequest,
  record: KeyRecord,
  policy: KeyPolicy,
  wanted: NewKeyPolicy,
): Promise<void> {
  if (wanted.bypassLockoutCheck === true) return
  const decision = await rooms.rights.foresee(request, record, policy, {
    action: 'kms:PutKeyPolicy',
    extra: bypassFact({}),
  })
  if (decision.kind === 'allow') return
  refuse({
    kind: 'malformed-policy',
    detail: 'The new key policy will not allow you to update the key policy in the future.',
  })
}

function demandName(policyName: string | undefined): void {
  if (policyName === undefined || policyName === POLICY_NAME) return
  refuse({ kind: 'key-not-found', key: `policy ${policyName.slice(0, 128)}` })
}
