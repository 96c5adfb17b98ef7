/** People with rights in Huawei Cloud's own language. */
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { ObsClient } from './obs-client.ts'
import { ROOT_CALLER } from './obs-keys.ts'

/** Both lists of rights on keys, as the vendor's two pages print them. */
export const FIRST_PAGE = ['kms:cmk:get', 'kms:cmk:list', 'kms:cmk:create', 'kms:dek:create', 'kms:dek:crypto']
export const SECOND_PAGE = [
  ...['kms:dek:crypto', 'kms:dek:create', 'kms:cmk:get', 'kms:cmk:list', 'kms:cmk:generate', 'kms:cmk:crypto'],
]
/** Everything on objects and buckets, and nothing on keys. */
export const OBS_RIGHTS = ['obs:*:*']

export interface ObsUser {
  readonly name: string
  readonly client: ObsClient
}

/** A user with a client of the vendor, and no right at all. */
export async function obsUser(server: RunningCoffer, name: string): Promise<ObsUser> {
  const by = { caller: ROOT_CALLER, requestId: 'test' }
  await server.rooms.people.perform(by, { kind: 'create-user', name, tags: {} })
  const made = await server.rooms.people.perform(by, { kind: 'create-access-key', name })
  const secretAccessKey = made.secret.expose((bytes) => Buffer.from(bytes).toString('utf8'))
  return { name, client: new ObsClient(server, { accessKeyId: made.accessKeyId, secretAccessKey }) }
}

/** Makes these actions the user's rights, in the grammar of the vendor. */
export async function setObsRights(server: RunningCoffer, name: string, actions: readonly string[]): Promise<void> {
  const document = JSON.stringify({ Version: '1.1', Statement: [{ Effect: 'Allow', Action: actions }] })
  await server.rooms.people.perform(
    { caller: ROOT_CALLER, requestId: 'test' },
    { kind: 'put-user-policy', name, policyName: 'rights', document, grammar: 'huawei' },
  )
}
