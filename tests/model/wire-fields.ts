import assert from 'node:assert/strict'
import {
  CHECKSUM_BYTES,
  type Checksum,
  type ChecksumAlgorithm,
  type CopySource,
  type CustomerKey,
  type EncryptionRequest,
  type OperationOf,
  type ReadConditions,
  type ShownEncryption,
  type Tags,
  type WriteCondition,
} from '../../src/operations/index.ts'

/* What operations and results look like as the fields of the official client. */

export const ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const
export const WIRE_NAMES = {
  crc32: 'CRC32',
  crc32c: 'CRC32C',
  crc64nvme: 'CRC64NVME',
  sha1: 'SHA1',
  sha256: 'SHA256',
} as const
export const MODES = { AES256: 'sse-s3', 'aws:kms': 'sse-kms', 'aws:kms:dsse': 'dsse-kms' } as const

type Checksums = {
  readonly [Name in `Checksum${'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256'}`]?: string | undefined
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

export function checksumField(algorithm: ChecksumAlgorithm, value: string): Checksums {
  return { [`Checksum${WIRE_NAMES[algorithm]}`]: value }
}

export function checksumsOf(output: Checksums & { readonly ChecksumType?: string | undefined }): readonly Checksum[] {
  return ALGORITHMS.flatMap((algorithm): Checksum[] => {
    const shown = output[`Checksum${WIRE_NAMES[algorithm]}`]
    if (shown === undefined) return []
    const [text = '', parts] = shown.split('-')
    const value = Buffer.from(text, 'base64')
    assert.equal(value.length, CHECKSUM_BYTES[algorithm])
    const composite = output.ChecksumType === 'COMPOSITE'
    if (!composite) return [{ algorithm, type: 'full-object', value }]
    return [{ algorithm, type: 'composite', value, ...(parts === undefined ? {} : { parts: Number(parts) }) }]
  })
}

export function unquoted(etag: string | undefined): string {
  assert.match(etag ?? '', /^"[0-9a-f-]+"$/)
  return (etag ?? '').replaceAll('"', '')
}

export function defined<Value extends object>(
  value: Value,
): { [Field in keyof Value]: Exclude<Value[Field], undefined> } {
  // Fields that are undefined are left out: what is left has no undefined in it.
  return Object.fromEntries(Object.entries(value).filter(([, content]) => content !== undefined)) as {
    [Field in keyof Value]: Exclude<Value[Field], undefined>
  }
}

export function customerInput(customer: CustomerKey | undefined): object {
  if (customer === undefined) return {}
  return { SSECustomerAlgorithm: 'AES256', SSECustomerKey: customer.key.expose(base64) }
}

export function encryptionInput(encryption: EncryptionRequest): object {
  switch (encryption.kind) {
    case 'default':
      return encryption.bucketKey === undefined ? {} : { BucketKeyEnabled: encryption.bucketKey }
    case 'none':
      return {}
    case 'sse-s3':
      return { ServerSideEncryption: 'AES256' }
    case 'sse-c':
      return customerInput(encryption.customer)
    case 'sse-kms':
    case 'dsse-kms': {
      const { key, bucketKey, context } = encryption
      return defined({
        ServerSideEncryption: encryption.kind === 'sse-kms' ? 'aws:kms' : 'aws:kms:dsse',
        SSEKMSKeyId: key,
        BucketKeyEnabled: bucketKey,
        SSEKMSEncryptionContext: context === undefined ? undefined : base64(Buffer.from(JSON.stringify(context))),
      })
    }
  }
}

interface ShownOutput {
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
  readonly SSECustomerKeyMD5?: string | undefined
  readonly SSEKMSEncryptionContext?: string | undefined
}

export function isMode(shown: string | undefined): shown is keyof typeof MODES {
  return shown !== undefined && shown in MODES
}

export function shownOf(output: ShownOutput): ShownEncryption {
  const context = output.SSEKMSEncryptionContext
  const common = { cipher: 'aes-256', customerKeyMd5: output.SSECustomerKeyMD5 } as const
  if (output.SSECustomerKeyMD5 !== undefined) return defined({ mode: 'sse-c', ...common } as const)
  const shown = output.ServerSideEncryption
  assert.ok(isMode(shown), `shown as ${shown ?? 'nothing'}`)
  return defined({
    mode: MODES[shown],
    ...common,
    keyArn: output.SSEKMSKeyId,
    bucketKey: output.BucketKeyEnabled === true ? true : undefined,
    context: context === undefined ? undefined : contextOf(context),
  })
}

function contextOf(text: string): Readonly<Record<string, string>> {
  const parsed: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'))
  assert.ok(typeof parsed === 'object' && parsed !== null)
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]))
}

