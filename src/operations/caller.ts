import type { AccountId } from './names.ts'

/** The signature schemes by which somebody can show who they are. */
export type Scheme = (typeof EVERY_SCHEME)[number]

/** Header and URL forms, and uploads by form. `obs`: the `OBS` header and the `AccessKeyId` URL; OBS's AWS spellings are `sigv2` and `sigv4`. */
export const EVERY_SCHEME = [
  ...(['sigv4', 'sigv4-query', 'sigv2', 'sigv2-query'] as const),
  ...(['oss-v1', 'oss-v1-query', 'oss-v4', 'oss-v4-query'] as const),
  ...(['obs', 'obs-query', 'cos', 'cos-query'] as const),
  // Of the vendors' key services: Alibaba Cloud's RPC and ACS3, Huawei Cloud's and Tencent Cloud's.
  ...(['acs-rpc', 'acs3', 'sdk-hmac', 'tc3'] as const),
  // The policy of an upload by form.
  ...(['sigv4-post', 'sigv2-post', 'oss-v1-post', 'oss-v4-post', 'obs-post', 'cos-post'] as const),
  // A session of the console: no signature, but a cookie and the page's own token.
  'session',
] as const

/** A kind of signature, in whichever form it is shown: what an access key may be limited to. */
export const SIGNATURES = [
  ...(['sigv4', 'sigv2', 'oss-v1', 'oss-v4', 'obs', 'cos'] as const),
  ...(['acs-rpc', 'acs3', 'sdk-hmac', 'tc3'] as const),
] as const
export type Signature = (typeof SIGNATURES)[number]

export function signatureOf(scheme: Scheme): Signature {
  return SIGNATURES.find((one) => scheme === one || scheme.startsWith(`${one}-`)) ?? 'sigv4'
}

/** The dialects of vendors' object storage. */
export type StorageDialect = 's3' | 'oss' | 'obs' | 'cos'

/** The key services of the vendors, each with the same keys. */
export const VENDOR_KEY_DIALECTS = ['alibaba-kms', 'huawei-kms', 'tencent-kms'] as const
export type VendorKeyDialect = (typeof VENDOR_KEY_DIALECTS)[number]

export type Dialect = StorageDialect | VendorKeyDialect | 'admin' | 'console' | 'kms' | 'iam' | 'sts'

/** Whose credential it is. `arn`: as policies name them. */
export type Principal =
  | {
      /** The root of an account: everything in its account but keys, nothing elsewhere. */
      readonly kind: 'account-root'
      readonly account: AccountId
      /** `arn:aws:iam::<account>:root` */
      readonly arn: string
    }
  | {
      readonly kind: 'user'
      readonly account: AccountId
      /** `arn:aws:iam::<account>:user/<path><name>` */
      readonly arn: string
      /** `AIDA...`: never another user's, whatever becomes of the name. */
      readonly userId: string
      readonly userName: string
    }
  | {
      readonly kind: 'role-session'
      readonly account: AccountId
      /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` */
      readonly arn: string
      /** `AROA...` */
      readonly roleId: string
      readonly roleName: string
      /** `arn:aws:iam::<account>:role/<path><role>` */
      readonly roleArn: string
      readonly sessionName: string
    }

/** What a temporary credential says of itself, sealed in its token. It narrows its principal's rights, never widens them. */
export interface Session {
  /** Unique; names the token in records and in revocations. */
  readonly tokenId: string
  readonly issuedMs: number
  readonly expiresMs: number
  /** Texts of inline session policies; none and no ARNs: the principal's own rights. */
  readonly policies: readonly string[]
  readonly policyArns: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  readonly mfa: boolean
  /** The lasting access key that an own session stands for. */
  readonly ofKey?: string
  /** Present: it is for the objects of one directory bucket, and for nothing else. */
  readonly directory?: DirectorySession
}

export type DirectorySessionMode = 'read-only' | 'read-write'

export interface DirectorySession {
  readonly bucket: string
  /** Of the bucket, 32 hexadecimal digits; absent: it was not there yet, and the session can only create it. */
  readonly bucketId?: string
  readonly mode: DirectorySessionMode
  /** What its objects are encrypted by; absent: the bucket's default. A key's ARN. */
  readonly encryption?: { readonly mode: 'sse-s3' } | { readonly mode: 'sse-kms'; readonly keyArn: string }
}

/** How the principal was shown to ask. */
interface Shown {
  readonly accessKeyId: string
  readonly scheme: Scheme
  /** True when the request came by TLS, the trusted proxies' word included. */
  readonly secure?: boolean
  readonly session?: Session
}

/** A person or a role: somebody who signed. */
export type SignedCaller = Principal & Shown

/**
 * Who asks, after verification. `gateway` makes one from a `Verified` value; the scrub, which an operator switches on,
 * makes the other.
 */
export type Caller =
  | SignedCaller
  | { readonly kind: 'anonymous' }
  /** A job of the server itself, in the name of a rule. It has no rights but those the job was given. */
  | { readonly kind: 'job'; readonly job: string; readonly account: AccountId; readonly arn: string }

/** True for everybody who signed with a credential. */
export function isSigned(caller: Caller): caller is SignedCaller {
  return caller.kind === 'account-root' || caller.kind === 'user' || caller.kind === 'role-session'
}

/** Whoever counts as one requester: two callers of one name have the same rights at one moment. */
export function requesterName(caller: SignedCaller): string {
  const session = caller.session === undefined ? '' : ` ${caller.session.tokenId}`
  return `${caller.kind} ${principalId(caller)} ${caller.accessKeyId}${session}`
}

/** The unique id: an account, `AIDA...`, or `AROA...:<session>` (`aws:userid`). */
export function principalId(principal: Principal): string {
  switch (principal.kind) {
    case 'account-root':
      return principal.account
    case 'user':
      return principal.userId
    case 'role-session':
      return `${principal.roleId}:${principal.sessionName}`
  }
}

/** What is known of a request besides its signature: conditions ask for it. From the connection, never from a client's word. */
export interface RequestFacts {
  /** The client's address, that of a trusted proxy's client included; IPv4 in its own form. */
  readonly sourceIp: string
  readonly secure: boolean
  readonly userAgent?: string
  readonly referer?: string
  /** Milliseconds since 1970. */
  readonly nowMs: number
  readonly region: string
  /** Whose words the request is in. */
  readonly dialect?: Dialect
}
