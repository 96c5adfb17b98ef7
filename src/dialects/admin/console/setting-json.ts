import { contentTag } from '../../../http/index.ts'
import type { Answer, BucketEncryption, OperationKind, Results } from '../../../operations/index.ts'
import { present } from '../../present.ts'
import { aclJson } from './acl-json.ts'
import { corsJson } from './cors-json.ts'
import { lifecycleJson } from './lifecycle-json.ts'
import { objectLockJson } from './lock-json.ts'
import { notificationJson } from './notification-json.ts'
import type {
  AclJson,
  CorsJson,
  LifecycleJson,
  NotificationJson,
  ObjectLockJson,
  OwnershipJson,
  PublicAccessJson,
  ShownLoggingJson,
  ShownWebsiteJson,
  TagsJson,
  VersioningJson,
} from './settings-wire.ts'
import { websiteJson } from './website-json.ts'
import type { ConsoleBucketEncryptionJson, VocabularyName } from './wire.ts'

interface ShownSettings {
  'describe-bucket-encryption': ConsoleBucketEncryptionJson
  'get-bucket-versioning': VersioningJson
  'get-bucket-policy': { readonly policy: string; readonly language: VocabularyName }
  'get-public-access-block': PublicAccessJson
  'get-bucket-tagging': TagsJson
  'get-bucket-cors': CorsJson
  'get-bucket-lifecycle': LifecycleJson
  'get-bucket-acl': AclJson
  'get-bucket-ownership': OwnershipJson
  'get-bucket-website': ShownWebsiteJson
  'get-bucket-logging': ShownLoggingJson
  'get-bucket-notification': NotificationJson
  'get-object-lock-configuration': ObjectLockJson
}

type SettingKind = keyof ShownSettings

const LANGUAGES = { aws: 's3', 'oss-bucket': 'oss', 'obs-bucket': 'obs', 'cos-bucket': 'cos' } as const

const SETTING_JSON: { readonly [Kind in SettingKind]: (result: Results[Kind]) => ShownSettings[Kind] } = {
  'describe-bucket-encryption': bucketEncryptionJson,
  'get-bucket-versioning': ({ versioning }) => ({ versioning }),
  'get-bucket-policy': ({ policy }) => ({ policy: policy.text, language: LANGUAGES[policy.grammar] }),
  'get-public-access-block': ({ block }) => ({ ...block }),
  'get-bucket-tagging': ({ tags }) => ({ tags: tags.map(([key, value]) => ({ key, value })) }),
  'get-bucket-cors': ({ cors }) => corsJson(cors),
  'get-bucket-lifecycle': ({ lifecycle }) => lifecycleJson(lifecycle),
  'get-bucket-acl': ({ acl }) => aclJson(acl),
  'get-bucket-ownership': ({ ownership }) => ({ ownership }),
  'get-bucket-website': ({ website }) => websiteJson(website),
  'get-bucket-logging': ({ logging }) =>
    logging === undefined
      ? {}
      : {
          logging: {
            ...{ bucket: logging.targetBucket, prefix: logging.targetPrefix },
            ...present({ keyFormat: logging.keyFormat, role: logging.role }),
          },
        },
  'get-bucket-notification': ({ notification }) => notificationJson(notification),
  'get-object-lock-configuration': ({ lock }) => objectLockJson(lock),
}

export function isSetting(kind: OperationKind): kind is SettingKind {
  return Object.hasOwn(SETTING_JSON, kind)
}

/** A setting as it is shown, and its revision: a name for what was set, which changes with that and with nothing else. */
export function revisedJson({ operation, result }: Answer): { readonly revision: string; readonly body: object } {
  const { kind } = operation
  if (!isSetting(kind)) throw new Error(`${kind} shows no setting`)
  // An answer pairs each kind with its own result; the compiler cannot follow the pair through the union.
  const shape = SETTING_JSON[kind] as (given: unknown) => object
  const body = shape(result)
  return { body, revision: contentTag(JSON.stringify(stableOf(kind, result, body))) }
}

/** Of a default's key, state and names change by themselves. */
function stableOf(kind: SettingKind, result: unknown, body: object): object {
  if (kind !== 'describe-bucket-encryption') return body
  return ruleJson((result as Results['describe-bucket-encryption']).encryption)
}

function ruleJson({ mode, cipher, key, bucketKey, explicit, blocked }: BucketEncryption) {
  return { ...{ mode, cipher, bucketKey, explicit }, ...present({ key, blocked }) }
}

export function bucketEncryptionJson(shown: Results['describe-bucket-encryption']): ConsoleBucketEncryptionJson {
  const { encryption, key: resolved, keyUnknown } = shown
  return {
    ...ruleJson(encryption),
    ...present({ resolved: resolved?.arn }),
    ...present({ keyState: keyUnknown === true ? 'unknown' : resolved?.state }),
    ...present({ keyAliases: resolved?.aliases }),
  }
}
