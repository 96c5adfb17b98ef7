import type { KeyMaterialAdminBodies, KeyMaterialAdminResults } from './key-material-wire.ts'
import type { AccountAdminBodies, AccountAdminResults } from './account-wire.ts'

export {
  CONSOLE_API_PREFIX,
  CONSOLE_TOKEN_HEADER,
  CONSOLE_VOCABULARY_HEADER,
  type AuthorizeJson,
  type BucketJson,
  type ConsoleBucketEncryptionJson,
  type ConsoleEncryptionJson,
  type ConsoleListedObjectJson,
  type ConsoleObjectJson,
  type ConsoleStoredJson,
  type CreateBucketBody,
  type DeletedJson,
  type EncryptionChoiceJson,
  type KeyPageJson,
  type KeyRowJson,
  type MissingRightJson,
  type ObjectListingJson,
  type OverviewJson,
  type PageJson,
  type SharedJson,
  type ConsoleErrorJson,
  type PublicSystemJson,
  type SessionJson,
  type SessionListJson,
  type SignInBody,
  type SystemJson,
  type VocabularyName,
  type ChangePasswordBody,
  type JobJson,
  type KeySignInBody,
  type PasswordBody,
  type PasswordJson,
  type PasswordSignInBody,
  type RoleBody,
  type RoleTrustBody,
  type ValidatedPolicyJson,
  type ValidatePolicyBody,
} from './console/wire.ts'
export type {
  AclGrantJson,
  AclJson,
  CannedAclName,
  CorsJson,
  CorsRuleJson,
  LegalHoldJson,
  LifecycleJson,
  LifecycleRuleJson,
  LoggingJson,
  NotificationJson,
  ObjectLockJson,
  OwnershipJson,
  PublicAccessJson,
  PutAclBody,
  RetentionJson,
  RevisedJson,
  RuleTimeJson,
  SettingJson,
  ShownLoggingJson,
  ShownWebsiteJson,
  TagsJson,
  VersioningJson,
  WebsiteJson,
  WebsiteRuleJson,
} from './console/settings-wire.ts'
export type { AccountJson } from './account-wire.ts'
export type {
  ImportKeyBody,
  ImportParametersBody,
  ImportParametersJson,
  KeyMaterialGenerationJson,
  KeyMaterialJson,
  KeyRotationStateJson,
} from './key-material-wire.ts'

import type { JobJson, ValidatedPolicyJson, VocabularyName } from './console/wire.ts'

/**
 * The admin API's JSON, for the command line and the console. Additive within a major version: readers pass over names
 * they do not know. Times are ISO 8601 in UTC; sizes are bytes.
 */

import type { PeopleAdminBodies, PeopleAdminResults } from './people-wire.ts'

export type {
  AccessKeyJson,
  CredentialsJson,
  GroupJson,
  PeopleAdminKind,
  PolicyJson,
  PolicyLanguageName,
  RoleJson,
  UserJson,
} from './people-wire.ts'

export const ADMIN_PREFIX = '/-/admin/v1/'
export const ADMIN_OBJECTS_PREFIX = `${ADMIN_PREFIX}objects/`
export const MAX_ADMIN_BODY_BYTES = 64 * 1024

