/**
 * The JSON of the console's own API, `/api/v1`. Additive within a major version: readers pass over names they do not
 * know. Times are ISO 8601 in UTC; sizes are bytes.
 */

export const CONSOLE_API_PREFIX = '/api/v1/'
/** The header that every call carries, and the only place where the token of `SessionJson.csrf` goes. */
export const CONSOLE_TOKEN_HEADER = 'x-coffer-csrf'
/** `s3`, `oss`, `obs` or `cos`: whose words the person reads. Recorded with what the call does. */
export const CONSOLE_VOCABULARY_HEADER = 'x-coffer-vocabulary'

export type VocabularyName = 's3' | 'oss' | 'obs' | 'cos'

/** The body of `POST session`. */
export interface SignInBody {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** What `POST` and `GET session` answer. */
export interface SessionJson {
  /** The principal's ARN. */
  readonly principal: string
  /** `root`, or the user's name. */
  readonly name: string
  readonly kind: 'root' | 'user'
  readonly account: string
  /** Lives in the page's memory and nowhere else; goes with every call as `X-Coffer-CSRF`. */
  readonly csrf: string
  readonly idleEnds: string
  readonly absoluteEnds: string
  /** When the secret was last typed. */
  readonly proved: string
}

export interface SessionListJson {
  readonly items: readonly {
    readonly current: boolean
    readonly issued: string
    readonly lastUsed: string
    readonly address: string
    readonly userAgent?: string
  }[]
}

/** Everybody learns this much. */
export interface PublicSystemJson {
  readonly seal: 'serving' | 'sealed' | 'stopping'
  /** Why it is sealed, in words. */
  readonly reason?: string
  readonly version: string
  /** The words that the deployment speaks until a person chooses. */
  readonly vocabulary: VocabularyName
  readonly tls: {
    /** Whether this very request came by TLS. */
    readonly secure: boolean
    /** False: this page came over plain HTTP from another machine, and takes no secret. */
    readonly signInAllowed: boolean
  }
}

export interface SystemJson extends PublicSystemJson {
  readonly account: string
  readonly region: string
  readonly regions: readonly string[]
  readonly zones: readonly string[]
  readonly vocabularies: readonly VocabularyName[]
  readonly kms: { readonly state: 'ready' | 'away'; readonly reason?: string }
  /** Present: nothing can be written now, and why. */
  readonly readOnly?: { readonly reason: string }
  /** What clients connect to. */
  readonly endpoints: { readonly api: string }
  readonly limits: {
    readonly putBytes: number
    readonly partBytes: number
    readonly parts: number
    readonly uploadsInParallel: number
    readonly listed: number
    readonly shareSeconds: number
  }
  /** Which requests have to come by TLS. */
  readonly requireTls: 'off' | 'kms' | 'all'
}

/** Every refusal of the console's API. */
export interface ConsoleErrorJson {
  readonly error: {
    /** Stable: `AccessDenied`, `KeyInUse`, `BucketNotEmpty`, `CsrfRefused`, `SignInRefused` ... */
    readonly code: string
    readonly message: string
    readonly requestId: string
    readonly missing?: readonly { readonly action: string; readonly resource: string }[]
    /** What is wrong, by the name of the field. */
    readonly fields?: Readonly<Record<string, string>>
    /** Seconds. */
    readonly retryAfter?: number
    /** The id to ask `explain` about. */
    readonly explain?: string
    readonly state?: 'sealed'
    /** Further members of the refusal: `versions`, `uploads`, `defaults`, `limitBytes` ... */
    readonly [name: string]: unknown
  }
}
