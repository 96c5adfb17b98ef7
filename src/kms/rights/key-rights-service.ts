import type {
  GrantFilter,
  GrantParty,
  KeyDescription,
  KeyListPage,
  KeyTags,
  ShownGrant,
} from '../../operations/index.ts'
import type { NamedGrant } from './end-grants.ts'
import type { NewGrant } from './grants.ts'
import type { KeyRequest } from '../key-service.ts'
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
  /** The token names the grant to requests; here every grant is seen at once, with or without it. */
  createGrant(
    request: KeyRequest,
    key: string,
    wanted: NewGrant,
  ): Promise<{ readonly grantId: string; readonly grantToken: string }>
  listGrants(
    request: KeyRequest,
    key: string,
    filter: GrantFilter,
    page?: KeyListPage,
  ): Promise<{ readonly grants: readonly ShownGrant[]; readonly next?: string }>
  /** Of every key. `retiring`: a principal of the caller's account. */
  listRetirableGrants(
    request: KeyRequest,
    retiring: GrantParty,
    page?: KeyListPage,
  ): Promise<{ readonly grants: readonly ShownGrant[]; readonly next?: string }>
  revokeGrant(request: KeyRequest, key: string, grantId: string): Promise<void>
  retireGrant(request: KeyRequest, named: NamedGrant): Promise<void>
  tagKey(request: KeyRequest, key: string, tags: KeyTags): Promise<KeyDescription>
  untagKey(request: KeyRequest, key: string, tagKeys: readonly string[]): Promise<KeyDescription>
  listKeyTags(
    request: KeyRequest,
    key: string,
    page?: KeyListPage,
  ): Promise<{ readonly tags: KeyTags; readonly next?: string }>
}
