/**
 * Alibaba Cloud's RPC signature, version 1.0: HMAC-SHA1 over the method and every parameter, those of a form among them
 * (Alibaba Cloud, "Request structure and signature", V2).
 */
import { createHmac } from 'node:crypto'
import { refuse, type SecretLike } from '../../operations/index.ts'
import { withSecretKey } from './secret-key.ts'
import { compareText, encodeUri } from './sigv4-canonical.ts'

interface Parameter {
  readonly name: string
  readonly value: string
}

export interface AcsRpcClaim {
  readonly accessKeyId: string
  /** As sent: 28 characters of base64, compared as text. */
  readonly signature: string
  /** As sent: `yyyy-mm-ddThh:mm:ssZ`. */
  readonly timestamp: string
  readonly nonce: string
}

/** What belongs to the signature and to nothing that is asked for. */
export const ACS_RPC_PARAMETERS = [
  ...(['AccessKeyId', 'Signature', 'SignatureMethod', 'SignatureVersion', 'SignatureNonce'] as const),
  ...(['SignatureType', 'Timestamp', 'SecurityToken'] as const),
] as const

/** Every one of the claim's parameters once; the algorithm from a closed list of one (T-038). */
export function parseAcsRpc(parameters: readonly Parameter[]): AcsRpcClaim {
  const find = (name: (typeof ACS_RPC_PARAMETERS)[number]): string | undefined =>
    parameters.find((parameter) => parameter.name === name)?.value
  const needed = (name: (typeof ACS_RPC_PARAMETERS)[number]): string =>
    find(name) ?? refuse({ kind: 'malformed-query-authorization', detail: `a signed request needs ${name}` })
  if (needed('SignatureMethod') !== 'HMAC-SHA1' || needed('SignatureVersion') !== '1.0') {
    refuse({ kind: 'unsupported-signature', detail: 'SignatureMethod is HMAC-SHA1, SignatureVersion 1.0' })
  }
  const type = find('SignatureType')
  if (type !== undefined && type !== '') {
    refuse({ kind: 'unsupported-signature', detail: 'a SignatureType is not known here' })
  }
  return {
    accessKeyId: needed('AccessKeyId'),
    signature: needed('Signature'),
    timestamp: needed('Timestamp'),
    nonce: needed('SignatureNonce'),
  }
}

/** All parameters but the signature, whether they came in the query or in a form. */
export function acsRpcStringToSign(method: string, parameters: readonly Parameter[]): string {
  const pairs = parameters
    .filter(({ name }) => name !== 'Signature')
    .sort((one, other) => compareText(one.name, other.name))
    .map(({ name, value }) => `${encodeUri(name)}=${encodeUri(value)}`)
  return `${method}&${encodeUri('/')}&${encodeUri(pairs.join('&'))}`
}

/** 28 characters of base64. The key is the secret and an ampersand. */
export function acsRpcSign(secret: SecretLike, text: string): string {
  return withSecretKey(secret, { after: '&' }, (key) => createHmac('sha1', key).update(text, 'latin1').digest('base64'))
}
