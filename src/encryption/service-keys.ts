import { createSecretKey, type KeyObject } from 'node:crypto'
import type { KeyService } from '../kms/index.ts'
import { after, parseAccountId, refuse, type AccountId, type Awaitable } from '../operations/index.ts'
import type { SecretBytes } from '../secrets/index.ts'

/** All that this room asks of the key service. */
export type ObjectKeyService = Pick<
  KeyService,
  | 'resolve'
  | 'generateDataKey'
  | 'decrypt'
  | 'encrypt'
  | 'authorizeUse'
  | 'authorizeTask'
  | 'reference'
  | 'dereference'
  | 'serviceKey'
>

/** The service keys behind `sse-s3` and `none` as wrap sources. */
export interface ServiceKeys {
  /** The newest version, or the one asked for. */
  wrapSource(account: AccountId, version?: number): Awaitable<{ readonly version: number; readonly source: KeyObject }>
}

/**
 * The key service says which key it is each time; a key object made of it is kept as long as the key service keeps
 * that secret, so nothing here outlives a change there. The secrets belong to the key service and are not wiped here.
 */
export function createServiceKeys(kms: Pick<KeyService, 'serviceKey'>): ServiceKeys {
  const made = new WeakMap<SecretBytes, KeyObject>()
  return {
    wrapSource: (account, version) =>
      after(kms.serviceKey(account, version), (found) => {
        let source = made.get(found.key)
        if (source === undefined) {
          source = found.key.expose((bytes) => createSecretKey(bytes))
          made.set(found.key, source)
        }
        return { version: found.version, source }
      }),
  }
}

/** The account in a stored encryption. */
export function storedAccount(text: string): AccountId {
  return parseAccountId(text) ?? refuse({ kind: 'integrity', what: 'stored encryption' })
}
