import type { KeyRightsOperation } from '../operations/index.ts'
import { keyRequest } from './key-request.ts'
import type { Verbs } from './verb.ts'

export const KEY_RIGHTS_VERBS: Verbs<KeyRightsOperation['kind']> = {
  'get-key-policy': (rooms, permit, { key, policyName }) =>
    rooms.keys.getKeyPolicy(keyRequest(permit), key, policyName),
  'put-key-policy': async (rooms, permit, { key, ...wanted }) => {
    await rooms.keys.putKeyPolicy(keyRequest(permit), key, wanted)
    return undefined
  },
  'list-key-policies': (rooms, permit, { key, page }) => rooms.keys.listKeyPolicies(keyRequest(permit), key, page),
  'create-grant': (rooms, permit, { key, grantTokens, dryRun, ...wanted }) =>
    rooms.keys.createGrant(keyRequest(permit, termsOf(grantTokens, dryRun)), key, wanted),
  'list-grants': (rooms, permit, { key, page, ...filter }) =>
    rooms.keys.listGrants(keyRequest(permit), key, filter, page),
  'list-retirable-grants': (rooms, permit, { retiring, page }) =>
    rooms.keys.listRetirableGrants(keyRequest(permit), retiring, page),
  'revoke-grant': async (rooms, permit, { key, grantId, dryRun }) => {
    await rooms.keys.revokeGrant(keyRequest(permit, termsOf(undefined, dryRun)), key, grantId)
    return undefined
  },
  'retire-grant': async (rooms, permit, { dryRun, ...named }) => {
    await rooms.keys.retireGrant(keyRequest(permit, termsOf(undefined, dryRun)), named)
    return undefined
  },
  'tag-key': async (rooms, permit, { key, tags }) => {
    await rooms.keys.tagKey(keyRequest(permit), key, tags)
    return undefined
  },
  'untag-key': async (rooms, permit, { key, tagKeys }) => {
    await rooms.keys.untagKey(keyRequest(permit), key, tagKeys)
    return undefined
  },
  'list-key-tags': (rooms, permit, { key, page }) => rooms.keys.listKeyTags(keyRequest(permit), key, page),
}

function termsOf(
  grantTokens: readonly string[] | undefined,
  dryRun: boolean | undefined,
): { readonly grantTokens?: readonly string[]; readonly dryRun?: boolean } {
  return {
    ...(grantTokens === undefined ? {} : { grantTokens }),
    ...(dryRun === undefined ? {} : { dryRun }),
  }
}
