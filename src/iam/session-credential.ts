import { SESSION_CREDENTIAL_BYTES } from '../kms/index.ts'
import { SecretBytes } from '../secrets/index.ts'
import { symbolsOf } from './unique-ids.ts'

/** Marks the ids of temporary access keys (IAM user guide, "Unique identifiers"). */
const PREFIX = 'ASIA'
const ID_BYTES = 16
const SECRET_ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')

/** Access key id and secret out of what was derived from a token: 16 symbols of 32, and 40 of 64. Wipes its argument. */
export function credentialOf(derived: SecretBytes): { readonly accessKeyId: string; readonly secret: SecretBytes } {
  if (derived.length !== SESSION_CREDENTIAL_BYTES) throw new RangeError('a credential is made of 56 bytes')
  const made = derived.expose((bytes) => ({
    accessKeyId: PREFIX + symbolsOf(bytes.subarray(0, ID_BYTES)),
    secret: new SecretBytes(Uint8Array.from(bytes.subarray(ID_BYTES), (byte) => SECRET_ALPHABET[byte & 63] ?? 0)),
  }))
  derived.wipe()
  return made
}
