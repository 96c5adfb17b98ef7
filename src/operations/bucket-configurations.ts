import type { Dialect } from './caller.ts'

/**
 * Configurations of buckets in one model for four spellings. Where a vendor's document has more than the model, the dialect
 * keeps its text in `source`: shown again, exactly, to the dialect that put it; every other dialect writes the model.
 */

/** A document as it was put, at most `MAX_CONFIGURATION_BYTES`. */
export interface ConfigurationSource {
  readonly dialect: Dialect
  readonly text: string
}

/** Of one document, as text. Larger ones of a vendor are refused with `entity-too-large`. */
export const MAX_CONFIGURATION_BYTES = 64 * 1024

export interface CorsRule {
  readonly id?: string
  /** At most one `*` in each. */
  readonly allowedOrigins: readonly string[]
  /** `GET`, `PUT`, `POST`, `DELETE`, `HEAD`. */
  readonly allowedMethods: readonly string[]
  /** Compared without case; at most one `*` in each. */
  readonly allowedHeaders: readonly string[]
  readonly exposeHeaders: readonly string[]
  readonly maxAgeSeconds?: number
}

export interface CorsConfiguration {
  /** In order: the first that fits counts. At most 100. */
  readonly rules: readonly CorsRule[]
  /** OSS, COS: `Vary: Origin` on every answer, whether it was a cross-origin request or not. S3, OBS: absent. */
  readonly alwaysVary?: boolean
}

export interface WebsiteRedirect {
  readonly protocol?: 'http' | 'https'
  readonly hostName?: string
  /** 301 where it is absent; 3xx. */
  readonly status?: number
  readonly replaceKeyWith?: string
  readonly replaceKeyPrefixWith?: string
}

export interface WebsiteRule {
  readonly keyPrefixEquals?: string
  readonly keySuffixEquals?: string
  /** 4xx or 5xx: the rule counts after this error. */
  readonly errorCodeEquals?: number
  /** Absent: a rule of a kind that only its own dialect knows (mirroring); it is kept in `source` and not carried out. */
  readonly redirect?: WebsiteRedirect
}

export interface WebsiteConfiguration {
  readonly index?: {
    readonly suffix: string
    /** OSS `SupportSubDir`; S3 always does. False: a folder below the root shows the root's page. Absent: as S3. */
    readonly subDirectories?: boolean
    /**
     * OSS `Type`: what becomes of `/folder` where only `folder/<suffix>` is there. `redirect`: to `/folder/`, as S3 has it;
     * `serve`: its page at once; `missing`: nothing. Absent: as S3; without sub-directories nothing in any case.
     */
    readonly withoutSlash?: 'redirect' | 'serve' | 'missing'
    /** COS `AutoAddressing`: `/page` shows `page.html` where there is no `page`. Absent: it does not. */
    readonly htmlSuffixOptional?: boolean
  }
  readonly error?: {
    readonly key: string
    /** OSS `HttpStatus`, COS `OriginalHttpStatus` (its `Enabled` is absent here): what the error page is sent with; absent: the error's own. */
    readonly status?: number
  }
  /** `hostName` absent (COS): the same host by another protocol. */
  readonly redirectAll?: { readonly hostName?: string; readonly protocol?: 'http' | 'https' }
  readonly rules: readonly WebsiteRule[]
  readonly source?: ConfigurationSource
}

/** Who may be the page that links here (OSS, COS): asked of reads and writes of objects, not of the settings of the bucket. */
export interface RefererRules {
  /** COS `Status`; OSS has none: true where it has a list, or refuses what is empty. */
  readonly enabled: boolean
  /** No `Referer` header at all is allowed. */
  readonly allowEmpty: boolean
  /** White list; empty: every referer that is not denied. `*` and `?` stand for characters. */
  readonly allowed: readonly string[]
  /** Black list; it wins. */
  readonly denied: readonly string[]
  /** OSS `AllowTruncateQueryString`: the query of a referer does not count. Absent: it does not. */
  readonly truncateQuery?: boolean
  /**
   * OSS `TruncatePath`. True: only the origin of a referer counts; false: all of it; absent, as COS has it: a pattern
   * without a path fits every path.
   */
  readonly truncatePath?: boolean
  /** COS `VerifySignatureURL`: signed URLs are held to the lists too. Absent: they are. */
  readonly signedUrls?: boolean
}

export type RequestPayer = 'bucket-owner' | 'requester'

/** Documents of which a bucket has several, each with an id. */
export type NumberedDocument = 'inventory' | 'analytics' | 'metrics' | 'intelligent-tiering'

/** How many of each a bucket may have. S3 takes 1,000; a bucket is removed with all of them in one commit. */
export const MAX_NUMBERED_DOCUMENTS = 100

/** Reports of what a bucket holds. Validated, stored, returned; carried out later. */
export interface InventoryRules {
  readonly enabled: boolean
  readonly prefix?: string
  readonly destination: {
    /** The bucket's bare name. */
    readonly bucket: string
    /** The account that owns it, as it was written. */
    readonly account?: string
    readonly prefix?: string
    /** `CSV`, `ORC`, `Parquet`. */
    readonly format: string
    /** Absent: as the destination's own default says. */
    readonly encryption?: { readonly kind: 'service' } | { readonly kind: 'kms'; readonly key: string }
    /** The role that writes (OSS, OBS), as it was written. */
    readonly role?: string
  }
  readonly frequency: 'daily' | 'weekly'
  readonly versions: 'all' | 'current'
  /** As the dialect writes them. */
  readonly fields: readonly string[]
}

/** One numbered document as it was put. `inventory`: its model, where it is an inventory. */
export interface StoredDocument {
  readonly id: string
  readonly source: ConfigurationSource
  readonly inventory?: InventoryRules
}

export interface ReplicationRule {
  readonly id?: string
  readonly enabled: boolean
  readonly priority?: number
  /** Empty: everything. */
  readonly prefixes: readonly string[]
  readonly tags?: readonly (readonly [key: string, value: string])[]
  readonly destination: {
    /** The bucket's bare name. */
    readonly bucket: string
    readonly account?: string
    readonly location?: string
    readonly storageClass?: string
  }
  /** Objects under KMS keys go along only where this is on; then `replicaKey` is there too. */
  readonly kmsObjects?: boolean
  readonly replicaKey?: string
  readonly deleteMarkers?: boolean
  readonly existingObjects?: boolean
}

/** Copies to other buckets. Validated, stored, returned; carried out later. */
export interface ReplicationConfiguration {
  /** In whose name, as it was written. */
  readonly role?: string
  readonly rules: readonly ReplicationRule[]
  readonly source?: ConfigurationSource
}
