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

/** The body of `POST session`: an access key, or a user with a password. */
export type SignInBody = KeySignInBody | PasswordSignInBody

export interface KeySignInBody {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** 403 `PasswordChangeNeeded`: right, but to be changed first; the same again with `newPassword` does that and signs in. */
export interface PasswordSignInBody {
  /** The account's number or name. */
  readonly account: string
  readonly user: string
  readonly password: string
  readonly newPassword?: string
}

/** What `POST` and `GET session` answer. */
export interface SessionJson {
  /** The principal's ARN. */
  readonly principal: string
  /** `root`, or the user's name. */
  readonly name: string
  readonly kind: 'root' | 'user'
  readonly account: string
  /** What was typed. Who came by a password signs no links (`object/share`). */
  readonly by: 'access-key' | 'password'
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
  /** What the API's listener speaks. */
  readonly dialects: readonly VocabularyName[]
  /** What objects can be sealed with. */
  readonly ciphers: readonly ('aes-256' | 'sm4')[]
  /** What `buckets/:b/notification` can name. */
  readonly notificationTargets: readonly string[]
  readonly passwords: { readonly minChars: number; readonly maxChars: number }
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
    /** Of 412 about a setting: what is there now, its `revision` included; null: nothing is. */
    readonly current?: object | null
    /** Further members of the refusal: `versions`, `uploads`, `defaults`, `limitBytes` ... */
    readonly [name: string]: unknown
  }
}

/** A list: `next` goes into `?after=` of the next request. */
export interface PageJson<Item> {
  readonly items: readonly Item[]
  readonly next?: string
}

export interface MissingRightJson {
  readonly action: string
  readonly resource: string
}

export interface ConsoleEncryptionJson {
  readonly mode: 'none' | 'sse-s3' | 'sse-kms' | 'dsse-kms' | 'sse-c'
  readonly cipher: 'aes-256' | 'sm4'
  readonly keyArn?: string
  readonly bucketKey?: boolean
}

/** A choice for a bucket, an upload or a copy. */
export interface EncryptionChoiceJson {
  readonly mode: 'none' | 'sse-s3' | 'sse-kms' | 'dsse-kms'
  readonly cipher?: 'aes-256' | 'sm4'
  /** Verbatim, as it was typed or chosen: an id, an ARN or an alias. */
  readonly key?: string
  readonly bucketKey?: boolean
}

export interface ConsoleBucketEncryptionJson {
  readonly mode: EncryptionChoiceJson['mode']
  readonly cipher: 'aes-256' | 'sm4'
  /** As it was put. */
  readonly key?: string
  readonly bucketKey: boolean
  /** Whether somebody set it. */
  readonly explicit: boolean
  readonly blocked?: 'none' | 'sse-c'
  /** The ARN that `key` means to the caller now, its state and names; absent where the caller may not describe it. */
  readonly resolved?: string
  readonly keyState?: string
  readonly keyAliases?: readonly string[]
  /** Of the default and of what is blocked (see `settings-wire.ts`). */
  readonly revision?: string
}

/** `GET buckets`, `GET buckets/:b`. `encryption` is absent where the caller may not read it. */
export interface BucketJson {
  readonly name: string
  readonly region: string
  readonly created: string
  readonly kind: 'general' | 'directory'
  readonly zone?: string
  readonly encryption?: ConsoleBucketEncryptionJson
  readonly versions: number
  readonly bytes: number
  readonly uploads: number
}

/** The body of `POST buckets`: the rule is set in the commit that makes the bucket, or neither happens. */
export interface CreateBucketBody {
  /** Of a directory bucket: whole, `<name>--<zone>--x-s3`. */
  readonly name: string
  readonly region?: string
  readonly kind?: 'general' | 'directory'
  /** Versions can be locked; the bucket is versioned from the start. Not of a directory bucket. */
  readonly objectLock?: boolean
  /** Absent: `sse-s3` in the vocabulary `s3`, `none` in the others. */
  readonly encryption?: EncryptionChoiceJson
}

export interface ConsoleListedObjectJson {
  readonly key: string
  readonly size: number
  readonly modified: string
  readonly class: string
  /** Absent: a delete marker. */
  readonly mode?: ConsoleEncryptionJson['mode']
  readonly versionId?: string
  readonly latest?: boolean
  readonly deleteMarker?: boolean
}

export interface ObjectListingJson extends PageJson<ConsoleListedObjectJson> {
  readonly prefixes: readonly string[]
}

/** `GET buckets/:b/object`. Tags and checksums are absent where `missing` names the right. */
export interface ConsoleObjectJson {
  readonly key: string
  readonly versionId?: string
  readonly size: number
  readonly modified: string
  readonly etag: string
  readonly contentType?: string
  readonly class: string
  readonly metadata: Readonly<Record<string, string>>
  readonly tagCount: number
  readonly tags?: readonly { readonly key: string; readonly value: string }[]
  readonly encryption: ConsoleEncryptionJson
  readonly checksums?: Readonly<Record<string, string>>
  readonly parts?: number
  readonly missing?: readonly MissingRightJson[]
}

