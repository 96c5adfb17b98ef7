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

export interface ExplainResults {
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
