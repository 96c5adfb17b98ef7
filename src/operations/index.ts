/**
 * The vocabulary that all rooms share: what can be asked (`Operation`), what comes of it (`Results`), what can be
 * refused (`Failure`), who asks (`Caller`), the names in between, and the one strict reader of JSON that came from outside.
 *
 * Promises: closed unions only; a branded name was checked by its parser. Imports no other room.
 */
export {
  isPublicList,
  MAX_ACL_GRANTS,
  type AccessControlList,
  type AccessControlOperation,
  type AccessControlResults,
  type AclGrant,
  type AclGrantee,
  type AclGroup,
  type AclPermission,
  type AclRequest,
  type AskedGrant,
  type CannedAcl,
  type ObjectOwnership,
} from './access-control.ts'
export {
  MAX_CONFIGURATION_BYTES,
  MAX_NUMBERED_DOCUMENTS,
  type ConfigurationSource,
  type CorsConfiguration,
  type CorsRule,
  type InventoryRules,
  type NumberedDocument,
  type RefererRules,
  type ReplicationConfiguration,
  type ReplicationRule,
  type RequestPayer,
  type StoredDocument,
  type WebsiteConfiguration,
  type WebsiteRedirect,
  type WebsiteRule,
} from './bucket-configurations.ts'
export type { ConfigurationOperation, ConfigurationResults, NumberedOperation } from './configuration-operations.ts'
export type {
  BucketOperation,
  BucketResults,
  BucketTarget,
  DeleteCondition,
  DeleteEntry,
  CreateBucket,
  CreateSession,
  DirectoryPlace,
  DeleteObjects,
  DeleteOutcome,
  DeletedObject,
  EncryptionRule,
  ListedObject,
  ListedType,
  ListedUpload,
  ListedVersion,
  ListObjects,
  ListObjectVersions,
  ListUploads,
  ObjectListing,
  BucketPolicyText,
  PublicAccessBlock,
  UploadListing,
  VersionListing,
  Versioning,
} from './bucket-operations.ts'
export { EVERYTHING_BLOCKED } from './bucket-operations.ts'
export { after, type Awaitable } from './awaitable.ts'
export {
  EVERY_SCHEME,
  signatureOf,
  type DirectorySession,
  type DirectorySessionMode,
  SIGNATURES,
  type Signature,
  isSigned,
  principalId,
  requesterName,
  type Caller,
  type Dialect,
  type Principal,
  type RequestFacts,
  type Scheme,
  type Session,
  type SignedCaller,
  type StorageDialect,
  VENDOR_KEY_DIALECTS,
  type VendorKeyDialect,
} from './caller.ts'
export {
  CHECKSUM_BYTES,
  SUM_BYTES,
  type BodyExpectation,
  type BodySum,
  type Checksum,
  type ChecksumAlgorithm,
  type ChecksumType,
  type SumAlgorithm,
} from './checksum.ts'
export {
  MAX_EXTENTS,
  MAX_RESTORE_DAYS,
  type AppendObject,
  type ChangeOperation,
  type ChangeResults,
  type ModifyObject,
  type PutSymlink,
  type RenameObject,
  type TruncateObject,
} from './change-operations.ts'
export type {
  BucketEncryption,
  CustomerKey,
  DataCipher,
  EncryptionContext,
  EncryptionMode,
  EncryptionRequest,
  ShownEncryption,
} from './encryption-settings.ts'
export type {
  BucketLifecycle,
  LifecycleOperation,
  LifecycleResults,
  LifecycleRule,
  NoncurrentExpiration,
  NoncurrentTransition,
  RuleDate,
  RuleExpiration,
  RuleFilter,
  RuleTime,
  RuleTransition,
  TransitionMinimum,
} from './lifecycle-operations.ts'
export type { VersionExpiry } from './lifecycle-due.ts'
export type { BucketObjectLock, DefaultRetention, LockOperation, LockResults } from './lock-operations.ts'
export type { ObjectLock, Retention, RetentionMode } from './object-lock.ts'
export { offeredZone } from './offered-zone.ts'
export type { BucketWorm, WormOperation, WormResults } from './worm-operations.ts'
export type { BucketLogging, LoggingOperation, LoggingResults } from './logging-operations.ts'
export {
  NOTIFICATION_EVENTS,
  type BucketNotification,
  type NotificationEvent,
  type NotificationOperation,
  type NotificationResults,
  type NotificationRule,
} from './notification-operations.ts'
export type {
  BucketConcern,
  BucketFacts,
  ConsoleOperation,
  ConsoleResults,
  MissingRight,
  Overview,
  RightsCheck,
} from './console-operations.ts'
export type { PolicyFault, ValidatePolicy, ExplainedSide, ExplainOperation } from './explain-operation.ts'
export type { JobOperation, JobResults, ShownJob } from './job-operations.ts'
export {
  refuse,
  StoreFailure,
  type ConfigurationName,
  type Failure,
  type FailureKind,
  type SignedText,
} from './failure.ts'
export {
  ECC_SPECS,
  ENCRYPTION_ALGORITHMS,
  HMAC_SPECS,
  isHmacSpec,
  isPairSpec,
  KEY_SPECS,
  KEY_USAGES,
  MAC_ALGORITHM_OF,
  MAC_ALGORITHMS,
  PAIR_SPECS,
  RSA_SPECS,
  SIGNING_ALGORITHMS,
  SIGNING_ALGORITHMS_OF,
  usagesOf,
  WRAPPING_ALGORITHMS,
  type EncryptionAlgorithm,
  type HmacSpec,
  type KeySpec,
  type KeyUsage,
  type MacAlgorithm,
  type PairSpec,
  type SigningAlgorithm,
  type WrappingAlgorithm,
  type WrappingSpec,
} from './key-kinds.ts'
export type {
  ImportKeyMaterial,
  KeyMaterialOperation,
  KeyMaterialResults,
  ShownMaterial,
} from './key-material-operations.ts'
export type {
  ConfirmedShred,
  CreateKey,
  KeyDependents,
  KeyDescription,
  KeyListPage,
  KeyManagementOperation,
  KeyManagementResults,
  KeyNamed,
  KeyOperation,
  KeyResults,
  KeyState,
  ListedAlias,
  ListedKey,
} from './key-operations.ts'
export {
  GRANT_OPERATIONS,
  type CreateGrant,
  type GrantConstraints,
  type GrantFilter,
  type GrantOperation,
  type GrantParty,
  type KeyRightsOperation,
  type KeyRightsResults,
  type KeyTags,
  type ShownGrant,
} from './key-rights-operations.ts'
export type {
  DataKeyPairWanted,
  DataKeyWanted,
  Decrypt,
  Encrypt,
  KeyUseOperation,
  KeyUseResults,
  ReEncrypt,
} from './key-use-operations.ts'
export {
  MAX_OBJECT_KEY_BYTES,
  parseAccountId,
  parseAnyBucketName,
  parseBucketName,
  parseDirectoryName,
  zoneOf,
  parseObjectKey,
  parseUploadId,
  parseVersionId,
  type AccountId,
  type BucketName,
  type ObjectKey,
  type ObjectKeyProblem,
  type ParsedObjectKey,
  type UploadId,
  type VersionId,
} from './names.ts'
export type {
  AttributesRequest,
  ByteRange,
  CopyObject,
  CopySource,
  GetObject,
  HeadObject,
  ObjectBody,
  ObjectDescription,
  ObjectOperation,
  ObjectProperties,
  ObjectResults,
  ObjectTarget,
  OutgoingBody,
  PartAttributes,
  PutObject,
  ReadConditions,
  Slice,
  StoredObject,
  SystemHeaders,
  Tags,
  UserMetadata,
  WriteCondition,
} from './object-operations.ts'
export type { Answer, Operation, OperationKind, OperationOf, Results, Target } from './operation.ts'
export type { AccountOperation, AccountResults } from './account-operations.ts'
export type {
  AccessKeyDescription,
  AccountDescription,
  EntityTags,
  GroupDescription,
  LastUse,
  Page,
  PageRequest,
  PeopleGrammar,
  PolicyDescription,
  PolicyText,
  PolicyVersionDescription,
  RoleDescription,
  UserDescription,
  VendorSpellings,
} from './people-descriptions.ts'
export type { LoginProfile, PasswordOperation } from './password-operations.ts'
export type { PeopleOperation, PeopleResults } from './people-operations.ts'
export { peopleTarget, type PeopleReference } from './people-target.ts'
export type { AttachedPolicy, PolicyEntity, PolicyHolder } from './policy-operations.ts'
export type { SessionOperation, SessionResults, TemporaryCredentials } from './session-operations.ts'
export type { SecretLike } from './secret.ts'
export type {
  AuditOperation,
  AuditProof,
  AuditReport,
  AuditResults,
  KeyUsageReport,
  ShownAuditRecord,
  UnusedKey,
} from './audit-operations.ts'
export type { ServerOperation, ServerResults, ServerStatus, VerifyReport } from './server-operations.ts'
export {
  DEFAULT_JSON_LIMITS,
  isJsonObject,
  parseStrictJson,
  type JsonLimits,
  type JsonList,
  type JsonObject,
  type JsonValue,
} from './strict-json.ts'
export { isArchiveClass, isStorageClass, STORAGE_CLASSES, type StorageClass } from './storage-classes.ts'
export {
  MAX_PART_NUMBER,
  MIN_PART_BYTES,
  type CompleteUpload,
  type CreateUpload,
  type ListedPart,
  type ListParts,
  type UploadOperation,
  type UploadPart,
  type UploadPartCopy,
  type UploadResults,
  type UploadTarget,
} from './upload-operations.ts'
