import type { AccountId, Caller } from '../operations/index.ts'

/** One question, with everything the answer depends on. */
export interface Question {
  readonly caller: Caller
  /** `s3:PutObject`, `kms:Decrypt`, `coffer:...` */
  readonly action: string
  /** An ARN. */
  readonly resource: string
  /** The account that owns the resource; undefined when nobody does. */
  readonly owner: AccountId | undefined
}

/** What the policies say. Only `allow` opens anything; `reason` goes to the audit record. */
export type Decision =
  | { readonly kind: 'allow'; readonly reason: string }
  | { readonly kind: 'explicit-deny'; readonly reason: string }
  | { readonly kind: 'no-opinion'; readonly reason: string }

/**
 * May they? A pure function. The root of an account may do everything that is its own account's; nobody else has been
 * given anything, so for nobody else is there an allow. An empty owner is nobody's, never everybody's.
 */
export function evaluate({ caller, owner }: Question): Decision {
  switch (caller.kind) {
    case 'anonymous':
      return { kind: 'no-opinion', reason: 'anonymous: nothing is public' }
    case 'job':
      return { kind: 'no-opinion', reason: 'a job has no rights of its own' }
    case 'account-root':
      if (owner === undefined) return { kind: 'no-opinion', reason: 'the resource has no owner' }
      if (owner !== caller.account) return { kind: 'no-opinion', reason: 'another account owns it' }
      return { kind: 'allow', reason: 'root of the owning account' }
  }
}
