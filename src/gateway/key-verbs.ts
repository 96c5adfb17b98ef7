import type { KeyManagementOperation, KeyOperation } from '../operations/index.ts'
import { KEY_MATERIAL_VERBS } from './key-material-verbs.ts'
import { keyRequest } from './key-request.ts'
import { KEY_RIGHTS_VERBS } from './key-rights-verbs.ts'
import { KEY_USE_VERBS } from './key-use-verbs.ts'
import type { Verbs } from './verb.ts'

const KEY_MANAGEMENT_VERBS: Verbs<KeyManagementOperation['kind']> = {
  'create-key': async (rooms, permit, operation) => ({
    key: await rooms.keys.createKey(keyRequest(permit), operation),
  }),
  'list-keys': async (rooms, permit, { page }) => {
    if (page !== undefined) return rooms.keys.listKeysInParts(keyRequest(permit), page)
    const keys = await rooms.keys.listKeys(keyRequest(permit))
    return { keys: keys.map((description) => ({ keyId: description.keyId, arn: description.arn, description })) }
  },
  'describe-key': async (rooms, permit, { key }) => ({ key: await rooms.keys.describeKey(keyRequest(permit), key) }),
  'key-dependents': async (rooms, permit, { key }) => ({
    key: await rooms.keys.describeKey(keyRequest(permit), key),
    dependents: await rooms.keys.dependents(keyRequest(permit), key),
  }),
  'enable-key': async (rooms, permit, { key }) => ({ key: await rooms.keys.enableKey(keyRequest(permit), key) }),
  'disable-key': async (rooms, permit, { key }) => ({ key: await rooms.keys.disableKey(keyRequest(permit), key) }),
  'rotate-key': async (rooms, permit, { key }) => ({ key: await rooms.keys.rotateKey(keyRequest(permit), key) }),
  'set-key-rotation': async (rooms, permit, { key, periodDays }) => ({
    key: await rooms.keys.setRotation(keyRequest(permit), key, periodDays),
  }),
  'schedule-key-deletion': async (rooms, permit, { key, pendingDays, shred, confirmed }) => ({
    key: await rooms.keys.scheduleDeletion(keyRequest(permit), key, pendingDays, confirmed ?? shred),
  }),
  'cancel-key-deletion': async (rooms, permit, { key }) => ({
    key: await rooms.keys.cancelDeletion(keyRequest(permit), key),
  }),
  'set-alias': async (rooms, permit, { alias, key, replace, mustExist }) => {
    await rooms.keys.setAlias(keyRequest(permit), alias, key, replace, mustExist)
    return undefined
  },
  'remove-alias': async (rooms, permit, { alias }) => {
    await rooms.keys.removeAlias(keyRequest(permit), alias)
    return undefined
  },
  'list-aliases': async (rooms, permit, { key, byKey, page }) => {
    if (page !== undefined) return rooms.keys.listAliasesInParts(keyRequest(permit), key, page)
    return { aliases: await rooms.keys.listAliases(keyRequest(permit), key, byKey) }
  },
  'update-key-description': async (rooms, permit, { key, description }) => ({
    key: await rooms.keys.updateDescription(keyRequest(permit), key, description),
  }),
}

/** Operations of keys: the key service authorizes each of them itself, as the caller. */
export const KEY_VERBS: Verbs<KeyOperation['kind']> = {
  ...KEY_MANAGEMENT_VERBS,
  ...KEY_USE_VERBS,
  ...KEY_MATERIAL_VERBS,
  ...KEY_RIGHTS_VERBS,
}
