import type { AuditTrail } from '../audit/index.ts'
import type {
  Awaitable,
  AccountId,
  Caller,
  ConfirmedShred,
  EncryptionContext,
  KeyDependents,
  KeyDescription,
  KeyListPage,
  ListedAlias,
  ListedKey,
  RequestFacts,
} from '../operations/index.ts'
import type { Decision, KeyTask, Vendor } from '../policy/index.ts'
import type { SecretBytes } from '../secrets/index.ts'
import type { Check, Fragment } from '../storage/index.ts'
import type { KeyRightsService } from './rights/key-rights-service.ts'
import type { NewKeyTerms } from './keys/manage-keys.ts'
import type { KeyMaterials } from './material/material-operations.ts'
import type { KeyUses } from './use/use-operations.ts'

/** Which generation of which key did something. `keyUid` is internal, 32 hexadecimal digits, never reused. */
export interface KeyUse {
  readonly keyUid: string
  readonly version: number
  readonly arn: string
  /**
   * Decides anew whether the caller may still use the key so, and gives the guards of then; `reference` takes them into
   * the commit. Refuses with `access-denied`. Absent where nothing was asked, as in what is stored of a use.
   */
  readonly renew?: () => Awaitable<readonly Check[]>
}

/** Whose interface was asked, and what the key is needed for. */
export interface KeyRoad {
  readonly vendor: Vendor
  readonly task: KeyTask
}

/** By whose order and for what the key is used: what key policy, audit and conditions see. */
export interface KeyRequest {
  readonly caller: Caller
  /** The request that this use belongs to. */
  readonly requestId: string
  /** The service on whose behalf the caller's right is used: set by the object engine only (T-082). */
  readonly via?: 's3'
  /** In which vendor's interface that service was asked, and for what: its pages may want more rights. Absent: S3's. */
  readonly road?: KeyRoad
  /** Of the request, for conditions. Absent where `via` is set: an inner check sees no network (spec: forward access). */
  readonly facts?: RequestFacts
  /** Tokens of grants that may not have been seen yet; here every grant is seen at once, so they are only checked. */
  readonly grantTokens?: readonly string[]
  /** Everything is checked and nothing done; ends with `dry-run`. */
  readonly dryRun?: boolean
  /** The records of the request; made anew from the caller where there is none. Absent where `via` is set. */
  readonly trail?: AuditTrail
}

/** What a caller may want to do with a key for which it is asked ahead. */
export type KeyUseAction = 'GenerateDataKey' | 'Decrypt' | 'Encrypt' | 'ReEncryptFrom' | 'ReEncryptTo'

/** A thing that depends on a key. `id` is unique among referrers of a kind: a sealId, an upload id, a bucket's uuid. */
export interface Referrer {
  readonly kind: 'version' | 'upload' | 'default'
  readonly id: Uint8Array
}

/**
 * The key service: keys, their states, their use. Key material never leaves it. A key guards itself: each use is
 * authorized here as the caller, whichever road led there. Failures are of the `key-*`, `alias-*`, `invalid-*`
 * and `access-denied` kinds.
 */
export interface KeyService extends KeyRightsService {
  createKey(request: KeyRequest, options: NewKeyTerms): Promise<KeyDescription>
  describeKey(request: KeyRequest, key: string): Promise<KeyDescription>
  listKeys(request: KeyRequest): Promise<readonly KeyDescription[]>
  dependents(request: KeyRequest, key: string): Promise<KeyDependents>
  updateDescription(request: KeyRequest, key: string, description: string): Promise<KeyDescription>
  enableKey(request: KeyRequest, key: string): Promise<KeyDescription>
  disableKey(request: KeyRequest, key: string): Promise<KeyDescription>
  rotateKey(request: KeyRequest, key: string): Promise<KeyDescription>
  setRotation(request: KeyRequest, key: string, periodDays: number | undefined): Promise<KeyDescription>
  /** `shred`: although something depends on it, with the right to that. */
  scheduleDeletion(
    request: KeyRequest,
    key: string,
    pendingDays: number,
    shred?: boolean | ConfirmedShred,
  ): Promise<KeyDescription>
  cancelDeletion(request: KeyRequest, key: string): Promise<KeyDescription>
  /** `mustExist`: it has to be an alias already, else `alias-not-found`. */
  setAlias(request: KeyRequest, alias: string, key: string, replace: boolean, mustExist?: boolean): Promise<void>
  removeAlias(request: KeyRequest, alias: string): Promise<void>
  listAliases(request: KeyRequest, key?: string, byKey?: boolean): Promise<readonly ListedAlias[]>
  /** The same lists in parts; a mark that no list can have given is `invalid-marker`. */
  listKeysInParts(
    request: KeyRequest,
    page: KeyListPage,
  ): Promise<{ readonly keys: readonly ListedKey[]; readonly next?: string; readonly total?: number }>
  listAliasesInParts(
    request: KeyRequest,
    key: string | undefined,
    page: KeyListPage,
  ): Promise<{ readonly aliases: readonly ListedAlias[]; readonly next?: string }>

