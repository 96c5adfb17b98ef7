/** The default encryption of a bucket as XML, in and out (spec 3). */
import type { BucketEncryption, EncryptionRule } from '../../operations/index.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { element, parent, xmlDocument } from '../xml-writer.ts'
import { every, expectOnly, readXml, requireOne, settingOf, type XmlElement } from '../xml.ts'
import { malformed, optionalSetting } from './settings.ts'

const ROOT = 'ServerSideEncryptionConfiguration'
const BY_DEFAULT = 'ApplyServerSideEncryptionByDefault'
/** What the SDK for Node has in its tests and examples, and the live service takes. */
const BY_DEFAULT_ALIAS = 'ApplySideEncryptionConfiguration'
const MAX_KEY_REFERENCE_CHARACTERS = 2_048

type Rule = NonNullable<EncryptionRule['rule']>

/** The body of PUT Bucket encryption: exactly one rule. */
export function readEncryptionConfiguration(document: Uint8Array): EncryptionRule {
  const root = readXml(document, { root: ROOT, namespace: '' })
  expectOnly(root, ['Rule'])
  const rule = requireOne(root, 'Rule')
  expectOnly(rule, [BY_DEFAULT, BY_DEFAULT_ALIAS])
  const [byDefault, ...more] = [...every(rule, BY_DEFAULT), ...every(rule, BY_DEFAULT_ALIAS)]
  if (byDefault === undefined || more.length > 0) malformed(`the rule needs one ${BY_DEFAULT}`)
  return { rule: readDefault(byDefault) }
}

function readDefault(byDefault: XmlElement): Rule {
  expectOnly(byDefault, ['SSEAlgorithm', 'KMSMasterKeyID', 'KMSAlgorithm'])
  const algorithm = settingOf(requireOne(byDefault, 'SSEAlgorithm'))
  const key = optionalSetting(byDefault, 'KMSMasterKeyID')
  const keyCipher = optionalSetting(byDefault, 'KMSAlgorithm')
  if (algorithm === 'KMS') {
    if (key !== undefined && key.length > MAX_KEY_REFERENCE_CHARACTERS) malformed('the key id is too long')
    return {
      mode: 'sse-kms',
      cipher: cipherNamed(keyCipher ?? 'AES256', 'KMSAlgorithm'),
      bucketKey: false,
      ...(key === undefined ? {} : { key }),
    }
  }
  if (key !== undefined) refuseArgument('KMSMasterKeyID', undefined, 'KMSMasterKeyID is only used with KMS.')
  if (keyCipher !== undefined) refuseArgument('KMSAlgorithm', undefined, 'KMSAlgorithm is only used with KMS.')
  return { mode: 'sse-s3', cipher: cipherNamed(algorithm, 'SSEAlgorithm'), bucketKey: false }
}

function cipherNamed(text: string, argument: string): Rule['cipher'] {
  if (text === 'AES256') return 'aes-256'
  if (text === 'SM4') return 'sm4'
  return refuseArgument(argument, text, `${argument} is not supported.`)
}

const CIPHERS: Readonly<Record<BucketEncryption['cipher'], string>> = { 'aes-256': 'AES256', sm4: 'SM4' }

/** The answer of GET Bucket encryption: the key verbatim as it was put. Undefined: nothing is set. */
export function writeEncryptionConfiguration(encryption: BucketEncryption): Buffer | undefined {
  const { mode, cipher, key } = encryption
  if (mode === 'none') return undefined
  const kms = mode !== 'sse-s3'
  return xmlDocument(
    ROOT,
    undefined,
    parent(
      'Rule',
      parent(
        BY_DEFAULT,
        element('SSEAlgorithm', kms ? 'KMS' : CIPHERS[cipher]),
        element('KMSMasterKeyID', kms ? key : undefined),
        element('KMSAlgorithm', kms && cipher === 'sm4' ? CIPHERS[cipher] : undefined),
      ),
    ),
  )
}
