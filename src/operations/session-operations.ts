import type { AccountId } from './names.ts'
import type { EntityTags } from './people-descriptions.ts'
import type { SecretLike } from './secret.ts'

/** Temporary credentials. The secret is shown once, in this answer, and stored nowhere. */
export interface TemporaryCredentials {
  /** `ASIA...` */
  readonly accessKeyId: string
  readonly secret: SecretLike
  readonly sessionToken: string
  readonly expiresMs: number
}

export type SessionOperation =
  | {
      readonly kind: 'assume-role'
      readonly roleArn: string
      /** 2 to 64 of `[\w+=,.@-]`. */
      readonly sessionName: string
      /** 900 to 43,200; absent: 3,600. */
      readonly durationSeconds?: number
      readonly policy?: string
      readonly policyArns: readonly string[]
      readonly externalId?: string
      readonly tags: EntityTags
      readonly transitiveTagKeys: readonly string[]
      readonly sourceIdentity?: string
      /** A second factor that is named: none is known here, so it is refused. */
      readonly mfaSerial?: string
    }
  /** `durationSeconds`: 900 to 129,600; absent: 43,200; an account's root at most 3,600. */
  | { readonly kind: 'get-session-token'; readonly durationSeconds?: number; readonly mfaSerial?: string }
  | { readonly kind: 'get-caller-identity' }
  | { readonly kind: 'get-access-key-info'; readonly accessKeyId: string }
  /** Ends every session of the user or role that was made until now. */
  | { readonly kind: 'revoke-sessions'; readonly holder: 'user' | 'role'; readonly name: string }

export interface SessionResults {
  'assume-role': {
    readonly credentials: TemporaryCredentials
    /** `AROA...:<session>` */
    readonly assumedRoleId: string
    readonly arn: string
    /** Per cent of what a token may hold. */
    readonly packedPolicySize: number
    readonly sourceIdentity?: string
  }
  'get-session-token': { readonly credentials: TemporaryCredentials }
  'get-caller-identity': { readonly userId: string; readonly account: AccountId; readonly arn: string }
  'get-access-key-info': { readonly account: AccountId }
  'revoke-sessions': { readonly beforeMs: number }
}