  /** What the key service's own wire asks of keys. */
  readonly uses: KeyUses
  readonly materials: KeyMaterials

  /** A fresh 32-byte data key under the key, and its `CKB1` wrap. */
  generateDataKey(
    request: KeyRequest,
    options: { readonly key: string; readonly context: EncryptionContext },
  ): Promise<{ readonly plaintext: SecretBytes; readonly blob: Buffer; readonly use: KeyUse }>
  /**
   * Opens a `CKB1` blob; any doubt is `invalid-ciphertext`. `expectKeyArn`: another key is `incorrect-key`. `forWriting`:
   * a data key that one writer had made and others write under (a bucket key): fetching it is a GenerateDataKey, by
   * that right and in the record, and is possible to the object engine alone (`via`).
   */
  decrypt(
    request: KeyRequest,
    options: {
      readonly blob: Uint8Array
      readonly context: EncryptionContext
      readonly expectKeyArn?: string
      readonly forWriting?: boolean
    },
  ): Promise<{ readonly plaintext: SecretBytes; readonly use: KeyUse }>
  encrypt(
    request: KeyRequest,
    options: { readonly key: string; readonly plaintext: SecretBytes; readonly context: EncryptionContext },
  ): Promise<{ readonly blob: Buffer; readonly use: KeyUse }>
  reEncrypt(
    request: KeyRequest,
    options: {
      readonly blob: Uint8Array
      readonly sourceContext: EncryptionContext
      readonly key: string
      readonly context: EncryptionContext
    },
  ): Promise<{ readonly blob: Buffer; readonly source: KeyUse; readonly use: KeyUse }>

  /**
   * Whether the caller may do `action` on the key behind `use`, and the key is usable now. Asked for when a cached
   * bucket key spares the key store: authorization and key state are evaluated on every request. `renew`: for the use
   * that rests on this answer.
   */
  authorizeUse(
    request: KeyRequest,
    use: Pick<KeyUse, 'keyUid' | 'arn'>,
    action: KeyUseAction,
    context: EncryptionContext,
  ): Awaitable<Required<Pick<KeyUse, 'renew'>>>
  /**
   * The rights that the page of the request's `road` wants for its task with this key, besides a use: look-ups, at OSS.
   * `access-denied`; nothing for the managed key, and on roads that want no more than the use.
   */
  authorizeTask(request: KeyRequest, use: Pick<KeyUse, 'keyUid' | 'arn'>): Promise<void>
  /** What is said to a use of a key and by whom, without doing it: for `coffer policy explain`. */
  explainUse(
    request: KeyRequest,
    key: string,
    action: string,
    /** Values of condition keys, by their lower-case names. */
    conditions: Readonly<Record<string, readonly string[]>>,
  ): Promise<{ readonly keyArn: string; readonly decision: Decision }>
  /** The key a text means for this caller: by id, ARN, alias. `undefined` text: the account's managed key, made on first need. */
  resolve(
    request: KeyRequest,
    key: string | undefined,
  ): Awaitable<{
    readonly keyUid: string
    readonly version: number
    readonly arn: string
    /** The key that accounts have by themselves. */
    readonly managed?: boolean
  }>

  /**
   * What a commit carries that makes `referrer` depend on the key: a check that the key still lives (`key/<uid>/life`),
   * the counter, the `use/` entry. Reads the life row now.
   */
  reference(use: KeyUse, referrer: Referrer): Awaitable<Fragment>
  /** What a commit carries that ends that dependence. */
  dereference(use: Pick<KeyUse, 'keyUid' | 'version'>, referrer: Referrer): Fragment

  /** The root-side service keys behind `sse-s3` and `none`: unwrapped once per process and version, one audited use. */
  serviceKey(account: AccountId, version?: number): Awaitable<{ readonly version: number; readonly key: SecretBytes }>
}
