/** The default encryption of a bucket as XML, in and out (OBS API reference, bucket encryption). */
import { refuse, type BucketEncryption, type EncryptionRule } from '../../operations/index.ts'
import { element, parent, xmlDocument } from '../xml-writer.ts'
import { atMostOne, expectOnly, readXml, requireOne, settingOf, type XmlElement } from '../xml.ts'
import { MAX_KEY_REFERENCE_CHARACTERS } from './encryption-headers.ts'
import type { ObsFace } from './face.ts'
import { refuseArgument } from '../refuse-argument.ts'
import { refuseUndone } from './obs-request.ts'
import { OBS_NAMESPACE, REQUEST_NAMESPACE } from './options.ts'

const ROOT = 'ServerSideEncryptionConfiguration'
const ALGORITHM = 'SSEAlgorithm'
const KEY = 'KMSMasterKeyID'
const CIPHER = 'KMSDataEncryption'
const PROJECT = 'ProjectID'

/** Clients of OBS itself send `aws:kms` too, and those that fell back to Amazon's signature `aws:AES256`. */
const MODES: ReadonlyMap<string, 'sse-s3' | 'sse-kms'> = new Map([
  ['kms', 'sse-kms'],
  ['aws:kms', 'sse-kms'],
  ['AES256', 'sse-s3'],
  ['aws:AES256', 'sse-s3'],
])

/** The body of PUT ?encryption: one rule, one default. A key of the customer cannot be one. */
export function readEncryptionConfiguration(document: Uint8Array): EncryptionRule {
  const root = readXml(document, { root: ROOT, namespace: REQUEST_NAMESPACE })
  expectOnly(root, ['Rule'])
  const rule = requireOne(root, 'Rule')
  expectOnly(rule, ['ApplyServerSideEncryptionByDefault'])
  const byDefault = requireOne(rule, 'ApplyServerSideEncryptionByDefault')
  expectOnly(byDefault, [ALGORITHM, CIPHER, KEY, PROJECT])
  const algorithm = settingOf(requireOne(byDefault, ALGORITHM))
  const mode = MODES.get(algorithm) ?? refuseArgument(ALGORITHM, algorithm, `${ALGORITHM} is kms or AES256.`)
  const key = textIn(byDefault, KEY)
  const cipher = textIn(byDefault, CIPHER)
  if (textIn(byDefault, PROJECT) !== undefined) {
    if (key === undefined) refuseArgument(PROJECT, undefined, `${PROJECT} needs ${KEY}.`)
    refuseUndone('The project of a KMS key')
  }
  if (mode === 'sse-s3' && key !== undefined) refuseArgument(KEY, key, `${KEY} is only used with kms.`)
  if (key !== undefined && key.length > MAX_KEY_REFERENCE_CHARACTERS) {
    refuse({ kind: 'malformed-xml', detail: 'the key id is too long' })
  }
  const sealed = { mode, cipher: cipherNamed(cipher, mode), bucketKey: false }
  return { rule: key === undefined ? sealed : { ...sealed, key } }
}

function textIn(byDefault: XmlElement, name: string): string | undefined {
  const found = atMostOne(byDefault, name)
  const text = found === undefined ? '' : settingOf(found)
  return text === '' ? undefined : text
}

function cipherNamed(text: string | undefined, mode: 'sse-s3' | 'sse-kms'): 'aes-256' | 'sm4' {
  if (text === undefined || text === 'AES256') return 'aes-256'
  if (text !== 'SM4') return refuseArgument(CIPHER, text, `${CIPHER} is AES256 or SM4.`)
  return mode === 'sse-kms' ? 'sm4' : refuseArgument(CIPHER, text, `${CIPHER} SM4 is only used with kms.`)
}

/** Whether anybody would call this bucket's uploads encrypted. */
export function isConfigured({ mode }: BucketEncryption): boolean {
  return mode !== 'none'
}

/** The answer of GET ?encryption: the key as it was put, and only if one was. */
export function writeEncryptionConfiguration({ mode, cipher, key }: BucketEncryption, face: ObsFace): Buffer {
  const kms = mode === 'sse-kms' || mode === 'dsse-kms'
  const algorithm = kms ? (face === 'amz' ? 'aws:kms' : 'kms') : 'AES256'
  return xmlDocument(
    ROOT,
    OBS_NAMESPACE,
    parent(
      'Rule',
      parent(
        'ApplyServerSideEncryptionByDefault',
        element(ALGORITHM, algorithm),
        kms && cipher === 'sm4' ? element(CIPHER, 'SM4') : '',
        kms ? element(KEY, key) : '',
      ),
    ),
  )
}
