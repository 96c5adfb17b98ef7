import { SecretBytes } from '../secrets/index.ts'

/** The bytes of a password: one keyboard composes its letters where another does not. */
export function passwordOf(text: string): SecretBytes {
  return new SecretBytes(Buffer.from(text.normalize('NFC'), 'utf8'))
}
