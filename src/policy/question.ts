import type { AccountId, Caller, OperationKind, VendorSpellings } from '../operations/index.ts'
import type { NamedPolicy } from './document.ts'

/** The identity side of a caller at one moment, parsed. `iam` makes one; for an account's root it is empty. */
export interface Rights {
  /** Policies attached to the user or role and to the user's groups. */
  readonly identity: readonly NamedPolicy[]
  readonly boundary?: NamedPolicy
  /** Present: a session that was narrowed; one of these must allow as well. */
  readonly session?: readonly NamedPolicy[]
  /** `aws:PrincipalTag/<key>`: of the user or role, and of the session. */
  readonly tags: ReadonlyMap<string, string>
  /** How the vendors' policies call the caller's account; its own number is always understood. */
  readonly accountSpellings?: VendorSpellings
}

/** Values of a condition key, by its canonical lower-case name; undefined: the request has none. */
export type ContextValues = (key: string) => readonly string[] | undefined

/** One question, with everything the answer depends on. */
export interface Question {
  readonly caller: Caller
  /** Canonical: `s3:PutObject`, `kms:Decrypt`, `iam:CreateUser`, `coffer:...` */
  readonly action: string
  /** What is carried out: its names in the other vocabularies are asked too, so that a Deny holds on every road (T-071). */
  readonly operation?: OperationKind | 'post-object'
  /** Canonical: an ARN. */
  readonly resource: string
  /** The account that owns the resource; undefined when nobody does. */
  readonly owner: AccountId | undefined
  /** How the vendors' policies call that account, where it is not the caller's own (that is in `rights`). */
  readonly ownerSpellings?: VendorSpellings
  /** Undefined: no rights beyond what the caller's kind itself has. */
  readonly rights?: Rights
  /** The policy that hangs on the resource. `key`: nobody has an implicit right, and identity policies count only if it delegates. */
  readonly resourcePolicy?: NamedPolicy & { readonly on: 'bucket' | 'key' | 'trust' }
  /** True for keys, whose owner's root has no right that the key policy does not give. */
  readonly isKey?: boolean
  /** An access control list, or a grant on the key, that allows this to this caller, by its name; conditions of it were judged. */
  readonly alsoAllowedBy?: string
  /** Public access block: policies and lists that are public count only for the owner's account (RestrictPublicBuckets). */
  readonly restrictPublic?: boolean
  /** The bucket's policy does not open what belongs to another account's writer; what it denies is denied. */
  readonly policyOnlyDenies?: boolean
  readonly context?: ContextValues
}

/** What the policies say. Only `allow` opens anything; `reason` goes to the audit record. */
export interface Decision {
  readonly kind: 'allow' | 'explicit-deny' | 'no-opinion'
  readonly reason: string
  /** The statement that made it, where one did. */
  readonly statement?: { readonly policy: string; readonly sid?: string; readonly index: number }
  /** What each side said, for `coffer policy explain`; in the order in which they were asked. */
  readonly sides?: readonly {
    readonly side: 'resource' | 'identity' | 'boundary' | 'session' | 'also' | 'owner'
    readonly says: 'allow' | 'deny' | 'delegates' | 'silent'
    readonly policy?: string
    readonly sid?: string
    readonly index?: number
  }[]
}
