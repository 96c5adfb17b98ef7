import type { KeyRightsOperation } from '../operations/index.ts'
import { keyRequest } from './key-request.ts'
import { notBuiltVerb } from './not-built.ts'
import type { Verbs } from './verb.ts'

export const KEY_RIGHTS_VERBS: Verbs<KeyRightsOperation['kind']> = {
  'get-key-policy': (rooms, permit, { key, policyName }) =>
    rooms.keys.getKeyPolicy(keyRequest(permit), key, policyName),
  'put-key-policy': async (rooms, permit, { key, ...wanted }) => {
    await rooms.keys.putKeyPolicy(keyRequest(permit), key, wanted)
    return undefined
  },
  'list-key-policies': (rooms, permit, { key, page }) => rooms.keys.listKeyPolicies(keyRequest(permit), key, page),
  'create-grant': notBuiltVerb('create-grant'),
  'list-grants': notBuiltVerb('list-grants'),
  'list-retirable-grants': notBuiltVerb('list-retirable-grants'),
  'revoke-grant': notBuiltVerb('revoke-grant'),
  'retire-grant': notBuiltVerb('retire-grant'),
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
