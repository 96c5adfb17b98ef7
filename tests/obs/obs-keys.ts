/** Keys for the tests of OBS, made by the root of the account. */
import assert from 'node:assert/strict'
import type { RunningCoffer } from '../../src/start-coffer.ts'
import { parseAccountId, type Caller } from '../../src/operations/index.ts'
import { ACCESS_KEY, ACCOUNT } from '../servers.ts'
import { OBS_REGION } from './obs-client.ts'

const account = parseAccountId(ACCOUNT) ?? assert.fail()
export const ROOT_CALLER: Caller = {
  ...{ kind: 'account-root', account, arn: `arn:aws:iam::${ACCOUNT}:root` },
  ...{ accessKeyId: ACCESS_KEY, scheme: 'sigv4' },
}
const BY_ROOT = { caller: ROOT_CALLER, requestId: 'test' }

export interface TestKey {
  readonly keyId: string
  /** As OBS shows it. */
  readonly long: string
}

export async function newKey(server: Pick<RunningCoffer, 'rooms'>): Promise<TestKey> {
  const { keyId } = await server.rooms.keys.createKey(BY_ROOT, { description: '' })
  return { keyId, long: `${OBS_REGION}:${ACCOUNT.padStart(32, '0')}:key/${keyId}` }
}

export async function disableKey(server: Pick<RunningCoffer, 'rooms'>, keyId: string): Promise<void> {
  await server.rooms.keys.disableKey(BY_ROOT, keyId)
}

export async function scheduleDeletion(server: Pick<RunningCoffer, 'rooms'>, keyId: string): Promise<void> {
  await server.rooms.keys.scheduleDeletion(BY_ROOT, keyId, 7)
}
