/** Whose words the console speaks, and whose rules hold for what is done in it. */
export type Vocabulary = 's3' | 'oss' | 'obs' | 'cos'
export type Language = 'en' | 'zh-CN'

export const VOCABULARIES: readonly Vocabulary[] = ['s3', 'oss', 'obs', 'cos']
export const LANGUAGES: readonly Language[] = ['en', 'zh-CN']

/** The vendors' own names, the same in every language. */
export const VOCABULARY_NAMES: Readonly<Record<Vocabulary, string>> = { s3: 'S3', oss: 'OSS', obs: 'OBS', cos: 'COS' }
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '中文' }

/** What has a vendor's name of its own: each is found on its page, to the letter. */
export type Concept =
  | 'signIn'
  | 'accessKeyId'
  | 'secretAccessKey'
  | 'bucketList'
  | 'createBucket'
  | 'confirmCreate'
  | 'encryptionInCreate'
  | 'none'
  | 'serviceKey'
  | 'kms'
  | 'dsse'
  | 'sm4'
  | 'defaultKey'
  | 'ownKey'
  | 'createKey'
  | 'bucketKey'
  | 'overview'
  | 'settingsPage'
  | 'permissionsPage'
  | 'uploadsPage'
  | 'encryptionArea'
  | 'configure'
  | 'save'
  | 'objectsPage'
  | 'uploadButton'
  | 'addFiles'
  | 'encryptUpload'
  | 'inherit'
  | 'send'
  | 'encryptionOfObject'
  | 'encrypted'
  | 'notEncrypted'
  | 'share'
  | 'stateEnabled'
  | 'stateDisabled'
  | 'statePendingDeletion'
  | 'statePendingImport'
  | 'managementPage'
  | 'configurationPage'
  | 'cors'
  | 'lifecycle'
  | 'tags'
  | 'publicAccess'
  | 'acl'
  | 'website'
  | 'logging'
  | 'notification'
  | 'objectLock'

/** Total: a vocabulary without a word for a concept does not compile. */
export type VendorWords = Readonly<Record<Concept, Readonly<Record<Vocabulary, string>>>>

/** The alias that a vendor's clients know the default key by. */
export const DEFAULT_KEY_ALIASES: Readonly<Record<Vocabulary, string>> = {
  s3: 'alias/aws/s3',
  oss: 'alias/acs/oss',
  obs: 'obs/default',
  cos: 'alias/cos/default',
}