export function conditionInput(condition: WriteCondition | undefined): object {
  if (condition === undefined) return {}
  return condition.kind === 'if-match' ? { IfMatch: `"${condition.etag}"` } : { IfNoneMatch: '*' }
}

function etagsText(etags: readonly string[] | undefined): string | undefined {
  return etags?.map((etag) => (etag === '*' ? etag : `"${etag}"`)).join(', ')
}

function dateOf(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms)
}

export function conditionsInput(conditions: ReadConditions, prefix: '' | 'CopySource'): object {
  return defined({
    [`${prefix}IfMatch`]: etagsText(conditions.ifMatch),
    [`${prefix}IfNoneMatch`]: etagsText(conditions.ifNoneMatch),
    [`${prefix}IfModifiedSince`]: dateOf(conditions.ifModifiedSinceMs),
    [`${prefix}IfUnmodifiedSince`]: dateOf(conditions.ifUnmodifiedSinceMs),
  })
}

export function tagsText(tags: Tags): string {
  return tags.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&')
}

export function propertiesInput(
  properties: Pick<OperationOf<'put-object'>['properties'], 'system' | 'metadata'>,
): object {
  const { contentType, cacheControl, contentLanguage } = properties.system
  return defined({
    ContentType: contentType,
    CacheControl: cacheControl,
    ContentLanguage: contentLanguage,
    Metadata: Object.fromEntries(properties.metadata),
  })
}

export function targetInput(target: { bucket: string; key: string; versionId?: string }): {
  Bucket: string
  Key: string
  VersionId?: string
} {
  const { versionId } = target
  return { Bucket: target.bucket, Key: target.key, ...(versionId === undefined ? {} : { VersionId: versionId }) }
}

export function expectInput(expect: OperationOf<'put-object'>['expect']): object {
  const { md5, checksum } = expect
  const value = checksum === undefined || typeof checksum.value === 'string' ? undefined : base64(checksum.value)
  return {
    ...(md5 === undefined ? {} : { ContentMD5: base64(md5) }),
    ...(checksum === undefined || value === undefined ? {} : checksumField(checksum.algorithm, value)),
  }
}

export function sourceInput(source: CopySource): { CopySource: string } {
  const id = source.versionId === undefined ? '' : `?versionId=${source.versionId}`
  const { customer } = source
  const key = source.key.split('/').map(encodeURIComponent).join('/')
  return {
    CopySource: `${source.bucket}/${key}${id}`,
    ...conditionsInput(source.conditions, 'CopySource'),
    ...(customer === undefined
      ? {}
      : { CopySourceSSECustomerAlgorithm: 'AES256', CopySourceSSECustomerKey: customer.key.expose(base64) }),
  }
}

export function kindOf(output: {
  readonly ChecksumAlgorithm?: string | undefined
  readonly ChecksumType?: string | undefined
}): Pick<Checksum, 'algorithm' | 'type'> | undefined {
  const algorithm = ALGORITHMS.find((one) => WIRE_NAMES[one] === output.ChecksumAlgorithm)
  if (algorithm === undefined) return undefined
  return { algorithm, type: output.ChecksumType === 'COMPOSITE' ? 'composite' : 'full-object' }
}
