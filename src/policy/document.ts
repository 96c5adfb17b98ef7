/** In which language a policy was written. It is fixed when the policy is put, stored with the text, and never guessed. */
export type Grammar = 'aws' | 'ram' | 'oss-bucket' | 'huawei' | 'obs-bucket' | 'cam' | 'cos-bucket'

/** Whose names a statement speaks: actions, resources and condition keys are matched in these. */
export type Vocabulary = 'aws' | 'ram' | 'huawei' | 'cam'

/** What a document is for: it decides which elements it must and must not have. */
export type PolicyUse = 'identity' | 'bucket' | 'key' | 'trust' | 'session'

/** A policy, read once. Evaluation sees nothing else of it; the text is kept by whoever stores it, byte for byte. */
export interface PolicyDocument {
  readonly grammar: Grammar
  /** AWS: variables are replaced only in documents of version 2012-10-17. */
  readonly variables: boolean
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly sid?: string
  /** Place in the document, from 0. */
  readonly index: number
  readonly effect: 'allow' | 'deny'
  /** In policies of resources, keys and roles; absent elsewhere. */
  readonly principals?: PrincipalSet
  readonly actions: NameSet
  /** Absent: whatever the policy hangs on (trust policies), or everything of the grammar's own scope. */
  readonly resources?: NameSet
  readonly conditions: readonly Condition[]
}

/** Names with `*` and `?`. `negated`: all but these. */
export interface NameSet {
  readonly vocabulary: Vocabulary
  readonly negated: boolean
  readonly patterns: readonly string[]
}

/** `negated`: everybody but these (NotPrincipal). */
export interface PrincipalSet {
  readonly negated: boolean
  readonly entries: readonly PrincipalEntry[]
}

export type PrincipalEntry =
  | { readonly kind: 'everyone' }
  /** The account: it delegates to its own policies. */
  | { readonly kind: 'account'; readonly account: string }
  /** A user, a role, or a role's session, by ARN, and by its unique id where it was known when the policy was put. */
  | { readonly kind: 'principal'; readonly arn: string; readonly id?: string }
  | { readonly kind: 'canonical-user'; readonly id: string }
  | { readonly kind: 'service'; readonly name: string }

/** All of a statement's conditions must hold. The rules for missing keys are those of AWS for every grammar. */
export interface Condition {
  readonly quantifier?: 'for-any-value' | 'for-all-values'
  readonly operator: ConditionOperator
  readonly negated: boolean
  readonly ifExists: boolean
  /** Canonical, lower case, whatever the grammar called it: `aws:sourceip`, `s3:x-amz-server-side-encryption`. */
  readonly key: string
  readonly values: readonly string[]
}

/** Negation is a flag: `StringNotLike` is `string-like`, negated. `unknown`: an Allow does not match, a Deny does. */
export type ConditionOperator =
  | 'string-equals'
  | 'string-equals-ignore-case'
  | 'string-like'
  | 'numeric-equals'
  | 'numeric-less-than'
  | 'numeric-less-than-equals'
  | 'numeric-greater-than'
  | 'numeric-greater-than-equals'
  | 'date-equals'
  | 'date-less-than'
  | 'date-less-than-equals'
  | 'date-greater-than'
  | 'date-greater-than-equals'
  | 'bool'
  | 'binary-equals'
  | 'ip-address'
  | 'arn-like'
  | 'null'
  | 'unknown'

/** A policy under the name that decisions call it by: `inline policy p of user alice`, an ARN, `bucket policy of photos`. */
export interface NamedPolicy {
  readonly name: string
  readonly document: PolicyDocument
}
