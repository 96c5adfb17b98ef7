import { refuse, StoreFailure } from '../../operations/index.ts'
import type { RecordSealer } from '../../records/index.ts'

/** What a grant token names. It is sealed: a token that was changed in one bit is none (T-091). */
export interface GrantToken {
  readonly uid: string
  readonly grantId: string
  readonly nonce: string
}

/** KMS API, GrantTokens. */
export const MAX_GRANT_TOKENS = 10
export const MAX_TOKEN_LENGTH = 8_192
const PURPOSE = Buffer.from('grant-token', 'latin1')
const FORMAT = Uint8Array.of(1)
const UID_END = 16
const GRANT_END = 48
const TOKEN_BYTES = 64

/** Another text each time, for the same grant. */
export function sealToken(records: RecordSealer, { uid, grantId, nonce }: GrantToken): string {
  const secret = Buffer.concat([uid, grantId, nonce].map((hex) => Buffer.from(hex, 'hex')))
  return records.seal({ rowKey: PURPOSE, clear: FORMAT, secret }).toString('base64url')
}

/** Refuses with `invalid-grant-token` what this server did not make. */
export function openToken(records: RecordSealer, text: string): GrantToken {
  const secret = Buffer.from(openSealed(records, text))
  if (secret.length !== TOKEN_BYTES) return refuse({ kind: 'invalid-grant-token' })
  return {
    uid: secret.toString('hex', 0, UID_END),
    grantId: secret.toString('hex', UID_END, GRANT_END),
    nonce: secret.toString('hex', GRANT_END),
  }
}

function openSealed(records: RecordSealer, text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url')
  if (text.length === 0 || text.length > MAX_TOKEN_LENGTH || bytes.toString('base64url') !== text) {
    return refuse({ kind: 'invalid-grant-token' })
  }
  try {
    return records.open(PURPOSE, bytes).secret
  } catch (error) {
    if (error instanceof StoreFailure) return refuse({ kind: 'invalid-grant-token' })
    throw error
  }
}
