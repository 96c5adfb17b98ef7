/** The default encryption of a bucket as XML, in and out (spec 3.1 and 3.2). */
import { refuse, type BucketEncryption, type EncryptionRule } from '../../operations/index.ts'
import { element, parent, xmlDocument } from '../xml-writer.ts'
import { atMostOne, every, expectOnly, readXml, requireOne, settingOf, type XmlElement } from '../xml.ts'
import { S3_NAMESPACE } from './options.ts'

const ROOT = 'ServerSideEncryptionConfiguration'
/** Longer than any name of a key; GP buckets keep the text unchecked. */
export const MAX_KEY_REFERENCE_CHARACTERS = 2_048

const MODES: ReadonlyMap<string, 'sse-s3' | 'sse-kms' | 'dsse-kms'> = new Map([
  ['AES256', 'sse-s3'],
  ['aws:kms', 'sse-kms'],
  ['aws:kms:dsse', 'dsse-kms'],
])

function malformed(detail: string): never {
  return refuse({ kind: 'malformed-xml', detail })
}

/** The body of PutBucketEncryption. One rule; an element more or less than the rules of spec 3.1 is `malformed-xml`. */
export function readEncryptionConfiguration(document: Uint8Array): EncryptionRule {
  return readConfiguration(document).rule
}

/** The same for a directory bucket, whose bucket key nobody can switch off. */
export function readDirectoryEncryption(document: Uint8Array): EncryptionRule {
  const { rule, bucketKey } = readConfiguration(document)
  if (bucketKey === false) {
    refuse({ kind: 'invalid-request', detail: 'Directory buckets always use a bucket key.' })
  }
  return rule
}

function readConfiguration(document: Uint8Array): { readonly rule: EncryptionRule; readonly bucketKey?: boolean } {
  const root = readXml(document, { root: ROOT, namespace: S3_NAMESPACE })
  expectOnly(root, ['Rule'])
  const rule = requireOne(root, 'Rule')
  expectOnly(rule, [
    ...['ApplyServerSideEncryptionByDefault', 'BucketKeyEnabled', 'BlockedEncryptionTypes', 'BlockEncryptionTypes'],
  ])
  const byDefault = atMostOne(rule, 'ApplyServerSideEncryptionByDefault')
  const bucketKey = atMostOne(rule, 'BucketKeyEnabled')
  const flag = bucketKey === undefined ? undefined : readBoolean(bucketKey)
  const blocked = readBlocked(rule)
  if (byDefault === undefined) {
    if (blocked === undefined) malformed('the rule says nothing')
    if (flag !== undefined) malformed('BucketKeyEnabled needs ApplyServerSideEncryptionByDefault')
    return { rule: { blocked } }
  }
  const chosen = readDefault(byDefault)
  const change: EncryptionRule = {
    rule: { ...chosen, cipher: 'aes-256', bucketKey: flag ?? false },
    ...(blocked === undefined ? {} : { blocked }),
  }
  return flag === undefined ? { rule: change } : { rule: change, bucketKey: flag }
}

function readDefault(
  byDefault: XmlElement,
): Pick<BucketEncryption, 'key'> & { mode: 'sse-s3' | 'sse-kms' | 'dsse-kms' } {
  expectOnly(byDefault, ['SSEAlgorithm', 'KMSMasterKeyID', 'KMSKeyID'])
  const mode = MODES.get(settingOf(requireOne(byDefault, 'SSEAlgorithm')))
  if (mode === undefined) return malformed('SSEAlgorithm is AES256, aws:kms or aws:kms:dsse')
  const key = readKey(byDefault)
  if (key === undefined) return { mode }
  if (mode === 'sse-s3') {
    refuse({
      kind: 'invalid-argument',
      argument: 'ApplyServerSideEncryptionByDefault',
      detail: 'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
    })
  }
  return { mode, key }
}

/** The syntax says `KMSMasterKeyID`, the examples `KMSKeyID`: both are read, and have to agree (S3-101). */
function readKey(byDefault: XmlElement): string | undefined {
  const texts = ['KMSMasterKeyID', 'KMSKeyID'].flatMap((name) => {
    const found = atMostOne(byDefault, name)
    const text = found === undefined ? '' : settingOf(found)
    return text === '' ? [] : [text]
  })
  const [key, other] = texts
  if (other !== undefined && other !== key) malformed('KMSMasterKeyID and KMSKeyID differ')
  if (key !== undefined && key.length > MAX_KEY_REFERENCE_CHARACTERS) malformed('the key id is too long')
  return key
}

/** `true`, `false`, `1` or `0` (XML Schema booleans). */
export function readBoolean(flag: XmlElement): boolean {
  const text = settingOf(flag)
  if (text === 'true' || text === '1') return true
  return text === 'false' || text === '0' ? false : malformed(`${flag.name} is true or false`)
}

/** Exactly one value; an empty container counts as absent (spec 3.5). */
function readBlocked(rule: XmlElement): 'none' | 'sse-c' | undefined {
  const found = [...every(rule, 'BlockedEncryptionTypes'), ...every(rule, 'BlockEncryptionTypes')]
  const [types] = found
  if (types === undefined) return undefined
  if (found.length > 1) malformed('BlockedEncryptionTypes may come only once')
  expectOnly(types, ['EncryptionType'])
  const type = atMostOne(types, 'EncryptionType')
  if (type === undefined) return undefined
  const text = settingOf(type)
  if (text === 'NONE') return 'none'
  return text === 'SSE-C' ? 'sse-c' : malformed('EncryptionType is NONE or SSE-C')
}

const ALGORITHMS: Readonly<Record<BucketEncryption['mode'], string>> = {
  // Everything is sealed: what other dialects call not encrypted is, on the disk, AES256 (S3-05).
  none: 'AES256',
  'sse-s3': 'AES256',
  'sse-kms': 'aws:kms',
  'dsse-kms': 'aws:kms:dsse',
}

/** The answer of GetBucketEncryption: the key verbatim as it was put, always `KMSMasterKeyID`. */
export function writeEncryptionConfiguration(encryption: BucketEncryption): Buffer {
  const { mode, key, bucketKey, blocked } = encryption
  const algorithm = ALGORITHMS[mode]
  const shownKey = algorithm === 'AES256' ? undefined : key
  return xmlDocument(
    ROOT,
    S3_NAMESPACE,
    parent(
      'Rule',
      parent(
        'ApplyServerSideEncryptionByDefault',
        element('SSEAlgorithm', algorithm),
        element('KMSMasterKeyID', shownKey),
      ),
      element('BucketKeyEnabled', bucketKey),
      blocked === undefined
        ? ''
        : parent('BlockedEncryptionTypes', element('EncryptionType', blocked === 'none' ? 'NONE' : 'SSE-C')),
    ),
  )
}
