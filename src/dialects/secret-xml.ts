import type { SecretLike } from '../operations/index.ts'
import { element } from './xml-writer.ts'

/** The one place where a secret becomes text of an answer: it is shown once, to who made it. Printable ASCII. */
export function secretXml(name: string, secret: SecretLike): string {
  return secret.expose((bytes) => element(name, Buffer.from(bytes).toString('latin1')))
}
