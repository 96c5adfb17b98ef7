import type { AccountId } from './names.ts'

/** The signature schemes by which somebody can show who they are. */
export type Scheme = 'sigv4' | 'sigv4-query' | 'sigv2' | 'sigv2-query'

export type Dialect = 's3' | 'admin'

/**
 * Who asks, after verification. `gateway` makes one from a `Verified` value; the scrub, which an operator switches on,
 * makes the other.
 */
export type Caller =
  | {
      /** The root of an account: everything in its account, nothing elsewhere. */
      readonly kind: 'account-root'
      readonly account: AccountId
      /** `arn:aws:iam::<account>:root` */
      readonly arn: string
      readonly accessKeyId: string
      readonly scheme: Scheme
      /** True when the request came by TLS, the trusted proxies' word included. */
      readonly secure?: boolean
    }
  | { readonly kind: 'anonymous' }
  /** A job of the server itself, in the name of a rule. It has no rights but those the job was given. */
  | { readonly kind: 'job'; readonly job: string; readonly account: AccountId; readonly arn: string }
