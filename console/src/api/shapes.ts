/** The answers of the console's API that the pages use: the server's own types, under the pages' names. */
import type { ConsoleEncryptionJson, PublicSystemJson, SystemJson } from '../../../src/dialects/admin/wire.ts'

export type {
  AuthorizeJson as Authorized,
  BucketJson as BucketRow,
  ConsoleBucketEncryptionJson as BucketEncryption,
  ConsoleEncryptionJson as ShownEncryption,
  ConsoleListedObjectJson as ListedObject,
  ConsoleObjectJson as ObjectDetails,
  ConsoleStoredJson as Stored,
  DeletedJson as Deleted,
  AclJson as AclSetting,
  CorsJson as CorsSetting,
  DependentsJson as Dependants,
  ImportParametersJson as ImportParameters,
  JobJson as Job,
  LifecycleJson as LifecycleSetting,
  NotificationJson as NotificationSetting,
  ObjectLockJson as ObjectLockSetting,
  PasswordJson as Password,
  PublicAccessJson as PublicAccessSetting,
  ShownLoggingJson as LoggingSetting,
  ShownWebsiteJson as WebsiteSetting,
  TagsJson as TagsSetting,
  UnusedKeyJson as UnusedKey,
  ExplanationJson as Explanation,
  GrantJson as Grant,
  KeyPageJson as KeyPage,
  KeyRowJson as KeyRow,
  KeyUsageJson as KeyUsage,
  ObjectListingJson as ObjectListing,
  OverviewJson as OverviewAnswer,
  PageJson as Page,
  PolicyJson as Policy,
  PolicyLanguageName,
  RoleJson as Role,
  SessionJson as Session,
  SharedJson as Shared,
  SignInBody as SignIn,
} from '../../../src/dialects/admin/wire.ts'

export type Mode = ConsoleEncryptionJson['mode']

/** Without a session only the public half is told. */
export type System = PublicSystemJson & Partial<SystemJson>
