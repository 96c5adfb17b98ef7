import type { KeyDescription, KeyState } from '../../operations/index.ts'
import { present } from '../present.ts'

/** The vendor's numbers for our states. Total. */
export const KEY_STATES: Readonly<Record<KeyState, string>> = {
  enabled: '2',
  disabled: '3',
  'pending-deletion': '4',
  'pending-import': '5',
  unavailable: '3',
}

const ALIAS = 'alias/'

/** Aliases stand without the beginning that ours have. */
export function bareAlias(alias: string): string {
  return alias.startsWith(ALIAS) ? alias.slice(ALIAS.length) : alias
}

/** Everything about a key; numbers and times are texts. */
export function keyInfo(key: KeyDescription, region: string): object {
  const [alias] = key.aliases
  return {
    key_id: key.keyId,
    domain_id: key.account,
    key_alias: alias === undefined ? '' : bareAlias(alias),
    realm: region,
    key_spec: key.spec === 'SYMMETRIC_DEFAULT' ? 'AES_256' : key.spec,
    key_usage: key.usage,
    key_description: key.description,
    creation_date: String(key.createdMs),
    scheduled_deletion_date: key.deletionMs === undefined ? '' : String(key.deletionMs),
    key_state: KEY_STATES[key.state],
    default_key_flag: key.manager === 'coffer' ? '1' : '0',
    key_type: '1',
    origin: key.origin === 'external' ? 'external' : 'kms',
    key_rotation_enabled: String(key.rotation !== undefined),
    ...present({ expiration_time: key.expiryMs === undefined ? undefined : String(key.expiryMs) }),
  }
}
