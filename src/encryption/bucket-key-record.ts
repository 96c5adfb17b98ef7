import type { KeyUse } from '../kms/index.ts'
import { refuse, type EncryptionContext } from '../operations/index.ts'
import type { RecordSealer } from '../records/index.ts'

/** A bucket key as it is stored: what is needed to ask the key service for it, and until when it wraps new DEKs. */
export interface BucketKeyRecord {
  /** 32 hexadecimal digits, random. */
  readonly id: string
  /** `CKB1`, base64. */
  readonly blob: string
  readonly context: EncryptionContext
  readonly use: KeyUse
  readonly createdMs: number
  readonly encryptUntilMs: number
}

const FORMAT = Uint8Array.of(1)

export function sealBucketKeyRecord(records: RecordSealer, rowKey: Uint8Array, record: BucketKeyRecord): Buffer {
  return records.seal({ rowKey, clear: FORMAT, secret: Buffer.from(JSON.stringify(record), 'utf8') })
}

/** Throws the `integrity` failure for a row that is not as written. */
export function openBucketKeyRecord(records: RecordSealer, rowKey: Uint8Array, value: Uint8Array): BucketKeyRecord {
  const { clear, secret } = records.open(rowKey, value)
  const parsed: unknown = JSON.parse(Buffer.from(secret).toString('utf8'))
  return clear.length === 1 && clear[0] === FORMAT[0] && isBucketKeyRecord(parsed)
    ? parsed
    : refuse({ kind: 'integrity', what: 'bucket key' })
}

function isBucketKeyRecord(value: unknown): value is BucketKeyRecord {
  if (!isObject(value) || !isObject(value['use']) || !isObject(value['context'])) return false
  const { id, blob, createdMs, encryptUntilMs, use, context } = value
  return (
    typeof id === 'string' &&
    typeof blob === 'string' &&
    typeof createdMs === 'number' &&
    typeof encryptUntilMs === 'number' &&
    isKeyUse(use) &&
    Object.values(context).every((text) => typeof text === 'string')
  )
}

function isKeyUse(use: Record<string, unknown>): boolean {
  return typeof use['keyUid'] === 'string' && typeof use['version'] === 'number' && typeof use['arn'] === 'string'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