export interface KeyJson {
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

/** Principals by ARN, services by name. */
export interface GrantJson {
  readonly id: string
  readonly name?: string
  readonly created: string
  readonly grantee: string
  readonly retiring?: string
  readonly operations: readonly string[]
  readonly contextEquals?: readonly TagJson[]
  readonly contextSubset?: readonly TagJson[]
}

export interface DependentsJson {
  readonly versions: number
  readonly uploads: number
  readonly defaults: number
  readonly byVersion: readonly { readonly version: number; readonly count: number }[]
}

export interface BucketEncryptionJson {
  readonly mode: string
  readonly cipher: string
  readonly key?: string
  readonly bucketKey: boolean
  readonly explicit: boolean
  readonly blocked?: string
}

export interface ShownEncryptionJson {
  readonly mode: string
  readonly cipher: string
  readonly keyArn?: string
  readonly bucketKey?: boolean
}

export interface ObjectJson {
  readonly key: string
  readonly versionId?: string
  readonly size: number
  readonly lastModified: string
  readonly etag: string
  readonly contentType?: string
  readonly storageClass: string
  readonly metadata: Readonly<Record<string, string>>
  readonly tagCount: number
  readonly encryption: ShownEncryptionJson
  readonly parts?: number
}

export interface StoredJson {
  readonly versionId?: string
  readonly etag: string
  readonly size: number
  readonly encryption: ShownEncryptionJson
}

export interface ListedObjectJson {
  readonly key: string
  readonly size: number
  readonly lastModified: string
  readonly etag: string
  readonly storageClass: string
}

export interface StatusJson {
  readonly state: string
  readonly version: string
  readonly region: string
  readonly account: string
  readonly started: string
  readonly workers: number
  readonly data: string
  readonly freeBytes?: number
  readonly buckets: number
  readonly versions: number
  readonly bytes: number
  readonly uploads: number
  readonly rootProvider: string
  readonly audit?: {
    readonly verifierKey?: string
    readonly signed?: string
    readonly signedRecords?: number
    readonly records: number
  }
}

export interface VerifyJson {
  readonly versions: number
  readonly sealed: number
  readonly readable: number
  readonly keysMissing: number
  readonly damaged: readonly {
    readonly bucket: string
    readonly key: string
    readonly versionId: string
    readonly what: string
  }[]
  readonly countersAgree: boolean
  readonly indexAgrees: boolean
  readonly orphans: number
  readonly leftovers: number
  readonly remarks: readonly string[]
}

export interface AuditRecordJson {
  readonly time: string
  readonly requestId: string
  readonly action: string
  readonly resource: string
  readonly caller: string
  readonly outcome: string
  readonly failure?: string
  readonly message?: string
  readonly sourceAddress?: string
  readonly userAgent?: string
  readonly dialect?: string
  readonly decision?: string
  readonly policies?: readonly string[]
  readonly owner?: string
  readonly detail?: Readonly<Record<string, string>>
  readonly id?: string
}

export interface AuditReportJson {
  readonly intact: boolean
  readonly records: number
  readonly segments: number
  readonly checkpoints: number
  readonly first?: string
  readonly last?: string
  readonly problems: readonly {
    readonly what: string
    readonly record?: number
    readonly segment?: number
    readonly after?: string
  }[]
  readonly checkpoint?: { readonly size: number; readonly root: string; readonly note: string }
  readonly verifierKey?: string
}

export interface AuditProofJson {
  readonly line: string
  readonly index: number
  readonly size: number
  readonly hashes: readonly string[]
  readonly checkpoint: string
  readonly verifierKey: string
}

export interface KeyUsageJson {
  readonly key: string
  readonly since: string
  readonly lastUsed?: string
  readonly users: readonly {
    readonly caller: string
    readonly action: string
    readonly outcome: string
    readonly count: number
    readonly first: string
    readonly last: string
  }[]
  readonly subjects: readonly { readonly subject: string; readonly count: number; readonly last: string }[]
  readonly more: boolean
}

export interface UnusedKeyJson {
  readonly id: string
  readonly arn: string
  readonly aliases: readonly string[]
  readonly state: string
  readonly created: string
  readonly lastUsed?: string
}

/** What would be said to a request, and by whom. `decision`: `allow`, `explicit-deny` or `no-opinion`. */
export interface ExplanationJson {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly decision: string
  readonly reason: string
  readonly sides: readonly {
    readonly side: string
    readonly says: string
    readonly policy?: string
    readonly sid?: string
    readonly index?: number
  }[]
}

export type TagJson = Readonly<Record<'key' | 'value', string>>

/** What each operation answers. */
export interface AdminResults extends AccountAdminResults, KeyMaterialAdminResults, PeopleAdminResults {
  'validate-policy': ValidatedPolicyJson
  'list-jobs': { readonly jobs: readonly JobJson[] }
  'control-job': Nothing
  'server-status': StatusJson
  'verify-store': VerifyJson
  'search-audit': { readonly records: readonly AuditRecordJson[] }
  'verify-audit': AuditReportJson
  'prove-audit': AuditProofJson
  'export-audit': { readonly lines: readonly string[]; readonly next?: number }
  'get-audit-checkpoint': { readonly verifierKey: string; readonly note?: string; readonly time?: string }
  'get-key-usage': KeyUsageJson
  'list-unused-keys': { readonly keys: readonly UnusedKeyJson[] }
  'explain-policy': ExplanationJson
  'list-buckets': {
    readonly buckets: readonly { readonly name: string; readonly created: string; readonly region: string }[]
    readonly next?: string
  }
  'create-bucket': { readonly location: string }
  'head-bucket': { readonly region: string }
  'delete-bucket': Nothing
  'get-bucket-encryption': BucketEncryptionJson
  'put-bucket-encryption': Nothing
  'delete-bucket-encryption': Nothing
  'get-bucket-versioning': { readonly versioning: string }
  'put-bucket-versioning': Nothing
  'list-objects': {
    readonly objects: readonly ListedObjectJson[]
    readonly groups: readonly string[]
    readonly truncated: boolean
    readonly next?: string
  }
  'head-object': ObjectJson
  'put-object': StoredJson
  'copy-object': StoredJson & { readonly lastModified: string }
  'delete-object': { readonly versionId?: string; readonly deleteMarker: boolean }
  'get-object-tagging': { readonly tags: readonly TagJson[]; readonly versionId?: string }
  'put-object-tagging': { readonly versionId?: string }
  'delete-object-tagging': { readonly versionId?: string }
  'create-key': { readonly key: KeyJson }
  'list-keys': { readonly keys: readonly KeyJson[] }
  'describe-key': { readonly key: KeyJson }
  'key-dependents': { readonly key: KeyJson; readonly dependents: DependentsJson }
  'enable-key': { readonly key: KeyJson }
  'disable-key': { readonly key: KeyJson }
  'rotate-key': { readonly key: KeyJson }
  'set-key-rotation': { readonly key: KeyJson }
  'schedule-key-deletion': { readonly key: KeyJson }
  'cancel-key-deletion': { readonly key: KeyJson }
  'set-alias': Nothing
  'remove-alias': Nothing
  'list-aliases': { readonly aliases: readonly { readonly alias: string; readonly keyId?: string }[] }
  'get-key-policy': { readonly policy: string }
  'put-key-policy': Nothing
  /** `token`: shown this once. */
  'create-grant': { readonly id: string; readonly token: string }
  'list-grants': { readonly grants: readonly GrantJson[] }
  'revoke-grant': Nothing
}

export type AdminKind = keyof AdminResults
export type Nothing = Readonly<Record<string, never>>

/** What names the target of an operation: always in the query, because it is decided about before a body is read. */
export interface AdminTarget {
  readonly bucket?: string
  readonly object?: string
  readonly versionId?: string
  /** A KMS key: id, ARN or alias. */
  readonly key?: string
  readonly sourceBucket?: string
  readonly sourceObject?: string
  readonly sourceVersionId?: string
  /** 12 digits. */
  readonly account?: string
}

/** The names of `AdminTarget` in the query. */
export const TARGET_PARAMETERS = {
  bucket: 'bucket',
  object: 'object',
  versionId: 'version-id',
  key: 'key',
  sourceBucket: 'source-bucket',
  sourceObject: 'source-object',
  sourceVersionId: 'source-version-id',
  account: 'account',
} as const satisfies Readonly<Record<keyof AdminTarget, string>>

export interface EncryptionJson {
  readonly mode: 'sse-s3' | 'sse-kms' | 'dsse-kms'
  readonly key?: string
  readonly bucketKey?: boolean
}

/** The body of each operation; those without a line take none. */
export interface AdminBodies extends AccountAdminBodies, KeyMaterialAdminBodies, PeopleAdminBodies {
  'control-job': { readonly job: string; readonly act: 'pause' | 'resume' | 'run' }
  'validate-policy': {
    readonly text: string
    readonly language?: VocabularyName
    readonly use?: 'bucket' | 'people' | 'key' | 'trust'
    readonly bucket?: string
  }
  'search-audit': {
    readonly action?: string
    readonly resource?: string
    readonly caller?: string
    readonly usedKey?: string
    readonly requestId?: string
    readonly outcome?: string
    readonly since?: string
    readonly until?: string
    readonly limit?: number
  }
  'verify-audit': { readonly checkpoints?: string }
  'prove-audit': { readonly id: string }
  'export-audit': {
    readonly format?: 'cloudtrail' | 'ledger'
    readonly from?: number
    readonly limit?: number
    readonly since?: string
    readonly until?: string
  }
  'get-key-usage': { readonly since: string }
  'list-unused-keys': { readonly since: string }
  'list-buckets': { readonly prefix?: string; readonly after?: string; readonly maxBuckets?: number }
  'create-bucket': { readonly location?: string }
  'put-bucket-encryption': {
    readonly mode?: 'none' | 'sse-s3' | 'sse-kms' | 'dsse-kms'
    readonly cipher?: 'aes-256' | 'sm4'
    readonly key?: string
    readonly bucketKey?: boolean
    readonly blocked?: 'none' | 'sse-c'
  }
  'put-bucket-versioning': { readonly versioning: 'enabled' | 'suspended' }
  'list-objects': {
    readonly prefix?: string
    readonly delimiter?: string
    readonly after?: string
    readonly continuation?: string
    readonly maxKeys?: number
  }
  'copy-object': { readonly encryption?: EncryptionJson }
  'put-object-tagging': { readonly tags: readonly TagJson[] }
  'explain-policy': {
    readonly principal: string
    readonly action: string
    readonly resource: string
    readonly context?: readonly TagJson[]
  }
  'create-key': {
    readonly description?: string
    readonly alias?: string
    readonly keyId?: string
    /** `external`: its material is imported. */
    readonly origin?: 'coffer' | 'external'
  }
  'set-key-rotation': { readonly periodDays?: number }
  /** `shred`: although something depends on it, with the right `coffer:CryptoShred`. */
  'schedule-key-deletion': { readonly pendingDays?: number; readonly shred?: boolean }
  'set-alias': { readonly alias: string; readonly replace?: boolean }
  'put-key-policy': { readonly policy: string; readonly bypassLockoutCheck?: boolean }
  'create-grant': {
    readonly grantee: string
    readonly retiring?: string
    readonly operations: readonly string[]
    readonly name?: string
    readonly contextEquals?: readonly TagJson[]
    readonly contextSubset?: readonly TagJson[]
  }
  'revoke-grant': { readonly grantId: string }
}

export type AdminBody<Kind extends AdminKind> = Kind extends keyof AdminBodies ? AdminBodies[Kind] : Nothing

/** Every refusal. `code` is stable; further members depend on it. */
export interface AdminError {
  readonly code: string
  readonly message: string
  readonly requestId: string
  readonly [name: string]: string | number | boolean
}
