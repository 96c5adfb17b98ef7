import type { BucketPolicyText } from './bucket-operations.ts'
import type { BucketName } from './names.ts'
import type { PeopleGrammar } from './people-descriptions.ts'

/** What one side said to a question: the resource's own policy, the caller's policies, what limits them, a grant. */
export interface ExplainedSide {
  readonly side: 'resource' | 'identity' | 'boundary' | 'session' | 'also' | 'owner'
  readonly says: 'allow' | 'deny' | 'delegates' | 'silent'
  /** The policy and the statement in it, where one spoke. */
  readonly policy?: string
  readonly sid?: string
  readonly index?: number
}

/** A question to the policies, asked for somebody else: nothing is done. */
export interface ExplainOperation {
  readonly kind: 'explain-policy'
  /** `root`, a user's name, `role/<name>`, or an ARN. */
  readonly principal: string
  /** `s3:PutObject`, `kms:Decrypt` ... */
  readonly action: string
  /** An ARN; of a key also its id or alias; `*`. */
  readonly resource: string
  /** Values of condition keys, by name. */
  readonly context: Readonly<Record<string, readonly string[]>>
}

/** Whether a text would be taken as a policy. Nothing is stored, and nobody is looked up. */
export interface ValidatePolicy {
  readonly kind: 'validate-policy'
  readonly text: string
  readonly grammar: PeopleGrammar | BucketPolicyText['grammar']
  /** What it is to hang on. */
  readonly use: 'identity' | 'bucket' | 'key' | 'trust'
  /** Of a bucket policy: the bucket that its resources have to lie in. */
  readonly bucket?: BucketName
}

/** Why a text is no policy, and where, as far as that is known. Lines and columns are counted from 1. */
export interface PolicyFault {
  readonly message: string
  readonly line?: number
  readonly column?: number
}

export interface ExplainResults {
  /** None: it is one. The reader stops at the first. */
  'validate-policy': { readonly problems: readonly PolicyFault[] }

  'explain-policy': {
    /** ARNs. */
    readonly principal: string
    readonly resource: string
    readonly action: string
    readonly decision: 'allow' | 'explicit-deny' | 'no-opinion'
    readonly reason: string
    readonly sides: readonly ExplainedSide[]
  }
}
