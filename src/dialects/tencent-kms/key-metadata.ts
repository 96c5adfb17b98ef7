import type { KeyDescription, KeyState } from '../../operations/index.ts'

/** Total. A key whose material is out of reach is none that can be used now. */
export const KEY_STATES: Readonly<Record<KeyState, string>> = {
  enabled: 'Enabled',
  disabled: 'Disabled',
  'pending-import': 'PendingImport',
  'pending-deletion': 'PendingDelete',
  unavailable: 'Disabled',
}

const ALIAS = 'alias/'

export function seconds(timeMs: number | undefined): number {
  return timeMs === undefined ? 0 : Math.floor(timeMs / 1_000)
}

/** The first of a key's names, without the beginning that ours have. */
export function aliasOf({ aliases: [alias] }: Pick<KeyDescription, 'aliases'>): string {
  if (alias === undefined) return ''
  return alias.startsWith(ALIAS) ? alias.slice(ALIAS.length) : alias
}

/** `KeyMetadata`: times are seconds since 1970, and 0 where there is none. */
export function keyMetadata(key: KeyDescription, region: string): object {
  return {
    KeyId: key.keyId,
    Alias: aliasOf(key),
    CreateTime: seconds(key.createdMs),
    Description: key.description,
    KeyState: KEY_STATES[key.state],
    KeyUsage: key.usage,
    Type: key.origin === 'external' ? 2 : 1,
    CreatorUin: Number(key.account),
    KeyRotationEnabled: key.rotation !== undefined,
    Owner: key.manager === 'coffer' ? 'cos' : 'user',
    NextRotateTime: seconds(key.rotation?.nextMs),
    DeletionDate: seconds(key.deletionMs),
    Origin: key.origin === 'external' ? 'EXTERNAL' : 'TENCENT_KMS',
    ValidTo: seconds(key.expiryMs),
    ResourceId: `creatorUin/${Number(key.account)}/keyId/${key.keyId}`,
    Region: region,
  }
}
