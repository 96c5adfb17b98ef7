import type { KeyDescription, KeyListPage, KeyTags } from '../operations/index.ts'
import type { KeyRequest } from './key-service.ts'
import type { NewKeyPolicy } from './put-key-policy.ts'

/** The part of the key service that says who may use a key. `key`: an id or an ARN, of the caller's own account. */
export interface KeyRightsService {
  /** The text byte for byte. */
  getKeyPolicy(
    request: KeyRequest,
    key: string,
    policyName?: string,
  ): Promise<{ readonly policy: string; readonly policyName: string }>
  /** Refused with `malformed-policy`, also for a caller who could not put the next one. */
  putKeyPolicy(request: KeyRequest, key: string, wanted: NewKeyPolicy): Promise<void>
  listKeyPolicies(
    request: KeyRequest,
    key: string,
    page?: KeyListPage,
  ): Promise<{ readonly policyNames: readonly string[] }>
  tagKey(request: KeyRequest, key: string, tags: KeyTags): Promise<KeyDescription>
  untagKey(request: KeyRequest, key: string, tagKeys: readonly string[]): Promise<KeyDescription>
  listKeyTags(
    request: KeyRequest,
    key: string,
    page?: KeyListPage,
  ): Promise<{ readonly tags: KeyTags; readonly next?: string }>
}
