/**
 * The JSON of a bucket's settings, `GET` and `PUT buckets/:b/<setting>`. What was never put answers 404; settings that every
 * bucket has answer what holds. Each `GET` has `revision`, which is the `ETag` too: `If-Match` with it, or `If-None-Match: *`
 * where there was nothing, and a `PUT` or `DELETE` of what somebody else changed meanwhile is refused (412
 * `PreconditionFailed`; `current` is what is there now, `revision` included). Bodies of a `PUT` are the same without `revision`.
 */

/** Changes with what is shown, and with nothing else. */
export interface RevisedJson {
  readonly revision: string
}

/** What every setting's `GET` answers. */
export type SettingJson<Setting> = Setting & RevisedJson

export interface CorsRuleJson {
  readonly id?: string
  /** At most one `*` in each; 1 to 100. */
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly ('GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD')[]
  readonly allowedHeaders: readonly string[]
  readonly exposeHeaders: readonly string[]
  /** 0 to 2^31 - 1. */
  readonly maxAgeSeconds?: number
}

/** `buckets/:b/cors`. */
export interface CorsJson {
  /** 1 to 100; the first that fits counts. */
  readonly rules: readonly CorsRuleJson[]
  readonly alwaysVary?: boolean
}

/** When a rule reaches something: exactly one of them. Dates are midnight UTC, `2026-12-31`. */
export interface RuleTimeJson {
  readonly days?: number
  readonly date?: string
  readonly createdBefore?: string
}

export interface LifecycleRuleJson {
  /** Made by the server where there is none. */
  readonly id?: string
  readonly enabled: boolean
  readonly prefix?: string
  readonly tags?: readonly { readonly key: string; readonly value: string }[]
  /** Exclusive, as is the other. */
  readonly largerThanBytes?: number
  readonly smallerThanBytes?: number
  readonly expiration?: RuleTimeJson & { readonly expiredDeleteMarker?: true }
  readonly noncurrentExpiration?: { readonly days: number; readonly newerVersions?: number }
  readonly abortUploads?: RuleTimeJson
  readonly transitions?: readonly (RuleTimeJson & { readonly storageClass: string })[]
  readonly noncurrentTransitions?: readonly {
    readonly days: number
    readonly newerVersions?: number
    readonly storageClass: string
  }[]
}

/** `buckets/:b/lifecycle`: 1 to 1,000 rules. */
export interface LifecycleJson {
  readonly rules: readonly LifecycleRuleJson[]
  readonly transitionMinimum?: 'all_storage_classes_128K' | 'varies_by_storage_class'
}

/** `buckets/:b/versioning`. `unversioned` is shown, and cannot be put. */
export interface VersioningJson {
  readonly versioning: 'unversioned' | 'enabled' | 'suspended'
}

/** `buckets/:b/tags`. */
export interface TagsJson {
  readonly tags: readonly { readonly key: string; readonly value: string }[]
}

/** `buckets/:b/public-access`. */
export interface PublicAccessJson {
  readonly blockPublicAcls: boolean
  readonly ignorePublicAcls: boolean
  readonly blockPublicPolicy: boolean
  readonly restrictPublicBuckets: boolean
}

export interface AclGrantJson {
  readonly grantee:
    /** Shown by its number; put by that, its canonical id, or a vendor's spelling of it. */
    | { readonly kind: 'account'; readonly account: string }
    | { readonly kind: 'group'; readonly group: 'everyone' | 'authenticated' | 'log-delivery' }
  readonly permission: 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL'
  /** OBS: objects of the bucket inherit it. */
  readonly delivered?: boolean
}

export type CannedAclName =
  | 'private'
  | 'public-read'
  | 'public-read-write'
  | 'public-read-delivered'
  | 'public-read-write-delivered'
  | 'authenticated-read'
  | 'default'
  | 'bucket-owner-read'
  | 'bucket-owner-full-control'
  | 'log-delivery-write'

/** `GET buckets/:b/acl`, `GET buckets/:b/object/acl?key=`. */
export interface AclJson {
  readonly owner: string
  readonly grants: readonly AclGrantJson[]
  /** The ready-made list that these grants are, if they are one. */
  readonly canned?: CannedAclName
}

/** The body of their `PUT`: one of the two. Grants are the whole list, the owner's own included. */
export interface PutAclBody {
  readonly canned?: CannedAclName
  readonly grants?: readonly AclGrantJson[]
}

/** `buckets/:b/ownership`: whether lists count. */
export interface OwnershipJson {
  readonly ownership: 'bucket-owner-enforced' | 'bucket-owner-preferred' | 'object-writer' | 'bucket-owner'
}

export interface WebsiteRuleJson {
  readonly keyPrefixEquals?: string
  readonly keySuffixEquals?: string
  /** 4xx or 5xx. */
  readonly errorCodeEquals?: number
  readonly redirect: {
    readonly protocol?: 'http' | 'https'
    readonly hostName?: string
    /** 301 where it is absent. */
    readonly status?: number
    readonly replaceKeyWith?: string
    readonly replaceKeyPrefixWith?: string
  }
}

/** `buckets/:b/website`: either `redirectAll` alone, or `index` with the rest. */
export interface WebsiteJson {
  readonly index?: { readonly suffix: string; readonly subDirectories?: boolean }
  readonly error?: { readonly key: string; readonly status?: number }
  readonly redirectAll?: { readonly hostName?: string; readonly protocol?: 'http' | 'https' }
  /** At most 50. */
  readonly rules: readonly WebsiteRuleJson[]
}

/** What `GET` shows besides: `foreign`: a vendor's document says more than this page can; putting it anew loses that. */
export interface ShownWebsiteJson extends WebsiteJson {
  readonly foreign?: 'oss' | 'obs' | 'cos' | 's3'
}

/** `GET buckets/:b/logging`. */
export interface ShownLoggingJson {
  /** Absent: nothing is logged. */
  readonly logging?: LoggingJson
}

/** The body of `PUT buckets/:b/logging`; `DELETE` ends it. The target lies in the same account and region. */
export interface LoggingJson {
  readonly bucket: string
  readonly prefix: string
  readonly keyFormat?: 'simple' | 'partitioned-event-time' | 'partitioned-delivery-time'
  readonly role?: string
}

/** `buckets/:b/notification`: at most 100 rules; none: nothing is told. `targets` of `GET system` are what there is to choose from. */
export interface NotificationJson {
  readonly rules: readonly {
    /** Made by the server where there is none. */
    readonly id?: string
    /** In S3's words `topic`, `queue` or `function`; `topic` where nothing is said. */
    readonly form?: 'topic' | 'queue' | 'function'
    /** `arn:coffer:webhook:::<name>`. */
    readonly target: string
    /** `s3:ObjectCreated:*` ... */
    readonly events: readonly string[]
    readonly prefix?: string
    readonly suffix?: string
  }[]
}

/** `buckets/:b/object-lock`: 404 `NoSuchObjectLock` where it was never switched on. It cannot be switched off. */
export interface ObjectLockJson {
  readonly defaultRetention?: {
    readonly mode: 'governance' | 'compliance'
    readonly unit: 'days' | 'years'
    readonly count: number
  }
}

/** `buckets/:b/object/retention?key=&versionId=`; in a `PUT` nothing at all lifts it, with `bypassGovernance` where that is needed. */
export interface RetentionJson {
  readonly mode: 'governance' | 'compliance'
  readonly until: string
}

/** `buckets/:b/object/legal-hold?key=&versionId=`. */
export interface LegalHoldJson {
  readonly legalHold: boolean
}
