import type { KeyJson } from '../dialects/admin/wire.ts'
import { RefusedByServer, type AdminClient } from './admin-client.ts'
import { EXIT } from './exit-codes.ts'

/** Keys are named by id, ARN, alias or the alias without its `alias/`. */
export function keyReference(text: string): string {
  const complete = text.startsWith('arn:') || text.startsWith('alias/') || /^[0-9a-f-]{36}$/.test(text)
  return complete ? text : `alias/${text}`
}

/** A bare word is an alias or an id that somebody chose: the alias first, then the word as it is. */
export async function findKey(client: AdminClient, text: string): Promise<KeyJson> {
  const reference = keyReference(text)
  try {
    return (await client.call('describe-key', { key: reference })).key
  } catch (error) {
    const missing = error instanceof RefusedByServer && error.exitCode === EXIT.notFound
    if (!missing || reference === text) throw error
    return (await client.call('describe-key', { key: text })).key
  }
}
