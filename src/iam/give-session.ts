import type { SessionTokens } from '../kms/index.ts'
import { refuse, type TemporaryCredentials } from '../operations/index.ts'
import { randomBytes } from '../secrets/index.ts'
import { credentialOf } from './session-credential.ts'
import { encodePayload, type SessionPayload } from './session-payload.ts'

const TOKEN_ID_BYTES = 16
/** Policies, ARNs and tags of a session, as bytes of its payload: what `PackedPolicySize` is the percentage of. */
export const MAX_PACKED_BYTES = 4_096

export function newTokenId(): string {
  return randomBytes(TOKEN_ID_BYTES).toString('hex')
}

/** Per cent of what a token may hold. Throws `packed-policy-too-large`. */
export function packedPercent(payload: SessionPayload): number {
  const bare: SessionPayload = { ...payload, policies: [], policyArns: [], tags: {}, transitiveTagKeys: [] }
  const bytes = encodePayload(payload).length - encodePayload(bare).length
  if (bytes > MAX_PACKED_BYTES) refuse({ kind: 'packed-policy-too-large' })
  return Math.ceil((bytes * 100) / MAX_PACKED_BYTES)
}

/** Seals a session. Nothing of it is stored. */
export async function giveSession(tokens: SessionTokens, payload: SessionPayload): Promise<TemporaryCredentials> {
  const { token, credential } = await tokens.seal(encodePayload(payload))
  const { accessKeyId, secret } = credentialOf(credential)
  return { accessKeyId, secret, sessionToken: token.toString('base64url'), expiresMs: payload.expiresMs }
}
