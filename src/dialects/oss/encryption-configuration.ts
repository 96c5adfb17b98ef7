/** The default encryption of a bucket as XML, in and out. */
import { refuse, type BucketEncryption, type EncryptionRule } from '../../operations/index.ts'
import { element, parent } from '../xml-writer.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf, type XmlElement } from '../xml.ts'
import { refuseEncryption } from './encryption-faults.ts'
import { isMethod, MAX_KEY_REFERENCE_CHARACTERS, type Method } from './encryption-names.ts'
import { OSS_NAMESPACE } from './options.ts'

const ROOT = 'ServerSideEncryptionRule'

/** The body of PutBucketEncryption. The key's text is kept as it came: whether there is such a key, an upload finds out. */
export function readEncryptionRule(document: Uint8Array): EncryptionRule {
  const root = readXml(document, { root: ROOT, namespace: OSS_NAMESPACE })
  expectOnly(root, ['ApplyServerSideEncryptionByDefault'])
  const byDefault = requireOne(root, 'ApplyServerSideEncryptionByDefault')
  expectOnly(byDefault, ['SSEAlgorithm', 'KMSMasterKeyID', 'KMSDataEncryption'])
  const method = settingOf(requireOne(byDefault, 'SSEAlgorithm'))
  if (!isMethod(method)) return refuse({ kind: 'invalid-encryption-algorithm', value: method.slice(0, 64) })
  const key = optional(byDefault, 'KMSMasterKeyID')
  if (method !== 'KMS') {
    if (key !== undefined) refuseEncryption('keyWithoutKms', key)
    return { rule: { mode: 'sse-s3', cipher: method === 'SM4' ? 'sm4' : 'aes-256', bucketKey: false } }
  }
  if (key !== undefined && key.length > MAX_KEY_REFERENCE_CHARACTERS) refuseEncryption('longKey')
  const data = optional(byDefault, 'KMSDataEncryption')
  if (data !== undefined && data !== 'SM4') refuseEncryption('wrongDataCipher', data)
  const cipher = data === 'SM4' ? 'sm4' : 'aes-256'
  return { rule: { mode: 'sse-kms', cipher, bucketKey: false, ...(key === undefined ? {} : { key }) } }
}

/** An empty element counts as absent. */
function optional(from: XmlElement, name: string): string | undefined {
  const found = atMostOne(from, name)
  const text = found === undefined ? '' : settingOf(found)
  return text === '' ? undefined : text
}

const SHOWN: Readonly<Record<BucketEncryption['mode'], Method | 'None'>> = {
  none: 'None',
  'sse-s3': 'AES256',
  'sse-kms': 'KMS',
  'dsse-kms': 'KMS',
}

/** The words of a default. `None`: there is none, which GetBucketEncryption answers with 404. */
export function shownMethod({ mode, cipher }: Pick<BucketEncryption, 'mode' | 'cipher'>): Method | 'None' {
  return mode === 'sse-s3' && cipher === 'sm4' ? 'SM4' : SHOWN[mode]
}

/** The elements of a default, without those that would be empty. */
export function ruleElements(encryption: BucketEncryption): string {
  const method = shownMethod(encryption)
  const kms = method === 'KMS'
  return (
    element('SSEAlgorithm', method) +
    element('KMSMasterKeyID', kms ? encryption.key : undefined) +
    element('KMSDataEncryption', kms && encryption.cipher === 'sm4' ? 'SM4' : undefined)
  )
}

export function writeEncryptionRule(encryption: BucketEncryption): string {
  return parent('ApplyServerSideEncryptionByDefault', ruleElements(encryption))
}

export { ROOT as ENCRYPTION_ROOT }
