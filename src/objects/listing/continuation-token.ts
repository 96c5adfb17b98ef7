import { refuse } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'

/** Longer than any token of ours: a name of 1,024 bytes and what the sealer adds. */
const MAX_TOKEN_CHARACTERS = 2_048
const BASE64URL = /^[A-Za-z0-9_-]+$/

function boundTo(bucketUuid: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('token/'), bucketUuid])
}

/** Where a listing goes on: sealed, and bound to the bucket. Any process of this deployment opens it. */
export function makeToken(records: RecordSealer, bucketUuid: Uint8Array, after: string): string {
  const secret = Buffer.from(after, 'utf8')
  return records.seal({ rowKey: boundTo(bucketUuid), clear: Buffer.alloc(0), secret }).toString('base64url')
}

/** The text within; anything that is not our token for this bucket is `invalid-argument`. */
export function openToken(records: RecordSealer, bucketUuid: Uint8Array, token: string): string {
  const wrong = (): never =>
    refuse({
      kind: 'invalid-argument',
      argument: 'continuation-token',
      detail: 'The continuation token provided is incorrect',
    })
  if (token.length > MAX_TOKEN_CHARACTERS || !BASE64URL.test(token)) return wrong()
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.toString('base64url') !== token) return wrong()
  try {
    return Buffer.from(records.open(boundTo(bucketUuid), bytes).secret).toString('utf8')
  } catch {
    return wrong()
  }
}