export interface ConsoleStoredJson {
  readonly versionId?: string
  readonly etag: string
  readonly size: number
  readonly encryption: ConsoleEncryptionJson
  readonly checksums: Readonly<Record<string, string>>
}

export interface DeletedJson {
  readonly items: readonly {
    readonly key: string
    readonly versionId?: string
    readonly deleteMarker?: boolean
    readonly error?: { readonly code: string; readonly message: string }
  }[]
}

export interface SharedJson {
  readonly url: string
  readonly expires: string
  /** The ARN of who signed it: it works as long as that one may read the object. */
  readonly signer: string
}

/** `GET keys`, `GET keys/:id`. */
export interface KeyRowJson {
  readonly id: string
  readonly arn: string
  readonly account: string
  readonly region: string
  readonly state: string
  readonly description: string
  readonly created: string
  readonly manager: string
  readonly origin: string
  readonly spec?: string
  readonly usage?: string
  readonly aliases: readonly string[]
  readonly version: number
  readonly rotation?: { readonly periodDays: number; readonly next: string }
  readonly deletion?: string
}

export interface KeyPageJson extends PageJson<KeyRowJson> {
  readonly missing?: readonly MissingRightJson[]
}

export interface AuthorizeJson {
  readonly items: readonly { readonly allowed: boolean; readonly missing?: readonly MissingRightJson[] }[]
}

export interface OverviewJson {
  readonly buckets: number
  readonly versions: number
  readonly bytes: number
  readonly uploads: number
  readonly keys?: {
    readonly enabled: number
    readonly disabled: number
    readonly pendingDeletion: number
    readonly pendingImport: number
    readonly dueForRotation: number
  }
  readonly refusals?: readonly { readonly action: string; readonly count: number }[]
  readonly moreRefusals?: boolean
  /** How many buckets have which default, of those that were looked at. */
  readonly defaults: readonly { readonly mode: ConsoleEncryptionJson['mode']; readonly buckets: number }[]
  /** Versions that KMS keys of this account hold, and all others; from counters. Absent: the caller may not list keys. */
  readonly versionsByKey?: { readonly underKeys: number; readonly others: number }
  /** `why`: none, alias, key-unknown, key-disabled, key-pending-deletion or public. */
  readonly attention: readonly { readonly bucket: string; readonly why: string; readonly key?: string }[]
}

/** `POST people/users/:user/password` makes one, `PUT` makes or replaces it; `DELETE` takes it away. */
export interface PasswordBody {
  readonly password: string
  /** The user has to choose another at the next sign-in. Absent: they have to. */
  readonly mustChange?: boolean
}

/** `GET people/users/:user/password`; 404 `EntityNotFound`: the user has none. */
export interface PasswordJson {
  readonly user: string
  readonly created: string
  readonly mustChange: boolean
}

/** `POST password`: one's own. Every session that began with the old one ends, this one too. */
export interface ChangePasswordBody {
  readonly oldPassword: string
  readonly newPassword: string
}

/** The body of `PATCH people/roles/:role`: what is absent stays. */
export interface RoleBody {
  readonly description?: string
  /** 3,600 to 43,200. */
  readonly maxSessionSeconds?: number
}

/** The body of `PUT people/roles/:role/trust`: who may take it. */
export interface RoleTrustBody {
  readonly trust: string
}

/** The body of `POST policies/validate`. */
export interface ValidatePolicyBody {
  readonly text: string
  /** Absent: the vocabulary's. */
  readonly language?: VocabularyName
  /** What it is to hang on; a bucket where nothing is said. */
  readonly use?: 'bucket' | 'people' | 'key' | 'trust'
  /** Whose policy: its resources have to lie in it. Of `bucket` alone. */
  readonly bucket?: string
}

export interface ValidatedPolicyJson {
  readonly valid: boolean
  /** Where the reader stopped: the first fault. Lines and columns are counted from 1. */
  readonly problems: readonly { readonly message: string; readonly line?: number; readonly column?: number }[]
}

/** `GET jobs`: what the server does by itself. */
export interface JobJson {
  readonly name: string
  /** `elsewhere`: another process does it. */
  readonly state: 'working' | 'waiting' | 'retrying' | 'elsewhere' | 'paused' | 'stopped'
  /** It stops after the unit that it is at. */
  readonly paused: boolean
  /** False: it never pauses. */
  readonly pausable: boolean
  /** Since the process began that does it. */
  readonly units: number
  readonly failures: number
  readonly lastFailure?: string
  /** The last unit's beginning and end, and when the next one comes by itself. */
  readonly lastStarted?: string
  readonly lastEnded?: string
  readonly next?: string
}
