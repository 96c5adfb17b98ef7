import { randomBytes, SecretBytes } from '../secrets/index.ts'

export const MIN_SECRET_BYTES = 20
export const MAX_SECRET_BYTES = 128
const ACCESS_KEY_ID = /^[A-Za-z0-9._-]{3,128}$/
const ID_PREFIX = 'CFR'
const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const ID_RANDOM_LENGTH = 17
const SECRET_ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const SECRET_LENGTH = 40
const AMPERSAND = 0x26

/** Text that can be the id of an access key at all. */
export function isAccessKeyId(text: string): boolean {
  return ACCESS_KEY_ID.test(text)
}

/**
 * Why a secret is refused, in words; undefined: it is good. 20 to 128 printable ASCII characters: anyone who holds one
 * signature can try secrets against it. `&` joins a vendor's signing keys.
 */
export function secretProblem(secret: SecretBytes): string | undefined {
  if (secret.length < MIN_SECRET_BYTES || secret.length > MAX_SECRET_BYTES) {
    return `a secret key has ${MIN_SECRET_BYTES} to ${MAX_SECRET_BYTES} characters`
  }
  const printable = secret.expose((bytes) => bytes.every((byte) => byte > 0x20 && byte < 0x7f && byte !== AMPERSAND))
  return printable ? undefined : 'a secret key is printable ASCII without blanks and without &'
}

/** `CFR` and 17 of A-Z, 0-9, each as likely as another: 36 symbols do not divide 256, so some bytes are passed over. */
export function newAccessKeyId(): string {
  const fair = 256 - (256 % ID_ALPHABET.length)
  let id = ID_PREFIX
  while (id.length < ID_PREFIX.length + ID_RANDOM_LENGTH) {
    for (const byte of randomBytes(ID_RANDOM_LENGTH)) {
      if (byte < fair && id.length < ID_PREFIX.length + ID_RANDOM_LENGTH)
        id += ID_ALPHABET.charAt(byte % ID_ALPHABET.length)
    }
  }
  return id
}

/** 40 characters of 64: 240 bits. */
export function newSecret(): SecretBytes {
  const drawn = randomBytes(SECRET_LENGTH)
  const secret = drawn.map((byte) => SECRET_ALPHABET[byte & 63] ?? 0)
  drawn.fill(0)
  return new SecretBytes(secret)
}
